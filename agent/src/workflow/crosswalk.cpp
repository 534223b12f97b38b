#include "workflow/crosswalk.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <boost/json.hpp>

#include "gantry/core/log.hpp"

namespace gantry::agent {
namespace {

namespace json = boost::json;
constexpr std::size_t kKeyBytes = 32;

std::string normalised(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return {};
    std::string out(text.substr(first, text.find_last_not_of(' ') - first + 1));
    std::ranges::transform(out, out.begin(), [](unsigned char c) {
        return static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    });
    return out;
}

std::string hashed(const Digest& key, std::string_view what, const std::string& value) {
    return value.empty() ? "" : toHex(hmacSha256(key, asBytes(std::string(what) + '\0' + value)));
}

// A sealed text opens only in its own row.
std::string boundTo(const LinkRow& link) {
    std::string out;
    for (const auto* field : {&link.trial_id, &link.subject_id, &link.patient.patient, &link.patient.issuer})
        out += std::to_string(field->size()) + ":" + *field;
    return out;
}

std::string asJson(const Patient& patient) {
    return json::serialize(json::value{{"id", patient.id},
                                       {"issuer", patient.issuer},
                                       {"name", patient.name},
                                       {"birth_date", patient.birth_date},
                                       {"sex", patient.sex}});
}

Result<std::string> readKey(const std::filesystem::path& file) {
    struct stat info {};
    if (::stat(file.c_str(), &info) != 0) return failErrno("the crosswalk's key", errno);
    if ((info.st_mode & 077) != 0)
        return fail(Errc::ConfigInvalid, "the crosswalk's key can be read by others: chmod 600 it");
    auto text = GANTRY_TRY(readFile(file, 4096));
    while (!text.empty() && text.back() <= ' ') text.pop_back();
    auto key = fromHex(text);
    if (!key || key->size() != kKeyBytes)
        return fail(Errc::ConfigInvalid, "the crosswalk's key must be 64 hex digits");
    return key;
}

Result<> makeKey(const std::filesystem::path& file) {
    GANTRY_CHECK(makeDirectory(file.parent_path()));
    GANTRY_CHECK(writeFileDurably(file, asBytes(randomHex(kKeyBytes) + "\n")));
    log::info("crosswalk.key_made", {{"file", file.filename().string()}});
    return {};
}

}  // namespace

std::filesystem::path crosswalkKeyFile(const std::filesystem::path& data_directory) {
    return data_directory / "keys" / "crosswalk.key";
}

CrosswalkKeys::CrosswalkKeys(Bytes site_key)
    : search_key_(hkdfSha256(site_key, {}, "gantry crosswalk search")),
      sealing_key_(hkdfSha256(site_key, {}, "gantry crosswalk seal")),
      check_key_(hkdfSha256(site_key, {}, "gantry crosswalk check")),
      people_key_(hkdfSha256(site_key, {}, "gantry people seal")) {}

Result<CrosswalkKeys> CrosswalkKeys::open(const std::filesystem::path& file, Catalogue& catalogue) {
    std::error_code ec;
    if (!std::filesystem::exists(file, ec)) {
        if (GANTRY_TRY(catalogue.read([](Database& db) { return keyWasUsed(db); })))
            return fail(Errc::ConfigInvalid,
                        "the crosswalk's key is lost: put keys/crosswalk.key back from the backup "
                        "(docs/site-it.md says what to do without one)");
        GANTRY_CHECK(makeKey(file));
    }
    const auto text = GANTRY_TRY(readKey(file));
    CrosswalkKeys keys(asBytes(text));
    const auto kept = catalogue.write([&](Database& db) { return keepKeyCheck(db, keys.checkValue()); });
    if (!kept && kept.error().code == Errc::Conflict)
        return fail(
            Errc::ConfigInvalid,
            "keys/crosswalk.key is not the key that the crosswalk is sealed with: put back the right one "
            "from the backup (docs/site-it.md says what to do without one)");
    if (!kept) return kept.error();
    return keys;
}

std::string CrosswalkKeys::checkValue() const {
    return toHex(hmacSha256(check_key_, asBytes("gantry crosswalk")));
}

PatientHash CrosswalkKeys::hash(const Patient& patient) const {
    return {hashed(search_key_, "patient", normalised(patient.id)),
            hashed(search_key_, "issuer", normalised(patient.issuer))};
}

LinkRow CrosswalkKeys::link(const std::string& trial, const std::string& subject, const Patient& patient,
                            std::string source, std::string who, UnixMillis at) const {
    LinkRow row{0, trial, subject, hash(patient), "", std::move(source), std::move(who), at};
    row.sealed = toBase64(asBytes(seal(sealing_key_, asBytes(asJson(patient)), asBytes(boundTo(row)))));
    return row;
}

Result<Patient> CrosswalkKeys::patient(const LinkRow& link) const {
    const auto sealed = GANTRY_TRY(fromBase64(link.sealed));
    auto text = openSealed(sealing_key_, asBytes(sealed), asBytes(boundTo(link)));
    if (!text) return within("the crosswalk's entry of subject " + link.subject_id, text.error());
    boost::system::error_code ec;
    const auto parsed = json::parse(*text, ec);
    const auto* object = ec ? nullptr : parsed.if_object();
    if (!object) return fail(Errc::BadFormat, "the crosswalk's entry of subject " + link.subject_id);
    const auto field = [&](std::string_view key) {
        const auto* value = object->if_contains(key);
        return value && value->is_string() ? std::string(value->get_string()) : std::string();
    };
    return Patient{field("id"), field("issuer"), field("name"), field("birth_date"), field("sex")};
}

}  // namespace gantry::agent
