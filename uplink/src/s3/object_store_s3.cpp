#include <sys/mman.h>

#include <cerrno>
#include <condition_variable>
#include <mutex>

#include "gantry/uplink/object_store.hpp"
#include "s3/session.hpp"

namespace gantry::uplink {
namespace {

using namespace s3;

constexpr std::uint64_t kPieceBytes = 8u << 20;
constexpr int kTimes = 5;
constexpr auto kFirstPause = std::chrono::milliseconds(50);

// What a second attempt often cures: Ceph answers 500 to who reads what is just being replaced.
bool mayPass(Errc code) {
    return code == Errc::NetworkDown || code == Errc::Timeout || code == Errc::PeerBusy;
}

// For what does no harm when it is done twice.
template <class Work>
auto patiently(const std::stop_token& stop, const Work& work) -> std::invoke_result_t<Work> {
    std::mutex mutex;
    std::condition_variable_any never;
    auto pause = kFirstPause;
    for (int time = 1;; ++time, pause *= 2) {
        auto result = work();
        if (result || !mayPass(result.error().code) || time == kTimes || stop.stop_requested()) return result;
        std::unique_lock lock(mutex);
        never.wait_for(lock, stop, pause, [] { return false; });  // or until we are stopped
    }
}

Result<UniqueFd> inMemory(Bytes content) {
    UniqueFd fd(::memfd_create("object", MFD_CLOEXEC));
    if (!fd) return failErrno("memory for an object", errno);
    GANTRY_CHECK(writeAll(fd.get(), content));
    return fd;
}

class S3Store final : public ObjectStore {
public:
    explicit S3Store(S3Config config)
        : config_(std::move(config)), clock_(config_.clock != nullptr ? config_.clock : &system_clock_) {
        config_.http.bearer_token.clear();
    }

    Result<> put(const std::string& name, Bytes content, Existing existing, std::stop_token stop) override {
        const auto fd = GANTRY_TRY(inMemory(content));
        return putFrom(name, fd.get(), existing, stop);
    }

    Result<> putFile(const std::string& name, const std::filesystem::path& file, Existing existing,
                     std::stop_token stop) override {
        const auto fd = GANTRY_TRY(openFile(file, OpenMode::Read));
        return putFrom(name, fd.get(), existing, stop);
    }

    Result<> get(const std::string& name, ByteRange range, const ByteSink& sink,
                 std::stop_token stop) override {
        auto left = range.length.value_or(UINT64_MAX);
        std::string etag;
        for (auto offset = range.offset; left > 0;) {
            const auto length = std::min(left, kPieceBytes);
            const auto piece = GANTRY_TRY(with(name, stop, [&](Session& session, const std::string& key) {
                return session.getPiece(key, offset, length, etag);
            }));
            if (!piece.bytes.empty()) GANTRY_CHECK(sink(asBytes(piece.bytes)));
            offset += piece.bytes.size();
            left -= piece.bytes.size();
            etag = piece.etag;
            if (offset >= piece.object_bytes) return {};
        }
        return {};
    }

    Result<ObjectInfo> head(const std::string& name, std::stop_token stop) override {
        return with(name, stop, [&](Session& session, const std::string& key) -> Result<ObjectInfo> {
            const auto found = GANTRY_TRY(session.head(key));
            if (!found) return fail(Errc::NotFound, "object " + name);
            return ObjectInfo{name, found->bytes, found->etag,
                              secondsOfHttpDate(found->modified).value_or(0) * 1000};
        });
    }

    Result<uplink::ObjectPage> list(const std::string& prefix, const std::string& after, int most,
                                    std::stop_token stop) override {
        const auto& below = config_.location.prefix;
        auto from = after.empty() ? std::string() : below + after;
        for (;;) {
            const auto found = GANTRY_TRY(patiently(stop, [&] {
                return withSession(stop, [&](Session& session) {
                    return session.listObjects(below + prefix, from, std::clamp(most, 1, 1000));
                });
            }));
            uplink::ObjectPage page;
            page.more = found.more;
            for (const auto& object : found.objects) {
                if (!object.key.starts_with(below)) return fail(Errc::PeerRefused, "the list has other keys");
                if (object.key <= from) return fail(Errc::PeerRefused, "the list does not go on");
                from = object.key;
                auto name = object.key.substr(below.size());
                // What others put there under names that are none here.
                if (!checkObjectName(name)) continue;
                page.objects.push_back({std::move(name), object.bytes, object.etag, object.modified});
            }
            if (!page.more || !page.objects.empty()) return page;
            if (found.objects.empty()) return fail(Errc::PeerRefused, "the list does not go on");
        }
    }

    Result<> remove(const std::string& name, std::stop_token stop) override {
        return with(name, stop, [](Session& session, const std::string& key) { return session.remove(key); });
    }

private:
    // A connection for one operation, given back when it ended.
    class Lease {
    public:
        explicit Lease(S3Store& store) : store_(store) {
            const std::lock_guard lock(store_.mutex_);
            if (store_.idle_.empty()) return;
            connection_ = std::move(store_.idle_.back());
            store_.idle_.pop_back();
        }
        ~Lease() {
            const std::lock_guard lock(store_.mutex_);
            if (connection_) store_.idle_.push_back(std::move(connection_));
        }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        Result<> open() {
            if (!connection_) connection_ = GANTRY_TRY(HttpConnection::open(store_.config_.http));
            return {};
        }
        const std::unique_ptr<HttpConnection>& get() const { return connection_; }

