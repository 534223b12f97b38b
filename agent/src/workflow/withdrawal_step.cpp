#include "workflow/withdrawal_step.hpp"

#include <filesystem>
#include <map>

#include "gantry/core/log.hpp"
#include "gantry/uplink/envelope.hpp"
#include "gantry/uplink/parcel.hpp"
#include "workflow/dispatch_step.hpp"

namespace gantry::agent {
namespace {

constexpr UnixMillis kRetryMillis = 10'000;
}  // namespace

bool WithdrawalStep::run() {
    removeCancelled();
    if (shop_.clock.nowMillis() < not_before_) return false;
    const auto due = shop_.catalogue.read([](Database& db) { return parcelsToWithdraw(db); });
    if (!due) {
        log::error("workflow.read_failed", {{"reason", due.error().message()}});
        return false;
    }
    std::map<std::pair<StudyId, std::string>, std::vector<ParcelRow>> groups;
    for (const auto& parcel : *due) groups[{parcel.study, parcel.subject_id}].push_back(parcel);
    bool made = false;
    for (const auto& [key, former] : groups) {
        const auto study = shop_.catalogue.read([&](Database& db) { return studyById(db, key.first); });
        const auto trial = study ? shop_.trialOf(*study) : nullptr;
        if (!trial) continue;  // a trial that is no longer configured has no sponsor to tell
        const auto done = withdraw(*study, *trial, former);
        made = made || done.has_value();
        if (done) {
            shop_.changed(key.first);
        } else if (done.error().code != Errc::Conflict) {
            log::error("withdrawal.failed", {{"study", key.first}, {"reason", done.error().message()}});
            not_before_ = shop_.clock.nowMillis() + kRetryMillis;
        }
    }
    return made;
}

void WithdrawalStep::removeCancelled() {
    const auto names = shop_.catalogue.read([](Database& db) { return cancelledFiles(db); });
    if (!names) return log::error("workflow.read_failed", {{"reason", names.error().message()}});
    for (const auto& name : *names) {
        std::error_code failed;
        std::filesystem::remove(shop_.config.data_directory / kOutboxFolder / name, failed);
        if (failed) continue;  // asked again next time
        const auto marked = shop_.catalogue.write([&](Database& db) { return markFileRemoved(db, name); });
        if (!marked) log::error("withdrawal.not_marked", {{"reason", marked.error().message()}});
    }
}

Result<> WithdrawalStep::withdraw(const StudyRow& study, const Trial& trial,
                                  const std::vector<ParcelRow>& former) {
    uplink::ParcelManifest manifest;
    manifest.parcel_id = randomHex(16);
    manifest.content = uplink::ParcelContent::Withdrawal;
    manifest.trial = trial.config.id;
    manifest.site = shop_.config.siteIdFor(trial.config);
    manifest.subject = former.front().subject_id;
    manifest.study_instance_uid = studyUidForSponsor(trial, study);
    manifest.pack_id = trial.pack.id();
    manifest.pack_version = trial.pack.version();
    manifest.created_at = isoUtc(shop_.clock.nowMillis());
    manifest.software = kSoftware;
    std::vector<std::string> ids;
    for (const auto& parcel : former) {
        manifest.withdraws.push_back({parcel.id, parcel.withdraw_reason});
        ids.push_back(parcel.id);
    }
    ParcelRow row;
    row.id = manifest.parcel_id;
    row.study = study.id;
    row.content = "withdrawal";
    row.subject_id = manifest.subject;
    row.file_name = uplink::parcelFileName(row.id);
    const auto path = shop_.config.data_directory / kOutboxFolder / row.file_name;
    const auto info = GANTRY_TRY(uplink::makeParcel(manifest, {}, trial.recipients, path));
    row.bytes = info.bytes;
    row.sha256 = info.sha256;
    row.manifest_sha256 = info.manifest_sha256;
    auto added = shop_.catalogue.write([&](Database& db) -> Result<> {
        row.number = GANTRY_TRY(nextParcelNumber(db, study.id));
        return addWithdrawal(db, row, ids, shop_.clock.nowMillis());
    });
    if (!added) {
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
        return added.error();
    }
    log::info("withdrawal.made", {{"study", study.id}, {"parcel", row.id}, {"withdraws", ids.size()}});
    return {};
}

}  // namespace gantry::agent
