#include "s3/errors.hpp"

#include <algorithm>
#include <array>

#include "s3/xml.hpp"
#include "text.hpp"

namespace gantry::uplink::s3 {
namespace {

constexpr std::size_t kMostWords = 160;

struct Row {
    std::string_view code;
    Errc meaning;
    std::string_view sentence;  ///< what it means, for people
};

constexpr std::string_view kKey = "the server does not accept the access key; the central team must look";
constexpr std::string_view kBusy = "the server is busy";
constexpr std::string_view kArrived = "the bytes were damaged on the way";
constexpr std::string_view kSetUp = "the bucket is not set up for this; the central team must look";

constexpr std::array kRows = {
    Row{"RequestTimeTooSkewed", Errc::ClockWrong,
        "the clock of this machine and the server's differ by more than 15 minutes; set the clock"},
    Row{"RequestExpired", Errc::ClockWrong,
        "the request came too late for its time; check this machine's clock"},
    Row{"AccessDenied", Errc::NotAllowed, "the access key may not do this; the central team must look"},
    Row{"AllAccessDisabled", Errc::NotAllowed, "the bucket is closed; the central team must look"},
    Row{"AccountProblem", Errc::NotAllowed, "the account has a problem; the central team must look"},
    Row{"InvalidAccessKeyId", Errc::NotAllowed, kKey},
    Row{"SignatureDoesNotMatch", Errc::NotAllowed,
        "the secret does not belong to the access key, or something on the way changes requests"},
    Row{"InvalidToken", Errc::NotAllowed, "the session token is not accepted; new credentials are needed"},
    Row{"ExpiredToken", Errc::NotAllowed, "the session token has run out; new credentials are needed"},
    Row{"TokenRefreshRequired", Errc::NotAllowed,
        "the session token has run out; new credentials are needed"},
    Row{"AuthorizationHeaderMalformed", Errc::NotAllowed,
        "the region in the credentials is not the bucket's"},
    Row{"NoSuchUpload", Errc::Gone, "the server no longer knows this upload"},
    Row{"NoSuchKey", Errc::NotFound, "the object is not there"},
    Row{"NotFound", Errc::NotFound, "the object is not there"},
    Row{"NoSuchBucket", Errc::PeerRefused, "there is no such bucket; the central team must look"},
    Row{"InvalidPart", Errc::Gone, "the server lost a part"},
    Row{"InvalidPartOrder", Errc::Gone, "the server holds the parts in another order"},
    Row{"PreconditionFailed", Errc::Conflict, "an object of this name is there already"},
    Row{"ConditionalRequestConflict", Errc::Busy, "somebody else writes an object of this name"},
    Row{"OperationAborted", Errc::Busy, "somebody else changes the same thing"},
    Row{"BadDigest", Errc::PeerBusy, kArrived},
    Row{"InvalidDigest", Errc::PeerBusy, kArrived},
    Row{"XAmzContentSHA256Mismatch", Errc::PeerBusy, kArrived},
    Row{"XAmzContentChecksumMismatch", Errc::PeerBusy, kArrived},
    Row{"IncompleteBody", Errc::PeerBusy, "not all bytes arrived"},
    Row{"RequestTimeout", Errc::PeerBusy, "the bytes came too slowly for the server"},
    Row{"SlowDown", Errc::PeerBusy, kBusy},
    Row{"ServiceUnavailable", Errc::PeerBusy, kBusy},
    Row{"InternalError", Errc::PeerBusy, "the server has a fault"},
    Row{"EntityTooLarge", Errc::PeerRefused, "larger than the server takes"},
    Row{"EntityTooSmall", Errc::PeerRefused, "the server wants larger parts"},
    Row{"QuotaExceeded", Errc::PeerRefused, "the bucket is full"},
    Row{"InsufficientStorage", Errc::PeerBusy, "the server is full"},
    Row{"XMinioStorageFull", Errc::PeerBusy, "the server is full"},
    Row{"InvalidStorageClass", Errc::PeerRefused, "the server does not have the storage class"},
    Row{"KMS.NotFoundException", Errc::PeerRefused, "the server does not have the encryption key"},
    Row{"KMS.DisabledException", Errc::PeerRefused, "the encryption key is disabled"},
    Row{"InvalidObjectState", Errc::PeerRefused, kSetUp},
    Row{"PermanentRedirect", Errc::PeerRefused, "the bucket lives at another address"},
    Row{"TemporaryRedirect", Errc::PeerRefused, "the bucket lives at another address"},
    Row{"NotImplemented", Errc::Unsupported, "the server does not know a header of the request"},
    Row{"InvalidRequest", Errc::Unsupported, "the server does not accept the request"},
    Row{"InvalidArgument", Errc::Unsupported, "the server does not accept the request"},
};

// Where the code says nothing to us.
Row rowOfStatus(int status) {
    if (status == 401 || status == 403) return {"", Errc::NotAllowed, "the server does not allow it"};
    if (status == 404) return {"", Errc::NotFound, "it is not there"};
    if (status == 409) return {"", Errc::Busy, "somebody else changes the same thing"};
    if (status == 412) return {"", Errc::Conflict, "an object of this name is there already"};
    if (status == 501) return {"", Errc::Unsupported, "the server does not know how"};
    if (status == 408 || status == 425 || status == 429 || status >= 500 || status == 200)
        return {"", Errc::PeerBusy, kBusy};
    if (status >= 300 && status < 400) return {"", Errc::PeerRefused, "the bucket lives at another address"};
    return {"", Errc::PeerRefused, "the server refuses"};
}

Row rowOf(const ServerError& error) {
    const auto found =
        std::find_if(kRows.begin(), kRows.end(), [&](const Row& row) { return row.code == error.code; });
    return found != kRows.end() ? *found : rowOfStatus(error.status);
}

std::string printable(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, kMostWords)) out += c >= ' ' && c < 0x7F ? c : ' ';
    return std::string(trimmed(out));
}

}  // namespace

