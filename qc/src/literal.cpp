#include "literal.hpp"

#include <algorithm>

namespace gantry::qc {

namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string all;
    for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
    return all;
}

std::string unitHint(const CheckName& check) {
    if (check.dimension == Dimension::None) return "a number without unit";
    const std::string hint = "a number with one of the units " + unitsOf(check.dimension);
    return check.origin == Origin::Attribute
               ? hint + ", or without unit for " + std::string(check.native->symbol)
               : hint;
}

}  // namespace

Scalar makeScalar(std::string_view text) {
    return {std::string(text), parseQuantity(text)};
}

std::optional<double> baseNumber(const Scalar& scalar, const CheckName& check) {
    if (!scalar.quantity) return std::nullopt;
    if (scalar.quantity->unit || !check.native) return scalar.quantity->base();
    return scalar.quantity->number * check.native->factor;
}

std::optional<std::string> mismatch(const Scalar& scalar, const CheckName& check) {
    const std::string got = "got '" + scalar.text + "' for " + check.name + "; allowed: ";
    if (check.kind == Kind::Text) {
        const bool any =
            check.words.empty() || std::ranges::find(check.words, scalar.text) != check.words.end();
        return any ? std::nullopt : std::optional(got + joined(check.words));
    }
    if (check.kind == Kind::Flag) {
        if (scalar.text == "true" || scalar.text == "false") return std::nullopt;
        return got + "true, false";
    }
    if (!scalar.quantity) return got + unitHint(check);
    const Unit* unit = scalar.quantity->unit;
    const bool bare_is_clear = check.dimension == Dimension::None || check.origin == Origin::Attribute;
    if (unit ? unit->dimension == check.dimension : bare_is_clear) return std::nullopt;
    return got + unitHint(check);
}

}  // namespace gantry::qc
