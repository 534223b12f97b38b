#include "observation.hpp"

#include <algorithm>
#include <cctype>
#include <unordered_set>

#include "derived.hpp"
#include "gantry/core/dicom.hpp"
#include "registry.hpp"

namespace gantry::qc {

namespace {

/// Distinct values of an attribute over the scope, as their texts stand in the header.
struct Texts {
    std::vector<std::string> values;
    std::size_t absent = 0;
    std::size_t total = 0;
};

Texts textsOf(const Scope& scope, int column) {
    Texts texts;
    std::unordered_set<std::string_view> seen;
    for (const SeriesView* series : scope.series) {
        const Column& one = series->columns[static_cast<std::size_t>(column)];
        texts.absent += one.absent;
        texts.total += one.total;
        for (const std::string& value : one.values)
            if (seen.insert(value).second) texts.values.push_back(value);
    }
    return texts;
}

std::string absenceReason(const Scope& scope, const Texts& texts) {
    if (texts.absent == 0) return {};
    const bool truncated =
        std::ranges::any_of(scope.series, [](const SeriesView* s) { return s->truncated; });
    if (truncated) return "the header is too large to be read whole";
    if (texts.values.empty()) return "not in the header";
    return "not in the header of " + std::to_string(texts.absent) + " of " + std::to_string(texts.total) +
           " images";
}

Observation observeAttribute(const Scope& scope, const CheckName& check) {
    Texts texts = textsOf(scope, check.column);
    if (check.keyword == "ContrastBolusAgent") std::erase_if(texts.values, deniesContrast);
    Observation seen;
    seen.absent = texts.absent;
    seen.total = texts.total;
    seen.reason = scope.series.empty() ? "no images" : absenceReason(scope, texts);
    for (const std::string& text : texts.values) {
        std::vector<Item> components;
        for (const auto part : dicom::splitValues(text)) components.push_back(textItem(std::string(part)));
        if (check.kind == Kind::Number) {
            const auto numbers = dicom::parseDecimals(text);
            for (std::size_t i = 0; i < components.size() && i < numbers.size(); ++i)
                if (numbers[i])
                    components[i].number = *numbers[i] * (check.native ? check.native->factor : 1);
            if (std::ranges::any_of(components, [](const Item& item) { return !item.number; })) {
                seen.partial = true;
                seen.reason = "the header has no number there";
                continue;
            }
        }
        seen.values.push_back(std::move(components));
    }
    return seen;
}

/// Whether one of the words of `manufacturer` is `vendor`: "GE MEDICAL SYSTEMS" is GE, "CANON_MEC" is CANON.
bool isVendor(std::string_view manufacturer, std::string_view vendor) {
    const auto lower = [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); };
    std::string word;
    for (std::size_t i = 0; i <= manufacturer.size(); ++i) {
        if (i < manufacturer.size() && std::isalnum(static_cast<unsigned char>(manufacturer[i])) != 0) {
            word += lower(manufacturer[i]);
            continue;
        }
        if (!word.empty() && std::ranges::equal(word, vendor, {}, {}, lower)) return true;
        word.clear();
    }
    return false;
}

std::optional<std::string> classOf(const Vocabulary& vocabulary, std::string_view manufacturer,
                                   std::string_view word) {
    for (const VocabularyRow& row : vocabulary.rows) {
        if (!isVendor(manufacturer, row.vendor)) continue;
        const bool listed =
            std::ranges::find(row.words, word) != row.words.end() ||
            std::ranges::any_of(row.patterns, [&](const Pattern& p) { return p.foundIn(word); });
        if (listed) return row.word_class;
    }
    return std::nullopt;
}

Observation observeVocabulary(const Scope& scope, const CheckName& check) {
    const auto name = std::string_view(check.name).substr(6);
    const Vocabulary& vocabulary = *std::ranges::find(scope.pack.vocabularies, name, &Vocabulary::name);
    const Texts texts = textsOf(scope, check.column);
    Observation seen;
    seen.absent = texts.absent;
    seen.total = texts.total;
    seen.reason = scope.series.empty() ? "no images" : absenceReason(scope, texts);
    for (const SeriesView* series : scope.series) {
        const auto manufacturer = series->agreed(scope.pack, "Manufacturer");
        for (const std::string& text : series->columns[static_cast<std::size_t>(check.column)].values) {
            const auto words = dicom::splitValues(text);
            std::optional<std::string> found;
            for (const auto word : words)
                if (!found) found = classOf(vocabulary, manufacturer, word);
            if (!found) {
                seen.partial = true;
                seen.reason = manufacturer.empty() ? "the header does not name the manufacturer"
                                                   : "'" + text + "' of " + std::string(manufacturer) +
                                                         " is not among the pack's words";
                continue;
            }
            const auto same = [&](const std::vector<Item>& value) { return value.front().text == *found; };
            if (std::ranges::none_of(seen.values, same)) seen.values.push_back({textItem(*found)});
            if (seen.note.find(text) == std::string::npos)
                seen.note += (seen.note.empty() ? "" : ", ") + text;
        }
    }
    return seen;
}

/// Both sides are either of them, and images of both.
Observation sidesOf(const std::string& laterality) {
    if (laterality != "B") return known(textItem(laterality));
    Observation seen;
    seen.values.push_back({textItem("B"), textItem("L"), textItem("R")});
    return seen;
}

Observation observeContext(const Scope& scope, const CheckName& check) {
    const JudgeContext& context = scope.context;
    switch (check.told) {
        case Told::SubjectId:
            return context.enrolment ? known(textItem(context.enrolment->subject_id))
                                     : unknown("no subject is assigned");
        case Told::SubjectSex:
            if (!context.enrolment || !context.enrolment->sex) return unknown("not known from enrolment");
            return known(textItem(*context.enrolment->sex));
        case Told::SubjectIds: {
            Observation seen = unknown("the list of enrolled subjects is empty");
            std::vector<Item> items;
            for (const auto& id : context.enrolled_subject_ids) items.push_back(textItem(id));
            if (!items.empty()) seen.values.push_back(std::move(items));
            return seen;
        }
        case Told::VisitId:
            return context.visit_id.empty() ? unknown("no visit is assigned")
                                            : known(textItem(context.visit_id));
        case Told::SubjectBirthYear:
            if (!context.enrolment || !context.enrolment->birth_year)
                return unknown("not known from enrolment");
            return known(textItem(std::to_string(*context.enrolment->birth_year)));
        case Told::SubjectLaterality:
            if (!context.enrolment || !context.enrolment->laterality)
                return unknown("not known from enrolment");
            return sidesOf(*context.enrolment->laterality);
        case Told::TrainedOperators: {
            std::vector<Item> items;
            for (const auto& name : context.trained_operators) items.push_back(textItem(name));
            Observation seen = unknown("the list of trained operators is empty");
            if (!items.empty()) seen.values.push_back(std::move(items));
            return seen;
        }
        case Told::VisitPrevious:
            return known(textItem(context.earlier.empty() ? "false" : "true"));
        case Told::SiteId:
            return context.site_id.empty() ? unknown("the site is not known")
                                           : known(textItem(context.site_id));
        case Told::Slot:
            return known(textItem(scope.slot));
        case Told::None:
            break;
    }
    return unknown("not known");
}

Observation observeGiven(const std::vector<std::string>& texts, const CheckName& check) {
    std::vector<Item> items;
    for (const std::string& text : texts) {
        const Scalar scalar = makeScalar(text);
        items.push_back({text, check.kind == Kind::Number ? baseNumber(scalar, check) : std::nullopt});
    }
    Observation seen;
    seen.denied = check.kind != Kind::Flag && texts.size() == 1 && texts.front() == "false";
    seen.values.push_back(std::move(items));
    seen.total = 1;
    return seen;
}

Observation observeConsole(const Scope& scope, const CheckName& check) {
    const auto& answers = scope.context.answers;
    const auto answer =
        std::ranges::find(answers, std::string_view(check.name).substr(8), &ConsoleAnswer::question_id);
    if (answer == answers.end() || answer->value.empty()) return unknown("nobody has answered yet");
    Observation seen = observeGiven({answer->value}, check);
    if (check.kind != Kind::Number || seen.values.front().front().number) return seen;
    return unknown("the answer is no number");
}

Observation observeImage(const Scope& scope, const CheckName& check) {
    if (check.name == kLiverSuv) return liverSuv(scope);
    std::vector<Observation> parts;
    for (const SeriesView* series : scope.series) {
        const auto& images = scope.context.images;
        const auto found = std::ranges::find(images, series->uid, &SeriesImages::series_instance_uid);
        if (found != images.end() && check.name == "image.identical")
            parts.push_back(known(textItem(found->identical_to.empty() ? "false" : "true")));
        else if (const auto* measure = findMeasure(scope.context, series->uid, check.name))
            parts.push_back(known(numberItem(measure->value)));
        else
            parts.push_back(unknown(whyNotMeasured(scope.context, series->uid, check.name)));
    }
    return merged(std::move(parts));
}

Tri compareOne(const Guard& guard, const Item& item, const Scalar& value) {
    if (guard.check.kind != Kind::Number) {
        const bool equal = item.text == value.text;
        return (guard.compare == Compare::NotEqual) != equal ? Tri::Yes : Tri::No;
    }
    const auto right = baseNumber(value, guard.check);
    if (!item.number || !right) return Tri::Unknown;
    const double left = *item.number;
    switch (guard.compare) {
        case Compare::NotEqual:
            return left != *right ? Tri::Yes : Tri::No;
        case Compare::Less:
            return left < *right ? Tri::Yes : Tri::No;
        case Compare::LessEqual:
            return left <= *right ? Tri::Yes : Tri::No;
        case Compare::Greater:
            return left > *right ? Tri::Yes : Tri::No;
        case Compare::GreaterEqual:
            return left >= *right ? Tri::Yes : Tri::No;
        default:
            return left == *right ? Tri::Yes : Tri::No;
    }
}

Tri compareItem(const Guard& guard, const Item& item) {
    if (guard.compare == Compare::Truthy)
        return item.text.empty() || item.text == "false" ? Tri::No : Tri::Yes;
    if (guard.compare == Compare::Matches) return guard.pattern->foundIn(item.text) ? Tri::Yes : Tri::No;
    Tri any = Tri::No;
    for (const Scalar& value : guard.values) any = any || compareOne(guard, item, value);
    return any;
}

}  // namespace

