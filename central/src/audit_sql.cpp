#include "audit.hpp"
#include "gantry/core/crypto.hpp"

namespace gantry::central {
namespace {

// Each field is written with its length, so that no two different entries give the same bytes.
std::string chainValue(const std::string& before, const AuditEntry& entry, UnixMillis at) {
    std::string text;
    const auto add = [&](const std::string& field) { text += std::to_string(field.size()) + ":" + field; };
    add(before);
    add(std::to_string(at));
    for (const auto* field : {&entry.who, &entry.event, &entry.site, &entry.detail}) add(*field);
    return toHex(sha256(asBytes(text)));
}

Result<std::string> lastChain(IndexDatabase& database) {
    auto select = GANTRY_TRY(database.prepare("SELECT chain FROM audit ORDER BY id DESC LIMIT 1"));
    return GANTRY_TRY(select.step()) ? select.text(0) : std::string();
}

}  // namespace

Result<> appendAudit(IndexDatabase& database, const AuditEntry& entry, UnixMillis now) {
    const auto chain = chainValue(GANTRY_TRY(lastChain(database)), entry, now);
    auto insert = GANTRY_TRY(
        database.prepare("INSERT INTO audit (at_ms, who, event, site, detail, chain) VALUES (?, ?, ?, ?, ?, ?)"));
    insert.bind(now).bind(entry.who).bind(entry.event);
    return insert.bind(entry.site).bind(entry.detail).bind(chain).run();
}

Result<> noteInAudit(const std::filesystem::path& directory, const AuditEntry& entry, const Clock& clock) {
    auto database = GANTRY_TRY(IndexDatabase::open(directory, IndexDatabase::Access::ReadWrite));
    auto transaction = GANTRY_TRY(IndexTransaction::begin(database));
    GANTRY_CHECK(appendAudit(database, entry, clock.nowMillis()));
    return transaction.commit();
}

Result<std::vector<AuditLine>> auditLines(IndexDatabase& database) {
    auto select = GANTRY_TRY(
        database.prepare("SELECT id, at_ms, who, event, site, detail, chain FROM audit ORDER BY id"));
    std::vector<AuditLine> out;
    std::string before;
    while (GANTRY_TRY(select.step())) {
        AuditLine line{select.integer(0),
                       select.integer(1),
                       {select.text(2), select.text(3), select.text(4), select.text(5)},
                       true};
        const auto chain = select.text(6);
        line.intact = chain == chainValue(before, line.entry, line.at);
        before = chain;
        out.push_back(std::move(line));
    }
    return out;
}

}  // namespace gantry::central
