#include "s3/part_upload.hpp"

#include <pthread.h>

#include <algorithm>

#include "s3/verified_put.hpp"

namespace gantry::uplink::s3 {
namespace {

constexpr auto kTell = std::chrono::milliseconds(200);  // between two reports of progress

}  // namespace

PartUpload::PartUpload(PartUploadInput input)
    : in_(std::move(input)), in_flight_(in_.connections.size(), 0) {}

FileRange PartUpload::rangeOf(int number) const {
    return {in_.fd, in_.plan.offsetOf(number), in_.plan.bytesOf(number)};
}

void PartUpload::prepare(const std::map<int, ListedPart>& there, const std::map<int, StoredPart>& verified) {
    for (int number = 1; number <= in_.plan.count(); ++number) {
        const auto listed = there.find(number);
        const bool whole = listed != there.end() && listed->second.bytes == in_.plan.bytesOf(number);
        const auto known = verified.find(number);
        if (whole && known != verified.end() && known->second == listed->second.stored) {
            done_[number] = known->second;
            done_bytes_ += in_.plan.bytesOf(number);
            continue;
        }
        if (whole) claimed_[number] = listed->second.stored;
        to_do_.push_back(number);
    }
    // What is missing goes first: on a line that breaks often, comparing what is there must not hold it up.
    std::stable_partition(to_do_.begin(), to_do_.end(),
                          [this](int number) { return !claimed_.contains(number); });
}

Result<std::map<int, StoredPart>> PartUpload::run(const std::map<int, ListedPart>& there,
                                                  const std::map<int, StoredPart>& verified,
                                                  const std::stop_token& stop) {
    prepare(there, verified);
    if (to_do_.empty()) return done_;
    senders_left_ = in_.connections.size();
    Result<> watched;
    {
        std::vector<std::jthread> threads;
        threads.emplace_back([this] { digestAll(); });
        pthread_setname_np(threads.back().native_handle(), "s3-digest");
        for (std::size_t i = 0; i < in_.connections.size(); ++i) {
            threads.emplace_back([this, i, &stop] { sendAll(i, stop); });
            pthread_setname_np(threads.back().native_handle(), "s3-send");
        }
        const std::stop_callback ends(stop,
                                      [this] { failWith(fail(Errc::Stopped, "stopped between two parts")); });
        watched = watch();
        if (!watched) failWith(watched.error());
    }
    if (failed_) return *failed_;
    return done_;
}

// Tells the caller what happens until nobody works any more.
Result<> PartUpload::watch() {
    std::unique_lock lock(mutex_);
    for (bool over = false; !over;) {
        changed_.wait_for(lock, kTell, [this] { return senders_left_ == 0 || !to_tell_.empty(); });
        over = senders_left_ == 0;
        auto to_tell = std::exchange(to_tell_, {});
        auto bytes = done_bytes_;
        for (const auto sent : in_flight_) bytes += sent;
        lock.unlock();
        for (const auto& [number, part] : to_tell) GANTRY_CHECK(in_.arrived(number, part));
        in_.progress(std::min(bytes, in_.plan.object_bytes));
        lock.lock();
    }
    return {};
}

void PartUpload::failWith(Error error) {
    const std::lock_guard lock(mutex_);
    if (!failed_) failed_ = std::move(error);
    changed_.notify_all();
}

void PartUpload::digestAll() {
    for (const int number : to_do_) {
        auto digest = digestOf(rangeOf(number), in_.with_md5);
        if (!digest) return failWith(digest.error());
        std::unique_lock lock(mutex_);
        const auto claimed = claimed_.find(number);
        const bool opaque =
            claimed != claimed_.end() && claimed->second.checksum_sha256.empty() && !in_.etag_is_md5;
        if (claimed != claimed_.end() && (opaque || compare(claimed->second, *digest) != Match::Different)) {
            done_[number] = claimed->second;
            done_bytes_ += in_.plan.bytesOf(number);
            to_tell_.emplace_back(number, claimed->second);
            changed_.notify_all();
            if (failed_) return;
            continue;
        }
        // One waits for each sender: digests are ahead of the line, and no further.
        changed_.wait(lock, [this] { return failed_ || ready_.size() < in_.connections.size(); });
        if (failed_) return;
        ready_.push_back({number, *std::move(digest)});
        changed_.notify_all();
    }
    const std::lock_guard lock(mutex_);
    all_digested_ = true;
    changed_.notify_all();
}

std::optional<PartUpload::Ready> PartUpload::next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return failed_ || all_digested_ || !ready_.empty(); });
    if (failed_ || ready_.empty()) return std::nullopt;
    auto part = std::move(ready_.front());
    ready_.pop_front();
    changed_.notify_all();
    return part;
}

void PartUpload::sendAll(std::size_t sender, const std::stop_token& stop) {
    while (auto part = next()) {
        auto stored = send(sender, *part, stop);
        if (!stored) {
            failWith(stored.error());
            break;
        }
        const std::lock_guard lock(mutex_);
        in_flight_[sender] = 0;
        done_[part->number] = *stored;
        done_bytes_ += in_.plan.bytesOf(part->number);
        to_tell_.emplace_back(part->number, *std::move(stored));
        changed_.notify_all();
    }
    const std::lock_guard lock(mutex_);
    in_flight_[sender] = 0;
    --senders_left_;
    changed_.notify_all();
}

Result<StoredPart> PartUpload::send(std::size_t sender, const Ready& part, const std::stop_token& stop) {
    Line line(*in_.connections[sender], stop, in_.wait);
    const auto progress = [this, sender](std::uint64_t sent) {
        const std::lock_guard lock(mutex_);
        in_flight_[sender] = sent;
    };
    auto answer = GANTRY_TRY(putVerified(
        line, [&] { return in_.requests.putPart(part.number, part.digest); }, rangeOf(part.number),
        part.digest, in_.etag_is_md5, "sending a part", progress));
    // Of a part nothing else can be absent than its upload; not every server says so in words.
    if (!answer.stored && answer.refused.status == 404 && answer.refused.code.empty())
        return fail(Errc::Gone, "sending a part: the server no longer knows the upload");
    if (!answer.stored) return errorOf(answer.refused, "sending a part");
    return *std::move(answer.stored);
}

}  // namespace gantry::uplink::s3
