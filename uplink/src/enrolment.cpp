#include "gantry/uplink/enrolment.hpp"

#include "canonical_json.hpp"
#include "gantry/core/crypto.hpp"
#include "gantry/uplink/age.hpp"
#include "gantry/uplink/certificates.hpp"
#include "gantry/uplink/receipt.hpp"
#include "json_fields.hpp"

namespace gantry::uplink {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kFormat = 1;
constexpr std::size_t kTokenBytes = 32;

json::array arrayOf(const std::vector<std::string>& texts) {
    json::array out;
    for (const auto& text : texts) out.emplace_back(text);
    return out;
}

Result<Fields> fieldsOf(const json::value& value, std::string_view what) {
    auto fields = GANTRY_TRY(Fields::of(value, what));
    if (GANTRY_TRY(fields.number("format")) != kFormat)
        return fail(Errc::Unsupported, std::string(what) + ": of a later format; newer software reads it");
    return fields;
}

Result<std::vector<std::string>> textsOf(const Fields& fields, std::string_view key) {
    std::vector<std::string> out;
    for (const auto& entry : *GANTRY_TRY(fields.array(key))) {
        const auto* text = entry.if_string();
        if (text == nullptr) return fail(Errc::BadFormat, std::string(key) + " is not a list of texts");
        out.emplace_back(text->data(), text->size());
    }
    return out;
}

Result<std::string> tokenBytes(std::string_view token) {
    auto bytes = fromHex(token);
    if (!bytes || bytes->size() != kTokenBytes)
        return fail(Errc::InvalidArgument, "the token is not 32 bytes in hexadecimal");
    return bytes;
}

Result<std::string> proofOf(const json::object& request, std::string_view token) {
    auto rest = request;
    rest.erase("proof");
    const auto key = GANTRY_TRY(tokenBytes(token));
    const auto text = GANTRY_TRY(canonicalJson(rest));
    return toHex(hmacSha256(asBytes(key), asBytes(text)));
}

/// "{…}" of a JSON object with a further member whose value is JSON text already.
std::string withMember(std::string object, std::string_view key, std::string_view text) {
    object.pop_back();
    return object + ",\"" + std::string(key) + "\":" + std::string(text) + "}";
}

}  // namespace

Result<std::string> toJson(const EnrolmentFile& file) {
    const auto root = parseJson(file.root, "root");
    if (!root || !root->is_object()) return fail(Errc::InvalidArgument, "root is no JSON object");
    const json::object out{{"format", kFormat},         {"trial", file.trial},
                           {"title", file.title},       {"site", file.site},
                           {"inbox", arrayOf(file.inbox)}, {"hub", file.hub},
                           {"ca", file.ca},             {"token", file.token},
                           {"expires_at", file.expires_at}};
    return withMember(json::serialize(out), "root", file.root) + "\n";
}

Result<EnrolmentFile> enrolmentFileFromJson(std::string_view text) {
    const auto value = GANTRY_TRY(parseJson(text, "enrolment file"));
    const auto fields = GANTRY_TRY(fieldsOf(value, "enrolment file"));
    EnrolmentFile file;
    file.trial = GANTRY_TRY(fields.text("trial"));
    file.title = GANTRY_TRY(fields.text("title"));
    file.site = GANTRY_TRY(fields.text("site"));
    const auto* root = GANTRY_TRY(fields.value("root"));
    if (!root->is_object()) return fail(Errc::BadFormat, "root is no object");
    file.root = json::serialize(*root);
    file.inbox = GANTRY_TRY(textsOf(fields, "inbox"));
    file.hub = GANTRY_TRY(fields.text("hub"));
    file.ca = GANTRY_TRY(fields.text("ca"));
    file.token = GANTRY_TRY(fields.text("token"));
    if (!tokenBytes(file.token)) return fail(Errc::BadFormat, "token is not 32 bytes in hexadecimal");
    file.expires_at = GANTRY_TRY(fields.text("expires_at"));
    return file;
}

