#pragma once
/// Numbers with units as packs write them. Values are compared in the base unit of their dimension.

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gantry::qc {

enum class Dimension {
    None,
    Length,
    Time,
    Angle,
    Hounsfield,
    Fraction,
    Activity,
    ActivityPerMass,
    Concentration,
    Diffusivity,
    Mass,
    Voltage,
    Current,
    Charge,
    Dose,
    Field,
    Frequency,
    Volume,
    Force,
    PowerPerMass
};

struct Unit {
    std::string_view symbol;  ///< as written in packs
    Dimension dimension;
    double factor;  ///< one of it in base units: mm, s, deg, HU, 1, Bq, Bq/kg, mmol/l, mm2/s, kg, kV, mA,
                    ///< mAs, mGy, T, Hz, ml, N, W/kg
};

std::span<const Unit> allUnits();
const Unit* findUnit(std::string_view symbol);
/// The unit that values of a dimension are shown in when nothing else is asked for; nullptr for None.
const Unit* usualUnit(Dimension dimension);
/// "mm, cm, m"
std::string unitsOf(Dimension dimension);

/// A number as written.
struct Quantity {
    double number = 0;
    const Unit* unit = nullptr;  ///< nullptr: none written
    double base() const { return unit ? number * unit->factor : number; }
};

/// "5.0 mm", "0", "25 %", "1.10e-3 mm2/s"; nullopt when it is not one finite number with a known unit or
/// none.
std::optional<Quantity> parseQuantity(std::string_view text);

/// At most three decimals, no trailing zeros, never exponents between 0.001 and 1e7: "7.5", "812.5", "120".
std::string formatNumber(double number);
/// `base` in `unit`: "7.5 mm", "90 %", "2°"; the number alone without unit.
std::string formatQuantity(double base, const Unit* unit);

}  // namespace gantry::qc
