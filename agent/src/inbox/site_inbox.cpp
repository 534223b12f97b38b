#include "inbox/site_inbox.hpp"

#include "gantry/core/files.hpp"
#include "gantry/core/log.hpp"

namespace gantry::agent {

void restoreEnrolledTrials(const Config& config, Catalogue& catalogue, const Clock& clock,
                           TrialsInForce& trials, const std::optional<CrosswalkKeys>& crosswalk) {
    for (const auto& folder : EnrolmentFolder::all(config.data_directory)) {
        auto composed = catalogue.read([&](Database& db) -> Result<Composed> {
            return composeTrial(db, folder, GANTRY_TRY(folder.read()), clock.nowMillis());
        });
        if (!composed) {
            log::error("inbox.trial_not_restored", {{"folder", folder.path().filename().string()},
                                                    {"reason", composed.error().message()}});
        } else if (composed->trial) {
            composed->trial->crosswalk = crosswalk;
            trials.put(*std::move(composed->trial));
        }
    }
}

Result<std::unique_ptr<SiteInbox>> SiteInbox::start(FollowerParts parts) {
    std::unique_ptr<SiteInbox> inbox(new SiteInbox(std::move(parts)));
    for (const auto& folder : EnrolmentFolder::all(inbox->parts_.taking.config.data_directory)) {
        // One trial's trouble never reaches another.
        const auto enrolment = folder.read();
        auto done = enrolment ? inbox->follow(folder, enrolment->trial) : Result<>(enrolment.error());
        if (!done)
            log::error("inbox.not_followed",
                       {{"folder", folder.path().filename().string()}, {"reason", done.error().message()}});
    }
    return inbox;
}

Result<> SiteInbox::follow(const EnrolmentFolder& folder, const std::string& trial) {
    auto follower = GANTRY_TRY(Follower::start(parts_, folder));
    std::unique_ptr<Follower> former;
    const std::lock_guard lock(mutex_);
    former = std::exchange(followers_[trial], std::move(follower));
    return {};
}

Result<> SiteInbox::audit(const std::string& who, std::string_view event, const std::string& detail) {
    const auto now = parts_.taking.clock.nowMillis();
    return parts_.taking.catalogue.write([&](Database& db) {
        return appendAudit(db, {{}, who, std::string(event), "", "", detail}, now);
    });
}

EnrolmentFolder SiteInbox::folderOf(const std::string& trial) const {
    return {parts_.taking.config.data_directory, trial};
}

Result<> SiteInbox::mustBeFree(const std::string& ae_title, const std::string& trial) const {
    for (const auto& one : parts_.taking.config.trials)
        if (one.ae_title == ae_title || one.id == trial)
            return fail(Errc::AlreadyExists,
                        "the configuration has a trial of that name or AE title already");
    for (const auto& folder : EnrolmentFolder::all(parts_.taking.config.data_directory)) {
        const auto one = folder.read();
        if (one && one->trial != trial && one->ae_title == ae_title)
            return fail(Errc::AlreadyExists, "the AE title belongs to the trial " + one->trial);
    }
    return {};
}

Result<Enrolment> SiteInbox::enrol(const EnrolmentWish& wish) {
    const std::lock_guard one_at_a_time(enrolling_);
    const auto file = GANTRY_TRY(uplink::enrolmentFileFromJson(wish.file));
    GANTRY_CHECK(mustBeFree(wish.ae_title, file.trial));
    auto enrolment = GANTRY_TRY(
        beginEnrolment(parts_.taking.config.data_directory, wish, parts_.taking.clock.nowMillis()));
    GANTRY_CHECK(audit(wish.who, "enrolment.requested",
                       enrolment.trial + ": " + uplink::forTelephone(enrolment.fingerprint)));
    GANTRY_CHECK(follow(folderOf(enrolment.trial), enrolment.trial));
    return enrolment;
}

Result<std::string> SiteInbox::request(const std::string& trial) const {
    for (const auto& one : GANTRY_TRY(trials()))
        if (one.enrolment.trial == trial) return readFile(folderOf(trial).request(), 1u << 20);
    return fail(Errc::NotFound, "this site was not enrolled for " + trial);
}

Result<Enrolment> SiteInbox::answer(const std::string& trial, std::string_view text, const std::string& who) {
    const std::lock_guard one_at_a_time(enrolling_);
    GANTRY_TRY(request(trial));
    auto enrolment = GANTRY_TRY(takeAnswer(folderOf(trial), text));
    GANTRY_CHECK(audit(who, "enrolment.accepted", trial + ": by " + enrolment.accepted_by));
    GANTRY_CHECK(pull(trial));
    return enrolment;
}

Result<> SiteInbox::pull(const std::string& trial) {
    const std::lock_guard lock(mutex_);
    bool rung = false;
    for (const auto& [id, follower] : followers_) {
        if (!trial.empty() && id != trial) continue;
        follower->ring();
        rung = true;
    }
    return rung ? Result<>() : fail(Errc::NotFound, "this site was enrolled for no such trial");
}

Result<std::vector<EnrolledTrial>> SiteInbox::trials() const {
    std::vector<EnrolledTrial> out;
    for (const auto& folder : EnrolmentFolder::all(parts_.taking.config.data_directory)) {
        EnrolledTrial one;
        one.enrolment = GANTRY_TRY(folder.read());
        if (const auto pem = readFile(folder.certificate(), 1u << 20))
            if (const auto certificate = uplink::readCertificate(*pem))
                one.certificate_ends = certificate->not_after;
        const auto now = parts_.taking.clock.nowMillis();
        one.poll = GANTRY_TRY(
            parts_.taking.catalogue.read([&](Database& db) { return inboxPoll(db, one.enrolment.trial); }));
        const auto composed = parts_.taking.catalogue.read(
            [&](Database& db) { return composeTrial(db, folder, one.enrolment, now); });
        one.missing =
            composed ? composed->missing : "It cannot be put together: " + composed.error().context + ".";
        out.push_back(std::move(one));
    }
    return out;
}

}  // namespace gantry::agent
