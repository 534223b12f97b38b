#include "inbox/enrolled_trial.hpp"

#include <algorithm>

#include "deid/pack_policy.hpp"
#include "gantry/uplink/receipt.hpp"
#include "inbox/inbox_rows.hpp"
#include "workflow/judge_context.hpp"

namespace gantry::agent {
namespace {

/// Why nothing may leave; "" when it may.
std::string whyStopped(const Settings& settings, const std::optional<PackRow>& pack) {
    if (!settings.closed.empty())
        return "This site takes part no longer: " + settings.closed + " Nothing is sent.";
    if (pack && !pack->withdrawn.empty())
        return "Protocol pack " + pack->version + " was withdrawn: " + pack->withdrawn +
               " Nothing is sent until a new version is in force.";
    return {};
}

TrialConfig configFor(const EnrolmentFolder& folder, const Enrolment& enrolment,
                      const TrialDocument& document, const Settings& settings) {
    std::error_code ec;
    TrialConfig config;
    config.id = enrolment.trial;
    config.ae_title = enrolment.ae_title;
    config.site_id = enrolment.site;
    config.key = folder.trialKey();
    config.recipients = document.recipients;
    config.receipt_keys = document.receipt_keys;
    const auto& addresses = settings.outbox.empty() ? document.outbox : settings.outbox;
    config.endpoint = addresses.front();
    config.other_endpoints.assign(addresses.begin() + 1, addresses.end());
    if (std::filesystem::exists(folder.authorities(), ec)) config.ca = folder.authorities();
    if (std::filesystem::exists(folder.credentials(), ec)) config.credentials = folder.credentials();
    config.client_certificate = folder.certificate();
    config.client_key = folder.tlsKey();
    return config;
}

}  // namespace

Result<std::optional<TrialDocument>> trialDocumentOf(Database& db, const std::string& trial) {
    const auto text = GANTRY_TRY(inboxDocument(db, trial, kTrialDocument));
    if (!text) return std::optional<TrialDocument>();
    return std::optional(GANTRY_TRY(readTrialDocument(*text, trial)));
}

Result<Settings> settingsOf(Database& db, const std::string& trial) {
    Settings out;
    for (const auto* name : {kSettingsDocument, kSiteSettingsDocument})
        if (const auto text = GANTRY_TRY(inboxDocument(db, trial, name)))
            out = combine(std::move(out), GANTRY_TRY(readSettings(*text)));
    return out;
}

Result<std::vector<ExpectedSubject>> rosterOf(Database& db, const std::string& trial) {
    const auto text = GANTRY_TRY(inboxDocument(db, trial, kRosterDocument));
    if (!text) return std::vector<ExpectedSubject>();
    return readRoster(*text);
}

Result<std::vector<std::string>> subjectsNotExpected(Database& db, const std::string& trial) {
    if (!GANTRY_TRY(inboxDocument(db, trial, kRosterDocument))) return std::vector<std::string>();
    const auto roster = GANTRY_TRY(rosterOf(db, trial));
    auto subjects = GANTRY_TRY(subjectsWithImages(db, trial));
    std::erase_if(subjects, [&](const std::string& subject) {
        return std::ranges::any_of(
            roster, [&](const ExpectedSubject& one) { return one.entry.subject_id == subject; });
    });
    return subjects;
}

Result<std::optional<TrialConfig>> lineOfEnrolled(Database& db, const EnrolmentFolder& folder,
                                                  const Enrolment& enrolment) {
    const auto document = GANTRY_TRY(trialDocumentOf(db, enrolment.trial));
    if (enrolment.state != "accepted" || !document) return std::optional<TrialConfig>();
    return std::optional(configFor(folder, enrolment, *document, GANTRY_TRY(settingsOf(db, enrolment.trial))));
}

Result<Composed> composeTrial(Database& db, const EnrolmentFolder& folder, const Enrolment& enrolment,
                              UnixMillis now) {
    const auto& id = enrolment.trial;
    if (enrolment.state == "rejected")
        return Composed{{}, "The central team rejected the request of this site. Ask them for a new file."};
    if (enrolment.state != "accepted")
        return Composed{{}, "The central team has not accepted this site yet."};
    const auto document = GANTRY_TRY(trialDocumentOf(db, id));
    if (!document) return Composed{{}, "The trial's addresses and keys have not come yet."};
    const auto row = GANTRY_TRY(packInForceOf(db, id));
    const auto settings = GANTRY_TRY(settingsOf(db, id));
    auto pack = row ? GANTRY_TRY(qc::Pack::fromJson(row->content)) : qc::Pack::none();
    auto policy = GANTRY_TRY(policyOf(pack));
    // Made at enrolment alone: with another key the same patient would get other numbers.
    std::error_code ec;
    if (!std::filesystem::exists(folder.trialKey(), ec))
        return Composed{
            {}, "The file trial.key of this trial is gone. Site IT must put it back from the backup."};
    auto keys = GANTRY_TRY(loadTrialKeys(folder.trialKey()));
    Trial trial{configFor(folder, enrolment, *document, settings),
                std::move(pack),
                {},
                std::move(policy),
                keys,
                {},
                {},
                ""};
    trial.receives = row.has_value();
    const auto today = siteDate(now);
    for (const auto& subject : GANTRY_TRY(rosterOf(db, id))) {
        auto entry = subject.entry;
        entry.visit_id = visitDue(subject, today);
        entry.left = subject.left;
        trial.roster.push_back(std::move(entry));
    }
    for (const auto& subject : GANTRY_TRY(subjectsNotExpected(db, id)))
        trial.roster.push_back({subject, "", "", ""});
    for (const auto& text : document->recipients)
        trial.recipients.push_back(GANTRY_TRY(uplink::AgeRecipient::parse(text)));
    for (const auto& text : document->receipt_keys)
        trial.receipt_keys.push_back(GANTRY_TRY(uplink::parsePublicKey(text)));
    trial.sending_stopped = whyStopped(settings, row);
    trial.closed = !settings.closed.empty();
    trial.sponsor_line = settings.upload;
    if (settings.heartbeat_minutes)
        trial.heartbeat_interval = std::chrono::minutes(*settings.heartbeat_minutes);
    return Composed{std::move(trial), row ? "" : "No protocol pack is in force yet."};
}

}  // namespace gantry::agent
