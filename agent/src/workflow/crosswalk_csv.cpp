#include "workflow/crosswalk_csv.hpp"

#include "workflow/identity.hpp"

namespace gantry::agent {
namespace {

constexpr std::size_t kColumns = 6;
constexpr std::size_t kMaxField = 256;  // bytes; a PN has at most 3 x 64 characters (PS3.5 6.2)

/// Nullopt for a quote that does not end, or something behind one.
std::optional<std::vector<std::string>> fieldsOf(std::string_view line) {
    std::vector<std::string> out(1);
    bool quoted = false;
    bool ended = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
            out.back() += line[++i];
        } else if (c == '"' && (quoted || (out.back().empty() && !ended))) {
            ended = quoted;
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            out.emplace_back();
            ended = false;
        } else if (ended) {
            return std::nullopt;
        } else {
            out.back() += c;
        }
    }
    if (quoted) return std::nullopt;
    return out;
}

std::string cut(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

bool isDate(const std::string& text) {
    return text.size() == 8 && text.find_first_not_of("0123456789") == std::string::npos;
}

/// "" when nothing is wrong; never a value of the line.
std::string_view mistakeIn(const CrosswalkEntry& entry) {
    if (entry.subject_id.empty()) return "subject_id is missing";
    if (entry.patient.id.empty()) return "patient_id is missing";
    const auto& birth = entry.patient.birth_date;
    if (!birth.empty() && !isDate(birth)) return "birth_date must be YYYYMMDD";
    const auto& sex = entry.patient.sex;
    if (!sex.empty() && sex != "F" && sex != "M" && sex != "O") return "sex must be F, M, O or empty";
    return {};
}

Result<CrosswalkEntry> entryFrom(std::string_view line) {
    auto fields = fieldsOf(line);
    if (!fields || fields->size() != kColumns)
        return fail(Errc::InvalidArgument, std::to_string(kColumns) + " values are expected");
    for (auto& field : *fields) {
        field = cut(field);
        if (field.size() > kMaxField) return fail(Errc::InvalidArgument, "a value is too long");
    }
    auto& f = *fields;
    CrosswalkEntry entry{f[0], {f[1], f[2], f[3], f[4], f[5]}, 0};
    if (const auto mistake = mistakeIn(entry); !mistake.empty())
        return fail(Errc::InvalidArgument, std::string(mistake));
    return entry;
}

class Mistakes {
public:
    void add(std::size_t line, const std::string& what) {
        text_ += (text_.empty() ? "line " : "\nline ") + std::to_string(line) + ": " + what;
    }
    Result<> asResult(Errc code) const {
        if (text_.empty()) return {};
        return fail(code, text_);
    }

private:
    std::string text_;
};

}  // namespace

Result<std::vector<CrosswalkEntry>> parseCrosswalk(std::string_view csv) {
    std::vector<CrosswalkEntry> out;
    Mistakes mistakes;
    std::size_t number = 0;
    while (!csv.empty()) {
        const auto end = csv.find('\n');
        auto line = csv.substr(0, end);
        csv.remove_prefix(end == std::string_view::npos ? csv.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (++number == 1) {
            if (line == kCrosswalkHeader) continue;
            return fail(Errc::InvalidArgument, "the first line must be " + std::string(kCrosswalkHeader));
        }
        if (line.empty()) continue;
        auto entry = entryFrom(line);
        if (entry) entry->line = number;
        if (entry)
            out.push_back(*std::move(entry));
        else
            mistakes.add(number, entry.error().context);
    }
    if (number == 0)
        return fail(Errc::InvalidArgument, "the first line must be " + std::string(kCrosswalkHeader));
    GANTRY_CHECK(mistakes.asResult(Errc::InvalidArgument));
    return out;
}

Result<int> importCrosswalk(Catalogue& catalogue, const Trial& trial,
                            const std::vector<CrosswalkEntry>& entries, const std::string& who,
                            UnixMillis now) {
    if (!trial.crosswalk) return fail(Errc::ConfigInvalid, "the crosswalk's key is not open");
    return catalogue.write([&](Database& db) -> Result<int> {
        const auto before = GANTRY_TRY(links(db, trial.config.id)).size();
        Mistakes unknown;
        Mistakes taken;
        for (const auto& entry : entries) {
            if (!trial.subject(entry.subject_id)) {
                unknown.add(entry.line, "the trial has no such subject here");
                continue;
            }
            const auto linked =
                rememberPatient(db, trial, entry.patient, entry.subject_id, "import", who, now);
            if (!linked && linked.error().code != Errc::Conflict) return linked.error();
            if (linked) GANTRY_CHECK(judgePatientAgain(db, trial, entry.patient, who, now));
            if (!linked) taken.add(entry.line, "the subject or the patient is linked with another already");
        }
        GANTRY_CHECK(unknown.asResult(Errc::InvalidArgument));
        GANTRY_CHECK(taken.asResult(Errc::Conflict));
        return static_cast<int>(GANTRY_TRY(links(db, trial.config.id)).size() - before);
    });
}

}  // namespace gantry::agent
