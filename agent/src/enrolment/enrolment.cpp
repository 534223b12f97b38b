#include "enrolment/enrolment.hpp"

#include <algorithm>

#include "gantry/core/files.hpp"
#include "gantry/uplink/iso_time.hpp"
#include "gantry/uplink/receipt.hpp"
#include "gantry/uplink/tuf.hpp"
#include "inbox/json_reader.hpp"
#include "workflow/trial.hpp"

namespace gantry::agent {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr std::uint64_t kMostBytes = 1u << 20;
constexpr auto kTrialsFolder = "trials";
constexpr std::size_t kMostTrialName = 64;
constexpr std::size_t kMostAeTitle = 16;  // PS3.5 6.2, AE

bool isTrialName(std::string_view name) {
    return !name.empty() && name.size() <= kMostTrialName && name.front() != '.' &&
           std::ranges::all_of(name, [](unsigned char c) {
               return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.';
           });
}

bool isAeTitle(std::string_view name) {
    return !name.empty() && name.size() <= kMostAeTitle && name.front() != ' ' && name.back() != ' ' &&
           std::ranges::all_of(name, [](unsigned char c) { return c >= ' ' && c < 0x7F && c != '\\'; });
}

bool isThere(const fs::path& file) {
    std::error_code ec;
    return fs::exists(file, ec);
}

/// Each key is made once; an enrolment that was interrupted goes on with those that are there.
Result<> makeKeys(const EnrolmentFolder& folder) {
    if (!isThere(folder.tlsKey()))
        GANTRY_CHECK(writeFileDurably(folder.tlsKey(), asBytes(uplink::generateKeyPem())));
    if (!isThere(folder.ageIdentity()))
        GANTRY_CHECK(uplink::saveAgeIdentity(folder.ageIdentity(), uplink::AgeIdentity::generate()));
    if (!isThere(folder.statementKey()))
        GANTRY_CHECK(uplink::saveSigningKey(folder.statementKey(), "", uplink::generateSigningKey()));
    GANTRY_TRY(loadTrialKeys(folder.trialKey()));
    return {};
}

Result<uplink::EnrolmentRequest> makeRequest(const EnrolmentFolder& folder, const uplink::EnrolmentFile& file,
                                             const std::string& software, UnixMillis now) {
    uplink::EnrolmentRequest request;
    request.trial = file.trial;
    request.site = file.site;
    request.certificate_request = GANTRY_TRY(uplink::makeCertificateRequest(
        GANTRY_TRY(readFile(folder.tlsKey(), kMostBytes)), {file.trial, file.site}));
    const auto identities = GANTRY_TRY(uplink::loadAgeIdentities(folder.ageIdentity()));
    request.recipient = identities.front().recipient().toString();
    request.statement_key =
        uplink::toText(ed25519PublicKey(GANTRY_TRY(uplink::loadSigningKey(folder.statementKey()))));
    request.software = software;
    request.made_at = isoUtc(now);
    return request;
}

Result<> checkWish(const uplink::EnrolmentFile& file, const EnrolmentWish& wish, UnixMillis now) {
    if (!isTrialName(file.trial))
        return fail(Errc::InvalidArgument, "the trial's name cannot be the name of a folder");
    if (!isAeTitle(wish.ae_title))
        return fail(Errc::InvalidArgument, "an AE title has 1 to 16 characters and no backslash");
    const auto expires = GANTRY_TRY(uplink::unixSeconds(file.expires_at));
    if (expires * 1000 <= now)
        return fail(Errc::Expired, "the enrolment file ran out on " + file.expires_at +
                                       ": ask the central team for a new one");
    return {};
}

/// The key that a certificate is for must be the one that is kept here.
Result<> checkKey(const EnrolmentFolder& folder, std::string_view certificate) {
    const auto given = GANTRY_TRY(uplink::readCertificate(certificate));
    const auto key = GANTRY_TRY(readFile(folder.tlsKey(), kMostBytes));
    const auto request = GANTRY_TRY(uplink::makeCertificateRequest(key, given.name));
    if (GANTRY_TRY(uplink::readCertificateRequest(request)).fingerprint != given.fingerprint)
        return fail(Errc::Conflict, "the certificate is for another key than this site's");
    return {};
}

Result<> keepCredentials(const EnrolmentFolder& folder, const uplink::S3Credentials& given) {
    const json::object out{{"access_key_id", given.access_key_id},
                           {"secret_access_key", given.secret_access_key},
                           {"region", given.region}};
    return writeFileDurably(folder.credentials(), asBytes(json::serialize(out) + "\n"));  // JSON is YAML
}

}  // namespace

EnrolmentFolder::EnrolmentFolder(const fs::path& data_directory, const std::string& trial)
    : folder_(data_directory / kTrialsFolder / trial) {}

std::vector<EnrolmentFolder> EnrolmentFolder::all(const fs::path& data_directory) {
    std::vector<EnrolmentFolder> out;
    std::error_code ec;
    for (const auto& entry : fs::directory_iterator(data_directory / kTrialsFolder, ec)) {
        EnrolmentFolder folder(entry.path());
        if (isThere(folder.record())) out.push_back(std::move(folder));
    }
    std::ranges::sort(out, {}, [](const EnrolmentFolder& one) { return one.path(); });
    return out;
}

