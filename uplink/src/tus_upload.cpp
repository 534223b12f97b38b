#include "tus_upload.hpp"

#include <algorithm>
#include <ctime>

namespace gantry::uplink {
namespace {

using std::chrono::steady_clock;

constexpr std::uint64_t kLeastChunk = 64 << 10;
constexpr int kMostCreations = 2;  // in one attempt: a server that forgets at once must not keep us busy
constexpr int kMostIdleSteps = 3;  // answers in a row that moved nothing
constexpr auto kGrowBelow = std::chrono::seconds(1);    // a chunk that took less: the next is twice as large
constexpr auto kShrinkAbove = std::chrono::seconds(4);  // a chunk that took more: the next is half as large
constexpr std::int64_t kExpiresSoon = 60;               // seconds; what is left would hardly arrive
constexpr std::int64_t kExpiryMoved = 3600;  // seconds by which it must have moved to be written down
constexpr auto kContentType = "application/offset+octet-stream";

std::int64_t now() {
    return ::time(nullptr);
}

}  // namespace

TusUpload::TusUpload(TusPeer& peer, const TusConfig& config, const TusOffer& offer, TusGoal goal,
                     TusRemembered& remembered, TusCallbacks callbacks)
    : peer_(peer),
      config_(config),
      offer_(offer),
      goal_(std::move(goal)),
      remembered_(remembered),
      callbacks_(std::move(callbacks)),
      chunk_bytes_(config.chunk_bytes),
      most_chunk_bytes_(std::max(config.chunk_bytes, config.largest_chunk_bytes)),
      content_at_creation_(offer.creation_with_upload) {
    if (offer.checksum) checksum_.emplace(*offer.checksum, goal_.fd);
}

Result<> TusUpload::run() {
    if (!remembered_.url.empty()) GANTRY_CHECK(findOffset());
    while (remembered_.url.empty() || offset_ < goal_.bytes) GANTRY_CHECK(step());
    callbacks_.progress(goal_.bytes);
    return {};
}

Result<> TusUpload::create() {
    return createWith(Content::None);
}

Result<> TusUpload::goOn() {
    GANTRY_CHECK(findOffset());
    while (!remembered_.url.empty() && offset_ < goal_.bytes) GANTRY_CHECK(step());
    if (remembered_.url.empty()) return fail(Errc::Gone, "the server forgot a part of " + goal_.name);
    callbacks_.progress(goal_.bytes);
    return {};
}

Result<> TusUpload::step() {
    if (peer_.stop().stop_requested()) return fail(Errc::Stopped, "stopped between two chunks");
    if (winding_down_) return fail(Errc::Busy, "another part came to a stop");
    if (remembered_.url.empty()) return createWith(mayBringContent() ? Content::FirstChunk : Content::None);
    const auto before = offset_;
    GANTRY_CHECK(sendChunk());
    if (remembered_.url.empty() || offset_ > before) {
        idle_steps_ = 0;
        return {};
    }
    if (++idle_steps_ < kMostIdleSteps) return {};
    return fail(Errc::PeerBusy, "the server takes no byte of " + goal_.name);
}

Result<HttpResponse> TusUpload::ask(HttpRequest request, const char* what, const FileRange* range) {
    const auto sent_before = offset_;
    const auto progress = [&](std::uint64_t sent) {
        if (range != nullptr) callbacks_.progress(std::min(sent_before + sent, goal_.bytes));
    };
    return peer_.ask(std::move(request), what, range, progress);
}

// A creation whose answer is lost is made again. So a whole object is only brought along to a server that
// knows it for the same: others would have it twice.
bool TusUpload::mayBringContent() const {
    return content_at_creation_ && goal_.bytes > 0 && (goal_.bytes > chunk_bytes_ || offer_.knows_objects);
}

Result<> TusUpload::createWith(Content content) {
    if (++creations_ > kMostCreations)
        return fail(Errc::Gone, "the server forgets uploads as soon as they begin");
    HttpRequest request;
    request.method = "POST";
    request.url = config_.endpoint;
    request.headers = goal_.headers;
    request.headers.emplace_back("Upload-Length", std::to_string(goal_.bytes));
    offset_ = 0;
    if (content == Content::None) {
        const auto response = GANTRY_TRY(ask(std::move(request), "creating the upload"));
        return takeCreation(response, 0);
    }
    const auto range = nextRange();
    request.headers.emplace_back("Content-Type", kContentType);
    if (checksum_) GANTRY_CHECK(addChecksum(request, range));
    const auto response = GANTRY_TRY(ask(std::move(request), "creating the upload", &range));
    if (!isRefusal(response) || isGone(response)) return takeCreation(response, range.length);
    content_at_creation_ = false;  // promised, and not kept, or held back on the way: without, then
    --creations_;
    return {};
}

Result<> TusUpload::takeCreation(const HttpResponse& response, std::uint64_t sent) {
    if (isGone(response))
        return fail(Errc::PeerRefused, "creating the upload: nothing takes uploads at this URL");
    if (response.status != 201 && !isSuccess(response)) return statusError(response, "creating the upload");
    const auto location = response.header("location");
    if (!location) return fail(Errc::PeerRefused, "creating the upload: the answer has no location");
    remembered_.url = GANTRY_TRY(resolveLocation(config_.endpoint, *location));
    remembered_.expires = expiryOf(response, now());
    if (auto saved = callbacks_.save(); !saved) {
        remembered_ = {};
        return saved.error();
    }
    const auto offset = countIn(response, "upload-offset");
    if (sent > 0 && (!offset || *offset > sent)) return findOffset();
    offset_ = sent > 0 ? *offset : 0;
    callbacks_.progress(offset_);
    return {};
}

// HEAD; GET where the server does not know HEAD, or says nothing by it.
Result<HttpResponse> TusUpload::askForOffset() {
    HttpRequest request;
    request.method = "HEAD";
    request.url = remembered_.url;
    auto response = GANTRY_TRY(ask(request, "asking for the offset"));
    const bool unknown = response.status == 405 || response.status == 501;
    if (!unknown && !(isSuccess(response) && !response.header("upload-offset"))) return response;
    request.method = "GET";
    request.headers_suffice = true;
    return ask(std::move(request), "asking for the offset");
}

// Where the server stands; forgets the upload when it is gone, another object's, or about to expire.
Result<> TusUpload::findOffset() {
    const auto response = GANTRY_TRY(askForOffset());
    const bool expired =
        hasExpired() && response.status >= 400 && response.status < 500 && response.status != 423;
    if (isGone(response) || expired) return forget();
    if (!isSuccess(response)) return statusError(response, "asking for the offset");
    GANTRY_CHECK(takeOffset(response));
    if (remembered_.url.empty()) return {};
    GANTRY_CHECK(noteExpiry(response));
    if (offset_ == goal_.bytes || !expiresSoon()) return {};
    peer_.terminate(offer_, remembered_.url);
    return forget();
}

Result<> TusUpload::takeOffset(const HttpResponse& response) {
    const auto offset = countIn(response, "upload-offset");
    const auto length = countIn(response, "upload-length");
    if (!offset || *offset > goal_.bytes || (length && *length != goal_.bytes)) return forget();
    offset_ = *offset;
    callbacks_.progress(offset_);
    return {};
}

Result<> TusUpload::noteExpiry(const HttpResponse& response) {
    const auto expires = expiryOf(response, now());
    if (!expires) return {};
    const bool moved = !remembered_.expires || std::abs(*expires - *remembered_.expires) >= kExpiryMoved;
    if (!moved) return {};
    remembered_.expires = expires;
    return callbacks_.save();
}

bool TusUpload::hasExpired() const {
    return remembered_.expires && *remembered_.expires <= now();
}

// What is long over by what was remembered, and is still there, has got more time.
bool TusUpload::expiresSoon() const {
    return remembered_.expires && !hasExpired() && *remembered_.expires - now() < kExpiresSoon;
}

Result<> TusUpload::forget() {
    remembered_ = {};
    offset_ = 0;
    return callbacks_.save();
}

FileRange TusUpload::nextRange() const {
    return {goal_.fd, goal_.begin + offset_, std::min(chunk_bytes_, goal_.bytes - offset_)};
}

Result<> TusUpload::sendChunk() {
    const auto range = nextRange();
    HttpRequest request;
    request.method = "PATCH";
    request.url = remembered_.url;
    request.headers = {{"Content-Type", kContentType}, {"Upload-Offset", std::to_string(offset_)}};
    if (checksum_) GANTRY_CHECK(addChecksum(request, range));
    const auto begin = steady_clock::now();
    const auto response = GANTRY_TRY(ask(std::move(request), "sending a chunk", &range));
    if (isSuccess(response)) fitChunk(steady_clock::now() - begin);
    return takeAnswer(response, range.length);
}

Result<> TusUpload::takeAnswer(const HttpResponse& response, std::uint64_t sent) {
    if (isGone(response)) return forget();
    // A damaged chunk counts for nothing; a damaged whole is gone, and the server says so when it is asked.
    if (response.status == 409 || response.status == kTusChecksumMismatch) return findOffset();
    if (response.status == 413 && makeSmaller(sent)) return {};
    if (!isSuccess(response)) return statusError(response, "sending a chunk");
    const auto offset = countIn(response, "upload-offset");
    if (!offset || *offset < offset_ || *offset > offset_ + sent) return findOffset();
    offset_ = *offset;
    callbacks_.progress(offset_);
    return noteExpiry(response);
}

// What stands before a server may take less at once than we like to send. False: it takes nothing.
bool TusUpload::makeSmaller(std::uint64_t sent) {
    if (sent <= kLeastChunk) return false;
    most_chunk_bytes_ = chunk_bytes_ = std::max(sent / 2, kLeastChunk);
    idle_steps_ = 0;
    return true;
}

Result<> TusUpload::addChecksum(HttpRequest& request, const FileRange& range) {
    request.headers.emplace_back("Upload-Checksum", GANTRY_TRY(checksum_->get({range.offset, range.length})));
    // The next chunk will most likely follow on this one and be as large, or twice as large while they grow.
    const auto next = range.offset + range.length;
    const auto length = std::min(expect_growth_ ? grown() : chunk_bytes_, goal_.begin + goal_.bytes - next);
    if (length > 0) checksum_->begin({next, length});
    return {};
}

std::uint64_t TusUpload::grown() const {
    return std::max(chunk_bytes_, std::min(chunk_bytes_ * 2, most_chunk_bytes_));
}

void TusUpload::fitChunk(steady_clock::duration took) {
    expect_growth_ = took < kGrowBelow / 2;
    if (took < kGrowBelow) chunk_bytes_ = grown();
    if (took > kShrinkAbove)
        chunk_bytes_ = std::max(chunk_bytes_ / 2, std::min(config_.chunk_bytes, most_chunk_bytes_));
}

}  // namespace gantry::uplink
