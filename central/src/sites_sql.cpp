#include <algorithm>
#include <array>

#include "gantry/central/sites.hpp"
#include "gantry/core/crypto.hpp"
#include "gantry/core/files.hpp"
#include "gantry/uplink/parcel.hpp"
#include "index.hpp"

namespace gantry::central {
namespace {

constexpr std::array kStates = {"open", "requested", "accepted", "rejected"};

constexpr std::string_view kSiteColumns =
    "SELECT site, created_at_ms, token_sha256, recipient, statement_key, accepted_at_ms, accepted_by, "
    "revoked_at_ms, revoked_why FROM site ";
constexpr std::string_view kEnrolmentColumns =
    "SELECT id, site, state, token, made_at_ms, expires_at_ms, request, fingerprint, answer FROM enrolment ";

Site readSite(const IndexStatement& row) {
    Site out;
    out.id = row.text(0);
    out.created_at = row.integer(1);
    out.has_token = !row.isNull(2);
    out.recipient = row.text(3);
    out.statement_key = row.text(4);
    out.accepted_at = row.integer(5);
    out.accepted_by = row.text(6);
    out.revoked_at = row.integer(7);
    out.revoked_why = row.text(8);
    return out;
}

Enrolment readEnrolment(const IndexStatement& row) {
    Enrolment out;
    out.id = row.text(0);
    out.site = row.text(1);
    const auto state = std::find(kStates.begin(), kStates.end(), row.text(2));
    out.state = static_cast<EnrolmentState>(state - kStates.begin());  // the table's CHECK admits these alone
    out.token = row.text(3);
    out.made_at = row.integer(4);
    out.expires_at = row.integer(5);
    out.request = row.text(6);
    out.fingerprint = row.text(7);
    out.answer = row.text(8);
    return out;
}

std::string hashOf(std::string_view token) {
    return toHex(sha256(asBytes(token)));
}

}  // namespace

std::string_view toString(EnrolmentState state) {
    return kStates.at(static_cast<std::size_t>(state));
}

bool isSiteId(std::string_view text) {
    return uplink::isParcelId(text);
}

Result<std::unique_ptr<Sites>> Sites::open(const std::filesystem::path& directory, const Clock& clock) {
    GANTRY_CHECK(makeDirectory(directory));
    return std::unique_ptr<Sites>(
        new Sites(GANTRY_TRY(IndexDatabase::open(directory, IndexDatabase::Access::ReadWrite)), clock));
}

Result<std::vector<Site>> Sites::all() {
    const std::lock_guard lock(mutex_);
    auto query = GANTRY_TRY(database_.prepare(std::string(kSiteColumns) + "ORDER BY site"));
    std::vector<Site> out;
    while (GANTRY_TRY(query.step())) out.push_back(readSite(query));
    return out;
}

Result<std::optional<Site>> Sites::find(const std::string& id) {
    const std::lock_guard lock(mutex_);
    auto query = GANTRY_TRY(database_.prepare(std::string(kSiteColumns) + "WHERE site = ?"));
    if (!GANTRY_TRY(query.bind(id).step())) return std::optional<Site>();
    return std::optional(readSite(query));
}

Result<std::optional<std::string>> Sites::siteOfToken(std::string_view token) {
    const std::lock_guard lock(mutex_);
    auto query = GANTRY_TRY(
        database_.prepare("SELECT site FROM site WHERE token_sha256 = ? AND revoked_at_ms IS NULL"));
    if (!GANTRY_TRY(query.bind(hashOf(token)).step())) return std::optional<std::string>();
    return std::optional(query.text(0));
}

Result<std::optional<std::string>> Sites::siteOfCertificate(const std::string& fingerprint) {
    const std::lock_guard lock(mutex_);
    auto query = GANTRY_TRY(
        database_.prepare("SELECT site.site FROM certificate JOIN site ON site.site = certificate.site "
                          "WHERE fingerprint = ? AND not_after_ms > ? AND revoked_at_ms IS NULL"));
    if (!GANTRY_TRY(query.bind(fingerprint).bind(clock_.nowMillis()).step()))
        return std::optional<std::string>();
    return std::optional(query.text(0));
}

Result<std::string> Sites::addWithToken(const std::string& id) {
    if (!isSiteId(id))
        return fail(Errc::InvalidArgument, "a site is 1 to 64 of A-Z a-z 0-9 _ . - and starts with no dot");
    auto token = randomHex(32);
    const std::lock_guard lock(mutex_);
    auto insert = GANTRY_TRY(
        database_.prepare("INSERT INTO site (site, created_at_ms, token_sha256) VALUES (?, ?, ?)"));
    const auto done = insert.bind(id).bind(clock_.nowMillis()).bind(hashOf(token)).run();
    if (!done && done.error().code == Errc::Conflict) return fail(Errc::AlreadyExists, "site " + id);
    if (!done) return done.error();
    return token;
}

Result<> Sites::revoke(const std::string& id, const std::string& why) {
    const std::lock_guard lock(mutex_);
    auto update = GANTRY_TRY(database_.prepare(
        "UPDATE site SET revoked_at_ms = coalesce(revoked_at_ms, ?), revoked_why = coalesce(revoked_why, ?) "
        "WHERE site = ?"));
    GANTRY_CHECK(update.bind(clock_.nowMillis()).bind(why).bind(id).run());
    return database_.changes() == 1 ? Result<>() : fail(Errc::NotFound, "site " + id);
}

Result<> Sites::addEnrolment(const Enrolment& enrolment) {
    const std::lock_guard lock(mutex_);
    auto insert =
        GANTRY_TRY(database_.prepare("INSERT INTO enrolment (id, site, state, token, made_at_ms, "
                                     "expires_at_ms) VALUES (?, ?, 'open', ?, ?, ?)"));
    return insert.bind(enrolment.id)
        .bind(enrolment.site)
        .bind(enrolment.token)
        .bind(enrolment.made_at)
        .bind(enrolment.expires_at)
        .run();
}

Result<Enrolment> Sites::enrolment(const std::string& id) {
    const std::lock_guard lock(mutex_);
    auto query = GANTRY_TRY(database_.prepare(std::string(kEnrolmentColumns) + "WHERE id = ?"));
    if (!GANTRY_TRY(query.bind(id).step())) return fail(Errc::NotFound, "no such request");
    return readEnrolment(query);
}

Result<std::vector<Enrolment>> Sites::enrolments(const std::optional<std::string>& site) {
    const std::lock_guard lock(mutex_);
    auto query = GANTRY_TRY(database_.prepare(std::string(kEnrolmentColumns) +
                                              "WHERE site = coalesce(?, site) ORDER BY made_at_ms DESC, id"));
    query.bind(site);
    std::vector<Enrolment> out;
    while (GANTRY_TRY(query.step())) out.push_back(readEnrolment(query));
    return out;
}

Result<> Sites::setRequested(const std::string& id, const std::string& request,
                             const std::string& fingerprint) {
    const std::lock_guard lock(mutex_);
    auto update =
        GANTRY_TRY(database_.prepare("UPDATE enrolment SET state = 'requested', request = ?, fingerprint = ? "
                                     "WHERE id = ? AND state = 'open'"));
    GANTRY_CHECK(update.bind(request).bind(fingerprint).bind(id).run());
    return database_.changes() == 1 ? Result<>()
                                    : fail(Errc::Conflict, "the enrolment file was used already");
}

Result<> Sites::reject(const std::string& id) {
    const std::lock_guard lock(mutex_);
    auto update = GANTRY_TRY(database_.prepare(
        "UPDATE enrolment SET state = 'rejected', token = NULL WHERE id = ? AND state = 'requested'"));
    GANTRY_CHECK(update.bind(id).run());
    return database_.changes() == 1 ? Result<>()
                                    : fail(Errc::Conflict, "the request does not wait for a decision");
}

Result<> Sites::insertCertificate(const std::string& site, const uplink::CertificateInfo& certificate) {
    auto insert =
        GANTRY_TRY(database_.prepare("INSERT INTO certificate (fingerprint, site, serial, issued_at_ms, "
                                     "not_after_ms) VALUES (?, ?, ?, ?, ?) "
                                     "ON CONFLICT (fingerprint) DO UPDATE SET serial = excluded.serial, "
                                     "not_after_ms = excluded.not_after_ms "
                                     "WHERE certificate.site = excluded.site"));
    GANTRY_CHECK(insert.bind(certificate.fingerprint)
                     .bind(site)
                     .bind(certificate.serial)
                     .bind(clock_.nowMillis())
                     .bind(certificate.not_after)
                     .run());
    return database_.changes() == 1 ? Result<>() : fail(Errc::Conflict, "another site has this key");
}

Result<> Sites::accept(const Enrolment& enrolment, const Site& site,
                       const uplink::CertificateInfo& certificate) {
    const std::lock_guard lock(mutex_);
    auto transaction = GANTRY_TRY(IndexTransaction::begin(database_));
    {
        auto update =
            GANTRY_TRY(database_.prepare("UPDATE enrolment SET state = 'accepted', token = NULL, answer = ? "
                                         "WHERE id = ? AND state = 'requested'"));
        GANTRY_CHECK(update.bind(enrolment.answer).bind(enrolment.id).run());
        if (database_.changes() != 1) return fail(Errc::Conflict, "the request does not wait for a decision");
    }
    {
        auto upsert = GANTRY_TRY(database_.prepare(
            "INSERT INTO site (site, created_at_ms, recipient, statement_key, accepted_at_ms, accepted_by) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (site) DO UPDATE SET token_sha256 = NULL, "
            "recipient = excluded.recipient, statement_key = excluded.statement_key, "
            "accepted_at_ms = excluded.accepted_at_ms, accepted_by = excluded.accepted_by, "
            "revoked_at_ms = NULL, revoked_why = NULL"));
        GANTRY_CHECK(upsert.bind(site.id)
                         .bind(clock_.nowMillis())
                         .bind(site.recipient)
                         .bind(site.statement_key)
                         .bind(site.accepted_at)
                         .bind(site.accepted_by)
                         .run());
    }
    {
        auto remove = GANTRY_TRY(database_.prepare("DELETE FROM certificate WHERE site = ?"));
        GANTRY_CHECK(remove.bind(site.id).run());
    }
    {
        // What was encrypted for the former key is said once more, for this one.
        auto again = GANTRY_TRY(database_.prepare(
            "UPDATE statement SET state = 'waiting' WHERE site = ? AND name LIKE 'queries/%'"));
        GANTRY_CHECK(again.bind(site.id).run());
    }
    GANTRY_CHECK(insertCertificate(site.id, certificate));
    return transaction.commit();
}

Result<> Sites::addCertificate(const std::string& site, const uplink::CertificateInfo& certificate) {
    const std::lock_guard lock(mutex_);
    auto transaction = GANTRY_TRY(IndexTransaction::begin(database_));
    GANTRY_CHECK(insertCertificate(site, certificate));
    return transaction.commit();
}

Result<std::string> addSite(const std::filesystem::path& directory, std::string_view id, const Clock& clock) {
    return GANTRY_TRY(Sites::open(directory, clock))->addWithToken(std::string(id));
}

}  // namespace gantry::central
