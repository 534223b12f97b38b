#include "gantry/anonymizer/statement.hpp"

#include <algorithm>

#include "content_classes.hpp"
#include "gantry/core/dicom_dictionary.hpp"
#include "sop_class_names.hpp"
#include "sop_classes.hpp"
#include "statement_words.hpp"

namespace gantry::anonymizer {
namespace {

using dicom::Tag;

// Options and columns of the table are told in the same order; options of pixels have no column.
static_assert(static_cast<int>(DeidOption::CleanGraphics) == static_cast<int>(Column::CleanGraphics));
static_assert(static_cast<int>(DeidOption::RetainUids) == static_cast<int>(Column::RetainUids));

/// One row of a Markdown table; a bar in a cell would end it.
std::string row(std::initializer_list<std::string_view> cells) {
    std::string text = "|";
    for (const auto cell : cells) {
        text += ' ';
        for (const char c : cell) text += c == '|' ? '/' : c;
        text += " |";
    }
    return text + '\n';
}

std::string nameOfPattern(const TableRow& entry) {
    if (entry.mask == 0xFFFFFFFFu) return dicom::toString(Tag{entry.value});
    auto text = dicom::toString(Tag{entry.value});  // digits that may be any are told as x
    constexpr std::size_t kPlaces[] = {1, 2, 3, 4, 6, 7, 8, 9};
    for (std::size_t i = 0; i < 8; ++i)
        if ((entry.mask >> (4 * (7 - i)) & 0xFu) != 0xFu) text[kPlaces[i]] = 'x';
    return text;
}

/// A tag that the pattern matches, to ask the engine about it.
Tag exampleOf(const TableRow& entry) {
    const bool any_private = entry.mask != 0xFFFFFFFFu && entry.value == 0x00010000u;
    return any_private ? Tag{0x00190010} : Tag{entry.value};
}

std::string optionsSection(const DeidPolicy& policy) {
    std::string text = "## Profile and options\n\n" + row({"CID 7050", "profile or option", "in force"}) +
                       row({"---", "---", "---"}) +
                       row({"113100", "Basic Application Confidentiality Profile", "yes"});
    for (const auto& option : deidOptions())
        text += row({option.code, option.meaning,
                     policy.has(option.option) ? "yes" : (option.supported ? "no" : "no; not offered")});
    return text + '\n';
}

std::string packSection(const DeidPolicy& policy) {
    std::string text = "## What this pack adds\n\n";
    const auto list = [&](std::string_view what, const std::vector<Tag>& tags) {
        text += "- " + std::string(what) + ": ";
        for (std::size_t i = 0; i < tags.size(); ++i)
            text += (i ? ", " : "") + dicom::nameOf(tags[i]) + " " + dicom::toString(tags[i]);
        text += tags.empty() ? "none\n" : "\n";
    };
    list(
        "attributes that stay besides because the pack's rules read them or the pack asks for them; their "
        "values are checked",
        policy.keep);
    list("attributes that go at every depth, whatever the options say", policy.remove);
    text +=
        "- words of the trial that may stand in descriptions: " + std::to_string(policy.words.size()) + "\n";
    return text + '\n';
}

/// What happens to the attributes of a row; private ones are decided by their creator, not by their tag.
Rule ruleOf(const TableRow& entry, const DeidPolicy& policy) {
    if (entry.keyword == "PrivateAttributes" && policy.has(DeidOption::RetainSafePrivate))
        return {Action::C, Origin::Private,
                "only those of the table of safe private attributes stay, see below"};
    return actionFor(exampleOf(entry), policy);
}

std::string tableSection(const DeidPolicy& policy) {
    std::string text =
        "## Attributes of Table E.1-1\n\nAction codes as in PS3.15 Table E.1-1a. Conditional codes are "
        "resolved by "
        "the attribute's Type in the object's IOD. The rules hold at every depth.";
    if (policy.has(DeidOption::CleanStructuredContent) || policy.has(DeidOption::CleanGraphics))
        text +=
            " Content trees of reports and annotations of presentation states and waveforms are cleaned item "
            "by "
            "item; these rows hold for the rest.";
    text += "\n\n" + row({"tag", "keyword", "Basic Profile", "in force", "why"}) +
            row({"---", "---", "---", "---", "---"});
    for (const auto& entry : profileTable()) {
        const auto rule = ruleOf(entry, policy);
        text += row(
            {nameOfPattern(entry), entry.keyword, toString(entry.basic), toString(rule.action), rule.reason});
    }
    return text + '\n';
}

std::string keptSection(const DeidPolicy& policy) {
    std::string text =
        "## Attributes that are not in Table E.1-1 and stay\n\nEvery other attribute that the table does not "
        "name is "
        "removed, also one that a later edition of the standard brings.\n\n" +
        row({"tag", "keyword", "VR", "in force", "why"}) + row({"---", "---", "---", "---", "---"});
    for (const auto& entry : dicom::dictionary()) {
        if (profileRow(entry.tag)) continue;
        const auto rule = actionFor(entry.tag, policy);
        if (rule.action != Action::X)
            text += row(
                {dicom::toString(entry.tag), entry.keyword, entry.vr, toString(rule.action), rule.reason});
    }
    return text + '\n';
}

struct SafePrivate {
    std::string_view creator;
    std::uint16_t group;
    std::uint8_t element;
    dicom::Vr vr;
};
constexpr SafePrivate kSafePrivate[] = {
#include "safe_private.inc"
};

/// The block (gggg,xx..) may be any; its creator tells what it is.
std::string privateSection(const DeidPolicy& policy) {
    if (!policy.has(DeidOption::RetainSafePrivate)) return "";
    std::string text =
        "## Private attributes that stay\n\n" + row({"creator", "tag", "VR"}) + row({"---", "---", "---"});
    for (const auto& safe : kSafePrivate) {
        auto tag = dicom::toString(dicom::makeTag(safe.group, safe.element));
        tag.replace(6, 2, "xx");
        text += row({safe.creator, tag, safe.vr.text()});
    }
    return text + '\n';
}

std::string classesSection(const DeidPolicy& policy) {
    std::string text =
        "## Storage classes\n\n" + row({"SOP class", "name", "what happens"}) + row({"---", "---", "---"});
    for (const auto& [uid, name] : sopClassNames()) {
        const auto* known = sopClass(uid);
        std::string what = "held: objects of this class cannot be made safe";
        if (const auto reason = heldReason(uid); !known && !reason.empty())
            what = "held: " + std::string(reason);
        if (known) {
            const auto allowed = requireOptions(*known, policy);
            what = !allowed               ? "held: " + allowed.error().context
                   : known->may_show_text ? "sent when its pixels are safe, see below"
                                          : "sent";
        }
        text += row({uid, name, what});
    }
    return text + "\nObjects of any other class are held.\n\n";
}

}  // namespace

std::string tableSays(Tag tag, const DeidPolicy& policy) {
    const auto* entry = profileRow(tag);
    if (!entry) return "not in Table E.1-1";
    auto text = "Table E.1-1: " + std::string(toString(entry->basic));
    for (const auto& option : deidOptions()) {
        if (!policy.has(option.option) || option.option > DeidOption::CleanGraphics) continue;
        const auto action = entry->option(static_cast<Column>(option.option));
        if (action != Action::None)
            text += "; " + std::string(option.name) + ": " + std::string(toString(action));
    }
    return text;
}

std::string conformanceStatement(const DeidPolicy& policy, const StatementHead& head) {
    return "# De-identification conformance statement\n\nProtocol pack " + head.pack_id + " " +
           head.pack_version + ", \"" + head.pack_title + "\". " + head.product +
           ". Rules: DICOM PS3.15 Annex E, edition 2026c.\n\nThis text is made from the tables that the "
           "engine "
           "works by.\n\n" +
           optionsSection(policy) + packSection(policy) + statementWords(policy) + classesSection(policy) +
           tableSection(policy) + keptSection(policy) + privateSection(policy);
}

}  // namespace gantry::anonymizer
