#include <iostream>

#include "gantry/qc/catalogue.hpp"
#include "pack_command.hpp"

namespace gantry::central {
namespace {

/// A cell of a table: no bars.
std::string cell(const std::string& text) {
    std::string safe;
    for (const char c : text) safe += c == '|' ? std::string("\\|") : std::string(1, c);
    return safe.empty() ? "-" : safe;
}

void printChecks(const std::vector<qc::CheckRow>& rows) {
    std::cout << "| name | in words | kind | units | source |\n| --- | --- | --- | --- | --- |\n";
    for (const auto& row : rows)
        std::cout << "| `" << row.name << "` | " << cell(row.label) << " | " << cell(row.kind) << " | "
                  << cell(row.unit) << " | " << cell(row.source) << " |\n";
}

}  // namespace

int packRules() {
    std::cout << "# Checks, operators and units\n\n"
                 "What a rule of a pack may say. `gantry-central pack rules` prints this page from the engine's own "
                 "tables.\n"
                 "How a pack is written stands in [formats/pack.md](formats/pack.md).\n\n"
                 "## Checks\n\n"
                 "Any attribute is a check by its PS3.6 keyword, or `Sequence.Keyword`. Beside those:\n\n";
    printChecks(qc::checkRows());
    std::cout << "\n## Attributes with a unit\n\nA number without unit has this one.\n\n";
    printChecks(qc::attributeRows());
    std::cout << "\n## Operators\n\n| operator | is given | holds when |\n| --- | --- | --- |\n";
    for (const auto& row : qc::operatorRows())
        std::cout << "| `" << row.name << "` | " << cell(row.value) << " | " << cell(row.meaning) << " |\n";
    std::cout << "\n## Units\n\n| unit | of | is |\n| --- | --- | --- |\n";
    for (const auto& row : qc::unitRows())
        std::cout << "| " << row.symbol << " | " << row.quantity << " | " << cell(row.base) << " |\n";
    return 0;
}

}  // namespace gantry::central
