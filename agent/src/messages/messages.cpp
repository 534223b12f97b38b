#include "messages/messages.hpp"

#include <boost/json.hpp>

#include "catalogue/outbox.hpp"
#include "gantry/core/log.hpp"
#include "gantry/uplink/age.hpp"
#include "gantry/uplink/receipt.hpp"
#include "gantry/uplink/statement.hpp"
#include "messages/heartbeat.hpp"
#include "workflow/dispatch_step.hpp"

namespace gantry::agent {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr std::size_t kIdBytes = 16;

Result<Ed25519Seed> statementKey(const fs::path& file) {
    std::error_code ec;
    if (!fs::exists(file, ec)) {
        auto folder = file.parent_path();
        fs::create_directories(folder, ec);
        fs::permissions(folder, fs::perms::owner_all, ec);
        auto secret_beside = file;
        const auto saved =
            uplink::saveSigningKey(file, secret_beside.replace_extension(".pub"), uplink::generateSigningKey());
        if (!saved && saved.error().code != Errc::AlreadyExists) return saved.error();
        log::info("messages.key_made", {{"file", file.filename().string()}});
    }
    return uplink::loadSigningKey(file);
}

Result<std::string> encrypted(const Trial& trial, const std::string& text) {
    std::string out;
    auto encryptor = GANTRY_TRY(uplink::AgeEncryptor::start(trial.recipients, [&](Bytes piece) -> Result<> {
        out.append(reinterpret_cast<const char*>(piece.data()), piece.size());
        return {};
    }));
    GANTRY_CHECK(encryptor.write(asBytes(text)));
    GANTRY_CHECK(encryptor.finish());
    return out;
}

Result<std::string> statementOf(Workshop& shop, const Trial& trial, std::string_view kind,
                                const std::string& id, json::object fields) {
    fields["format"] = 1;
    fields["kind"] = kind;
    fields["message_id"] = id;
    fields["trial"] = trial.config.id;
    fields["site"] = shop.config.siteIdFor(trial.config);
    fields["made_at"] = isoUtc(shop.clock.nowMillis());
    const auto key = GANTRY_TRY(statementKey(statementKeyFile(shop.config, trial.config)));
    return uplink::signStatement(key, json::serialize(fields));
}

}  // namespace

fs::path statementKeyFile(const Config& config, const TrialConfig& trial) {
    if (!trial.statement_key.empty()) return trial.statement_key;
    return config.data_directory / "trials" / trial.id / "statement.key";
}

Result<> queueMessage(Workshop& shop, const Trial& trial, std::string_view kind, json::object fields) {
    OutboxRow object;
    object.id = randomHex(kIdBytes);
    object.kind = "message";
    object.topic = kind;
    object.trial_id = trial.config.id;
    object.file_name = object.id + ".age";
    object.priority = kind == kHeartbeatTopic ? kHeartbeatPriority : kMessagePriority;
    const auto text = GANTRY_TRY(statementOf(shop, trial, kind, object.id, std::move(fields)));
    const auto bytes = GANTRY_TRY(encrypted(trial, text));
    object.bytes = bytes.size();
    object.sha256 = toHex(sha256(asBytes(bytes)));
    object.content_sha256 = toHex(sha256(asBytes(text)));
    const auto path = shop.config.data_directory / kOutboxFolder / object.file_name;
    GANTRY_CHECK(writeFileDurably(path, asBytes(bytes)));
    const auto now = shop.clock.nowMillis();
    auto added = shop.catalogue.write([&](Database& db) -> Result<> {
        if (kind == kHeartbeatTopic) GANTRY_CHECK(dropHeartbeats(db, object.trial_id, now));
        return addToOutbox(db, object, now);
    });
    if (!added) {
        std::error_code ignored;
        fs::remove(path, ignored);
        return added.error();
    }
    log::info("message.made", {{"message", object.id}, {"kind", kind}});
    return {};
}

Result<> queueHeartbeat(Workshop& shop, const Trial& trial) {
    std::error_code ec;
    if (!fs::exists(statementKeyFile(shop.config, trial.config), ec)) return {};
    return queueMessage(shop, trial, kHeartbeatTopic, GANTRY_TRY(heartbeatOf(shop, trial)));
}

}  // namespace gantry::agent
