#include "sponsor_inbox.hpp"

#include <boost/json.hpp>

#include "gantry/uplink/enrolment.hpp"
#include "gantry/uplink/receipt.hpp"
#include "gantry/uplink/statement.hpp"
#include "inbox_roles.hpp"

namespace gantry::test {

namespace json = boost::json;
namespace tuf = uplink::tuf;

namespace {

Ed25519Seed seedOf(int number) {
    Ed25519Seed seed{};
    seed[0] = static_cast<std::byte>(number);
    return seed;
}

std::vector<Ed25519Seed> seedsOf(const std::vector<int>& numbers) {
    std::vector<Ed25519Seed> out;
    for (const int number : numbers) out.push_back(seedOf(number));
    return out;
}

central::InboxKeys inboxKeys() {
    central::InboxKeys keys;
    for (const int person : {1, 2, 3}) keys.people.push_back(ed25519PublicKey(seedOf(person)));
    keys.desk = ed25519PublicKey(seedOf(5));
    keys.online = ed25519PublicKey(seedOf(9));
    return keys;
}

const uplink::CertificateAuthority& authority() {
    static const auto folder = temporaryDirectory();
    static const auto made = must(uplink::CertificateAuthority::create(
        folder.path() / "key", folder.path() / "pem", "onc-demo", 1'764'000'000'000));
    return made;
}

}  // namespace

SponsorInbox::SponsorInbox(const Clock& clock, std::string trial, std::string site)
    : clock_(clock),
      trial_(std::move(trial)),
      site_(std::move(site)),
      store_(must(uplink::openDirectoryStore(folder_.path()))),
      writer_(std::make_unique<tuf::RepositoryWriter>(*store_)),
      online_{seedsOf({9}), central::kSnapshotLifetime, central::kTimestampLifetime} {
    const auto now = clock_.nowMillis();
    tuf::Publication first;
    first.root = must(tuf::signedText(central::rootWith(inboxKeys(), now), seedsOf({1, 2})));
    tuf::Targets targets;
    targets.expires = central::expiryFrom(now);
    central::delegateAll(targets, inboxKeys());
    tuf::Targets empty;
    empty.expires = targets.expires;
    auto online = empty;
    central::delegateSite(online, site_, ed25519PublicKey(seedOf(9)));
    first.roles.push_back({"targets", must(tuf::signedText(targets, signersOf("targets")))});
    for (const auto* role : {"packs", "software", "desk"})
        first.roles.push_back({role, must(tuf::signedText(empty, signersOf(role)))});
    first.roles.push_back({"online", must(tuf::signedText(online, signersOf("online")))});
    first.roles.push_back(
        {central::siteRole(site_), must(tuf::signedText(empty, signersOf("online"))), "online"});
    must(writer_->publish(first, online_, now));
    server_ = must(http::Server::start({}, *this));
}

std::vector<Ed25519Seed> SponsorInbox::signersOf(const std::string& role) const {
    if (role == "desk") return seedsOf({5});
    if (role.starts_with("online")) return seedsOf({9});
    return seedsOf({1, 3});
}

void SponsorInbox::publish(const std::string& role, const std::map<std::string, File>& files) {
    auto content = must(writer_->role(role)).content;
    ++content.version;
    content.expires = central::expiryFrom(clock_.nowMillis());
    tuf::Publication publication;
    for (const auto& [path, file] : files) {
        content.targets[path] = tuf::targetInfoOf(asBytes(file.content));
        content.targets[path].custom = file.custom;
        publication.targets.push_back({path, asBytes(file.content), {}});
    }
    publication.roles.push_back(
        {role, must(tuf::signedText(content, signersOf(role))), central::delegatorOf(role)});
    must(writer_->publish(publication, online_, clock_.nowMillis()));
}

void SponsorInbox::withdrawListing(const std::string& role, const std::string& path) {
    auto content = must(writer_->role(role)).content;
    ++content.version;
    content.targets.erase(path);
    tuf::Publication publication;
    publication.roles.push_back(
        {role, must(tuf::signedText(content, signersOf(role))), central::delegatorOf(role)});
    must(writer_->publish(publication, online_, clock_.nowMillis()));
}

void SponsorInbox::publishTrial() {
    json::array to;
    for (const auto& one : recipients) to.emplace_back(one);
    json::array bad;
    for (const auto& one : compromised) bad.emplace_back(one);
    const json::object document{{"format", 1},
                                {"trial", trial_},
                                {"title", "A trial"},
                                {"recipients", to},
                                {"compromised", bad},
                                {"receipt_keys", {uplink::toText(ed25519PublicKey(receipt_seed))}},
                                {"outbox", {"http://127.0.0.1:9/tus/"}},
                                {"inbox", {address()}},
                                {"authority", ""}};
    publish("targets", {{"trial.json", {json::serialize(document)}}});
}

std::string SponsorInbox::encryptedFor(const std::string& recipient, const std::string& text) {
    std::string out;
    const std::vector to{must(uplink::AgeRecipient::parse(recipient))};
    auto encryptor = must(uplink::AgeEncryptor::start(to, [&](Bytes bytes) -> Result<> {
        out += asText(bytes);
        return {};
    }));
    must(encryptor.write(asBytes(text)));
    must(encryptor.finish());
    return out;
}

std::string SponsorInbox::statement(const json::object& content) const {
    return must(uplink::signStatement(receipt_seed, json::serialize(content)));
}

std::string SponsorInbox::enrolmentFile(bool hub) const {
    uplink::EnrolmentFile file;
    file.trial = trial_;
    file.title = "A trial";
    file.site = site_;
    file.root = must(store_->read("metadata/1.root.json", 1u << 20));
    file.inbox = {address()};
    if (hub) file.hub = "http://127.0.0.1:" + std::to_string(server_->port());
    file.token = token_;
    file.expires_at = isoUtc(clock_.nowMillis() + 86'400'000);
    return must(uplink::toJson(file));
}

std::string SponsorInbox::answerTo(const std::string& request_text) const {
    const auto request = must(uplink::enrolmentRequestFromJson(request_text));
    REQUIRE(uplink::isProvenBy(request_text, token_));
    uplink::EnrolmentAnswer answer;
    answer.trial = trial_;
    answer.site = site_;
    answer.request_id = "r1";
    answer.certificate = must(authority().issue(request.certificate_request, {trial_, site_},
                                                clock_.nowMillis(), std::chrono::hours(24 * 90)));
    answer.accepted_at = isoUtc(clock_.nowMillis());
    answer.accepted_by = "C. Team";
    return uplink::toJson(answer);
}

std::vector<std::string> SponsorInbox::asked() {
    const std::lock_guard lock(mutex_);
    return std::exchange(asked_, {});
}

http::Response SponsorInbox::enrol(const http::Request& request) {
    const std::lock_guard lock(mutex_);
    if (request.path == "/enrol/renew") {
        ++renewed;
        const auto pem = std::string(json::parse(request.body).at("certificate_request").as_string());
        const auto certificate =
            must(authority().issue(pem, {trial_, site_}, clock_.nowMillis(), std::chrono::hours(24 * 90)));
        return http::json(200, json::serialize(json::object{{"format", 1}, {"certificate", certificate}}));
    }
    if (request.method == "POST") {
        requests_["r1"] = request.body;
        return http::json(202, R"({"request_id":"r1"})");
    }
    if (rejecting) return http::text(410, "rejected\n");
    if (!accepting) return http::json(202, R"({"request_id":"r1"})");
    return http::json(200, answerTo(requests_.at("r1")));
}

http::Response SponsorInbox::handle(const http::Request& request) {
    {
        const std::lock_guard lock(mutex_);
        asked_.push_back(request.path);
    }
    if (down) return http::text(503, "down\n");
    if (request.path.starts_with("/enrol")) return enrol(request);
    if (!request.path.starts_with("/inbox/")) return http::text(404, "nothing\n");
    auto content = store_->read(request.path.substr(7), 64u << 20);
    if (!content) return http::text(404, "nothing\n");
    const auto tag = "\"" + toHex(sha256(asBytes(*content))) + "\"";
    http::Response response;
    response.headers = {{"ETag", tag}};
    if (request.header("If-None-Match") == tag)
        response.status = 304;
    else
        response.body = *std::move(content);
    return response;
}

}  // namespace gantry::test
