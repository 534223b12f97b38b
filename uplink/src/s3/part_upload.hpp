#pragma once
/// Sends the parts of one object over several connections at once.
///
///     digests (1 thread) ──▶ bounded queue ──▶ senders (1 to 16 threads, a connection each)
///                                                    └──▶ the caller's thread tells progress and keeps what
///                                                    is done

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <thread>
#include <vector>

#include "s3/line.hpp"
#include "s3/part_plan.hpp"
#include "s3/upload_requests.hpp"

namespace gantry::uplink::s3 {

using Connections = std::span<const std::unique_ptr<HttpConnection>>;

struct PartUploadInput {
    const UploadRequests& requests;
    Connections connections;  ///< one sender each; nobody else uses them meanwhile
    int fd = -1;
    PartPlan plan;
    bool with_md5 = true;     ///< whether parts are checked by their ETag; false where checksums are kept
    bool etag_is_md5 = true;  ///< see putVerified
    WaitAsked& wait;
    /// Called on the caller's thread: bytes that the server has or is being sent.
    std::function<void(std::uint64_t)> progress;
    /// Called on the caller's thread for each part that arrived. An error ends the upload.
    std::function<Result<>(int number, const StoredPart& part)> arrived;
};

class PartUpload {
public:
    explicit PartUpload(PartUploadInput input);
    /// Makes the server have every part.
    /// @param there     what it has already. Parts of another size are sent again, and those whose digest is
    /// not ours.
    /// @param verified  of those, the ones whose digest was compared before: they are not read again
    /// @errors Gone: the server does not know the upload; Unsupported, NotAllowed, PeerRefused, PeerBusy;
    /// those of
    ///         HttpClient::send, of reading the file, and of `arrived`. Parts in flight on other connections
    ///         end first.
    Result<std::map<int, StoredPart>> run(const std::map<int, ListedPart>& there,
                                          const std::map<int, StoredPart>& verified,
                                          const std::stop_token& stop);

private:
    struct Ready {
        int number = 0;
        PartDigest digest;
    };
    void prepare(const std::map<int, ListedPart>& there, const std::map<int, StoredPart>& verified);
    void digestAll();
    void sendAll(std::size_t sender, const std::stop_token& stop);
    Result<StoredPart> send(std::size_t sender, const Ready& part, const std::stop_token& stop);
    std::optional<Ready> next();
    void failWith(Error error);
    Result<> watch();
    FileRange rangeOf(int number) const;

    PartUploadInput in_;
    std::vector<int> to_do_;             ///< numbers of parts that are not known to be there
    std::map<int, StoredPart> claimed_;  ///< what the server says it has, not compared yet
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Ready> ready_;  // guarded by mutex_, as all below
    std::map<int, StoredPart> done_;
    std::deque<std::pair<int, StoredPart>> to_tell_;  ///< arrived, the caller does not know yet
    std::vector<std::uint64_t> in_flight_;            ///< bytes sent of a part, by sender
    std::uint64_t done_bytes_ = 0;
    bool all_digested_ = false;
    std::size_t senders_left_ = 0;
    std::optional<Error> failed_;
};

}  // namespace gantry::uplink::s3
