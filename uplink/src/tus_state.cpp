#include "tus_state.hpp"

#include "http_exchange.hpp"
#include "json_fields.hpp"

namespace gantry::uplink {
namespace {

constexpr std::uint64_t kFormat = 1;
constexpr std::size_t kMostParts = 8;

boost::json::object toJson(const TusRemembered& upload) {
    boost::json::object out;
    if (!upload.url.empty()) out["url"] = upload.url;
    if (upload.expires) out["expires"] = *upload.expires;
    return out;
}

Result<TusRemembered> readUpload(const Fields& fields, const std::string& endpoint) {
    TusRemembered out;
    if (fields.has("url")) out.url = GANTRY_TRY(resolveLocation(endpoint, GANTRY_TRY(fields.text("url"))));
    if (fields.has("expires")) out.expires = static_cast<std::int64_t>(GANTRY_TRY(fields.number("expires")));
    return out;
}

// Without gaps, from the first byte on.
Result<std::vector<TusPart>> readParts(const Fields& fields, const std::string& endpoint) {
    constexpr std::uint64_t kMostBytes = 1ull << 60;
    std::vector<TusPart> parts;
    std::uint64_t at = 0;
    for (const auto& value : *GANTRY_TRY(fields.array("parts"))) {
        const auto part = GANTRY_TRY(Fields::of(value, "part"));
        parts.push_back({GANTRY_TRY(readUpload(part, endpoint)), GANTRY_TRY(part.number("begin")),
                         GANTRY_TRY(part.number("bytes"))});
        const auto& last = parts.back();
        if (last.begin != at || last.bytes == 0 || last.bytes > kMostBytes || parts.size() > kMostParts)
            return fail(Errc::BadFormat, "these are not the parts of an object");
        at += last.bytes;
    }
    return parts;
}

Result<TusState> readState(std::string_view text, const std::string& endpoint) {
    const auto document = GANTRY_TRY(parseJson(text, "upload state"));
    const auto fields = GANTRY_TRY(Fields::of(document, "upload state"));
    if (GANTRY_TRY(fields.number("tus")) != kFormat) return fail(Errc::BadFormat, "another format");
    TusState state;
    state.whole = GANTRY_TRY(readUpload(fields, endpoint));
    if (const auto verified = fields.value("verified"))
        state.verified = (*verified)->is_bool() && (*verified)->get_bool();
    if (fields.has("parts")) state.parts = GANTRY_TRY(readParts(fields, endpoint));
    return state;
}

}  // namespace

std::string TusState::text() const {
    if (empty()) return {};
    boost::json::object out{{"tus", kFormat}};
    for (auto& [key, value] : toJson(whole)) out[key] = std::move(value);
    if (verified) out["verified"] = true;
    if (parts.empty()) return boost::json::serialize(out);
    boost::json::array list;
    for (const auto& part : parts) {
        auto one = toJson(part.upload);
        one["begin"] = part.begin;
        one["bytes"] = part.bytes;
        list.push_back(std::move(one));
    }
    out["parts"] = std::move(list);
    return boost::json::serialize(out);
}

std::uint64_t TusState::partsBytes() const {
    return parts.empty() ? 0 : parts.back().begin + parts.back().bytes;
}

TusState TusState::read(std::string_view text, const std::string& endpoint) {
    if (text.starts_with("http:") || text.starts_with("https:")) {
        auto url = resolveLocation(endpoint, std::string(text));
        return url ? TusState{{*std::move(url), {}}, false, {}} : TusState{};
    }
    auto state = readState(text, endpoint);
    return state && !state->empty() ? *std::move(state) : TusState{};
}

}  // namespace gantry::uplink
