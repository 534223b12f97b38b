#include "gantry/uplink/tus.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "checksum.hpp"
#include "gantry/core/crypto.hpp"
#include "http_exchange.hpp"

namespace gantry::uplink {
namespace {

constexpr std::uint64_t kLeastChunk = 64 << 10;
constexpr std::uint64_t kMostChunk = 1 << 30;
constexpr int kMostCreations = 2;  // in one attempt: a server that forgets at once must not keep us busy
constexpr int kMostIdleSteps = 3;  // answers in a row that moved nothing
constexpr int kChecksumMismatch = 460;
constexpr auto kGrowBelow = std::chrono::seconds(1);    // a chunk that took less: the next is twice as large
constexpr auto kShrinkAbove = std::chrono::seconds(4);  // a chunk that took more: the next is half as large

std::optional<std::uint64_t> numberIn(const HttpResponse& response, std::string_view name) {
    const auto text = response.header(name);
    if (!text) return std::nullopt;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
    return value;
}

bool isSuccess(const HttpResponse& response) {
    return response.status == 200 || response.status == 204;
}
bool isGone(const HttpResponse& response) {
    return response.status == 404 || response.status == 410;
}

bool listHolds(std::string_view list, std::string_view wanted) {
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        auto item = list.substr(0, comma);
        while (item.starts_with(' ')) item.remove_prefix(1);
        while (item.ends_with(' ')) item.remove_suffix(1);
        if (item == wanted) return true;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

struct Capabilities {
    std::optional<ChecksumKind> checksum;
    std::optional<std::uint64_t> max_bytes;
};

Capabilities capabilitiesOf(const HttpResponse& response) {
    Capabilities out;
    if (!isSuccess(response)) return out;  // OPTIONS is optional: nothing is promised
    out.max_bytes = numberIn(response, "tus-max-size");
    if (!listHolds(response.header("tus-extension").value_or(""), "checksum")) return out;
    const auto kinds = response.header("tus-checksum-algorithm").value_or("");
    if (listHolds(kinds, "sha256"))
        out.checksum = ChecksumKind::Sha256;
    else if (listHolds(kinds, "sha1"))
        out.checksum = ChecksumKind::Sha1;
    return out;
}

std::string metadataHeader(const PutObject& object) {
    auto all = object.metadata;
    all["filename"] = object.name;
    all["sha256"] = object.sha256_hex;
    std::string out;
    for (const auto& [key, value] : all) {
        if (!out.empty()) out += ',';
        out += key;
        if (!value.empty()) out += ' ' + toBase64(asBytes(value));
    }
    return out;
}

/// One attempt to put one object.
class Attempt {
public:
    Attempt(HttpConnection& http, const TusConfig& config, const PutObject& object, UploadMemory& memory,
            std::stop_token stop, std::chrono::seconds& wait)
        : http_(http),
          config_(config),
          object_(object),
          memory_(memory),
          stop_(std::move(stop)),
          wait_(wait),
          chunk_bytes_(config.chunk_bytes) {}

    Result<> run(std::optional<Capabilities>& capabilities) {
        file_ = GANTRY_TRY(openFile(object_.file, OpenMode::Read));
        if (GANTRY_TRY(fileSize(file_.get())) != object_.bytes)
            return fail(Errc::InvalidArgument, object_.name + ": the file has another size than was said");
        if (!capabilities) capabilities = GANTRY_TRY(askCapabilities());
        if (capabilities->checksum) checksum_.emplace(*capabilities->checksum, file_.get());
        if (capabilities->max_bytes && *capabilities->max_bytes > 0 &&
            object_.bytes > *capabilities->max_bytes)
            return fail(Errc::PeerRefused, object_.name + ": larger than the server takes");
        url_ = memory_.resumeUrl();
        if (!url_.empty()) GANTRY_CHECK(findOffset());
        while (url_.empty() || offset_ < object_.bytes) GANTRY_CHECK(step());
        memory_.progress(object_.bytes, object_.bytes);
        return {};
    }

private:
    Result<> step() {
        if (stop_.stop_requested()) return fail(Errc::Stopped, "stopped between two chunks");
        if (url_.empty()) return create();
        const auto before = offset_;
        GANTRY_CHECK(sendChunk());
        if (url_.empty() || offset_ > before) {
            idle_steps_ = 0;
            return {};
        }
        if (++idle_steps_ < kMostIdleSteps) return {};
        return fail(Errc::PeerBusy, "the server takes no byte of " + object_.name);
    }

    Result<HttpResponse> ask(HttpRequest request, const char* what, const FileRange* range = nullptr) {
        request.headers.emplace_back("Tus-Resumable", "1.0.0");
        const auto sent_before = offset_;
        const auto progress = [&](std::uint64_t sent) {
            if (range != nullptr)
                memory_.progress(std::min(sent_before + sent, object_.bytes), object_.bytes);
        };
        auto response = http_.exchange(request, range, stop_, progress);
        if (!response) return within(what, response.error());
        wait_ = std::max(wait_, retryAfter(*response));
        return response;
    }

    Result<Capabilities> askCapabilities() {
        HttpRequest request;
        request.method = "OPTIONS";
        request.url = config_.endpoint;
        const auto response = GANTRY_TRY(ask(std::move(request), "asking what the server offers"));
        if (response.status == 401 || response.status == 403 || response.status >= 500 ||
            response.status == 429)
            return statusError(response, "asking what the server offers");
        return capabilitiesOf(response);
    }

    Result<> create() {
        if (++creations_ > kMostCreations)
            return fail(Errc::Gone, "the server forgets uploads as soon as they begin");
        HttpRequest request;
        request.method = "POST";
        request.url = config_.endpoint;
        request.headers = {{"Upload-Length", std::to_string(object_.bytes)},
                           {"Upload-Metadata", metadataHeader(object_)}};
        const auto response = GANTRY_TRY(ask(std::move(request), "creating the upload"));
        if (isGone(response))
            return fail(Errc::PeerRefused, "creating the upload: nothing takes uploads at this URL");
        if (response.status != 201 && !isSuccess(response))
            return statusError(response, "creating the upload");
        const auto location = response.header("location");
        if (!location) return fail(Errc::PeerRefused, "creating the upload: the answer has no location");
        auto url = GANTRY_TRY(resolveLocation(config_.endpoint, *location));
        GANTRY_CHECK(memory_.saveResumeUrl(url));
        url_ = std::move(url);
        offset_ = 0;
        memory_.progress(0, object_.bytes);
        return {};
    }

    // Where the server stands; forgets the URL when the upload is gone or is another object's.
    Result<> findOffset() {
        HttpRequest request;
        request.method = "HEAD";
        request.url = url_;
        const auto response = GANTRY_TRY(ask(std::move(request), "asking for the offset"));
        if (isGone(response)) return forget();
        if (!isSuccess(response)) return statusError(response, "asking for the offset");
        const auto offset = numberIn(response, "upload-offset");
        if (!offset) return fail(Errc::PeerRefused, "asking for the offset: the answer has none");
        const auto length = numberIn(response, "upload-length");
        if (*offset > object_.bytes || (length && *length != object_.bytes)) return forget();
        offset_ = *offset;
        memory_.progress(offset_, object_.bytes);
        return {};
    }

    Result<> forget() {
        url_.clear();
        offset_ = 0;
        return memory_.saveResumeUrl("");
    }

    Result<> sendChunk() {
        const FileRange range{file_.get(), offset_, std::min(chunk_bytes_, object_.bytes - offset_)};
        HttpRequest request;
        request.method = "PATCH";
        request.url = url_;
        request.headers = {{"Content-Type", "application/offset+octet-stream"},
                           {"Upload-Offset", std::to_string(offset_)}};
        if (checksum_) GANTRY_CHECK(addChecksum(request, range));
        const auto begin = std::chrono::steady_clock::now();
        const auto response = GANTRY_TRY(ask(std::move(request), "sending a chunk", &range));
        if (isSuccess(response)) fitChunk(std::chrono::steady_clock::now() - begin);
        return takeAnswer(response, range);
    }

    Result<> addChecksum(HttpRequest& request, const FileRange& range) {
        request.headers.emplace_back("Upload-Checksum",
                                     GANTRY_TRY(checksum_->get({range.offset, range.length})));
        // The next chunk will most likely follow on this one and be as large, or twice as large while they
        // grow.
        const auto next = range.offset + range.length;
        const auto length = std::min(expect_growth_ ? grown() : chunk_bytes_, object_.bytes - next);
        if (length > 0) checksum_->begin({next, length});
        return {};
    }

    std::uint64_t grown() const {
        return std::max(chunk_bytes_, std::min(chunk_bytes_ * 2, config_.largest_chunk_bytes));
    }

    void fitChunk(std::chrono::steady_clock::duration took) {
        expect_growth_ = took < kGrowBelow / 2;
        if (took < kGrowBelow) chunk_bytes_ = grown();
        if (took > kShrinkAbove) chunk_bytes_ = std::max(chunk_bytes_ / 2, config_.chunk_bytes);
    }

    Result<> takeAnswer(const HttpResponse& response, const FileRange& range) {
        if (isGone(response)) return forget();
        if (response.status == 409) return findOffset();
        if (response.status == kChecksumMismatch) return {};  // the same chunk again
        if (!isSuccess(response)) return statusError(response, "sending a chunk");
        const auto offset = numberIn(response, "upload-offset");
        if (!offset) return findOffset();
        if (*offset < range.offset || *offset > range.offset + range.length) return findOffset();
        offset_ = *offset;
        memory_.progress(offset_, object_.bytes);
        return {};
    }

    HttpConnection& http_;
    const TusConfig& config_;
    const PutObject& object_;
    UploadMemory& memory_;
    std::stop_token stop_;
    std::chrono::seconds& wait_;
    std::uint64_t chunk_bytes_;
    bool expect_growth_ = false;
    UniqueFd file_;
    std::optional<ChecksumAhead> checksum_;  // reads file_: goes first
    std::string url_;
    std::uint64_t offset_ = 0;
    int creations_ = 0;
    int idle_steps_ = 0;
};

class TusTransport final : public Transport {
public:
    TusTransport(std::unique_ptr<HttpConnection> http, TusConfig config)
        : http_(std::move(http)), config_(std::move(config)) {}

    Result<> put(const PutObject& object, UploadMemory& memory, std::stop_token stop) override {
        wait_ = {};
        auto done = Attempt(*http_, config_, object, memory, std::move(stop), wait_).run(capabilities_);
        if (!done) capabilities_.reset();  // the server may be another one when it comes back
        return done;
    }
    std::chrono::seconds askedToWait() const override { return wait_; }

private:
    std::unique_ptr<HttpConnection> http_;
    TusConfig config_;
    std::optional<Capabilities> capabilities_;
    std::chrono::seconds wait_{};
};

}  // namespace

Result<std::unique_ptr<Transport>> makeTusTransport(TusConfig config) {
    if (auto good = checkUrl(config.endpoint); !good) return within("tus endpoint", good.error());
    if (config.chunk_bytes < kLeastChunk || config.chunk_bytes > kMostChunk)
        return fail(Errc::InvalidArgument, "tus: a chunk has 64 KiB to 1 GiB");
    auto http = GANTRY_TRY(HttpConnection::open(config.http));
    return std::unique_ptr<Transport>(std::make_unique<TusTransport>(std::move(http), std::move(config)));
}

}  // namespace gantry::uplink
