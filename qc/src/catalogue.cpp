#include "gantry/qc/catalogue.hpp"

#include <cstdio>

#include "check_table.hpp"
#include "derived.hpp"
#include "gantry/core/dicom.hpp"
#include "operators.hpp"

namespace gantry::qc {

namespace {

std::string kindText(Kind kind) {
    switch (kind) {
        case Kind::Number:
            return "number";
        case Kind::Flag:
            return "yes or no";
        case Kind::Text:
            break;
    }
    return "text";
}

std::string quantityText(Dimension dimension) {
    switch (dimension) {
        case Dimension::None:
            return "plain number";
        case Dimension::Length:
            return "length";
        case Dimension::Time:
            return "time";
        case Dimension::Angle:
            return "angle";
        case Dimension::Hounsfield:
            return "CT number";
        case Dimension::Fraction:
            return "share";
        case Dimension::Activity:
            return "activity";
        case Dimension::ActivityPerMass:
            return "activity per body weight";
        case Dimension::Concentration:
            return "concentration of glucose";
        case Dimension::Diffusivity:
            return "diffusivity";
        case Dimension::Mass:
            return "mass";
        case Dimension::Voltage:
            return "tube voltage";
        case Dimension::Current:
            return "tube current";
        case Dimension::Charge:
            return "tube charge";
        case Dimension::Dose:
            return "dose";
        case Dimension::Field:
            return "magnetic field";
        case Dimension::Frequency:
            return "frequency";
        case Dimension::Volume:
            return "volume";
        case Dimension::Force:
            return "force";
        case Dimension::PowerPerMass:
            return "power per body weight";
    }
    return {};
}

/// As exact as an author may need it.
std::string factorText(double factor) {
    char text[32];
    const int length = std::snprintf(text, sizeof text, "%.8g", factor);
    return {text, static_cast<std::size_t>(length)};
}

CheckRow row(std::string_view name, std::string_view label, Kind kind, Dimension dimension,
             std::string_view source) {
    return {std::string(name), std::string(label), kindText(kind), unitsOf(dimension), std::string(source)};
}

}  // namespace

std::vector<CheckRow> checkRows() {
    std::vector<CheckRow> rows;
    for (const DerivedRow& one : derivedRows())
        rows.push_back(row(one.name, one.label, one.kind, one.dimension, one.source));
    rows.push_back(row(std::string(kPhantomAge) + ".ID", "time since the phantom's last pass", Kind::Number,
                       Dimension::Time,
                       "the site's registry of scanners; without .ID the phantom that passed longest ago"));
    for (const ImageRow& one : imageRows())
        rows.push_back(row(one.name, one.label, one.kind, one.dimension,
                           std::string(one.source) + (one.certain ? "" : "; may only warn")));
    for (const ContextRow& one : contextRows())
        rows.push_back(row(one.name, one.label, one.told == Told::VisitPrevious ? Kind::Flag : Kind::Text,
                           Dimension::None, one.source));
    rows.push_back({"console.NAME", "the answer to a question", "as the question says",
                    "as the question says", "a person at the page"});
    rows.push_back({"vocab.NAME", "the class of a vendor's word", "text", "", "the pack's vocab"});
    return rows;
}

std::vector<CheckRow> attributeRows() {
    std::vector<CheckRow> rows;
    for (const NativeRow& one : nativeRows()) {
        const auto* entry = one.unit.empty() ? nullptr : dicom::lookup(one.keyword);
        if (!entry) continue;
        rows.push_back({std::string(one.keyword), std::string(one.label), "number", std::string(one.unit),
                        dicom::toString(entry->tag)});
    }
    return rows;
}

std::string labelOf(std::string_view keyword) {
    return labelOfKeyword(keyword);
}

std::vector<OperatorRow> operatorRows() {
    std::vector<OperatorRow> rows;
    for (const OperatorInfo& one : operatorTable())
        rows.push_back({std::string(one.name), std::string(toString(one.takes)), std::string(one.meaning)});
    return rows;
}

std::vector<UnitRow> unitRows() {
    std::vector<UnitRow> rows;
    for (const Unit& unit : allUnits()) {
        const Unit* base = nullptr;
        for (const Unit& other : allUnits())
            if (other.dimension == unit.dimension && other.factor == 1) base = &other;
        std::string in_base =
            base && base != &unit ? factorText(unit.factor) + " " + std::string(base->symbol) : std::string();
        if (unit.dimension == Dimension::Fraction) in_base = factorText(unit.factor);
        rows.push_back({std::string(unit.symbol), quantityText(unit.dimension), std::move(in_base)});
    }
    return rows;
}

}  // namespace gantry::qc
