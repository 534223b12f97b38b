#include <algorithm>

#include "gantry/core/log.hpp"
#include "gantry/uplink/s3_presigned.hpp"
#include "json_fields.hpp"
#include "s3/grant_folder.hpp"
#include "s3/session.hpp"

namespace gantry::uplink {
namespace {

using namespace s3;

constexpr int kMostConnections = 16;
constexpr int kMostGrants = 2;  // tried in one attempt
constexpr std::int64_t kFormat = 1;
constexpr std::uint64_t kMostAnswer = 16u << 20;

/// What outlives an attempt. The server's own list of parts counts more, where it can be had.
struct PresignedState {
    std::string upload_id;
    std::uint64_t part_bytes = 0;
    std::map<int, StoredPart> parts;

    std::string text() const {
        boost::json::array list;
        for (const auto& [number, part] : parts) list.push_back({number, part.etag});
        return boost::json::serialize(boost::json::object{{"presigned", kFormat},
                                                          {"upload_id", upload_id},
                                                          {"part_bytes", part_bytes},
                                                          {"parts", std::move(list)}});
    }

    static Result<PresignedState> parse(std::string_view text) {
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
};

HttpRequest toUrl(std::string method, std::string url) {
    HttpRequest request;
    request.method = std::move(method);
    request.url = std::move(url);
    request.max_answer_bytes = kMostAnswer;
    return request;
}

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

/// One attempt.
class PresignedPut {
public:
    PresignedPut(const PutObject& object, UploadMemory& memory, std::stop_token stop,
                 const PresignedConfig& config, Connections connections, GrantFolder& folder,
                 const Clock& clock, WaitAsked& wait)
        : object_(object),
          memory_(memory),
          stop_(stop),
          config_(config),
          connections_(connections),
          folder_(folder),
          clock_(clock),
          wait_(wait),
          line_(*connections.front(), std::move(stop), wait) {
        if (auto known = PresignedState::parse(memory_.resumeState())) state_ = *std::move(known);
    }

    Result<> run() {
        file_ = GANTRY_TRY(openFile(object_.file, OpenMode::Read));
        if (GANTRY_TRY(fileSize(file_.get())) != object_.bytes)
            return fail(Errc::InvalidArgument, object_.name + ": the file has another size than was said");
        bool there = !state_.upload_id.empty() && folder_.hasServed(state_.upload_id);
        for (int grants = 0; !there; ++grants) {
            if (grants == kMostGrants)
                return fail(Errc::Gone, "the server does not know the uploads that it gave permission for");
            grant_ = GANTRY_TRY(folder_.grantFor(object_.name, object_.bytes, config_.part_bytes));
            there = GANTRY_TRY(useGrant());
            const auto how = there ? GrantFolder::End::Served : GrantFolder::End::GivenUp;
            GANTRY_CHECK(folder_.end(object_.name, grant_.upload_id, how));
        }
        memory_.progress(object_.bytes, object_.bytes);
        return {};
    }

private:
    // False when the server no longer knows the upload, and the object is not there: another grant is needed.
    Result<bool> useGrant() {
        if (state_.upload_id != grant_.upload_id) GANTRY_CHECK(begin());
        const auto done = upload();
        if (done) return true;
        if (done.error().code != Errc::Gone) return becauseOfTime(done.error());
        return isThere();
    }

    Result<> begin() {
        const auto parts = static_cast<int>(grant_.parts.size());
        const auto plan = GANTRY_TRY(planParts(object_.bytes, config_.part_bytes, parts));
        state_ = {grant_.upload_id, plan.part_bytes, {}};
        memory_.progress(0, object_.bytes);
        return memory_.saveResumeState(state_.text());
    }

    Result<> upload() {
        const PartPlan plan{object_.bytes, state_.part_bytes};
        if (plan.count() > static_cast<int>(grant_.parts.size()))
            return fail(Errc::PeerRefused, "the renewed permission has fewer parts than the first");
        const GrantedUpload requests(grant_);
        const auto there = GANTRY_TRY(partsThere(requests, plan));
        const auto known = state_.parts;
        PartUpload sending(
            {requests,
             connections_.first(std::min(connections_.size(), static_cast<std::size_t>(plan.count()))),
             file_.get(), plan, true, grant_.etag_is_md5, wait_,
             [this](std::uint64_t bytes) { memory_.progress(bytes, object_.bytes); },
             [this](int number, const StoredPart& part) {
                 state_.parts[number] = part;
                 return memory_.saveResumeState(state_.text());
             }});
        state_.parts = GANTRY_TRY(sending.run(there, known, stop_));
        auto request = toUrl("POST", grant_.complete);
        request.body = completionBody(state_.parts);
        return readCompletion(GANTRY_TRY(line_.ask(request, "completing the upload")));
    }