    private:
        S3Store& store_;
        std::unique_ptr<HttpConnection> connection_;
    };

    Result<Requests> requests() const {
        auto credentials = config_.credentials;
        if (!config_.credentials_file.empty())
            credentials = GANTRY_TRY(loadS3Credentials(config_.credentials_file));
        return Requests(config_.location, config_.addressing, std::move(credentials), *clock_);
    }

    // What the peer did wrong is no mistake of the caller's.
    template <class T>
    static Result<T> forCaller(Result<T> result) {
        if (result) return result;
        auto error = std::move(result).error();
        if (error.code == Errc::BadFormat || error.code == Errc::Unsupported || error.code == Errc::Gone)
            error.code = Errc::PeerRefused;
        return error;
    }

    template <class Work>
    auto withSession(const std::stop_token& stop, const Work& work) -> std::invoke_result_t<Work, Session&> {
        const auto signer = GANTRY_TRY(requests());
        Lease lease(*this);
        GANTRY_CHECK(lease.open());
        WaitAsked wait;
        Abilities abilities;
        Session session(signer, config_.objects, Line(*lease.get(), stop, wait), abilities);
        return forCaller(work(session));
    }

    template <class Work>
    auto with(const std::string& name, const std::stop_token& stop, const Work& work)
        -> std::invoke_result_t<Work, Session&, const std::string&> {
        GANTRY_CHECK(checkObjectName(name));
        const auto key = config_.location.keyOf(name);
        return patiently(
            stop, [&] { return withSession(stop, [&](Session& session) { return work(session, key); }); });
    }

    Result<> putFrom(const std::string& name, int fd, Existing existing, const std::stop_token& stop) {
        GANTRY_CHECK(checkObjectName(name));
        const FileRange whole{fd, 0, GANTRY_TRY(fileSize(fd))};
        NewObject object{config_.location.keyOf(name), {}};
        if (existing == Existing::Refuse) object.replacing = Replacing::Never;
        // One request is refused by more servers than the end of several parts is.
        const bool small = whole.length <= (existing == Existing::Refuse ? kMostPart : config_.part_bytes);
        auto done = small ? putWhole(object, whole, stop) : putParts(object, whole, stop);
        if (!done && done.error().code == Errc::Conflict) return fail(Errc::AlreadyExists, "object " + name);
        return done;
    }

    Result<> putWhole(const NewObject& object, const FileRange& whole, const std::stop_token& stop) {
        const auto digest = GANTRY_TRY(digestOf(whole, true));
        const auto put = [&] {
            return withSession(stop, [&](Session& session) {
                return session.putObject(object, whole, digest, [](std::uint64_t) {});
            });
        };
        // One that may not be replaced would be found there the second time, whoever put it.
        return object.replacing == Replacing::Never ? put() : patiently(stop, put);
    }

    Result<> putParts(const NewObject& object, const FileRange& whole, const std::stop_token& stop) {
        const auto plan = GANTRY_TRY(planParts(whole.length, config_.part_bytes, kMostParts));
        const auto signer = GANTRY_TRY(requests());
        const auto upload = GANTRY_TRY(withSession(stop, [&](Session& s) { return s.createUpload(object); }));
        auto parts = sendParts(signer, object, upload, whole, plan, stop);
        auto done =
            parts ? withSession(stop, [&](Session& s) { return s.completeUpload(object, upload.id, *parts); })
                  : Result<>(parts.error());
        if (!done) (void)withSession({}, [&](Session& s) { return s.abortUpload(object.key, upload.id); });
        return done;
    }

    Result<std::map<int, StoredPart>> sendParts(const Requests& signer, const NewObject& object,
                                                const NewUpload& upload, const FileRange& whole,
                                                const PartPlan& plan, const std::stop_token& stop) {
        std::vector<std::unique_ptr<HttpConnection>> connections;
        for (int i = 0; i < std::min(config_.connections, plan.count()); ++i)
            connections.push_back(GANTRY_TRY(HttpConnection::open(config_.http)));
        const SignedUpload signed_requests(signer, object.key, upload);
        WaitAsked wait;
        PartUpload sending({signed_requests, connections, whole.fd, plan, !upload.checksums,
                            upload.etag_is_md5, wait, [](std::uint64_t) {},
                            [](int, const StoredPart&) { return Result<>(); }});
        return forCaller(sending.run({}, {}, stop));
    }

    SystemClock system_clock_;
    S3Config config_;
    const Clock* clock_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<HttpConnection>> idle_;  // guarded by mutex_
};

}  // namespace

Result<std::unique_ptr<ObjectStore>> openS3Store(S3Config config) {
    GANTRY_CHECK(checkS3Config(config));
    if (!config.credentials_file.empty()) GANTRY_TRY(loadS3Credentials(config.credentials_file));
    return std::unique_ptr<ObjectStore>(std::make_unique<S3Store>(std::move(config)));
}

}  // namespace gantry::uplink
