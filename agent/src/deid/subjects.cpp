#include "deid/subjects.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <vector>

#include "gantry/core/crypto.hpp"
#include "gantry/core/files.hpp"

namespace gantry::agent {
namespace {

constexpr std::uint64_t kMostKeyBytes = 64u << 10;
constexpr std::size_t kLeastKeyBytes = 32;

std::string_view cut(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// RFC 4180 within one line: "" in quotes is one quote.
std::optional<std::vector<std::string>> fieldsOf(std::string_view line) {
    std::vector<std::string> out(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
            out.back() += '"';
            ++i;
        } else if (line[i] == '"') {
            quoted = !quoted;
        } else if (line[i] == ',' && !quoted) {
            out.emplace_back();
        } else {
            out.back() += line[i];
        }
    }
    if (quoted) return std::nullopt;
    for (auto& field : out) field = std::string(cut(field));
    return out;
}

bool isHeader(const std::vector<std::string>& fields) {
    std::string letters;
    for (const char c : fields.front())
        if (std::isalpha(static_cast<unsigned char>(c)) != 0)
            letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return letters == "patientid";
}

/// @return what is wrong with the line; "" when nothing is
std::string readLine(std::string_view line, bool first, SubjectList& list) {
    const auto fields = fieldsOf(line);
    if (!fields) return "a quote is not closed";
    if (first && isHeader(*fields)) return {};
    if (fields->size() < 2 || fields->size() > 3)
        return "PatientID,subject or PatientID,subject,visit is expected";
    if ((*fields)[1].empty()) return "the subject is missing";
    const SubjectOfPatient subject{(*fields)[1], fields->size() == 3 ? (*fields)[2] : ""};
    const auto [found, added] = list.emplace((*fields)[0], subject);
    if (!added && (found->second.subject != subject.subject || found->second.visit != subject.visit))
        return "this PatientID stands above with another subject or visit";
    return {};
}

bool isHexKey(std::string_view text) {
    return text.size() == 2 * kLeastKeyBytes &&
           std::ranges::all_of(text, [](unsigned char c) { return std::isxdigit(c) != 0; });
}

}  // namespace

Result<SubjectList> parseSubjects(std::string_view csv) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (csv.starts_with(kByteOrderMark)) csv.remove_prefix(kByteOrderMark.size());
    SubjectList list;
    std::string mistakes;
    bool first = true;
    for (int number = 1; !csv.empty(); ++number) {
        const auto end = csv.find('\n');
        const auto line = cut(csv.substr(0, end));
        csv.remove_prefix(end == std::string_view::npos ? csv.size() : end + 1);
        if (line.empty()) continue;
        if (const auto wrong = readLine(line, first, list); !wrong.empty())
            mistakes += (mistakes.empty() ? "line " : "\nline ") + std::to_string(number) + ": " + wrong;
        first = false;
    }
    if (!mistakes.empty()) return fail(Errc::ConfigInvalid, mistakes);
    if (list.empty()) return fail(Errc::ConfigInvalid, "no patient is listed");
    return list;
}

Result<KeyFile> readKeyFile(const std::filesystem::path& file) {
    struct stat info {};
    if (::stat(file.c_str(), &info) != 0) return failErrno("reading the key file", errno);
    const auto text = GANTRY_TRY(readFile(file, kMostKeyBytes));
    std::string secret = text;
    if (isHexKey(cut(text))) secret = GANTRY_TRY(fromHex(cut(text)));
    if (secret.size() < kLeastKeyBytes)
        return fail(Errc::ConfigInvalid, "the key file holds " + std::to_string(secret.size()) +
                                             " bytes; at least 32 are needed. To make one: "
                                             "(umask 077; head -c 32 /dev/urandom > FILE)");
    return KeyFile{GANTRY_TRY(anonymizer::DeidKeys::fromTrialKey(asBytes(secret))),
                   (info.st_mode & 077) != 0};
}

}  // namespace gantry::agent
