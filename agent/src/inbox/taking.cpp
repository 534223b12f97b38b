#include "inbox/taking.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "catalogue/make_again.hpp"
#include "gantry/core/files.hpp"
#include "gantry/core/log.hpp"
#include "gantry/uplink/s3_presigned.hpp"
#include "inbox/enrolled_trial.hpp"
#include "inbox/inbox_rows.hpp"
#include "inbox/json_reader.hpp"
#include "inbox/pack_life.hpp"
#include "workflow/destination.hpp"

namespace gantry::agent {

namespace json = boost::json;

namespace {

/// Our own trouble, not the target's: asked again.
bool isForLater(Errc code) {
    switch (code) {
        case Errc::ConfigInvalid:
        case Errc::BadFormat:
        case Errc::BadSignature:
        case Errc::NoIdentity:
        case Errc::InvalidArgument:
        case Errc::Unsupported:
        case Errc::NotAllowed:
        case Errc::Conflict:
            return false;
        default:
            return true;
    }
}

std::vector<std::string> linesOf(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t from = 0; from < text.size();) {
        const auto end = std::min(text.find('\n', from), text.size());
        if (end > from) out.push_back(text.substr(from, end - from));
        from = end + 1;
    }
    return out;
}

std::string lastPart(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

/// Its keys were ours to use and are not any more.
bool isNewlyCompromised(const std::optional<TrialDocument>& before, const TrialDocument& after) {
    return before && std::ranges::any_of(before->recipients, [&](const std::string& recipient) {
               return std::ranges::find(after.compromised, recipient) != after.compromised.end();
           });
}

}  // namespace

std::string InboxTarget::itemDigest() const {
    return custom.empty() ? digest : digest + "+" + toHex(sha256(asBytes(custom)));
}

Result<Taking> Taking::open(TakingParts parts, const EnrolmentFolder& folder, const Enrolment& enrolment) {
    return Taking(std::move(parts), enrolment, GANTRY_TRY(uplink::loadAgeIdentities(folder.ageIdentity())));
}

Result<bool> Taking::isKnown(const InboxTarget& target) {
    const auto item = GANTRY_TRY(
        parts_.catalogue.read([&](Database& db) { return inboxItem(db, enrolment_.trial, target.path); }));
    return item && item->digest == target.itemDigest();
}

Result<> Taking::take(const InboxTarget& target, const std::string& content) {
    afterwards_.clear();
    const auto change = prepare(target, content);
    if (!change && isForLater(change.error().code)) return change.error();
    if (!change) return refuse(target, change.error());
    const auto now = parts_.clock.nowMillis();
    const auto taken = parts_.catalogue.write([&](Database& db) -> Result<> {
        GANTRY_CHECK((*change)(db));
        GANTRY_CHECK(keepInboxItem(db, enrolment_.trial, {target.path, target.itemDigest(), {}, now}));
        return appendAudit(db,
                           {{},
                            "gantry",
                            "inbox.taken",
                            "",
                            "",
                            enrolment_.trial + ": " + target.path + " " + target.digest},
                           now);
    });
    if (taken) {
        for (const auto& what : afterwards_) what();
        log::info("inbox.taken", {{"trial", enrolment_.trial}, {"digest", target.digest}});
        return {};
    }
    return isForLater(taken.error().code) ? taken : refuse(target, taken.error());
}

void Taking::studyChanged(StudyId study) {
    if (study != 0) afterwards([this, study] { parts_.study_changed(study); });
}

Result<> Taking::refuse(const InboxTarget& target, const Error& why) {
    const auto now = parts_.clock.nowMillis();
    auto reasons = linesOf(why.context);
    if (reasons.empty()) reasons.emplace_back(describe(why.code).sentence);
    json::array told;
    for (const auto& reason : reasons) told.emplace_back(reason);
    log::warning("inbox.refused", {{"trial", enrolment_.trial}, {"digest", target.digest}});
    return parts_.catalogue.write([&](Database& db) -> Result<> {
        GANTRY_CHECK(keepInboxItem(db, enrolment_.trial, {target.path, target.itemDigest(), reasons, now}));
        json::object fields{{"sha256", target.digest}, {"reasons", told}};
        const bool is_pack = target.path.starts_with("packs/");
        if (is_pack) {
            const auto at = target.path.find('/', 6);
            fields["pack"] = target.path.substr(6, at - 6);
            const auto file = lastPart(target.path);
            fields["version"] = file.substr(0, file.rfind('.'));
        } else {
            fields["name"] = target.path;
        }
        GANTRY_CHECK(
            messageIsDue(db, enrolment_.trial, is_pack ? "pack-refused" : "item-refused", fields, now));
        return appendAudit(
            db,
            {{},
             "gantry",
             "inbox.refused",
             "",
             "",
             enrolment_.trial + ": " + target.path + " " + target.digest + ": " + reasons.front()},
            now);
    });
}

Result<Taking::Change> Taking::prepare(const InboxTarget& target, const std::string& content) {
    const auto& path = target.path;
    const auto name = lastPart(path);
    const auto mine = "sites/" + enrolment_.site + "/";
    if (path == kTrialDocument) return trialDocument(content);
    if (path == kSettingsDocument) return settings(name, content);
    if (path.starts_with("packs/"))
        return preparePack(parts_.catalogue, enrolment_.trial, target, content, parts_.clock.nowMillis());
    if (path.starts_with("software/")) return software(target);
    if (path == mine + kSiteSettingsDocument) return settings(name, GANTRY_TRY(opened(content)));
    if (path == mine + kRosterDocument) return roster(GANTRY_TRY(opened(content)));
    if (path.starts_with(mine + "receipts/")) return receipt(content);
    if (path.starts_with(mine + "refusals/")) return refusal(content);
    if (path.starts_with(mine + "queries/")) return query(GANTRY_TRY(opened(content)));
    return fail(Errc::Unsupported, "nothing of that name is known to this software; a newer one may know it");
}

Result<std::string> Taking::opened(const std::string& content) const {
    std::string out;
    std::size_t at = 0;
    const auto source = [&](std::span<std::byte> room) -> Result<std::size_t> {
        const auto count = std::min(room.size(), content.size() - at);
        std::ranges::copy(asBytes(content).subspan(at, count), room.begin());
        at += count;
        return count;
    };
    const auto sink = [&](Bytes bytes) -> Result<> {
        out += asText(bytes);
        return {};
    };
    const auto done = uplink::ageDecrypt(source, identities_, sink);
    if (!done && done.error().code == Errc::NoIdentity)
        return fail(Errc::NoIdentity, "it is encrypted for another site, or for a former key of this one");
    if (!done) return done.error();
    return out;
}

Result<std::vector<Ed25519PublicKey>> Taking::receiptKeys() {
    const auto document = GANTRY_TRY(
        parts_.catalogue.read([&](Database& db) { return trialDocumentOf(db, enrolment_.trial); }));
    std::vector<Ed25519PublicKey> out;
    if (document)
        for (const auto& text : document->receipt_keys)
            out.push_back(GANTRY_TRY(uplink::parsePublicKey(text)));
    return out;
}

Taking::Change Taking::document(const std::string& name, const std::string& content) {
    return [trial = enrolment_.trial, name, content, now = parts_.clock.nowMillis()](Database& db) {
        return keepInboxDocument(db, trial, name, content, now);
    };
}

Result<Taking::Change> Taking::trialDocument(const std::string& content) {
    const auto after = GANTRY_TRY(readTrialDocument(content, enrolment_.trial));
    const auto before = GANTRY_TRY(
        parts_.catalogue.read([&](Database& db) { return trialDocumentOf(db, enrolment_.trial); }));
    auto keep = document(kTrialDocument, content);
    if (!isNewlyCompromised(before, after)) return keep;
    std::vector<uplink::AgeRecipient> recipients;
    for (const auto& text : after.recipients)
        recipients.push_back(GANTRY_TRY(uplink::AgeRecipient::parse(text)));
    return [this, keep, recipients, now = parts_.clock.nowMillis()](Database& db) -> Result<> {
        GANTRY_CHECK(keep(db));
        // In force before the parcels are taken back, so that none is made for the former ones in between.
        parts_.trials.change(enrolment_.trial, [&](Trial& trial) { trial.recipients = recipients; });
        GANTRY_TRY(makeParcelsAgain(
            db,
            {enrolment_.trial, false, "gantry", "a key that they were encrypted for is not safe any more"},
            now));
        return {};
    };
}

Result<Taking::Change> Taking::settings(const std::string& name, const std::string& content) {
    const auto read = GANTRY_TRY(readSettings(content));
    if (!read.presigned.empty()) {
        const auto grant = GANTRY_TRY(uplink::readGrant(read.presigned));
        const auto folder = parts_.config.data_directory / kGrantsFolder / enrolment_.trial;
        const auto file = toHex(sha256(asBytes(grant.upload_id))).substr(0, 32) + ".json";
        GANTRY_CHECK(makeDirectory(folder));
        GANTRY_CHECK(writeFileDurably(folder / file, asBytes(read.presigned)));
    }
    return document(name, content);
}

Result<Taking::Change> Taking::roster(const std::string& content) {
    GANTRY_TRY(readRoster(content));
    return document(kRosterDocument, content);
}

Result<Taking::Change> Taking::software(const InboxTarget& target) {
    const auto value = GANTRY_TRY(parsedJson(target.custom.empty() ? "{}" : target.custom, "custom"));
    JsonReader reader(value, "custom");
    SoftwareOffer offer{target.path.substr(9), reader.required("version"),
                        reader.text("notes"),  target.digest,
                        target.bytes,          parts_.clock.nowMillis()};
    GANTRY_CHECK(reader.done());
    return [trial = enrolment_.trial, offer = std::move(offer)](Database& db) {
        return keepSoftwareOffer(db, trial, offer);
    };
}

}  // namespace gantry::agent
