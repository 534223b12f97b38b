#pragma once
/// PS3.15 Table E.1-1 (edition 2026c) as data: which action the Basic Profile and each of its options ask
/// for.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "gantry/core/dicom.hpp"

namespace gantry::anonymizer {

/// Action codes of PS3.15 Table E.1-1a. The conditional ones are resolved by the attribute's Type in the
/// object.
enum class Action : std::uint8_t {
    None,  ///< the option says nothing about this attribute
    X,     ///< remove
    Z,     ///< empty, or a dummy consistent with the VR
    D,     ///< a dummy of non-zero length, consistent with the VR
    K,     ///< keep (sequences: clean their items)
    C,     ///< clean: replace by values of similar meaning that identify nobody
    U,     ///< a UID that is replaced consistently
    XZ,    ///< X unless Type 2
    XD,    ///< X unless Type 1
    ZD,    ///< Z unless Type 1
    XZD,   ///< X unless Type 2 or Type 1
    XZU,   ///< X unless Type 2, or the UIDs inside are replaced (sequences of references)
};
/// "X/Z/U*" and so on, as the standard writes it; "" for None.
std::string_view toString(Action action);

/// Columns of the table after the Basic Profile, in the standard's order.
enum class Column : std::uint8_t {
    RetainSafePrivate,
    RetainUids,
    RetainDeviceIdentity,
    RetainInstitutionIdentity,
    RetainPatientCharacteristics,
    RetainLongitudinalFullDates,
    RetainLongitudinalModifiedDates,
    CleanDescriptors,
    CleanStructuredContent,
    CleanGraphics,
};
inline constexpr std::size_t kColumns = 10;

/// One row. A tag matches when (tag & mask) == value; all rows but the repeating groups and the private
/// attributes have a mask of ones.
struct TableRow {
    std::uint32_t value;
    std::uint32_t mask;
    std::string_view vr;
    std::string_view keyword;
    Action basic;
    std::array<Action, kColumns> options;
    Action option(Column column) const { return options[static_cast<std::size_t>(column)]; }
};

/// All 656 rows, ascending by tag, the patterns last.
std::span<const TableRow> profileTable();
/// The row for this attribute, repeating groups and private attributes included; nullptr where there is none.
const TableRow* profileRow(dicom::Tag tag);

}  // namespace gantry::anonymizer
