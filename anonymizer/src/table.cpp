#include "gantry/anonymizer/table.hpp"

#include <algorithm>

namespace gantry::anonymizer {
namespace {

/// Not constant for an unknown text, so a mistake in the data does not compile.
consteval Action parseAction(std::string_view text) {
    if (text == "X") return Action::X;
    if (text == "Z") return Action::Z;
    if (text == "D") return Action::D;
    if (text == "K") return Action::K;
    if (text == "C") return Action::C;
    if (text == "U") return Action::U;
    if (text == "X/Z") return Action::XZ;
    if (text == "X/D") return Action::XD;
    if (text == "Z/D") return Action::ZD;
    if (text == "X/Z/D") return Action::XZD;
    if (text == "X/Z/U*") return Action::XZU;
    throw "unknown action code";
}

consteval std::array<Action, kColumns> parseOptions(std::string_view letters) {
    if (letters.size() != kColumns) throw "one letter per option";
    std::array<Action, kColumns> options{};
    for (std::size_t i = 0; i < kColumns; ++i)
        options[i] = letters[i] == '.' ? Action::None : parseAction(letters.substr(i, 1));
    return options;
}

constexpr TableRow kRows[] = {
#include "ps3_15_e1.inc"
};
constexpr std::uint32_t kExact = 0xFFFFFFFF;
/// Rows of single tags come first, in order; patterns such as 60xx behind them.
constexpr auto* kPatterns =
    std::ranges::find_if(kRows, [](const TableRow& row) { return row.mask != kExact; });

}  // namespace

std::string_view toString(Action action) {
    switch (action) {
        case Action::None:
            return "";
        case Action::X:
            return "X";
        case Action::Z:
            return "Z";
        case Action::D:
            return "D";
        case Action::K:
            return "K";
        case Action::C:
            return "C";
        case Action::U:
            return "U";
        case Action::XZ:
            return "X/Z";
        case Action::XD:
            return "X/D";
        case Action::ZD:
            return "Z/D";
        case Action::XZD:
            return "X/Z/D";
        case Action::XZU:
            return "X/Z/U*";
    }
    return "";
}

std::span<const TableRow> profileTable() {
    return kRows;
}

const TableRow* profileRow(dicom::Tag tag) {
    const auto* exact =
        std::lower_bound(std::begin(kRows), kPatterns, tag.value,
                         [](const TableRow& row, std::uint32_t value) { return row.value < value; });
    if (exact != kPatterns && exact->value == tag.value) return exact;
    // The private row comes first: an odd group within 50xx or 60xx is private.
    for (const auto* row = kPatterns; row != std::end(kRows); ++row)
        if ((tag.value & row->mask) == row->value) return row;
    return nullptr;
}

}  // namespace gantry::anonymizer
