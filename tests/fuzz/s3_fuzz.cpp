// One harness for what comes from an S3 server or a sponsor: XML answers, error bodies, grants, kept states,
// addresses. clang: -fsanitize=fuzzer; g++: link a main() that replays the corpus.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "gantry/uplink/s3.hpp"
#include "gantry/uplink/s3_presigned.hpp"
#include "s3/answers.hpp"
#include "s3/errors.hpp"
#include "s3/upload_state.hpp"
#include "s3/xml.hpp"

using namespace gantry;
using namespace gantry::uplink;

namespace {

// What was read can be written, and is read as the same.
void checkGrant(std::string_view text) {
    const auto grant = readGrant(text);
    if (!grant) return;
    const auto again = readGrant(writeGrant(*grant));
    if (!again || again->parts != grant->parts || again->upload_id != grant->upload_id) __builtin_trap();
}

void checkState(std::string_view text) {
    const auto state = s3::UploadState::parse(text, "in/7f0c.age");
    if (!state) return;
    const auto again = s3::UploadState::parse(state->text(), state->key);
    if (!again || again->upload.id != state->upload.id || again->part_bytes != state->part_bytes)
        __builtin_trap();
}

void checkParts(std::string_view text) {
    const auto page = s3::readPartPage(text);
    if (!page) return;
    for (const auto& part : page->parts)
        if (part.number < 1 || part.number > s3::kMostParts) __builtin_trap();
    std::map<int, s3::StoredPart> parts;
    for (const auto& part : page->parts) parts[part.number] = part.stored;
    // What we send is XML, whatever the server called its parts.
    if (!s3::parseXml(s3::completionBody(parts)) && text.find('\0') == std::string_view::npos)
        __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);  // char may alias anything
    checkParts(text);
    checkGrant(text);
    checkState(text);
    (void)s3::readUploadId(text);
    (void)s3::readUploads(text);
    (void)s3::readObjectPage(text);
    (void)parseS3Url(text);
    HttpResponse response;
    response.status = 200;
    response.body = text;
    (void)s3::isError(response);
    (void)s3::errorOf(response, "fuzz");
    return 0;
}
