#include "gantry/uplink/tus.hpp"

#include <optional>

#include "gantry/core/crypto.hpp"
#include "tus_job.hpp"
#include "tus_parallel.hpp"
#include "tus_read_back.hpp"
#include "tus_upload.hpp"

namespace gantry::uplink {
namespace {

constexpr std::uint64_t kLeastChunk = 64 << 10;
constexpr std::uint64_t kMostChunk = 1 << 30;
constexpr int kMostConnections = 8;
constexpr int kMostRounds = 2;  // of sending everything, in one attempt

/// What was learnt of the server, for the next objects too.
struct Learnt {
    std::optional<TusOffer> offer;
    bool puts_together = true;  ///< parts, as it says
    bool can_be_read = true;
};

/// One attempt to put one object.
class Attempt {
public:
    Attempt(TusJob& job, Learnt& learnt) : job_(job), learnt_(learnt) {}

    Result<> run() {
        if (job_.offer.max_bytes && job_.object.bytes > *job_.offer.max_bytes && !goesInParts(job_))
            return fail(Errc::PeerRefused, job_.object.name + ": larger than the server takes");
        for (int round = 1;; ++round) {
            auto sent = send();
            if (!sent) return sent.error().code == Errc::Gone ? ownFault(sent.error()) : sent.error();
            if (GANTRY_TRY(isRight())) return {};
            GANTRY_CHECK(job_.forgetAll());
            const auto damaged = fail(Errc::PeerBusy, "the server has other bytes than were sent");
            if (round == kMostRounds) return ownFault(damaged);
        }
    }

private:
    Result<> send() {
        if (!goesInParts(job_) && !job_.state.parts.empty()) GANTRY_CHECK(job_.forgetAll());
        if (!goesInParts(job_) || !learnt_.puts_together) return sendInOne();
        auto sent = putInParts(job_);
        if (sent || sent.error().code != Errc::Gone) return sent;
        // Not put together, or not rightly: in one, then.
        learnt_.puts_together = false;
        GANTRY_CHECK(job_.forgetAll());
        return sendInOne();
    }

    Result<> sendInOne() {
        if (!job_.state.parts.empty()) GANTRY_CHECK(job_.forgetAll());
        TusGoal goal{job_.object.name, job_.fd, 0, job_.object.bytes, {{"Upload-Metadata", job_.metadata()}}};
        TusUpload upload(
            job_.peer, job_.config, job_.offer, std::move(goal), job_.state.whole,
            {[this] { return saveWhole(); }, [this](std::uint64_t sent) { job_.progress(sent); }});
        return upload.run();
    }

    Result<> saveWhole() {
        if (job_.state.whole.url.empty()) job_.state.verified = false;
        return job_.save();
    }

    // Whether the server has what was sent, as far as can be told.
    Result<bool> isRight() {
        const bool compared_by_server = job_.offer.checksum.has_value();
        if (job_.config.verify_by_reading_back == ReadBack::Never || compared_by_server ||
            job_.state.verified || !learnt_.can_be_read || job_.object.bytes == 0)
            return true;
        const auto outcome = GANTRY_TRY(readBack(job_));
        if (outcome == ReadBackOutcome::NotOffered) learnt_.can_be_read = false;
        if (outcome == ReadBackOutcome::Different) return false;
        job_.state.verified = outcome == ReadBackOutcome::Same;
        GANTRY_CHECK(job_.save());
        return true;
    }

    // Where a server refuses what arrived, again and again, the file here may have changed.
    Error ownFault(Error otherwise) const {
        const auto digest = sha256File(job_.object.file);
        if (digest && toHex(*digest) != job_.object.sha256_hex)
            return fail(Errc::InvalidArgument,
                        job_.object.name + ": the file has another digest than was said");
        return otherwise;
    }

    TusJob& job_;
    Learnt& learnt_;
};

class TusTransport final : public Transport {
public:
    explicit TusTransport(TusConfig config) : config_(std::move(config)), connections_(config_.http) {}

    /// Opens the first connection: what is wrong with the configuration shows at once.
    Result<> open() {
        GANTRY_TRY(connections_.at(0));
        return {};
    }

    Result<> put(const PutObject& object, UploadMemory& memory, std::stop_token stop) override {
        TusPeer peer(*GANTRY_TRY(connections_.at(0)), std::move(stop));
        auto done = attempt(peer, object, memory);
        wait_ = peer.askedToWait();
        if (!done) learnt_ = {};  // the server may be another one when it comes back
        return done;
    }

    Result<> forget(UploadMemory& memory, std::stop_token stop) override {
        const auto state = TusState::read(memory.resumeState(), config_.endpoint);
        GANTRY_CHECK(memory.saveResumeState(""));
        if (state.empty()) return {};
        TusPeer peer(*GANTRY_TRY(connections_.at(0)), std::move(stop));
        const auto offer = learnt_.offer ? Result<TusOffer>(*learnt_.offer) : peer.offer(config_.endpoint);
        if (!offer) return {};  // what is left there expires
        peer.terminate(*offer, state.whole.url);
        for (const auto& part : state.parts) peer.terminate(*offer, part.upload.url);
        return {};
    }

    std::chrono::seconds askedToWait() const override { return wait_; }

private:
    Result<> attempt(TusPeer& peer, const PutObject& object, UploadMemory& memory) {
        const auto file = GANTRY_TRY(openFile(object.file, OpenMode::Read));
        if (GANTRY_TRY(fileSize(file.get())) != object.bytes)
            return fail(Errc::InvalidArgument, object.name + ": the file has another size than was said");
        if (!learnt_.offer) learnt_.offer = GANTRY_TRY(peer.offer(config_.endpoint));
        auto state = TusState::read(memory.resumeState(), config_.endpoint);
        if (!state.parts.empty() && state.partsBytes() != object.bytes) state = {};
        TusJob job{connections_, peer, config_, *learnt_.offer, object, file.get(), state, memory};
        return Attempt(job, learnt_).run();
    }

    const TusConfig config_;
    TusConnections connections_;
    Learnt learnt_;
    std::chrono::seconds wait_{};
};

}  // namespace

Result<std::unique_ptr<Transport>> makeTusTransport(TusConfig config) {
    if (auto good = checkUrl(config.endpoint); !good) return within("tus endpoint", good.error());
    if (config.chunk_bytes < kLeastChunk || config.chunk_bytes > kMostChunk)
        return fail(Errc::InvalidArgument, "tus: a chunk has 64 KiB to 1 GiB");
    if (config.connections < 1 || config.connections > kMostConnections)
        return fail(Errc::InvalidArgument, "tus: 1 to 8 connections");
    auto transport = std::make_unique<TusTransport>(std::move(config));
    GANTRY_CHECK(transport->open());
    return std::unique_ptr<Transport>(std::move(transport));
}

}  // namespace gantry::uplink
