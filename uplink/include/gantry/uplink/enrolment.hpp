#pragma once
/// What a site and a sponsor hand each other so that they come to know each other: docs/formats/enrolment.md.
/// All three are JSON; readers ignore keys that they do not know.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/result.hpp"
#include "gantry/uplink/s3.hpp"

namespace gantry::uplink {

/// What the central team sends to a site. Who holds it can ask to be enrolled.
struct EnrolmentFile {
    std::string trial;
    std::string title;
    std::string site;
    std::string root;                ///< the trial's TUF root, a metadata file as it is
    std::vector<std::string> inbox;  ///< addresses
    std::string hub;                 ///< "": requests and answers go by hand
    std::string ca;                  ///< PEM of the authorities of the sponsor's servers; "": the system's
    std::string token;               ///< 32 random bytes in hex. Secret.
    std::string expires_at;          ///< ISO 8601 UTC
};

/// The root is written as it is, byte for byte, so that its signatures still verify.
/// @errors InvalidArgument: the root is no JSON object
Result<std::string> toJson(const EnrolmentFile& file);
/// @errors BadFormat, Unsupported (another format)
Result<EnrolmentFile> enrolmentFileFromJson(std::string_view text);

/// What a site asks for. It names public keys alone.
struct EnrolmentRequest {
    std::string trial;
    std::string site;
    std::string certificate_request;  ///< PKCS #10, PEM
    std::string recipient;            ///< "age1…"
    std::string statement_key;        ///< "gantry-ed25519-public:…"
    std::string software;
    std::string made_at;  ///< ISO 8601 UTC
};

/// The request with its proof: HMAC-SHA256 of its canonical form under the token's bytes.
/// @errors InvalidArgument: the token is not 32 bytes in hex
Result<std::string> toJson(const EnrolmentRequest& request, std::string_view token);
/// Reads it and looks at each key; says nothing of who sent it.
/// @errors BadFormat, Unsupported; those of readCertificateRequest
Result<EnrolmentRequest> enrolmentRequestFromJson(std::string_view text);
/// Whether the text was made by who holds the token, and is unchanged since.
bool isProvenBy(std::string_view request_text, std::string_view token);
/// What people compare over the telephone, in full: 64 hexadecimal digits. forTelephone() shortens it.
/// @errors those of readCertificateRequest
Result<std::string> fingerprintOf(const EnrolmentRequest& request);

struct EnrolmentAnswer {
    std::string trial;
    std::string site;
    std::string request_id;
    std::string certificate;  ///< PEM, with its chain
    std::optional<S3Credentials> credentials;
    std::string accepted_at;  ///< ISO 8601 UTC
    std::string accepted_by;
};

std::string toJson(const EnrolmentAnswer& answer);
/// @errors BadFormat, Unsupported
Result<EnrolmentAnswer> enrolmentAnswerFromJson(std::string_view text);

}  // namespace gantry::uplink
