#include "tus_parallel.hpp"

#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "tus_upload.hpp"

namespace gantry::uplink {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kChunksInAPart = 2;  // fewer are not worth a connection
constexpr int kMostRounds = 2;               // a server that forgets parts must not keep us busy
constexpr auto kReportEvery = 200ms;
constexpr auto kFirstLook = 50ms;  // whether the parts are together; then longer and longer
constexpr auto kLastLook = 2000ms;

/// Threads that each send one part, and what became of them.
class Senders {
public:
    explicit Senders(TusJob& job) : job_(job) {}

    /// Sends what is missing of every part. The first error that says something, when there is one.
    Result<> run() {
        for (std::size_t i = 0; i < job_.state.parts.size(); ++i) GANTRY_CHECK(add(i));
        for (auto& sender : senders_) sender.thread = std::jthread([this, &sender] { send(sender); });
        report();
        for (auto& sender : senders_) sender.thread.join();
        GANTRY_CHECK(job_.save());  // parts that are gone, and when the others expire
        return first_error_ ? Result<>(*first_error_) : Result<>();
    }
    std::chrono::seconds askedToWait() const {
        std::chrono::seconds longest{};
        for (const auto& sender : senders_) longest = std::max(longest, sender.peer.askedToWait());
        return longest;
    }

private:
    struct Sender {
        TusPeer peer;
        std::atomic<std::uint64_t> sent = 0;
        std::optional<TusUpload> upload;
        std::jthread thread;
        Sender(HttpConnection& http, std::stop_token stop) : peer(http, std::move(stop)) {}
    };

    Result<> add(std::size_t number) {
        auto& part = job_.state.parts[number];
        auto& sender = senders_.emplace_back(*GANTRY_TRY(job_.connections.at(number)), job_.peer.stop());
        TusCallbacks callbacks;
        callbacks.save = [] { return Result<>(); };  // the thread of the put does, at the end
        callbacks.progress = [&sender](std::uint64_t sent) { sender.sent = sent; };
        sender.upload.emplace(sender.peer, job_.config, job_.offer,
                              TusGoal{job_.object.name, job_.fd, part.begin, part.bytes, {}}, part.upload,
                              std::move(callbacks));
        return {};
    }

    void send(Sender& sender) {
        pthread_setname_np(pthread_self(), "upload-part");
        const auto done = sender.upload->goOn();
        const std::lock_guard lock(mutex_);
        ++ended_;
        if (!done && !first_error_) {
            first_error_ = done.error();
            // The others come to the end of their chunks: what is on the line is not thrown away.
            for (auto& other : senders_) other.upload->windDown();
        }
        one_ended_.notify_all();
    }

    void report() {
        std::unique_lock lock(mutex_);
        while (!one_ended_.wait_for(lock, kReportEvery, [this] { return ended_ == senders_.size(); })) {
            lock.unlock();
            std::uint64_t sent = 0;
            for (const auto& sender : senders_) sent += sender.sent;
            job_.progress(sent);
            lock.lock();
        }
    }

    TusJob& job_;
    std::deque<Sender> senders_;  // stay where they are
    std::mutex mutex_;
    std::condition_variable one_ended_;
    std::size_t ended_ = 0;  // guarded by mutex_, as is what follows
    std::optional<Error> first_error_;
};

/// Puts one object in parts.
class InParts {
public:
    explicit InParts(TusJob& job) : job_(job) {}

    Result<> run() {
        if (job_.state.whole.url.empty()) {
            if (job_.state.parts.empty()) plan();
            GANTRY_CHECK(sendAll());
            GANTRY_CHECK(askForWhole());
        }
        GANTRY_CHECK(awaitWhole());
        const auto parts = std::exchange(job_.state.parts, {});
        GANTRY_CHECK(job_.save());
        for (const auto& part : parts) job_.peer.terminate(job_.offer, part.upload.url);
        job_.progress(job_.object.bytes);
        return {};
    }

private:
    void plan() {
        const auto most = job_.object.bytes / (kChunksInAPart * job_.config.chunk_bytes);
        const auto count = std::min<std::uint64_t>(static_cast<std::uint64_t>(job_.config.connections), most);
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto begin = job_.object.bytes / count * i;
            const auto end = i + 1 == count ? job_.object.bytes : job_.object.bytes / count * (i + 1);
            job_.state.parts.push_back({{}, begin, end - begin});
        }
    }

