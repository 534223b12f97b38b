#include <cmath>

#include "pack_draft.hpp"
#include "pack_draft_values.hpp"

namespace gantry::central {

namespace {

std::string visits(const Draft& draft) {
    std::string needs;
    std::string optional;
    for (const DraftSlot& slot : draft.slots) {
        std::string& list = slot.needed ? needs : optional;
        list += (list.empty() ? "" : ", ") + slot.id;
    }
    return "visits:\n  - {id: V1, label: Any visit, needs: [" + needs + "], optional: [" + optional +
           "], source: [ACCEPTED]}\n";
}

std::string rule(const DraftRule& rule) {
    std::string text = "      - {id: " + rule.id + ", " + rule.yaml + ", severity: query,";
    if (!rule.comment.empty()) text += "  # " + rule.comment;
    return text + "\n         why: " + quoted(rule.why) + ", advice: " + quoted(rule.advice) +
           ", source: [ACCEPTED]}\n";
}

/// Three fifths of all points: what differs in one respect is still taken, and its rules say in which.
double acceptScore(const DraftSlot& slot) {
    return std::floor(slot.all_points * 3 / 5);
}

std::string slot(const DraftSlot& slot) {
    std::string text = "  " + slot.id + ":  # " + slot.comment + "\n    label: " + quoted(slot.label) +
                       "\n    count: {min: " + (slot.needed ? "1" : "0") +
                       ", max: " + std::to_string(slot.most_in_a_visit) + "}\n    match:\n      must:\n";
    for (const std::string& condition : slot.must) text += "        - {" + condition + "}\n";
    if (!slot.must_not.empty()) text += "        - {" + slot.must_not + "}\n";
    if (!slot.score.empty()) text += "      score:\n";
    for (const std::string& condition : slot.score) text += "        - {" + condition + "}\n";
    text += "      accept: {score: " + std::to_string(static_cast<int>(acceptScore(slot))) +
            ", margin: " + (slot.score.empty() ? "0" : "1") +
            "}\n    choose: {when_many: most_slices, then: latest}\n";
    if (!slot.rules.empty()) text += "    rules:\n";
    for (const DraftRule& one : slot.rules) text += rule(one);
    return text;
}

}  // namespace

std::string toYaml(const Draft& draft) {
    std::string text =
        "# Drafted from " + std::to_string(draft.studies) +
        " accepted studies. Behind each rule stands what was found: the most frequent value, in how\n"
        "# many series, and the spread. Narrow the limits, name the slots, weigh the severities.\n";
    for (const std::string& remark : draft.remarks) text += "# " + remark + "\n";
    text += "pack: 1\nid: " + quoted(draft.id) + "\nversion: 0.1.0\ntitle: " + quoted(draft.title) +
            "\nsources:\n  ACCEPTED: {cite: \"Technique of " + std::to_string(draft.studies) +
            " accepted studies\", verify: true}\n\n" + visits(draft) + "\nslots:\n";
    for (const DraftSlot& one : draft.slots) text += slot(one);
    return text;
}

}  // namespace gantry::central