Result<std::string> toJson(const EnrolmentRequest& request, std::string_view token) {
    json::object out{{"format", kFormat},
                     {"trial", request.trial},
                     {"site", request.site},
                     {"certificate_request", request.certificate_request},
                     {"recipient", request.recipient},
                     {"statement_key", request.statement_key},
                     {"software", request.software},
                     {"made_at", request.made_at}};
    out["proof"] = GANTRY_TRY(proofOf(out, token));
    return json::serialize(out) + "\n";
}

Result<EnrolmentRequest> enrolmentRequestFromJson(std::string_view text) {
    const auto value = GANTRY_TRY(parseJson(text, "enrolment request"));
    const auto fields = GANTRY_TRY(fieldsOf(value, "enrolment request"));
    EnrolmentRequest request;
    request.trial = GANTRY_TRY(fields.text("trial"));
    request.site = GANTRY_TRY(fields.text("site"));
    request.certificate_request = GANTRY_TRY(fields.text("certificate_request"));
    request.recipient = GANTRY_TRY(fields.text("recipient"));
    request.statement_key = GANTRY_TRY(fields.text("statement_key"));
    request.software = GANTRY_TRY(fields.text("software"));
    request.made_at = GANTRY_TRY(fields.text("made_at"));
    GANTRY_CHECK(fields.text("proof"));
    GANTRY_CHECK(readCertificateRequest(request.certificate_request));
    GANTRY_CHECK(AgeRecipient::parse(request.recipient));
    GANTRY_CHECK(parsePublicKey(request.statement_key));
    return request;
}

bool isProvenBy(std::string_view request_text, std::string_view token) {
    const auto value = parseJson(request_text, "enrolment request");
    const auto* object = value ? value->if_object() : nullptr;
    const auto* proof = object ? object->if_contains("proof") : nullptr;
    if (proof == nullptr || !proof->is_string()) return false;
    const auto wanted = proofOf(*object, token);
    return wanted && equalConstantTime(asBytes(*wanted), asBytes(std::string(proof->get_string())));
}

Result<std::string> fingerprintOf(const EnrolmentRequest& request) {
    const auto asked = GANTRY_TRY(readCertificateRequest(request.certificate_request));
    const json::object keys{{"certificate_key", asked.fingerprint},
                            {"recipient", request.recipient},
                            {"statement_key", request.statement_key}};
    return toHex(sha256(asBytes(GANTRY_TRY(canonicalJson(keys)))));
}

std::string toJson(const EnrolmentAnswer& answer) {
    json::object out{{"format", kFormat},
                     {"trial", answer.trial},
                     {"site", answer.site},
                     {"request_id", answer.request_id},
                     {"certificate", answer.certificate},
                     {"credentials", nullptr},
                     {"accepted_at", answer.accepted_at},
                     {"accepted_by", answer.accepted_by}};
    if (answer.credentials)
        out["credentials"] = json::object{{"access_key_id", answer.credentials->access_key_id},
                                          {"secret_access_key", answer.credentials->secret_access_key},
                                          {"region", answer.credentials->region}};
    return json::serialize(out) + "\n";
}

Result<EnrolmentAnswer> enrolmentAnswerFromJson(std::string_view text) {
    const auto value = GANTRY_TRY(parseJson(text, "enrolment answer"));
    const auto fields = GANTRY_TRY(fieldsOf(value, "enrolment answer"));
    EnrolmentAnswer answer;
    answer.trial = GANTRY_TRY(fields.text("trial"));
    answer.site = GANTRY_TRY(fields.text("site"));
    answer.request_id = GANTRY_TRY(fields.text("request_id"));
    answer.certificate = GANTRY_TRY(fields.text("certificate"));
    answer.accepted_at = GANTRY_TRY(fields.text("accepted_at"));
    answer.accepted_by = GANTRY_TRY(fields.text("accepted_by"));
    const auto* given = GANTRY_TRY(fields.value("credentials"));
    if (given->is_null()) return answer;
    const auto credentials = GANTRY_TRY(Fields::of(*given, "credentials"));
    answer.credentials.emplace();
    answer.credentials->access_key_id = GANTRY_TRY(credentials.text("access_key_id"));
    answer.credentials->secret_access_key = GANTRY_TRY(credentials.text("secret_access_key"));
    answer.credentials->region = GANTRY_TRY(credentials.text("region"));
    return answer;
}

}  // namespace gantry::uplink