const ImageMeasure* findMeasure(const JudgeContext& context, std::string_view series_uid,
                                const std::string& check) {
    const auto series = std::ranges::find(context.images, series_uid, &SeriesImages::series_instance_uid);
    if (series == context.images.end()) return nullptr;
    const auto found = series->measures.find(check);
    return found == series->measures.end() ? nullptr : &found->second;
}

std::string whyNotMeasured(const JudgeContext& context, std::string_view series_uid,
                           const std::string& check) {
    const auto series = std::ranges::find(context.images, series_uid, &SeriesImages::series_instance_uid);
    if (series == context.images.end()) return "the pictures are not measured yet";
    const auto reason = series->reasons.find(check);
    return reason == series->reasons.end() ? "not measured on these pictures" : reason->second;
}

bool deniesContrast(std::string_view agent) {
    constexpr std::string_view kNo[] = {"NONE", "NO", "WITHOUT"};
    std::string upper;
    for (const char c : agent)
        if (c != ' ') upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return std::ranges::find(kNo, upper) != std::end(kNo);
}

Item numberItem(double base) {
    return {{}, base};
}
Item textItem(std::string text) {
    return {std::move(text), std::nullopt};
}

Observation known(Item item) {
    Observation seen;
    seen.values.push_back({std::move(item)});
    seen.total = 1;
    return seen;
}

