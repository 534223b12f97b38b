#include "roster.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <boost/tokenizer.hpp>
#include <charconv>
#include <chrono>
#include <optional>
#include <vector>

#include "gantry/uplink/statement.hpp"

namespace gantry::central {
namespace {

namespace json = boost::json;
using Row = std::map<std::string, std::string>;  // column to value; empty ones are left out

constexpr std::string_view kColumns[] = {"site", "subject", "sex",   "birth_year", "laterality",
                                         "left", "visit",   "from", "to"};
constexpr std::string_view kAnchor = "anchor:";

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\r");
    return first == std::string::npos ? std::string()
                                      : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// Nullopt: quotes that do not end, or a backslash that escapes nothing.
std::optional<std::vector<std::string>> fieldsOf(const std::string& line, char separator) {
    using Separator = boost::escaped_list_separator<char>;
    std::vector<std::string> out;
    try {
        const boost::tokenizer<Separator> fields(line, Separator('\\', separator, '"'));
        for (const auto& field : fields) out.push_back(trimmed(field));
    } catch (const boost::escaped_list_error&) {
        return std::nullopt;
    }
    return out;
}

/// "" when it is no day of the calendar.
std::string dayOf(std::string text) {
    if (text.size() == 10 && text[4] == '-' && text[7] == '-') text = text.substr(0, 4) + text.substr(5, 2) + text.substr(8);
    if (text.size() != 8 || text.find_first_not_of("0123456789") != std::string::npos) return {};
    const auto number = [&](std::size_t at, std::size_t n) { return std::stoi(text.substr(at, n)); };
    const std::chrono::year_month_day day{std::chrono::year(number(0, 4)),
                                          std::chrono::month(static_cast<unsigned>(number(4, 2))),
                                          std::chrono::day(static_cast<unsigned>(number(6, 2)))};
    return day.ok() ? text : std::string();
}

class Reader {
public:
    explicit Reader(std::string only_site) : only_site_(std::move(only_site)) {}

    void read(std::string_view csv) {
        if (csv.starts_with("\xEF\xBB\xBF")) csv.remove_prefix(3);  // as spreadsheets write it
        for (line_ = 1; !csv.empty(); ++line_) {
            const auto end = std::min(csv.find('\n'), csv.size());
            const auto text = trimmed(std::string(csv.substr(0, end)));
            csv.remove_prefix(std::min(end + 1, csv.size()));
            if (text.empty()) continue;
            if (columns_.empty())
                header(text);
            else
                row(text);
            if (columns_.empty()) return;
        }
        if (columns_.empty()) mistake("there is no header");
    }

    Result<Rosters> done() const {
        if (!mistakes_.empty()) return fail(Errc::InvalidArgument, mistakes_);
        if (subjects_.empty()) return fail(Errc::InvalidArgument, "the table names no subject");
        std::map<std::string, json::array> lists;
        for (const auto& [key, subject] : subjects_) lists[key.first].push_back(subject);
        Rosters out;
        for (auto& [site, list] : lists)
            out[site] = GANTRY_TRY(
                uplink::canonicalText(json::serialize(json::object{{"format", 1}, {"subjects", std::move(list)}})));
        return out;
    }

private:
    void mistake(std::string_view what) {
        mistakes_ += (mistakes_.empty() ? "line " : "\nline ") + std::to_string(line_) + ": " + std::string(what);
    }

    void header(const std::string& text) {
        if (text.find(',') == std::string::npos && text.find(';') != std::string::npos) separator_ = ';';
        auto names = fieldsOf(text, separator_);
        if (!names) return mistake("a quote does not end");
        std::string unknown;
        for (const auto& name : *names)
            if (std::ranges::find(kColumns, name) == std::end(kColumns) &&
                !(name.starts_with(kAnchor) && name.size() > kAnchor.size()))
                unknown += " '" + name + "'";
        const auto has = [&](const char* name) { return std::ranges::find(*names, name) != names->end(); };
        if (!unknown.empty())
            return mistake("columns that are not known:" + unknown +
                           ". Known are site, subject, sex, birth_year, laterality, left, visit, from, to, anchor:NAME");
        if (!has("subject")) return mistake("the column subject is missing");
        if (only_site_.empty() && !has("site")) return mistake("the column site is missing; or name one with --site");
        columns_ = *std::move(names);
    }

