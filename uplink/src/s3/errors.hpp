#pragma once
/// What an S3 server says when it does not do what was asked; one table of what each code means here.

#include <string>

#include "gantry/core/result.hpp"
#include "gantry/uplink/http_client.hpp"

namespace gantry::uplink::s3 {

struct ServerError {
    int status = 0;
    std::string code;     ///< "NoSuchUpload"; "" when the answer has no body that says so
    std::string message;  ///< the server's words, printable and short
    std::string region;   ///< where the server says that the bucket lives; "" when it does not
};

/// Also of an answer of status 200 whose body is an error: S3 begins to answer long requests before they
/// ended.
ServerError readError(const HttpResponse& response);
/// Whether the answer is an error, whatever its status.
bool isError(const HttpResponse& response);
/// The bytes did not arrive as they were sent: sending them again cures it.
bool arrivedDamaged(const ServerError& error);
/// A header that we sent is not known there: leaving out what can be left out may cure it.
bool asksForLess(const ServerError& error);

/// docs/formats/s3.md has the table.
Error errorOf(const ServerError& error, const std::string& what);
Error errorOf(const HttpResponse& response, const std::string& what);

}  // namespace gantry::uplink::s3
