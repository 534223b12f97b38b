#include <algorithm>
#include <boost/json.hpp>

#include "derived.hpp"
#include "loader.hpp"

namespace gantry::qc {

namespace {

/// What matching, geometry and summaries read whatever the rules say.
constexpr std::string_view kAlwaysRead[] = {"AcquisitionDate&AcquisitionTime",
                                            "AcquisitionDateTime",
                                            "Columns",
                                            "FrameAcquisitionDateTime",
                                            "FrameOfReferenceUID",
                                            "ImageType",
                                            "Manufacturer",
                                            "ManufacturerModelName",
                                            "Modality",
                                            "PatientID",
                                            "PixelSpacing",
                                            "ProtocolName",
                                            "Rows",
                                            "SeriesDate",
                                            "SeriesDescription",
                                            "SeriesNumber",
                                            "SeriesTime",
                                            "StudyDate",
                                            "TimezoneOffsetFromUTC"};

bool isVersion(std::string_view text) {
    static const auto kPattern =
        Pattern::compile(R"(^[0-9]{1,5}\.[0-9]{1,5}\.[0-9]{1,5}(-[0-9A-Za-z.-]{1,40})?$)");
    return kPattern->foundIn(text);
}

/// Whether a slot is recognised as PET by name.
bool wantsPet(const Slot& slot) {
    return std::ranges::any_of(slot.match.must, [](const Condition& condition) {
        return condition.check.name == "Modality" &&
               std::ranges::find(condition.value.items, "PT", &Scalar::text) != condition.value.items.end();
    });
}

std::string withoutBlanks(std::string text) {
    std::erase(text, ' ');
    return text;
}

/// What people decide on the page, by the names that the page's API has for it.
constexpr const char* kSignedDecisions[] = {"assign", "release", "waive",      "answer",
                                            "place",  "pixels",  "judge-again", "confirm-correction"};

bool isTimeOfDay(std::string_view text) {
    static const auto kPattern = Pattern::compile("^([01][0-9]|2[0-3]):[0-5][0-9]$");
    return kPattern->foundIn(text);
}

}  // namespace

void Loader::document(const Node& root) {
    root.hasKeys({"pack", "id", "version", "title", "sources", "visits", "slots"},
                 {"language", "params", "vocab", "console", "identity", "across", "baseline_all", "scanners",
                  "phantoms", "overrides", "examples", "endpoints", "deidentification", "upload", "retention",
                  "hold", "signatures"});
    if (!root.isMap()) return;
    header(root);
    sources(root["sources"]);
    parameters(root["params"]);
    vocabularies(root["vocab"]);
    console(root["console"]);
    for (const auto& [id, place] : root["endpoints"].members()) pack_.endpoints[id] = place.text();
    for (const auto always : kAlwaysRead) (void)columnOf(always);
    visits(root["visits"]);
    pack_.identity = rules(root["identity"], Section::Identity);
    slots(root["slots"]);
    if (std::ranges::any_of(pack_.slots, wantsPet))
        for (const auto input : suvInputs())
            (void)columnOf(input);  // the uptake of the liver is always looked at
    checkVisitSlots(root["visits"]);
    pack_.across = rules(root["across"], Section::Across);
    for (std::size_t i = 0; i < pack_.across.size(); ++i)
        for (const std::string& id : pack_.across[i].over_slots)
            if (std::ranges::find(pack_.slots, id, &Slot::id) == pack_.slots.end())
                root["across"].elements()[i]["over"].mistake("no slot is named '" + id + "'");
    pack_.baseline_all = rules(root["baseline_all"], Section::Baseline);
    checkSiblings();
    policies(root);
    scanners(root["scanners"]);
    phantoms(root["phantoms"]);
    overrides(root["overrides"]);
    examples(root["examples"]);
    pack_.document = *root.value();
}

void Loader::header(const Node& root) {
    if (root["pack"] && root["pack"].text() != "1")
        root["pack"].mistake("got '" + root["pack"].text() + "'; allowed: 1 (the version of the format)");
    pack_.id = root["id"].text();
    if (root["id"].isScalar() && !isIdentifier(pack_.id))
        root["id"].mistake("got '" + pack_.id + "'; allowed: letters, digits, '-', '_', '.', at most 64");
    pack_.version = root["version"].text();
    if (root["version"].isScalar() && !isVersion(pack_.version))
        root["version"].mistake("got '" + pack_.version + "'; allowed: MAJOR.MINOR.PATCH, for example 1.0.0");
    pack_.title = root["title"].text();
    pack_.language = root["language"] ? root["language"].text() : "en";
}

void Loader::sources(const Node& node) {
    for (const auto& [key, place] : node.members()) {
        source_keys_.insert(key);
        place.hasKeys({"cite"}, {"verify"});
        (void)place["cite"].text();
        if (place["verify"].flag(false)) pack_.unverified.push_back(key);
    }
}

void Loader::parameters(const Node& node) {
    for (const auto& [name, place] : node.members()) {
        Literal value = literal(place);
        if (value.shape == Literal::Shape::Parameter) place.mistake("a parameter cannot name another one");
        pack_.parameters.emplace(name, std::move(value));
    }
}

void Loader::vocabularies(const Node& node) {
    for (const auto& [name, place] : node.members()) {
        Vocabulary vocabulary{name, name == "kernel_class" ? "ConvolutionKernel" : "", {}};
        for (const auto& [word_class, vendors] : place.members()) {
            if (word_class == "attribute") {
                vocabulary.attribute = vendors.text();
                continue;
            }
            for (const auto& [vendor, words] : vendors.members()) {
                VocabularyRow row{word_class, vendor, {}, {}};
                for (const std::string& word : words.texts()) {
                    const bool expression = word.size() > 2 && word.starts_with('/') && word.ends_with('/');
                    if (!expression) {
                        row.words.push_back(word);
                        continue;
                    }
                    constexpr std::size_t kMostExpressions = 1000;
                    if (++expression_count_ == kMostExpressions + 1)
                        words.mistake("more than 1000 regular expressions in vocab");
                    if (expression_count_ > kMostExpressions) continue;
                    auto pattern = Pattern::compile(std::string_view(word).substr(1, word.size() - 2));
                    if (pattern) row.patterns.push_back(*std::move(pattern));
                    if (!pattern)
                        words.mistake("'" + word +
                                      "' is not a regular expression: " + pattern.error().context);
                }
                vocabulary.rows.push_back(std::move(row));
            }
        }
        const auto attribute = findCheckName(vocabulary.attribute);
        if (!attribute || attribute->origin != Origin::Attribute) {
            place.mistake("'attribute' has to name the DICOM keyword these words are found in");
            continue;
        }
        pack_.vocabularies.push_back(std::move(vocabulary));
    }
}

void Loader::console(const Node& node) {
    for (const Node& element : node.elements()) {
        element.hasKeys({"id", "ask"}, {"unit", "also", "type", "needed"});
        Question question{element["id"].text(),
                          element["ask"].text(),
                          "text",
                          element["unit"].text(),
                          element["also"].texts(),
                          "optional",
                          "",
                          ""};
        if (element["id"].isScalar() && !isIdentifier(question.id))
            element["id"].mistake("got '" + question.id +
                                  "'; allowed: letters, digits, '-', '_', '.', at most 64");
        CheckName check;
        check.name = "console." + question.id;
        check.label = question.ask;
        check.origin = Origin::Console;
        const auto type = element["type"].oneOf<Kind>(
            {{"yes_no", Kind::Flag}, {"number", Kind::Number}, {"text", Kind::Text}, {"time", Kind::Text}});
        check.kind = type.value_or(element["unit"] ? Kind::Number : Kind::Text);
        question.type = type ? element["type"].text() : (check.kind == Kind::Number ? "number" : "text");
        const auto unit_of = [&](const Node& place, const std::string& symbol) {
            const Unit* unit = findUnit(symbol);
            if (!unit) place.mistake("got '" + symbol + "', which is no known unit");
            return unit;
        };
        check.identifying = question.type == "text";  // people type what they like
        if (element["unit"]) check.native = unit_of(element["unit"], question.unit);
        if (check.native) check.dimension = check.native->dimension;
        for (const std::string& symbol : question.also)
            if (const Unit* unit = unit_of(element["also"], symbol);
                unit && unit->dimension != check.dimension)
                element["also"].mistake(gotAllowed(symbol, {unitsOf(check.dimension)}));
        if (element["needed"]) {
            (void)element["needed"].oneOf<int>(
                {{"before_release", 0}, {"if_not_in_header", 1}, {"always", 2}, {"optional", 3}});
            question.needed = element["needed"].text();
        }
        if (!console_.emplace(check.name, check).second)
            element["id"].mistake("the id '" + question.id + "' is used twice");
        pack_.questions.push_back(std::move(question));
    }
}

void Loader::visits(const Node& node) {
    for (const Node& element : node.elements()) visit(element);
    if (node.isList() && pack_.visits.empty()) node.mistake("no visit is given");
}

void Loader::visit(const Node& node) {
    node.hasKeys({"id", "label", "needs"}, {"anchor", "window", "repeat", "optional", "source"});
    Visit visit{node["id"].text(),
                node["label"].text(),
                node["needs"].texts(),
                node["optional"].texts(),
                node["anchor"].text(),
                std::nullopt,
                0,
                0};
    if (node["id"].isScalar() && !isIdentifier(visit.id))
        node["id"].mistake("got '" + visit.id + "'; allowed: letters, digits, '-', '_', '.', at most 64");
    if (std::ranges::find(pack_.visits, visit.id, &Visit::id) != pack_.visits.end())
        node["id"].mistake("the id '" + visit.id + "' is used twice");
    if (const Node window = node["window"]; window && window.hasKeys({"from", "to"}, {})) {
        visit.window = DayRange{days(window["from"]), days(window["to"])};
        if (visit.window->first > visit.window->last) window.mistake("the window ends before it begins");
    }
    if (const Node repeat = node["repeat"]; repeat && repeat.hasKeys({"every"}, {"plus_minus"})) {
        visit.repeat_days = days(repeat["every"]);
        visit.repeat_tolerance = repeat["plus_minus"] ? days(repeat["plus_minus"]) : 0;
        if (visit.repeat_days < 1) repeat["every"].mistake("a visit is repeated every day at most");
    }
    if ((node["window"] || node["repeat"]) && visit.anchor.empty())
        node.mistake("a window or repeat needs 'anchor': the date it is counted from");
    if (visit.window && visit.repeat_days > 0) node.mistake("a visit has a window or is repeated, not both");
    checkSources(node["source"]);
    pack_.visits.push_back(std::move(visit));
}

void Loader::checkVisitSlots(const Node& node) {
    std::vector<std::string> allowed;
    for (const Slot& slot : pack_.slots) allowed.push_back(slot.id);
    for (const Node& visit : node.elements())
        for (const auto* key : {"needs", "optional"})
            for (const std::string& id : visit[key].texts())
                if (std::ranges::find(allowed, id) == allowed.end())
                    visit[key].mistake(gotAllowed(id, allowed));
}

void Loader::policies(const Node& root) {
    deidentification(root["deidentification"]);
    if (const Node node = root["hold"]; node && node.hasKeys({"on"}, {})) {
        pack_.hold_on.clear();
        for (const std::string& name : node["on"].texts()) {
            const auto severity = parseSeverity(name);
            if (severity) pack_.hold_on.push_back(*severity);
            if (!severity)
                node["on"].mistake(gotAllowed(name, {"stop", "stop_suv", "rescan", "query", "note"}));
        }
    }
    if (const Node node = root["retention"]; node && node.hasKeys({"after_receipt"}, {})) {
        duration(node["after_receipt"]);
        const auto kept = parseQuantity(node["after_receipt"].text());
        if (kept && kept->unit && kept->number >= 0)
            pack_.retention_days = static_cast<int>(kept->base() / 86400);
    }
    upload(root["upload"]);
    signatures(root["signatures"]);
}

void Loader::signatures(const Node& node) {
    constexpr std::size_t kLongest = 300;
    for (const auto& [decision, meaning] : node.members()) {
        if (std::ranges::find(kSignedDecisions, decision) == std::end(kSignedDecisions))
            node.mistake(gotAllowed(decision, {std::begin(kSignedDecisions), std::end(kSignedDecisions)}));
        const auto text = meaning.text();
        if (text.empty() || text.size() > kLongest)
            meaning.mistake("what the signature means, in a sentence of at most 300 bytes");
        pack_.signatures[decision] = text;
    }
}

void Loader::upload(const Node& node) {
    if (!node || !node.hasKeys({}, {"window", "compression"})) return;
    if (const Node compression = node["compression"]) {
        if (const auto known = parseCompression(compression.text()))
            pack_.compression = *known;
        else
            compression.mistake(gotAllowed(compression.text(), compressionNames()));
    }
    const Node window = node["window"];
    if (!window || !window.hasKeys({"from", "to"}, {})) return;
    for (const auto* key : {"from", "to"})
        if (window[key].isScalar() && !isTimeOfDay(window[key].text()))
            window[key].mistake("got '" + window[key].text() + "'; allowed: a time of day, 00:00 to 23:59");
}

void Loader::overrides(const Node& node) {
    std::set<std::pair<std::string, std::string>> set_before;  // guard and target
    for (const Node& element : node.elements()) {
        element.hasKeys({"when", "set", "why"}, {"source", "approved"});
        checkSources(element["source"]);
        if (const Node approved = element["approved"]) approved.hasKeys({"by", "on"}, {});
        Override one;
        auto when = guard(element["when"]);
        std::map<std::string, std::vector<std::string>> fields_of;  // by rule
        const std::string guard_text = withoutBlanks(element["when"].text());
        for (const auto& [target, place] : element["set"].members()) {
            if (!set_before.emplace(guard_text, target).second)
                place.mistake("another override with the same guard sets it too");
            if (target.starts_with("params.")) {
                parameterPatch(place, target, one.patches);
            } else if (const auto dot = target.rfind('.'); dot == std::string::npos) {
                place.mistake("'" + target + "' names nothing; allowed: RULE.field, params.NAME");
            } else {
                fields_of[target.substr(0, dot)].push_back(target.substr(dot + 1));
            }
        }
        for (const auto& [rule_id, fields] : fields_of)
            rulePatches(element["set"], rule_id, fields, one.patches);
        one.why = element["why"].text();
        if (!when) continue;
        one.when = *std::move(when);
        pack_.overrides.push_back(std::move(one));
    }
}

/// A parameter keeps its form: rules were typed against it.
void Loader::parameterPatch(const Node& node, const std::string& target, std::vector<Patch>& patches) {
    Patch patch;
    patch.target = target;
    patch.parameter = target.substr(7);
    const auto original = pack_.parameters.find(patch.parameter);
    if (original == pack_.parameters.end())
        return node.mistake("no parameter is named '" + patch.parameter + "'");
    patch.value = literal(node);
    const auto sameForm = [](const Scalar& a, const Scalar& b) {
        const auto dimension = [](const Scalar& scalar) {
            const Unit* unit = scalar.quantity ? scalar.quantity->unit : nullptr;
            return unit ? unit->dimension : Dimension::None;
        };
        return a.quantity.has_value() == b.quantity.has_value() && dimension(a) == dimension(b);
    };
    if (patch.value.shape != original->second.shape ||
        !std::ranges::equal(patch.value.items, original->second.items, sameForm))
        node.mistake("the value has another form or unit than the parameter it replaces");
    patches.push_back(std::move(patch));
}

/// The rule is read once more with the new fields in place, so that it is typed like any rule.
void Loader::rulePatches(const Node& set, const std::string& rule_id, const std::vector<std::string>& fields,
                         std::vector<Patch>& patches) {
    static const std::vector<std::string> kFields = {"severity", "missing", "repair", "value",
                                                     "tol",      "op",      "check",  "when",
                                                     "skip",     "advice",  "why",    "over"};
    const Node first = set[rule_id + "." + fields.front()];
    const auto found = rule_sources_.find(rule_id);
    if (found == rule_sources_.end())
        return first.mistake("no rule is named '" + rule_id + "'; allowed: RULE.field, params.NAME");
    boost::json::value changed = found->second.value;
    for (const std::string& field : fields) {
        const Node place = set[rule_id + "." + field];
        if (std::ranges::find(kFields, field) == kFields.end())
            return place.mistake(gotAllowed(field, kFields));
        changed.as_object()[field] = *place.value();
    }
    std::vector<PackMistake> before;
    std::vector<PackMistake> after;
    (void)rule(Node(&found->second.value, "", before), found->second.section);
    const Rule donor = rule(Node(&changed, "", after), found->second.section);
    if (before.empty())  // else the rule itself is reported already
        for (const PackMistake& mistake : after) first.mistake(mistake.message);
    for (const std::string& field : fields) {
        Patch patch;
        patch.target = rule_id + "." + field;
        patch.rule_id = rule_id;
        patch.field = field;
        patch.donor = donor;
        patches.push_back(std::move(patch));
    }
}

/// Slots that same_as names have to be there; they may stand anywhere in the pack.
void Loader::checkSiblings() {
    std::vector<std::string> allowed;
    for (const Slot& slot : pack_.slots) allowed.push_back(slot.id);
    for (const auto& [path, id] : siblings_)
        if (std::ranges::find(allowed, id) == allowed.end())
            mistakes_.push_back({path, gotAllowed(id, allowed)});
}

}  // namespace gantry::qc
