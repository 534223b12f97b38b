#include "private_attributes.hpp"

#include <algorithm>

namespace gantry::private_attributes {
namespace {

struct Row {
    std::string_view name;
    dicom::Vr vr;
};

constexpr Row kRows[] = {
    {kSiemensTiles, "US"},
    {kSiemensBValue, "IS"},
    {kSiemensDirection, "FD"},
    {kSiemensCoil, "LO"},
    {kSiemensAcceleration, "LO"},
    {kSiemensPhasePositive, "IS"},
    {kSiemensCoilXa, "LO"},
    {kGeBValue, "IS"},
    {kGeDirectionX, "DS"},
    {kGeDirectionY, "DS"},
    {kGeDirectionZ, "DS"},
    {kGePetScanStart, "DT"},
    {kPhilipsBValue, "FL"},
    {kPhilipsDirectionX, "FL"},
    {kPhilipsDirectionY, "FL"},
    {kPhilipsDirectionZ, "FL"},
    {kPhilipsSuvFactor, "DS"},
    {kPhilipsActivityFactor, "DS"},
    {kUihBValue, "FD"},
    {kUihDirection, "FD"},
    {kUihTiles, "DS"},
    {kUihPhasePositive, "IS"},
};

}  // namespace

std::optional<dicom::Vr> vrOf(std::string_view name) {
    const auto found = std::ranges::find(kRows, name, &Row::name);
    if (found == std::end(kRows)) return std::nullopt;
    return found->vr;
}

}  // namespace gantry::private_attributes
