#include "workflow/trial.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>

#include "deid/pack_policy.hpp"
#include "gantry/core/clock.hpp"
#include "gantry/core/files.hpp"
#include "gantry/core/log.hpp"
#include "gantry/uplink/receipt.hpp"
#include "workflow/pack_in_force.hpp"

namespace gantry::agent {
namespace {

std::string_view cut(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::vector<std::string> split(std::string_view line, char separator) {
    std::vector<std::string> out;
    std::size_t start = 0;
    while (true) {
        const auto end = line.find(separator, start);
        out.emplace_back(cut(line.substr(start, end == std::string_view::npos ? end : end - start)));
        if (end == std::string_view::npos) return out;
        start = end + 1;
    }
}

Result<> mustBePrivate(const std::filesystem::path& file) {
    struct stat info {};
    if (::stat(file.c_str(), &info) != 0) return failErrno("reading " + file.filename().string(), errno);
    if ((info.st_mode & 077) != 0)
        return fail(Errc::ConfigInvalid, file.filename().string() + " can be read by others: chmod 600 it");
    return {};
}

constexpr std::array<std::string_view, 4> kRosterColumns = {"subject_id", "patient_id", "sex", "visit_id"};
constexpr std::string_view kAnchor = "anchor:";

Result<> checkRosterHeader(const std::vector<std::string>& header) {
    const bool begins = header.size() >= kRosterColumns.size() &&
                        std::equal(kRosterColumns.begin(), kRosterColumns.end(), header.begin());
    const bool goes_on = std::all_of(header.begin() + std::min<std::ptrdiff_t>(4, std::ssize(header)),
                                     header.end(), [](const std::string& name) {
                                         return name == "birth_year" || name == "laterality" ||
                                                (name.starts_with(kAnchor) && name.size() > kAnchor.size());
                                     });
    if (begins && goes_on) return {};
    return fail(
        Errc::ConfigInvalid,
        "the roster's first line must be subject_id,patient_id,sex,visit_id; birth_year, laterality and "
        "anchor:NAME may follow");
}

/// @return what is wrong; "" when nothing is
std::string readOptional(const std::string& name, const std::string& value, RosterEntry& entry) {
    if (value.empty()) return {};
    if (name == "birth_year") {
        const bool four_digits = value.size() == 4 && value.find_first_not_of("0123456789") == value.npos;
        if (!four_digits) return "birth_year must have four digits";
        entry.birth_year = std::stoi(value);
    } else if (name == "laterality") {
        if (value != "L" && value != "R" && value != "B") return "laterality must be L, R, B or empty";
        entry.laterality = value;
    } else {
        if (!isCalendarDay(value)) return name + " must be a day of the calendar, YYYYMMDD";
        entry.anchors[name.substr(kAnchor.size())] = value;
    }
    return {};
}

/// One OperatorsName a line.
Result<std::vector<std::string>> loadOperators(const std::filesystem::path& file) {
    std::vector<std::string> names;
    if (file.empty()) return names;
    for (auto& line : split(GANTRY_TRY(readFile(file, 1u << 20)), '\n'))
        if (!line.empty()) names.push_back(std::move(line));
    return names;
}

Result<Trial> load(const TrialConfig& config, const std::filesystem::path& data_directory) {
    auto [pack, refused] = GANTRY_TRY(packInForce(config.pack, keptPack(data_directory, config.id)));
    auto policy = GANTRY_TRY(policyOf(pack));
    auto roster = GANTRY_TRY(parseRoster(GANTRY_TRY(readFile(config.roster))));
    auto keys = GANTRY_TRY(loadTrialKeys(config.key));
    auto token = GANTRY_TRY(loadToken(config.token));  // not within the braces: a return there leaks the rest
    Trial trial{config, std::move(pack), std::move(roster), std::move(policy), keys, {},
                {},     std::move(token)};
    trial.pack_refused = std::move(refused);
    trial.operators = GANTRY_TRY(loadOperators(config.operators));
    for (const auto& text : config.recipients)
        trial.recipients.push_back(GANTRY_TRY(uplink::AgeRecipient::parse(text)));
    for (const auto& text : config.receipt_keys)
        trial.receipt_keys.push_back(GANTRY_TRY(uplink::parsePublicKey(text)));
    return trial;
}

}  // namespace

Result<anonymizer::DeidKeys> loadTrialKeys(const std::filesystem::path& file) {
    constexpr std::size_t kKeyBytes = 32;
    std::error_code ec;
    if (!std::filesystem::exists(file, ec)) {
        std::array<std::byte, kKeyBytes> fresh{};
        randomBytes(fresh);
        GANTRY_CHECK(writeFileDurably(file, asBytes(toHex(fresh) + "\n")));
        log::info("trial.key_made", {{"file", file.filename().string()}});
    }
    GANTRY_CHECK(mustBePrivate(file));
    const auto text = GANTRY_TRY(readFile(file, 4096));
    const auto key = GANTRY_TRY(fromHex(cut(std::string_view(text).substr(0, text.find('\n')))));
    if (key.size() != kKeyBytes) return fail(Errc::ConfigInvalid, "the trial's key must be 64 hex digits");
    return anonymizer::DeidKeys::fromTrialKey(asBytes(key));
}

Result<std::string> loadToken(const std::filesystem::path& file) {
    if (file.empty()) return std::string();
    GANTRY_CHECK(mustBePrivate(file));
    auto text = GANTRY_TRY(readFile(file, 4096));
    std::erase_if(text, [](unsigned char c) { return c <= ' '; });
    return text;
}

Result<std::vector<RosterEntry>> parseRoster(std::string_view csv) {
    const auto lines = split(csv, '\n');
    const auto header = split(lines.front(), ',');
    GANTRY_CHECK(checkRosterHeader(header));
    std::vector<RosterEntry> out;
    std::set<std::string> subjects;
    std::string mistakes;
    for (std::size_t i = 1; i < lines.size(); ++i) {
        if (lines[i].empty()) continue;
        const auto fields = split(lines[i], ',');
        const auto bad = [&](std::string_view what) {
            mistakes += (mistakes.empty() ? "roster line " : "\nroster line ") + std::to_string(i + 1) +
                        ": " + std::string(what);
        };
        if (fields.size() != header.size()) {
            bad(std::to_string(header.size()) + " values are expected");
            continue;
        }
        if (fields[0].empty()) bad("subject_id is missing");
        if (!subjects.insert(fields[0]).second) bad("this subject_id stands twice");
        if (!fields[2].empty() && fields[2] != "F" && fields[2] != "M" && fields[2] != "O")
            bad("sex must be F, M, O or empty");
        RosterEntry entry{fields[0], fields[1], fields[2], fields[3]};
        for (std::size_t column = kRosterColumns.size(); column < fields.size(); ++column)
            if (const auto problem = readOptional(header[column], fields[column], entry); !problem.empty())
                bad(problem);
        out.push_back(std::move(entry));
    }
    if (!mistakes.empty()) return fail(Errc::ConfigInvalid, mistakes);
    return out;
}

std::optional<RosterEntry> findSubject(const std::vector<RosterEntry>& roster, std::string_view patient_id,
                                       std::string_view clinical_trial_subject_id) {
    const RosterEntry* found = nullptr;
    for (const auto& entry : roster) {
        const bool named =
            (!patient_id.empty() && (entry.patient_id == patient_id || entry.subject_id == patient_id)) ||
            (!clinical_trial_subject_id.empty() && entry.subject_id == clinical_trial_subject_id);
        if (!named) continue;
        if (found) return std::nullopt;  // two subjects claim it: a person decides
        found = &entry;
    }
    return found ? std::optional(*found) : std::nullopt;
}

const RosterEntry* Trial::subject(std::string_view subject_id) const {
    const auto found = std::ranges::find(roster, subject_id, &RosterEntry::subject_id);
    return found == roster.end() ? nullptr : &*found;
}

Result<Trial> loadTrial(const TrialConfig& config, const std::filesystem::path& data_directory) {
    auto trial = load(config, data_directory);
    if (!trial) return within("trial " + config.id, trial.error());
    return trial;
}

}  // namespace gantry::agent