Observation unknown(std::string reason) {
    Observation seen;
    seen.reason = std::move(reason);
    return seen;
}

Observation observe(const Scope& scope, const CheckName& check) {
    if (scope.given)
        if (const auto given = scope.given->find(check.name); given != scope.given->end())
            return observeGiven(given->second, check);
    switch (check.origin) {
        case Origin::Attribute:
            return observeAttribute(scope, check);
        case Origin::Vocabulary:
            return observeVocabulary(scope, check);
        case Origin::Derived:
            return check.derive(scope);
        case Origin::Context:
            return observeContext(scope, check);
        case Origin::Console:
            return observeConsole(scope, check);
        case Origin::Image:
            return observeImage(scope, check);
        case Origin::PhantomAge:
            return phantomAge(scope, check);
    }
    return unknown("not known");
}

/// A comparison holds when it holds for every value; a component of a multiple value is enough.
Tri evaluateGuard(const Guard& guard, const Scope& scope) {
    if (guard.kind == Guard::Kind::Not) return !evaluateGuard(guard.children.front(), scope);
    if (guard.kind != Guard::Kind::Comparison) {
        const bool all = guard.kind == Guard::Kind::And;
        Tri result = all ? Tri::Yes : Tri::No;
        for (const Guard& child : guard.children)
            result = all ? (result && evaluateGuard(child, scope)) : (result || evaluateGuard(child, scope));
        return result;
    }
    const Observation seen = observe(scope, guard.check);
    Tri result = seen.values.empty() || seen.partial || seen.absent > 0 ? Tri::Unknown : Tri::Yes;
    if (seen.values.empty() && guard.compare == Compare::Truthy && guard.check.origin == Origin::Attribute)
        return Tri::No;
    for (const auto& value : seen.values) {
        Tri any = Tri::No;
        for (const Item& item : value) any = any || compareItem(guard, item);
        result = result && any;
    }
    return result;
}

}  // namespace gantry::qc
