#include "client_parts.hpp"
#include "gantry/core/crypto.hpp"

namespace gantry::uplink::tuf {
namespace {

std::string sha256Of(std::string_view text) {
    return toHex(sha256(asBytes(text)));
}

}  // namespace

Result<TrustedSet> Refresh::run() {
    state_ = parts_.store.readState();
    GANTRY_CHECK(checkClock());
    const auto root = parts_.store.read(kRootRole);
    if (!root && root.error().code == Errc::NotFound)
        return fail(Errc::NotFound, "no trusted root in " + parts_.config.metadata_dir.string());
    if (!root) return root.error();
    auto set = TrustedSet::start(*root, now_ / 1000);
    if (!set) return within("the trusted root", set.error());
    GANTRY_CHECK(updateRoot(*set));
    GANTRY_CHECK(updateTimestamp(*set));
    GANTRY_CHECK(updateSnapshot(*set));
    GANTRY_TRY(parts_.loadTargets(*set, kTargetsRole, nullptr, stop_));
    return set;
}

Result<> Refresh::checkClock() const {
    const auto tolerance = std::chrono::milliseconds(parts_.config.clock_tolerance).count();
    if (now_ >= state_.clock - tolerance) return {};
    return fail(Errc::Conflict, "the clock says " + isoUtc(now_) + ", and said " + isoUtc(state_.clock) +
                                    " before: set it right, for nothing can be trusted by a wrong clock");
}

Result<> Refresh::updateRoot(TrustedSet& set) {
    for (unsigned rotations = 0; rotations < parts_.config.limits.root_rotations; ++rotations) {
        const auto next = set.root().version + 1;
        const auto text = parts_.fetchMetadata(kRootRole, next, parts_.config.limits.root_bytes, stop_);
        if (!text && text.error().code == Errc::NotFound) break;
        if (!text) return text.error();
        const auto lost_key = set.updateRoot(*text);
        if (!lost_key) return within("root " + std::to_string(next), lost_key.error());
        if (*lost_key) {
            // Forgotten before the new root is kept: a crash between the two must not leave the new root with
            // what the lost keys have signed.
            GANTRY_CHECK(parts_.store.remove(kTimestampRole));
            GANTRY_CHECK(parts_.store.remove(kSnapshotRole));
        }
        GANTRY_CHECK(parts_.store.write(kRootRole, *text));
    }
    return set.requireRootInForce();
}

Result<> Refresh::updateTimestamp(TrustedSet& set) {
    Fetcher::Request request{parts_.metadataUrl(kTimestampRole, 0), parts_.config.limits.timestamp_bytes, ""};
    const auto kept = parts_.store.read(kTimestampRole);
    if (kept && set.recallTimestamp(*kept) && state_.timestamp_sha256 == sha256Of(*kept))
        request.if_none_match = state_.timestamp_etag;
    const auto answer = GANTRY_TRY(parts_.fetcher->fetch(request, stop_));
    if (answer.found == Fetcher::Found::Absent)
        return fail(Errc::NotFound, "the server has no timestamp.json, or does not give it out");
    if (answer.found == Fetcher::Found::NotModified && request.if_none_match.empty())
        return fail(Errc::PeerRefused,
                    "the server says that timestamp.json is unchanged, and was not asked that");
    if (answer.found == Fetcher::Found::Content) {
        const auto is_new = set.updateTimestamp(answer.body);
        if (!is_new) return within("timestamp", is_new.error());
        if (*is_new) {
            GANTRY_CHECK(parts_.store.write(kTimestampRole, answer.body));
            state_.timestamp_etag = answer.etag;
            state_.timestamp_sha256 = sha256Of(answer.body);
        }
    }
    GANTRY_CHECK(set.requireTimestampInForce());
    state_.clock = std::max(state_.clock, now_);
    return parts_.store.writeState(state_);
}

Result<> Refresh::updateSnapshot(TrustedSet& set) {
    if (const auto kept = parts_.store.read(kSnapshotRole))
        if (set.recallSnapshot(*kept) && set.hasCurrentSnapshot()) return {};
    const auto text = GANTRY_TRY(parts_.fetchListed(kSnapshotRole, set.timestamp().snapshot,
                                                    parts_.config.limits.snapshot_bytes, set.root(), stop_));
    if (auto good = set.updateSnapshot(text); !good) return within("snapshot", good.error());
    return parts_.store.write(kSnapshotRole, text);
}

}  // namespace gantry::uplink::tuf