    Result<> createMissing() {
        for (auto& part : job_.state.parts) {
            if (!part.upload.url.empty()) continue;
            TusUpload upload(
                job_.peer, job_.config, job_.offer,
                {job_.object.name, job_.fd, part.begin, part.bytes, {{"Upload-Concat", "partial"}}},
                part.upload, {[this] { return job_.save(); }, [](std::uint64_t) {}});
            if (auto created = upload.create(); !created)
                return created.error().code == Errc::PeerRefused ? fail(Errc::Gone, created.error().context)
                                                                 : created.error();
        }
        return {};
    }

    Result<> sendAll() {
        for (int round = 1;; ++round) {
            GANTRY_CHECK(createMissing());
            Senders senders(job_);
            const auto sent = senders.run();
            job_.peer.leaveAlone(senders.askedToWait());
            if (sent || sent.error().code != Errc::Gone || round == kMostRounds) return sent;
        }
    }

    Result<> askForWhole() {
        HttpRequest request;
        request.method = "POST";
        request.url = job_.config.endpoint;
        std::string urls;
        for (const auto& part : job_.state.parts) urls += (urls.empty() ? "" : " ") + part.upload.url;
        request.headers = {{"Upload-Concat", "final;" + urls}, {"Upload-Metadata", job_.metadata()}};
        const auto what = "putting the parts together";
        const auto response = GANTRY_TRY(job_.peer.ask(std::move(request), what));
        if (isRefusal(response)) return fail(Errc::Gone, statusError(response, what).context);
        if (response.status != 201 && !isSuccess(response)) return statusError(response, what);
        const auto location = response.header("location");
        if (!location)
            return fail(Errc::PeerRefused, "putting the parts together: the answer has no location");
        job_.state.whole.url = GANTRY_TRY(resolveLocation(job_.config.endpoint, *location));
        return job_.save();
    }

    // A server tells no offset of a whole that it has not finished yet.
    Result<> awaitWhole() {
        auto wait = std::chrono::milliseconds(kFirstLook);
        const auto until = std::chrono::steady_clock::now() + job_.config.http.stall_timeout;
        for (;;) {
            HttpRequest request;
            request.method = "HEAD";
            request.url = job_.state.whole.url;
            const auto response = GANTRY_TRY(job_.peer.ask(std::move(request), "asking for the whole"));
            if (isGone(response)) return fail(Errc::Gone, "the server did not keep what it put together");
            if (!isSuccess(response)) return statusError(response, "asking for the whole");
            if (countIn(response, "upload-offset") == job_.object.bytes) return {};
            if (std::chrono::steady_clock::now() > until)
                return fail(Errc::PeerBusy, "the server is still putting the parts together");
            if (!waitFor(wait))
                return fail(Errc::Stopped, "stopped while the server puts the parts together");
            wait = std::min<std::chrono::milliseconds>(wait * 2, kLastLook);
        }
    }

    bool waitFor(std::chrono::milliseconds span) {
        std::mutex mutex;
        std::condition_variable_any never;
        std::unique_lock lock(mutex);
        never.wait_for(lock, job_.peer.stop(), span, [] { return false; });
        return !job_.peer.stop().stop_requested();
    }

    TusJob& job_;
};

}  // namespace

bool goesInParts(const TusJob& job) {
    if (!job.state.parts.empty()) return job.offer.concatenation;
    return job.state.whole.url.empty() && job.offer.concatenation && job.config.connections > 1 &&
           job.object.bytes / (kChunksInAPart * job.config.chunk_bytes) > 1;
}

Result<> putInParts(TusJob& job) {
    return InParts(job).run();
}

}  // namespace gantry::uplink