    // What the server lists; what we remember where it does not let us look.
    Result<std::map<int, ListedPart>> partsThere(const UploadRequests& requests, const PartPlan& plan) {
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
    Result<bool> isThere() {
        const auto response = GANTRY_TRY(line_.ask(toUrl("HEAD", grant_.head), "looking for the object"));
        if (response.status == 404) return false;
        if (!succeeded(response)) return becauseOfTime(errorOf(response, "looking for the object"));
        const auto found = storedBy(response);
        const auto ours = compositeEtag(GANTRY_TRY(partsByDigest()));
        const bool same_size = response.header("content-length") == std::to_string(object_.bytes);
        const bool same = !grant_.etag_is_md5 || !ours || found.etag == *ours;
        if (same_size && same) return true;
        return fail(Errc::Conflict,
                    object_.name + ": other content is there under the name of its permission");
    }

    Result<std::map<int, StoredPart>> partsByDigest() {
        const PartPlan plan{object_.bytes, state_.part_bytes};
        std::map<int, StoredPart> out;
        for (int number = 1; number <= plan.count(); ++number) {
            const auto digest =
                GANTRY_TRY(digestOf({file_.get(), plan.offsetOf(number), plan.bytesOf(number)}, true));
            out[number].etag = digest.md5 ? toHex(*digest.md5) : "";
        }
        return out;
    }

    bool hasRunOut(const Error& error) const {
        return error.code == Errc::NotAllowed && (clock_.nowMillis() >= grant_.expires_at ||
                                                  error.context.find("expired") != std::string::npos);
    }

    Error becauseOfTime(const Error& error) const {
        if (!hasRunOut(error)) return error;
        return fail(Errc::NoGrant,
                    "the permission to upload it has run out; the central team sends a new one");
    }

    const PutObject& object_;
    UploadMemory& memory_;
    std::stop_token stop_;
    const PresignedConfig& config_;
    Connections connections_;
    GrantFolder& folder_;
    const Clock& clock_;
    WaitAsked& wait_;
    Line line_;
    Grant grant_;
    PresignedState state_;
    UniqueFd file_;
};

class PresignedTransport final : public Transport {
public:
    explicit PresignedTransport(PresignedConfig config)
        : config_(std::move(config)),
          clock_(config_.clock != nullptr ? config_.clock : &system_clock_),
          folder_(config_.grants, *clock_) {}

    Result<> openConnections() {
        config_.http.bearer_token.clear();  // what is allowed stands in the URLs
        for (int i = 0; i < config_.connections; ++i)
            connections_.push_back(GANTRY_TRY(HttpConnection::open(config_.http)));
        return {};
    }

    Result<> put(const PutObject& object, UploadMemory& memory, std::stop_token stop) override {
        wait_.reset();
        auto done =
            PresignedPut(object, memory, std::move(stop), config_, connections_, folder_, *clock_, wait_)
                .run();
        if (done) return {};
        auto error = std::move(done).error();
        if (error.code == Errc::BadFormat || error.code == Errc::NotFound || error.code == Errc::Unsupported)
            error.code = Errc::PeerRefused;
        return error;
    }
    std::chrono::seconds askedToWait() const override { return wait_.value(); }

private:
    SystemClock system_clock_;
    PresignedConfig config_;
    const Clock* clock_;
    GrantFolder folder_;
    std::vector<std::unique_ptr<HttpConnection>> connections_;
    WaitAsked wait_;
};

}  // namespace

Result<std::unique_ptr<Transport>> makePresignedTransport(PresignedConfig config) {
    if (config.part_bytes < kLeastPart || config.part_bytes > kMostPart)
        return fail(Errc::InvalidArgument, "S3: a part has 5 MiB to 5 GiB");
    if (config.connections < 1 || config.connections > kMostConnections)
        return fail(Errc::InvalidArgument, "S3: 1 to 16 connections");
    if (config.grants.empty()) return fail(Errc::InvalidArgument, "permissions to upload need a folder");
    auto transport = std::make_unique<PresignedTransport>(std::move(config));
    GANTRY_CHECK(transport->openConnections());
    return std::unique_ptr<Transport>(std::move(transport));
}

}  // namespace gantry::uplink
