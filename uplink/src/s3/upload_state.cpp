#include "s3/upload_state.hpp"

#include "json_fields.hpp"

namespace gantry::uplink::s3 {
namespace {

constexpr std::int64_t kFormat = 1;

Result<UploadState> read(std::string_view text) {
    const auto document = GANTRY_TRY(parseJson(text, "upload state"));
    const auto fields = GANTRY_TRY(Fields::of(document, "upload state"));
    if (GANTRY_TRY(fields.number("s3")) != kFormat) return fail(Errc::BadFormat, "another format");
    const auto flag = [&](std::string_view key) {
        const auto value = fields.value(key);
        return value && (*value)->is_bool() && (*value)->get_bool();
    };
    UploadState out;
    out.key = GANTRY_TRY(fields.text("key"));
    out.upload.id = GANTRY_TRY(fields.text("upload_id"));
    out.part_bytes = GANTRY_TRY(fields.number("part_bytes"));
    out.upload.checksums = flag("checksums");
    out.upload.etag_is_md5 = flag("etag_is_md5");
    out.ending = flag("ending");
    return out;
}

}  // namespace

std::string UploadState::text() const {
    return boost::json::serialize(boost::json::object{{"s3", kFormat},
                                                      {"key", key},
                                                      {"upload_id", upload.id},
                                                      {"part_bytes", part_bytes},
                                                      {"checksums", upload.checksums},
                                                      {"etag_is_md5", upload.etag_is_md5},
                                                      {"ending", ending}});
}

std::optional<UploadState> UploadState::parse(std::string_view text, const std::string& key) {
    auto state = read(text);
    if (!state || state->key != key) return std::nullopt;
    if (!state->upload.id.empty() && (state->part_bytes < kLeastPart || state->part_bytes > kMostPart))
        return std::nullopt;
    return *std::move(state);
}

}  // namespace gantry::uplink::s3
