#include "s3/presigned_put.hpp"

#include <algorithm>

#include "json_fields.hpp"
#include "s3/session.hpp"

namespace gantry::uplink::s3 {
namespace {

constexpr int kMostGrants = 2;  // tried in one attempt
constexpr std::int64_t kFormat = 1;
constexpr std::uint64_t kMostAnswer = 16u << 20;

class GrantedUpload final : public UploadRequests {
public:
    explicit GrantedUpload(const Grant& grant) : grant_(grant) {}
    HttpRequest putPart(int number, const PartDigest& digest) const override {
        auto request = toUrl("PUT", grant_.parts.at(static_cast<std::size_t>(number - 1)));
        request.headers = digestHeaders(digest, false);
        return request;
    }
    HttpRequest listParts(int) const override { return toUrl("GET", grant_.list); }

private:
    const Grant& grant_;
};

}  // namespace

HttpRequest toUrl(std::string method, std::string url) {
    HttpRequest request;
    request.method = std::move(method);
    request.url = std::move(url);
    request.max_answer_bytes = kMostAnswer;
    return request;
}

std::string PresignedState::text() const {
    boost::json::array list;
    for (const auto& [number, part] : parts) list.push_back({number, part.etag});
    return boost::json::serialize(boost::json::object{{"presigned", kFormat},
                                                      {"upload_id", upload_id},
                                                      {"part_bytes", part_bytes},
                                                      {"parts", std::move(list)}});
}

Result<PresignedState> PresignedState::parse(std::string_view text) {
    const auto document = GANTRY_TRY(parseJson(text, "upload state"));
    const auto fields = GANTRY_TRY(Fields::of(document, "upload state"));
    if (GANTRY_TRY(fields.number("presigned")) != kFormat) return fail(Errc::BadFormat, "another format");
    PresignedState out;
    out.upload_id = GANTRY_TRY(fields.text("upload_id"));
    out.part_bytes = GANTRY_TRY(fields.number("part_bytes"));
    if (out.part_bytes < kLeastPart || out.part_bytes > kMostPart)
        return fail(Errc::BadFormat, "parts of a wrong size");
    for (const auto& entry : *GANTRY_TRY(fields.array("parts"))) {
        const auto* pair = entry.if_array();
        if (pair == nullptr || pair->size() != 2 || !(*pair)[0].is_int64() || !(*pair)[1].is_string())
            return fail(Errc::BadFormat, "a part of another form");
        const auto& etag = (*pair)[1].get_string();
        out.parts[static_cast<int>((*pair)[0].get_int64())] = {std::string(etag.data(), etag.size()), ""};
    }
    return out;
}

PresignedPut::PresignedPut(const PresignedPutInput& input)
    : in_(input), line_(*in_.connections.front(), in_.stop, in_.wait) {
    if (auto known = PresignedState::parse(in_.memory.resumeState())) state_ = *std::move(known);
}

Result<> PresignedPut::run() {
    file_ = GANTRY_TRY(openFile(in_.object.file, OpenMode::Read));
    if (GANTRY_TRY(fileSize(file_.get())) != in_.object.bytes)
        return fail(Errc::InvalidArgument, in_.object.name + ": the file has another size than was said");
    bool there = !state_.upload_id.empty() && in_.folder.hasServed(state_.upload_id);
    for (int grants = 0; !there; ++grants) {
        if (grants == kMostGrants)
            return fail(Errc::Gone, "the server does not know the uploads that it gave permission for");
        grant_ = GANTRY_TRY(in_.folder.grantFor(in_.object.name, in_.object.bytes, in_.config.part_bytes));
        there = GANTRY_TRY(useGrant());
        const auto how = there ? GrantFolder::End::Served : GrantFolder::End::GivenUp;
        GANTRY_CHECK(in_.folder.end(in_.object.name, grant_.upload_id, how));
    }
    in_.memory.progress(in_.object.bytes, in_.object.bytes);
    return {};
}

// False when the server no longer knows the upload, and the object is not there: another grant is needed.
Result<bool> PresignedPut::useGrant() {
    if (state_.upload_id != grant_.upload_id) GANTRY_CHECK(begin());
    const auto done = upload();
    if (done) return true;
    if (done.error().code != Errc::Gone) return becauseOfTime(done.error());
    return isThere();
}

Result<> PresignedPut::begin() {
    const auto parts = static_cast<int>(grant_.parts.size());
    const auto plan = GANTRY_TRY(planParts(in_.object.bytes, in_.config.part_bytes, parts));
    state_ = {grant_.upload_id, plan.part_bytes, {}};
    in_.memory.progress(0, in_.object.bytes);
    return in_.memory.saveResumeState(state_.text());
}

Result<> PresignedPut::upload() {
    const PartPlan plan{in_.object.bytes, state_.part_bytes};
    if (plan.count() > static_cast<int>(grant_.parts.size()))
        return fail(Errc::PeerRefused, "the renewed permission has fewer parts than the first");
    const GrantedUpload requests(grant_);
    const auto there = GANTRY_TRY(partsThere(requests, plan));
    const auto known = state_.parts;
    PartUpload sending(
        {requests,
         in_.connections.first(std::min(in_.connections.size(), static_cast<std::size_t>(plan.count()))),
         file_.get(), plan, true, grant_.etag_is_md5, in_.wait,
         [this](std::uint64_t bytes) { in_.memory.progress(bytes, in_.object.bytes); },
         [this](int number, const StoredPart& part) {
             state_.parts[number] = part;
             return in_.memory.saveResumeState(state_.text());
         }});
    state_.parts = GANTRY_TRY(sending.run(there, known, in_.stop));
    auto request = toUrl("POST", grant_.complete);
    request.body = completionBody(state_.parts);
    return readCompletion(GANTRY_TRY(line_.ask(request, "completing the upload")));
}

// What the server lists; what we remember where it does not let us look.
Result<std::map<int, ListedPart>> PresignedPut::partsThere(const UploadRequests& requests,
                                                           const PartPlan& plan) {
    const auto response = GANTRY_TRY(line_.ask(requests.listParts(0), "asking for the parts"));
    std::map<int, ListedPart> out;
    if (succeeded(response)) {
        for (const auto& part : GANTRY_TRY(readPartPage(response.body)).parts) out[part.number] = part;
        return out;
    }
    const auto refused = readError(response);
    if (refused.code == "NoSuchUpload" || (response.status == 404 && refused.code.empty()))
        return fail(Errc::Gone, "asking for the parts: the server no longer knows the upload");
    const auto error = errorOf(refused, "asking for the parts");
    if (error.code != Errc::NotAllowed || hasRunOut(error)) return error;
    for (const auto& [number, part] : state_.parts) out[number] = {number, plan.bytesOf(number), part};
    return out;
}

// After an answer was lost the object may be there. Its ETag is the digest of our parts' digests.
Result<bool> PresignedPut::isThere() {
    const auto response = GANTRY_TRY(line_.ask(toUrl("HEAD", grant_.head), "looking for the object"));
    if (response.status == 404) return false;
    if (!succeeded(response)) return becauseOfTime(errorOf(response, "looking for the object"));
    const auto found = storedBy(response);
    const auto ours = compositeEtag(GANTRY_TRY(partsByDigest()));
    const bool same_size = response.header("content-length") == std::to_string(in_.object.bytes);
    const bool same = !grant_.etag_is_md5 || !ours || found.etag == *ours;
    if (same_size && same) return true;
    return fail(Errc::Conflict,
                in_.object.name + ": other content is there under the name of its permission");
}

Result<std::map<int, StoredPart>> PresignedPut::partsByDigest() {
    const PartPlan plan{in_.object.bytes, state_.part_bytes};
    std::map<int, StoredPart> out;
    for (int number = 1; number <= plan.count(); ++number) {
        const auto digest =
            GANTRY_TRY(digestOf({file_.get(), plan.offsetOf(number), plan.bytesOf(number)}, true));
        out[number].etag = digest.md5 ? toHex(*digest.md5) : "";
    }
    return out;
}

bool PresignedPut::hasRunOut(const Error& error) const {
    return error.code == Errc::NotAllowed &&
           (in_.clock.nowMillis() >= grant_.expires_at || error.context.find("expired") != std::string::npos);
}

Error PresignedPut::becauseOfTime(const Error& error) const {
    if (!hasRunOut(error)) return error;
    return fail(Errc::NoGrant, "the permission to upload it has run out; the central team sends a new one");
}

}  // namespace gantry::uplink::s3
