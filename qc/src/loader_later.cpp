#include <algorithm>
#include <cmath>

#include "gantry/core/dicom.hpp"
#include "loader.hpp"

namespace gantry::qc {

double Loader::duration(const Node& node) {
    if (!node.isScalar()) {
        (void)node.text();
        return 0;
    }
    const auto quantity = parseQuantity(node.text());
    if (quantity && quantity->unit && quantity->unit->dimension == Dimension::Time) return quantity->base();
    node.mistake("got '" + node.text() + "'; allowed: a number with one of the units " +
                 unitsOf(Dimension::Time));
    return 0;
}

int Loader::days(const Node& node) {
    constexpr double kSecondsPerDay = 86400;
    constexpr double kMostDays = 36525;
    const double count = std::round(duration(node) / kSecondsPerDay);
    if (std::abs(count) > kMostDays) node.mistake("more than a hundred years");
    return static_cast<int>(std::clamp(count, -kMostDays, kMostDays));
}

void Loader::scanners(const Node& node) {
    if (!node) return;
    node.hasKeys({"key"}, {"unqualified", "reconstructions", "invalidate_when"});
    ScannerPolicy policy;
    policy.key = checkNames(node["key"]);
    for (const CheckName& check : policy.key)
        if (check.origin != Origin::Attribute) node["key"].mistake(check.name + " is no DICOM keyword");
    const auto severity = [](const Node& place) {
        return place
            .oneOf<Severity>({{"stop", Severity::Stop},
                              {"stop_suv", Severity::StopSuv},
                              {"rescan", Severity::Rescan},
                              {"query", Severity::Query},
                              {"note", Severity::Note}})
            .value_or(Severity::Query);
    };
    if (const Node unqualified = node["unqualified"];
        unqualified && unqualified.hasKeys({"severity"}, {"at", "else"})) {
        policy.unqualified = severity(unqualified["severity"]);
        policy.unqualified_at = unqualified["at"].texts();
        policy.unqualified_else = unqualified["else"] ? severity(unqualified["else"]) : Severity::Query;
    }
    if (const Node reconstructions = node["reconstructions"];
        reconstructions && reconstructions.hasKeys({"from_phantom", "compare"}, {}))
        policy.reconstruction = checkNames(reconstructions["compare"]);
    pack_.scanners = std::move(policy);
    for (const Node& change : node["invalidate_when"].elements()) scannerChange(change);
}

void Loader::scannerChange(const Node& node) {
    node.hasKeys({"meanwhile"}, {"changed", "recheck_within", "older_than", "of"});
    ScannerPolicy::Change change;
    if (const auto severity = parseSeverity(node["meanwhile"].text()))
        change.meanwhile = *severity;
    else
        node["meanwhile"].mistake(
            gotAllowed(node["meanwhile"].text(), {"stop", "stop_suv", "rescan", "query", "note"}));
    if (node["recheck_within"]) change.recheck_within = duration(node["recheck_within"]);
    if (const Node changed = node["changed"]) {
        auto check = resolve(changed.text());
        if (!check && changed.isScalar()) changed.mistake(check.error().context);
        if (check) change.changed = *std::move(check);
    } else if (node["older_than"] && node["of"]) {
        change.older_than = duration(node["older_than"]);
        change.phantom = node["of"].text();
    } else {
        node.mistake("'changed', or 'older_than' with 'of' is missing");
    }
    pack_.scanners->changes.push_back(std::move(change));
}

void Loader::examples(const Node& node) {
    for (const Node& example : node.elements()) {
        example.hasKeys({"name", "given", "expect"}, {});
        if (example["given"]["phantom"]) continue;  // needs phantom analysis to be run
        exampleStudy(example["given"]);
        for (const auto& [id, place] : example["expect"].members()) {
            const bool about_series = id == "SERIES" || id == "SERIES-REPEAT";
            if (id == "outcome") {
                if (!parseOutcome(place.text()))
                    place.mistake(gotAllowed(place.text(), {"pass", "attention", "fail", "cannot_tell"}));
            } else if (!about_series && !rule_sources_.contains(id)) {
                place.mistake("no rule is named '" + id + "'");
            } else if (!parseRuleResult(place.text())) {
                place.mistake(gotAllowed(place.text(), {"pass", "fail", "cannot_tell", "not_applicable"}));
            }
        }
    }
}

/// What an example is built from; bounded, so that no example takes a machine's memory.
void Loader::exampleStudy(const Node& given) {
    if (!given) return;
    given.hasKeys({}, {"visit", "slot", "header", "geometry", "derived", "radiopharmaceutical", "enrolment",
                       "console", "series"});
    if (const Node slot = given["slot"]; slot.isScalar()) {
        std::vector<std::string> allowed;
        for (const Slot& one : pack_.slots) allowed.push_back(one.id);
        if (std::ranges::find(allowed, slot.text()) == allowed.end())
            slot.mistake(gotAllowed(slot.text(), allowed));
    }
    if (const Node enrolment = given["enrolment"])
        enrolment.hasKeys({}, {"subject_id", "subject_ids", "sex", "assigned"});
    int images = exampleGeometry(given["geometry"]);
    if (given["series"].isList()) images = 0;
    for (const Node& series : given["series"].elements()) {
        series.hasKeys({}, {"header", "geometry"});
        images += exampleGeometry(series["geometry"] ? series["geometry"] : given["geometry"]);
        constexpr int kMostImages = 20'000;
        if (images > kMostImages) return given["series"].mistake("more than 20000 images in one example");
    }
}

/// @return the number of images
int Loader::exampleGeometry(const Node& node) {
    if (!node) return 1;
    node.hasKeys({"n"}, {"spacing", "start", "plane", "drop", "duplicate"});
    for (const auto* key : {"spacing", "start"}) {
        if (!node[key].isScalar()) continue;
        const auto length = parseQuantity(node[key].text());
        if (!length || !length->unit || length->unit->dimension != Dimension::Length)
            node[key].mistake(gotAllowed(node[key].text(), {"a number with one of the units mm, cm, m"}));
    }
    (void)node["plane"].oneOf<int>({{"axial", 0}, {"coronal", 1}, {"sagittal", 2}});
    return 2 * node["n"].integer(1, 5000).value_or(1);  // each slice may be there twice
}

}  // namespace gantry::qc
