#pragma once
/// One upload of a tus server, from its creation to its last byte: a whole object, or one of its parts.

#include <atomic>
#include <functional>
#include <optional>
#include <string>

#include "checksum.hpp"
#include "gantry/uplink/tus.hpp"
#include "tus_peer.hpp"
#include "tus_state.hpp"

namespace gantry::uplink {

/// What of which file is to get there.
struct TusGoal {
    std::string name;  ///< of the object, for people
    int fd = -1;
    std::uint64_t begin = 0;
    std::uint64_t bytes = 0;
    /// Of the creation: Upload-Metadata, Upload-Concat.
    std::vector<std::pair<std::string, std::string>> headers;
};

struct TusCallbacks {
    /// What is remembered has changed.
    std::function<Result<>()> save;
    /// Bytes of the goal that are known or expected to be there.
    std::function<void(std::uint64_t)> progress;
};

class TusUpload {
public:
    TusUpload(TusPeer& peer, const TusConfig& config, const TusOffer& offer, TusGoal goal,
              TusRemembered& remembered, TusCallbacks callbacks);

    /// Goes on with what is remembered, or creates it, until every byte is there.
    Result<> run();
    /// Only creates it, without content.
    Result<> create();
    /// Goes on with what is remembered; Gone when that is gone.
    Result<> goOn();
    /// From another thread: ends with Busy before the next chunk.
    void windDown() { winding_down_ = true; }

private:
    enum class Content { None, FirstChunk };
    Result<> step();
    bool mayBringContent() const;
    Result<> createWith(Content content);
    Result<> takeCreation(const HttpResponse& response, std::uint64_t sent);
    Result<> findOffset();
    Result<HttpResponse> askForOffset();
    Result<> takeOffset(const HttpResponse& response);
    Result<> noteExpiry(const HttpResponse& response);
    bool hasExpired() const;
    bool expiresSoon() const;
    Result<> forget();
    Result<> sendChunk();
    Result<> takeAnswer(const HttpResponse& response, std::uint64_t sent);
    bool makeSmaller(std::uint64_t sent);
    Result<> addChecksum(HttpRequest& request, const FileRange& range);
    FileRange nextRange() const;
    std::uint64_t grown() const;
    void fitChunk(std::chrono::steady_clock::duration took);
    Result<HttpResponse> ask(HttpRequest request, const char* what, const FileRange* range = nullptr);

    TusPeer& peer_;
    const TusConfig& config_;
    const TusOffer& offer_;
    const TusGoal goal_;
    TusRemembered& remembered_;
    const TusCallbacks callbacks_;
    std::optional<ChecksumAhead> checksum_;
    std::atomic<bool> winding_down_ = false;
    std::uint64_t offset_ = 0;
    std::uint64_t chunk_bytes_;
    std::uint64_t most_chunk_bytes_;
    bool expect_growth_ = false;
    bool content_at_creation_;
    int creations_ = 0;
    int idle_steps_ = 0;
};

}  // namespace gantry::uplink
