#pragma once
/// What a pack may say: every check name, operator and unit that the engine knows, for documents and editors.

#include <string>
#include <string_view>
#include <vector>

namespace gantry::qc {

struct CheckRow {
    std::string name;    ///< "derived.slice_gap"
    std::string label;   ///< in words
    std::string kind;    ///< "number" "text" "yes or no"
    std::string unit;    ///< units it is compared in, "mm, cm, m"; "" for none
    std::string source;  ///< attributes with their tags, or where else it comes from
};
/// By group, in the order of the tables: derived.*, scanner.*, recon.*, visit.*, image.*, what the appliance tells.
std::vector<CheckRow> checkRows();
/// Attributes whose number has a unit of its own.
std::vector<CheckRow> attributeRows();

/// A keyword as people say it: "SoftwareVersions" is "software versions", "KVP" is "tube voltage".
std::string labelOf(std::string_view keyword);

struct OperatorRow {
    std::string name;
    std::string value;    ///< what it is given: "one value", "[low, high]"
    std::string meaning;  ///< "every value lies in it, ends included"
};
std::vector<OperatorRow> operatorRows();

struct UnitRow {
    std::string symbol;
    std::string quantity;  ///< "length"
    std::string base;      ///< "10 mm"
};
std::vector<UnitRow> unitRows();

}  // namespace gantry::qc
