#include "opener.hpp"

#include <pthread.h>

#include <boost/json.hpp>

#include "gantry/core/crypto.hpp"
#include "gantry/core/log.hpp"
#include "gantry/uplink/statement.hpp"
#include "intake.hpp"
#include "messages.hpp"
#include "withdrawals.hpp"

namespace gantry::central {
namespace {

using namespace std::chrono_literals;

constexpr auto kTryAgainAfter = 30s;
constexpr auto kAskOthersAfter = 3s;  // another hub does not wake this one
constexpr auto kDamaged = "damaged";

/// Faults of this machine, not of the parcel.
bool mayPass(Errc code) {
    return code == Errc::Io || code == Errc::DiskFull || code == Errc::NotFound || code == Errc::Busy ||
           code == Errc::CatalogueBroken || code == Errc::Crypto || code == Errc::Internal ||
           code == Errc::Stopped || code == Errc::NetworkDown || code == Errc::Timeout ||
           code == Errc::PeerBusy;
}

Withdrawals withdrawalsOf(const std::filesystem::path& directory, const OpeningKeys& keys) {
    return Withdrawals(directory / "withdrawn", keys.withdrawn);
}

std::string nameOf(uplink::ParcelContent content) {
    if (content == uplink::ParcelContent::Verdict) return "verdict";
    return content == uplink::ParcelContent::Withdrawal ? "withdrawal" : "images";
}

/// Takes an opened parcel out of the way if its site withdrew it.
Result<> takeOutIfWithdrawn(ParcelRow row, const std::filesystem::path& directory, const OpeningKeys& keys,
                            Index& index) {
    if (row.state != ParcelState::Opened || !row.folder.starts_with("opened")) return {};
    const auto withdrawals = withdrawalsOf(directory, keys);
    const auto told = GANTRY_TRY(withdrawals.of(row.site, row.parcel_id));
    if (!told) return {};
    if (told->trial != row.trial) return index.refuseWithdrawal(row, told->by_parcel);
    const auto now_at = GANTRY_TRY(withdrawals.takeOut(row.site, row.parcel_id, directory / row.folder));
    row.folder = now_at.empty() ? "" : now_at.lexically_relative(directory).string();
    row.withdrawn_by = told->by_parcel;
    row.withdraw_reason = told->reason;
    GANTRY_CHECK(index.setWithdrawn(row));
    log::info(
        "parcel.withdrawn",
        {{"site", row.site}, {"parcel", row.parcel_id}, {"by", told->by_parcel}, {"reason", told->reason}});
    return {};
}

std::filesystem::path fileOf(const ParcelRow& row, const std::filesystem::path& directory) {
    return directory / "parcels" / row.site / (row.parcel_id + ".age");
}

/// The word for the site, docs/formats/inbox.md; "" for what a later version of this program may open.
std::string reasonOf(Errc code, const std::filesystem::path& file, const ParcelRow& row) {
    // First: one byte of the header that is wrong looks like another key, or like a later format.
    const auto digest = sha256File(file);
    if (digest && toHex(*digest) != row.sha256) return kDamaged;
    if (code == Errc::Unsupported) return "";
    return code == Errc::NoIdentity ? "no-key" : "unusable";
}

Result<SiteStatement> refusalOf(const ParcelRow& row, const std::string& reason, const Error& error,
                                const ReceiptSigner& signer, const Clock& clock) {
    constexpr std::size_t kIdDigits = 32;
    // One refusal for one delivery of one object, however often it is tried.
    const auto id = toHex(sha256(asBytes(row.site + "/" + row.parcel_id + "/" + row.sha256 + "/" +
                                         std::to_string(row.received_at))))
                        .substr(0, kIdDigits);
    const boost::json::object content{{"format", 1},
                                      {"kind", "refusal"},
                                      {"refusal_id", id},
                                      {"object_id", row.parcel_id},
                                      {"sha256", row.sha256},
                                      {"bytes", row.bytes},
                                      {"reason", reason},
                                      {"detail", std::string(describe(error.code).sentence)},
                                      {"issued_at", isoUtc(clock.nowMillis())},
                                      {"issuer", signer.issuer}};
    return SiteStatement{row.site, "refusals/" + id + ".json",
                         GANTRY_TRY(uplink::signStatement(signer.seed, boost::json::serialize(content)))};
}

/// So that the site can deliver it again under the same name.
Result<> forgetDamaged(const ParcelRow& row, const std::filesystem::path& file, Index& index) {
    GANTRY_CHECK(index.forgetDamaged(row));
    removeFile(file);
    return {};
}

/// @param withdrawn  gets the parcels that this one withdraws
Result<ParcelRow> openOne(ParcelRow row, const std::filesystem::path& directory, const OpeningKeys& keys,
                          Statements& statements, const Clock& clock, std::vector<std::string>& withdrawn) {
    const auto file = fileOf(row, directory);
    const auto opened = GANTRY_TRY(
        openToPlace(file, keys.identities, directory / "opened", Announced{row.site, row.sha256}));
    // Before the receipt: what the site is told to be received includes what it withdrew.
    GANTRY_CHECK(withdrawalsOf(directory, keys).note(opened.parcel.manifest, row.site, clock));
    if (keys.signer)
        GANTRY_CHECK(statements.say(
            {row.site, "receipts/" + row.parcel_id + ".json",
             GANTRY_TRY(issueReceipt(opened.parcel, *keys.signer, directory / "inbox", row.site, clock))}));
    const auto& manifest = opened.parcel.manifest;
    row.trial = manifest.trial;
    row.subject = manifest.subject;
    row.visit = manifest.visit;
    row.instances = static_cast<std::int64_t>(manifest.files.size());
    row.folder = ("opened" / opened.folder).string();
    row.content = nameOf(manifest.content);
    for (const auto& one : manifest.withdraws) withdrawn.push_back(one.parcel_id);
    withdrawn.insert(withdrawn.end(), manifest.supersedes.begin(), manifest.supersedes.end());
    return row;
}

Result<> openHere(const ParcelRow& row, const std::filesystem::path& directory, const OpeningKeys& keys,
                  Index& index, Statements& statements, const Clock& clock) {
    std::vector<std::string> touched;
    auto opened = row.object_kind == ObjectKind::Message
                      ? openMessage(row, fileOf(row, directory), keys, statements, clock)
                      : openOne(row, directory, keys, statements, clock, touched);
    if (opened && opened->content == kHeartbeat) {
        GANTRY_CHECK(index.forget(row));
        removeFile(fileOf(row, directory));
        return {};
    }
    if (opened) {
        GANTRY_CHECK(index.setOpened(*opened));
        touched.push_back(row.parcel_id);  // it may have been withdrawn before it came
        for (const auto& id : touched) {
            const auto known = GANTRY_TRY(index.parcel(row.site, id));
            if (known) GANTRY_CHECK(takeOutIfWithdrawn(*known, directory, keys, index));
        }
        log::info("parcel.opened",
                  {{"site", row.site}, {"parcel", row.parcel_id}, {"instances", opened->instances}});
        return {};
    }
    const auto& error = opened.error();
    const auto file = fileOf(row, directory);
    if (mayPass(error.code)) return error;
    auto refused = row;
    refused.reason_code = describe(error.code).slug;
    refused.reason = error.context;
    log::error("parcel.refused", {{"site", row.site}, {"parcel", row.parcel_id}, {"error", error.message()}});
    const auto reason = reasonOf(error.code, file, row);
    if (keys.signer && !reason.empty())
        GANTRY_CHECK(statements.say(GANTRY_TRY(refusalOf(row, reason, error, *keys.signer, clock))));
    if (reason == kDamaged) return forgetDamaged(row, file, index);
    return index.setRefused(refused);
}

}  // namespace

Result<> openAndRecord(const ParcelRow& row, const std::filesystem::path& directory, const OpeningKeys& keys,
                       Index& index, Statements& statements, const Clock& clock, SharedObjects* shared) {
    if (!shared) return openHere(row, directory, keys, index, statements, clock);
    const auto file = fileOf(row, directory);
    GANTRY_CHECK(shared->fetchParcel(row, file));
    auto done = openHere(row, directory, keys, index, statements, clock);
    removeFile(file);
    if (done && !GANTRY_TRY(index.parcel(row.site, row.parcel_id)))
        return shared->forgetParcel(row.site, row.parcel_id, row.sha256);
    return done;
}

Result<> takeOutAllWithdrawn(const std::filesystem::path& directory, const OpeningKeys& keys, Index& index) {
    for (const auto& row : GANTRY_TRY(index.parcels(ParcelState::Opened)))
        GANTRY_CHECK(takeOutIfWithdrawn(row, directory, keys, index));
    return {};
}

Opener::Opener(std::filesystem::path directory, OpeningKeys keys, Index& index, Statements& statements,
               const Clock& clock, std::function<void()> on_said, SharedObjects* shared)
    : directory_(std::move(directory)),
      keys_(std::move(keys)),
      index_(index),
      statements_(statements),
      clock_(clock),
      on_said_(std::move(on_said)),
      shared_(shared),
      thread_([this](const std::stop_token& stop) {
          pthread_setname_np(pthread_self(), "opener");
          run(stop);
      }) {}

void Opener::wake() {
    {
        const std::lock_guard lock(mutex_);
        work_ = true;
    }
    changed_.notify_one();
}

void Opener::run(const std::stop_token& stop) {
    // A stop between opening a withdrawal and carrying it out.
    if (const auto done = takeOutAllWithdrawn(directory_, keys_, index_); !done)
        log::error("parcels.withdrawn", {{"error", done.error().message()}});
    bool all_done = false;
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock(mutex_);
            const auto has_work = [this] { return work_; };
            if (all_done && !shared_) {
                changed_.wait(lock, stop, has_work);
            } else if (all_done) {
                changed_.wait_for(lock, stop, kAskOthersAfter, has_work);
            } else {
                changed_.wait_for(lock, stop, kTryAgainAfter, has_work);
            }
            work_ = false;
        }
        if (!stop.stop_requested()) all_done = openAll(stop);
    }
}

bool Opener::openAll(const std::stop_token& stop) {
    const auto waiting = index_.parcels(ParcelState::Received);
    if (!waiting) {
        log::error("parcels.unreadable", {{"error", waiting.error().message()}});
        return false;
    }
    bool all_done = true;
    for (const auto& row : *waiting) {
        if (stop.stop_requested()) return false;
        const auto done = openAndRecord(row, directory_, keys_, index_, statements_, clock_, shared_);
        if (done) on_said_();
        if (done) continue;
        log::error("parcel.waits",
                   {{"site", row.site}, {"parcel", row.parcel_id}, {"error", done.error().message()}});
        all_done = false;
    }
    return all_done;
}

}  // namespace gantry::central