Result<Enrolment> EnrolmentFolder::read() const {
    const auto value = GANTRY_TRY(parsedJson(GANTRY_TRY(readFile(record(), kMostBytes)), "enrolment.json"));
    JsonReader reader(value, "enrolment.json");
    reader.format(1);
    Enrolment out;
    out.trial = reader.required("trial");
    out.title = reader.text("title");
    out.site = reader.required("site");
    out.ae_title = reader.required("ae_title");
    out.inbox = reader.texts("inbox");
    out.hub = reader.text("hub");
    out.state = reader.required("state");
    out.request_id = reader.text("request_id");
    out.fingerprint = reader.text("fingerprint");
    out.enrolled_by = reader.text("enrolled_by");
    if (const auto* made = reader.member("made_at_ms"); made && made->is_int64())
        out.made_at = made->get_int64();
    out.accepted_at = reader.text("accepted_at");
    out.accepted_by = reader.text("accepted_by");
    GANTRY_CHECK(reader.done());
    return out;
}

Result<> EnrolmentFolder::write(const Enrolment& one) const {
    json::array inbox;
    for (const auto& address : one.inbox) inbox.emplace_back(address);
    const json::object out{{"format", 1},
                           {"trial", one.trial},
                           {"title", one.title},
                           {"site", one.site},
                           {"ae_title", one.ae_title},
                           {"inbox", std::move(inbox)},
                           {"hub", one.hub},
                           {"state", one.state},
                           {"request_id", one.request_id},
                           {"fingerprint", one.fingerprint},
                           {"enrolled_by", one.enrolled_by},
                           {"made_at_ms", one.made_at},
                           {"accepted_at", one.accepted_at},
                           {"accepted_by", one.accepted_by}};
    return writeFileDurably(record(), asBytes(json::serialize(out) + "\n"));
}

Result<Enrolment> beginEnrolment(const fs::path& data_directory, const EnrolmentWish& wish, UnixMillis now) {
    const auto file = GANTRY_TRY(uplink::enrolmentFileFromJson(wish.file));
    GANTRY_CHECK(checkWish(file, wish, now));
    const EnrolmentFolder folder(data_directory, file.trial);
    if (const auto there = folder.read(); there && there->state != "rejected") {
        // A request made with the same token is proven by it; another file makes another request.
        const bool same = there->site == file.site && there->state == "requested" &&
                          uplink::isProvenBy(GANTRY_TRY(readFile(folder.request(), kMostBytes)), file.token);
        if (same) return *there;
        return fail(Errc::AlreadyExists,
                    "this site is enrolled for " + file.trial + ", or has asked to be, already");
    }
    GANTRY_CHECK(makeDirectory(folder.path()));
    GANTRY_CHECK(makeKeys(folder));
    GANTRY_CHECK(uplink::tuf::Client::initialize(folder.metadata(), file.root));
    if (!file.ca.empty()) GANTRY_CHECK(writeFileDurably(folder.authorities(), asBytes(file.ca)));
    const auto request = GANTRY_TRY(makeRequest(folder, file, wish.software, now));
    GANTRY_CHECK(
        writeFileDurably(folder.request(), asBytes(GANTRY_TRY(uplink::toJson(request, file.token)))));
    Enrolment out;
    out.trial = file.trial;
    out.title = file.title;
    out.site = file.site;
    out.ae_title = wish.ae_title;
    out.inbox = file.inbox;
    out.hub = file.hub;
    out.state = "requested";
    out.fingerprint = GANTRY_TRY(uplink::fingerprintOf(request));
    out.enrolled_by = wish.who;
    out.made_at = now;
    GANTRY_CHECK(folder.write(out));
    return out;
}

Result<Enrolment> takeAnswer(const EnrolmentFolder& folder, std::string_view text) {
    auto enrolment = GANTRY_TRY(folder.read());
    const auto answer = GANTRY_TRY(uplink::enrolmentAnswerFromJson(text));
    if (answer.trial != enrolment.trial || answer.site != enrolment.site)
        return fail(Errc::Conflict, "the answer is for another trial or site");
    if (!enrolment.request_id.empty() && answer.request_id != enrolment.request_id)
        return fail(Errc::Conflict, "the answer is to another request");
    GANTRY_CHECK(checkKey(folder, answer.certificate));
    GANTRY_CHECK(writeFileDurably(folder.certificate(), asBytes(answer.certificate)));
    if (answer.credentials) GANTRY_CHECK(keepCredentials(folder, *answer.credentials));
    enrolment.state = "accepted";
    enrolment.request_id = answer.request_id;
    enrolment.accepted_at = answer.accepted_at;
    enrolment.accepted_by = answer.accepted_by;
    GANTRY_CHECK(folder.write(enrolment));
    return enrolment;
}

Result<> takeRenewed(const EnrolmentFolder& folder, std::string_view certificate) {
    GANTRY_CHECK(checkKey(folder, certificate));
    return writeFileDurably(folder.certificate(), asBytes(certificate));
}

bool isRenewalDue(const uplink::CertificateInfo& certificate, UnixMillis now) {
    return now >= certificate.not_before + (certificate.not_after - certificate.not_before) / 3 * 2;
}

}  // namespace gantry::agent
