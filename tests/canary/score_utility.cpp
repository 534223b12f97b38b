#include <algorithm>
#include <charconv>
#include <chrono>
#include <set>

#include "score.hpp"

namespace gantry::canary {
namespace {

using dicom::DataSet;
using dicom::Element;
using dicom::Encoding;
using dicom::Tag;
using dicom::Vr;

std::string trimmed(std::string_view value) {
    while (!value.empty() && (value.back() == ' ' || value.back() == '\0')) value.remove_suffix(1);
    while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    return std::string(value);
}

/// The block of a private element is where its creator stands in the output.
std::optional<Tag> tagIn(const DataSet& set, const Step& step) {
    if (step.creator.empty()) return step.tag;
    for (const auto& element : set.elements) {
        const auto number = element.tag.element();
        if (element.tag.group() == step.tag.group() && number >= 0x10 && number <= 0xFF &&
            trimmed(asText(element.value)) == step.creator)
            return dicom::makeTag(step.tag.group(),
                                  static_cast<std::uint16_t>(number << 8 | (step.tag.element() & 0xFF)));
    }
    return std::nullopt;
}

struct Found {
    const Element* element;
    Encoding encoding;
};

std::optional<Found> follow(const DataSet& top, const std::vector<Step>& path) {
    const DataSet* set = &top;
    for (std::size_t i = 0; i < path.size(); ++i) {
        const auto tag = tagIn(*set, path[i]);
        const auto* element = tag ? set->find(*tag) : nullptr;
        if (element == nullptr) return std::nullopt;
        if (i + 1 == path.size()) return Found{element, set->encoding};
        if (path[i].item >= element->items.size()) return std::nullopt;
        set = &element->items[path[i].item];
    }
    return std::nullopt;
}

std::size_t unitOf(Vr vr) {
    for (const char* two : {"US", "SS", "OW", "AT"})
        if (vr.text() == two) return 2;
    for (const char* four : {"UL", "SL", "FL", "OF", "OL"})
        if (vr.text() == four) return 4;
    for (const char* eight : {"FD", "OD", "OV", "SV", "UV"})
        if (vr.text() == eight) return 8;
    return 1;
}

std::string littleEndian(const Found& found, Vr vr) {
    std::string value(asText(found.element->value));
    const auto unit = unitOf(vr);
    if (found.encoding == Encoding::ExplicitBig && unit > 1)
        for (std::size_t at = 0; at + unit <= value.size(); at += unit)
            std::reverse(value.begin() + static_cast<std::ptrdiff_t>(at),
                         value.begin() + static_cast<std::ptrdiff_t>(at + unit));
    return value;
}

std::optional<int> daysOf(std::string_view date) {
    if (date.size() < 8) return std::nullopt;
    int year = 0, month = 0, day = 0;
    const auto number = [&](std::size_t from, std::size_t length, int& out) {
        const auto* end = date.data() + from + length;
        return std::from_chars(date.data() + from, end, out).ptr == end;
    };
    if (!number(0, 4, year) || !number(4, 2, month) || !number(6, 2, day)) return std::nullopt;
    const auto ymd = std::chrono::year(year) / std::chrono::month(static_cast<unsigned>(month)) /
                     std::chrono::day(static_cast<unsigned>(day));
    if (!ymd.ok()) return std::nullopt;
    return std::chrono::sys_days(ymd).time_since_epoch().count();
}

/// What must be one and the same over the whole corpus.
struct Together {
    std::optional<int> days_back;
    std::map<std::string, std::string> uids;
    std::set<std::string> new_uids;
};

std::string checkDate(const std::string& before, const std::string& after, Together& together) {
    const auto old_values = dicom::splitValues(before);
    const auto new_values = dicom::splitValues(after);
    if (old_values.size() != new_values.size()) return "another number of dates";
    for (std::size_t i = 0; i < old_values.size(); ++i) {
        const auto was = daysOf(old_values[i]), is = daysOf(new_values[i]);
        if (!was) continue;
        if (!is) return "no longer a date";
        if (!together.days_back) together.days_back = *was - *is;
        if (*was - *is != *together.days_back) return "moved by another number of days";
        if (old_values[i].substr(8) != new_values[i].substr(8)) return "time of day changed";
    }
    return {};
}

std::string checkUid(const std::string& before, const std::string& after, Together& together) {
    const auto old_values = dicom::splitValues(before);
    const auto new_values = dicom::splitValues(after);
    if (old_values.size() != new_values.size()) return "another number of UIDs";
    for (std::size_t i = 0; i < old_values.size(); ++i) {
        if (!dicom::isValidUid(new_values[i])) return "no UID any more";
        const auto [known, fresh] =
            together.uids.emplace(std::string(old_values[i]), std::string(new_values[i]));
        if (known->second != new_values[i]) return "mapped differently";
        if (fresh && !together.new_uids.insert(std::string(new_values[i])).second)
            return "mapped like another";
    }
    return {};
}

/// "" when the element is as a trial needs it, else what is wrong.
std::string check(const Node& node, const std::optional<Found>& found, Together& together) {
    if (!found) return "gone";
    const auto after = trimmed(littleEndian(*found, node.vr));
    const auto before = trimmed(node.value);
    switch (node.keep) {
        case Keep::No:
            return {};
        case Keep::Present:
            return after.empty() && !before.empty() ? "empty" : "";
        case Keep::Date:
            return checkDate(before, after, together);
        case Keep::Uid:
            return checkUid(before, after, together);
        case Keep::Words:
            for (const auto& word : node.words)
                if (after.find(word) == std::string::npos) return "word lost: " + word;
            return {};
        case Keep::Equal:
            break;
    }
    if (after == before) return {};
    return after.empty() ? "emptied" : "changed";
}

}  // namespace

Score scoreUtility(const Corpus& corpus, const std::vector<Outcome>& outcomes) {
    Score score;
    Together together;
    for (std::size_t i = 0; i < corpus.files.size(); ++i) {
        const auto& file = corpus.files[i];
        if (!file.useful) continue;
        auto& tally = score.by_category[file.kind];
        const auto wanted = expectations(file.set);
        tally.expected += wanted.size();
        if (!outcomes[i].bytes) {
            score.findings.push_back(
                {file.kind, "the whole object", file.name, "held: " + outcomes[i].held_because});
            continue;
        }
        const auto output = dicom::readFile(asBytes(*outcomes[i].bytes));
        if (!output) {
            score.findings.push_back({file.kind, "the whole object", file.name, "cannot be read"});
            continue;
        }
        for (const auto& want : wanted) {
            const auto wrong = check(*want.node, follow(output->dataset, want.path), together);
            if (wrong.empty())
                ++tally.good;
            else
                score.findings.push_back({file.kind, pathText(want.path), file.name, wrong});
        }
    }
    return score;
}

}  // namespace gantry::canary
