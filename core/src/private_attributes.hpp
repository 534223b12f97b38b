#pragma once
/// Private attributes that checks need, by block creator as PS3.5 7.8.1 asks, with the value representation
/// their vendors state: in implicit VR the bytes do not say it.

#include <optional>
#include <string_view>

#include "gantry/core/dicom.hpp"

namespace gantry::private_attributes {

inline constexpr std::string_view kSiemensTiles = "(0019,0A):SIEMENS MR HEADER";
inline constexpr std::string_view kSiemensBValue = "(0019,0C):SIEMENS MR HEADER";
inline constexpr std::string_view kSiemensDirection = "(0019,0E):SIEMENS MR HEADER";
inline constexpr std::string_view kSiemensCoil = "(0051,0F):SIEMENS MR HEADER";
inline constexpr std::string_view kSiemensAcceleration = "(0051,11):SIEMENS MR HEADER";
inline constexpr std::string_view kSiemensPhasePositive = "(0021,1C):SIEMENS MR SDI 02";
inline constexpr std::string_view kSiemensCoilXa = "(0021,4F):SIEMENS MR SDI 02";
inline constexpr std::string_view kGeBValue = "(0043,39):GEMS_PARM_01";
inline constexpr std::string_view kGeDirectionX = "(0019,BB):GEMS_ACQU_01";
inline constexpr std::string_view kGeDirectionY = "(0019,BC):GEMS_ACQU_01";
inline constexpr std::string_view kGeDirectionZ = "(0019,BD):GEMS_ACQU_01";
inline constexpr std::string_view kGePetScanStart = "(0009,0D):GEMS_PETD_01";
inline constexpr std::string_view kPhilipsBValue = "(2001,03):Philips Imaging DD 001";
inline constexpr std::string_view kPhilipsDirectionX = "(2005,B0):Philips MR Imaging DD 001";
inline constexpr std::string_view kPhilipsDirectionY = "(2005,B1):Philips MR Imaging DD 001";
inline constexpr std::string_view kPhilipsDirectionZ = "(2005,B2):Philips MR Imaging DD 001";
inline constexpr std::string_view kPhilipsSuvFactor = "(7053,00):Philips PET Private Group";
inline constexpr std::string_view kPhilipsActivityFactor = "(7053,09):Philips PET Private Group";
inline constexpr std::string_view kUihBValue = "(0065,09):Image Private Header";
inline constexpr std::string_view kUihDirection = "(0065,37):Image Private Header";
inline constexpr std::string_view kUihTiles = "(0065,50):Image Private Header";
inline constexpr std::string_view kUihPhasePositive = "(0065,58):Image Private Header";

/// Value representation of a name as facts spell it; nullopt when it is none of these.
std::optional<dicom::Vr> vrOf(std::string_view name);

}  // namespace gantry::private_attributes