bool isError(const HttpResponse& response) {
    if (response.status < 200 || response.status >= 300) return true;
    // Cheap first look: bodies of downloads must not be parsed.
    const auto begin = std::string_view(response.body).substr(0, 512);
    if (begin.find("<Error") == std::string_view::npos) return false;
    const auto root = parseXml(response.body);
    return root && root->name == "Error";
}

ServerError readError(const HttpResponse& response) {
    ServerError out;
    out.status = response.status;
    out.region = printable(response.header("x-amz-bucket-region").value_or(""));
    auto root = parseXml(response.body);
    if (!root) {
        out.message = printable(response.body);
        return out;
    }
    // Some servers wrap it as the old service did.
    const auto* error = root->name == "Error" ? &*root : root->child("Error");
    if (error == nullptr) return out;
    out.code = printable(error->textOf("Code"));
    out.message = printable(error->textOf("Message"));
    if (const auto region = printable(error->textOf("Region")); !region.empty()) out.region = region;
    return out;
}

bool arrivedDamaged(const ServerError& error) {
    return rowOf(error).sentence == kArrived;
}

bool asksForLess(const ServerError& error) {
    return rowOf(error).meaning == Errc::Unsupported;
}

Error errorOf(const ServerError& error, const std::string& what) {
    const auto row = rowOf(error);
    auto text = what + ": " + std::string(row.sentence) + " (" + std::to_string(error.status);
    if (!error.code.empty()) text += " " + error.code;
    if (!error.region.empty()) text += ", region " + error.region;
    if (!error.message.empty()) text += ", \"" + error.message + "\"";
    return fail(row.meaning, text + ")");
}

Error errorOf(const HttpResponse& response, const std::string& what) {
    return errorOf(readError(response), what);
}

}  // namespace gantry::uplink::s3
