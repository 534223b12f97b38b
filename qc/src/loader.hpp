#pragma once
/// Reads a pack document into PackData; mistakes are collected, never thrown.

#include <functional>
#include <map>
#include <set>
#include <string>

#include "pack_data.hpp"
#include "reader.hpp"

namespace gantry::qc {

class Loader {
public:
    Loader(PackData& pack, std::vector<PackMistake>& mistakes) : pack_(pack), mistakes_(mistakes) {}
    void document(const Node& root);

private:
    enum class Section { Identity, Slot, Baseline, Across };
    struct RuleSource {
        boost::json::value value;
        Section section;
    };

    // loader_sections.cpp
    void header(const Node& root);
    void sources(const Node& node);
    void parameters(const Node& node);
    void vocabularies(const Node& node);
    void console(const Node& node);
    void visits(const Node& node);
    void visit(const Node& node);
    void checkVisitSlots(const Node& node);
    void policies(const Node& root);
    void overrides(const Node& node);
    void parameterPatch(const Node& node, const std::string& target, std::vector<Patch>& patches);
    void rulePatches(const Node& set, const std::string& rule_id, const std::vector<std::string>& fields,
                     std::vector<Patch>& patches);
    void checkSiblings();

    // loader_deidentification.cpp
    void deidentification(const Node& node);
    void upload(const Node& node);
    void signatures(const Node& node);
    void keptAttributes(const Node& node);
    void removedAttributes(const Node& node);
    void words(const Node& node);
    void pixelRegions(const Node& node);

    // loader_slots.cpp
    void slots(const Node& node);
    Slot slot(const Node& node, const std::string& id);
    void slotPlaces(const Node& node, Slot& slot);
    Match match(const Node& node);
    void inherit(Slot& slot, const std::string& base_id, const Node& node);

    // loader_rules.cpp
    std::vector<Rule> rules(const Node& node, Section section);
    Rule rule(const Node& node, Section section);
    void ruleConditions(const Node& node, Rule& rule, Section section);
    void ruleScope(const Node& node, Rule& rule, Section section);
    std::optional<Variant> variant(const Node& node);
    std::optional<Condition> condition(const Node& node, const Node& check, bool baseline);
    void conditionValue(const Node& node, Condition& condition, bool baseline);
    void typeLiteral(const Node& node, const Condition& condition, bool baseline);
    Tolerance tolerance(const Node& node, const Condition& condition);
    Literal literal(const Node& node);
    std::optional<Guard> guard(const Node& node);
    void checkSources(const Node& node);

    // loader_phantoms.cpp
    void phantoms(const Node& node);
    void phantomWords(const Node& node, PackPhantom& phantom);
    void phantomTest(const Node& node, PackPhantom& phantom);

    // loader_later.cpp: sections that other parts of the appliance use; read for form only
    void scanners(const Node& node);
    void examples(const Node& node);
    void exampleStudy(const Node& given);
    int exampleGeometry(const Node& node);
    void scannerChange(const Node& node);
    double duration(const Node& node);  ///< s
    int days(const Node& node);

    Result<CheckName> resolve(std::string_view name);
    void useColumns(CheckName& check);
    int columnOf(std::string_view attribute);
    /// Checks named by the elements of a list; complains of those that are none.
    std::vector<CheckName> checkNames(const Node& node);

    PackData& pack_;
    std::vector<PackMistake>& mistakes_;
    std::set<std::string, std::less<>> source_keys_;
    std::map<std::string, CheckName, std::less<>> console_;
    std::map<std::string, RuleSource, std::less<>> rule_sources_;
    std::vector<std::pair<std::string, std::string>> siblings_;  ///< path to slot that same_as names there
    std::size_t rule_count_ = 0;
    std::size_t expression_count_ = 0;
};

}  // namespace gantry::qc
