#include "units.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace gantry::qc {

namespace {

/// The first of each dimension is the one values are shown in when nothing else is asked for.
constexpr Unit kUnits[] = {
    {"mm", Dimension::Length, 1},
    {"cm", Dimension::Length, 10},
    {"m", Dimension::Length, 1000},
    {"s", Dimension::Time, 1},
    {"ms", Dimension::Time, 1e-3},
    {"min", Dimension::Time, 60},
    {"h", Dimension::Time, 3600},
    {"d", Dimension::Time, 86400},
    {"y", Dimension::Time, 31557600},
    {"deg", Dimension::Angle, 1},
    {"HU", Dimension::Hounsfield, 1},
    {"%", Dimension::Fraction, 0.01},
    {"MBq", Dimension::Activity, 1e6},
    {"kBq", Dimension::Activity, 1e3},
    {"Bq", Dimension::Activity, 1},
    {"MBq/kg", Dimension::ActivityPerMass, 1e6},
    {"mmol/l", Dimension::Concentration, 1},
    {"mg/dl", Dimension::Concentration, 1 / 18.016},  // of glucose, the one substance packs ask for
    {"mm2/s", Dimension::Diffusivity, 1},
    {"kg", Dimension::Mass, 1},
    {"g", Dimension::Mass, 1e-3},
    {"kV", Dimension::Voltage, 1},
    {"mA", Dimension::Current, 1},
    {"mAs", Dimension::Charge, 1},
    {"uAs", Dimension::Charge, 1e-3},
    {"mGy", Dimension::Dose, 1},
    {"dGy", Dimension::Dose, 100},
    {"T", Dimension::Field, 1},
    {"Hz", Dimension::Frequency, 1},
    {"MHz", Dimension::Frequency, 1e6},
    {"ml", Dimension::Volume, 1},
    {"N", Dimension::Force, 1},
    {"W/kg", Dimension::PowerPerMass, 1},
};

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

std::span<const Unit> allUnits() {
    return kUnits;
}

const Unit* findUnit(std::string_view symbol) {
    for (const Unit& unit : kUnits)
        if (unit.symbol == symbol) return &unit;
    return nullptr;
}

const Unit* usualUnit(Dimension dimension) {
    for (const Unit& unit : kUnits)
        if (unit.dimension == dimension) return &unit;
    return nullptr;
}

std::string unitsOf(Dimension dimension) {
    std::string list;
    for (const Unit& unit : kUnits) {
        if (unit.dimension != dimension) continue;
        if (!list.empty()) list += ", ";
        list += unit.symbol;
    }
    return list;
}

std::optional<Quantity> parseQuantity(std::string_view text) {
    text = trim(text);
    if (text.starts_with('+')) text.remove_prefix(1);
    Quantity quantity;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), quantity.number);
    if (error != std::errc() || !std::isfinite(quantity.number)) return std::nullopt;
    const auto symbol = trim(text.substr(static_cast<std::size_t>(end - text.data())));
    if (symbol.empty()) return quantity;
    quantity.unit = findUnit(symbol);
    if (!quantity.unit) return std::nullopt;
    return quantity;
}

std::string formatNumber(double number) {
    std::array<char, 48> buffer;
    const double size = std::abs(number);
    const bool plain = size == 0 || (size >= 0.001 && size < 1e7);
    const int length = std::snprintf(buffer.data(), buffer.size(), plain ? "%.3f" : "%.3g", number);
    std::string text(buffer.data(), static_cast<std::size_t>(length));
    if (plain) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.ends_with('.')) text.pop_back();
        if (text == "-0") text = "0";
    }
    return text;
}

std::string formatQuantity(double base, const Unit* unit) {
    if (!unit) return formatNumber(base);
    const std::string number = formatNumber(base / unit->factor);
    if (unit->symbol == "deg") return number + "°";
    return number + " " + std::string(unit->symbol);
}

}  // namespace gantry::qc