    void row(const std::string& text) {
        const auto fields = fieldsOf(text, separator_);
        if (!fields) return mistake("a quote does not end");
        if (fields->size() != columns_.size())
            return mistake(std::to_string(columns_.size()) + " values are expected");
        Row values;
        for (std::size_t i = 0; i < columns_.size(); ++i)
            if (!(*fields)[i].empty()) values[columns_[i]] = (*fields)[i];
        const auto site = values.contains("site") ? values["site"] : only_site_;
        if (site.empty()) return mistake("site is empty");
        if (!values.contains("subject")) return mistake("subject is empty");
        if (!only_site_.empty() && site != only_site_) return;
        auto [entry, first] = subjects_.try_emplace({site, values["subject"]});
        auto& subject = entry->second;
        subject["subject"] = values["subject"];
        plain(values, subject, first);
        visit(values, subject);
    }

    /// What is said of the subject must be the same in each of its lines.
    void say(json::object& subject, std::string_view key, json::value value, bool first) {
        const auto* former = subject.if_contains(key);
        if ((former != nullptr && *former != value) || (former == nullptr && !first))
            return mistake(std::string(key) + " differs from an earlier line of this subject");
        subject[key] = std::move(value);
    }

    void plain(const Row& values, json::object& subject, bool first) {
        const auto one_of = [&](const char* key, std::string_view allowed, const char* what) {
            const auto found = values.find(key);
            if (found == values.end()) return;
            if (found->second.size() != 1 || allowed.find(found->second) == std::string_view::npos)
                return mistake(what);
            say(subject, key, json::value(found->second), first);
        };
        one_of("sex", "FMO", "sex must be F, M, O or empty");
        one_of("laterality", "LRB", "laterality must be L, R, B or empty");
        if (const auto year = values.find("birth_year"); year != values.end()) {
            const auto& text = year->second;
            int number = 0;
            const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
            if (end.ptr != text.data() + text.size() || number < 1880 || number > 2200)
                mistake("birth_year must be a year");
            else
                say(subject, "birth_year", number, first);
        }
        if (const auto left = values.find("left"); left != values.end()) {
            if (const auto day = dayOf(left->second); !day.empty())
                say(subject, "left", json::value(day), first);
            else
                mistake("left must be a day, YYYYMMDD");
        }
        json::object anchors;
        for (const auto& [column, value] : values) {
            if (!column.starts_with(kAnchor)) continue;
            const auto day = dayOf(value);
            if (day.empty()) mistake(column + " must be a day, YYYYMMDD");
            anchors[column.substr(kAnchor.size())] = day;
        }
        if (!anchors.empty()) say(subject, "anchors", std::move(anchors), first);
    }

    void visit(const Row& values, json::object& subject) {
        const auto id = values.find("visit");
        json::object visit;
        for (const char* key : {"from", "to"}) {
            const auto found = values.find(key);
            if (found == values.end()) continue;
            const auto day = dayOf(found->second);
            if (day.empty()) mistake(std::string(key) + " must be a day, YYYYMMDD");
            if (id == values.end()) mistake(std::string(key) + " is of no visit");
            visit[key] = day;
        }
        if (id == values.end()) return;
        visit["visit"] = id->second;
        auto& visits = subject["visits"];
        if (!visits.is_array()) visits = json::array();
        for (const auto& former : visits.get_array())
            if (former.at("visit") == visit.at("visit")) return mistake("this visit of the subject stands twice");
        visits.get_array().push_back(std::move(visit));
    }

    std::string only_site_;
    char separator_ = ',';
    std::vector<std::string> columns_;
    std::size_t line_ = 1;
    std::string mistakes_;
    std::map<std::pair<std::string, std::string>, json::object> subjects_;  // by site and subject
};

}  // namespace

Result<Rosters> rostersFrom(std::string_view csv, const std::string& only_site) {
    Reader reader(only_site);
    reader.read(csv);
    return reader.done();
}

}  // namespace gantry::central
