#pragma once
/// PS3.15 Table E.3.10-1: private attributes that are known to identify nobody.

#include <optional>
#include <string_view>

#include "gantry/core/dicom.hpp"

namespace gantry::anonymizer {

/// VR of a safe private attribute, found by its creator, group and low byte: the block may be any.
/// Nullopt for all others.
std::optional<dicom::Vr> safePrivateVr(std::string_view creator, dicom::Tag tag);

/// (gggg,0010) to (gggg,00FF) of an odd group: says who made a block of private attributes (PS3.5 7.8.1).
constexpr bool isPrivateCreator(dicom::Tag tag) {
    return tag.isPrivate() && tag.element() >= 0x0010 && tag.element() <= 0x00FF;
}

}  // namespace gantry::anonymizer
