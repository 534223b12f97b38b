// The outbox: what goes first, what people may say about it, and what its couriers do with it.
#include <boost/json.hpp>

#include "catalogue/board.hpp"
#include "catalogue/outbox_control.hpp"
#include "catalogue/parcels.hpp"
#include "fake_tus.hpp"
#include "gantry/uplink/age.hpp"
#include "gantry/uplink/receipt.hpp"
#include "gantry/uplink/statement.hpp"
#include "messages/messages.hpp"
#include "shop.hpp"
#include "workflow/courier.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

template <class Holds>
bool soon(Holds holds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!holds()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return true;
}

struct Outbox {
    Outbox() : shop("0417-001,HN7,,BL\n0417-002,HN8,,\n") {
        shop.change([this](Trial& trial) {
            trial.config.endpoint = http.url("/files/");
            trial.recipients = {sponsor.recipient()};
        });
    }
    ~Outbox() { courier.reset(); }

    void start() { courier = must(Courier::start(shop.workshop, *shop.trials.of("onc-demo"))); }
    /// An object that is nobody's parcel, so that order and progress alone matter.
    std::string add(const std::string& id, int rank, std::size_t bytes = 1000) {
        const std::string content(bytes, 'x');
        must(writeFileDurably(shop.box.folder / kOutboxFolder / (id + ".age"), asBytes(content)));
        OutboxRow object;
        object.id = id;
        object.kind = "message";
        object.topic = "answer";
        object.trial_id = "onc-demo";
        object.file_name = id + ".age";
        object.bytes = bytes;
        object.sha256 = toHex(sha256(asBytes(content)));
        object.priority = rank;
        shop.box.clock.advance(1);
        change([&](Database& db) { return addToOutbox(db, object, now()); });
        return id;
    }
    template <class F>
    void change(F how) {
        must(shop.box.catalogue->write([&](Database& db) { return how(db); }));
    }
    OutboxRow object(const std::string& id) {
        return must(shop.box.catalogue->read([&](Database& db) { return outboxObject(db, id); }));
    }
    std::vector<std::string> due() {
        std::vector<std::string> ids;
        for (const auto& row :
             must(shop.box.catalogue->read([&](Database& db) { return dueUploads(db, "onc-demo", now()); })))
            ids.push_back(row.id);
        return ids;
    }
    /// The courier has gone through the outbox: a cancelled object, which it looks at last, is forgotten.
    bool lookedOnce() {
        const auto id = add("cancelled", kUsualPriority);
        gantry::test::change(*shop.box.catalogue,
                             "UPDATE outbox SET cancelled_at_ms = 1, resume_state = 'x' WHERE object_id = "
                             "'cancelled'");
        return soon([&] { return object(id).resume_state.empty(); });
    }
    bool isDelivered(const std::string& id) {
        return soon(
            [&] { return text("SELECT state FROM outbox WHERE object_id = '" + id + "'") == "delivered"; });
    }
    std::string opened(const std::string& encrypted) const {
        std::string text;
        must(uplink::ageDecrypt(
            [rest = std::string_view(encrypted)](std::span<std::byte> room) mutable -> Result<std::size_t> {
                const auto size = std::min(room.size(), rest.size());
                std::memcpy(room.data(), rest.data(), size);
                rest.remove_prefix(size);
                return size;
            },
            std::span(&sponsor, 1),
            [&](Bytes piece) -> Result<> {
                text.append(reinterpret_cast<const char*>(piece.data()), piece.size());
                return {};
            }));
        return text;
    }
    fs::path keyFile() const { return statementKeyFile(shop.config, shop.config.trials.front()); }
    json::object signedContent(const std::string& text) {
        const std::array<Ed25519PublicKey, 1> keys = {
            ed25519PublicKey(must(uplink::loadSigningKey(keyFile())))};
        return json::parse(must(uplink::verifyStatement(text, keys, "message"))).as_object();
    }
    UnixMillis now() const { return shop.box.clock.nowMillis(); }
    std::string text(const std::string& sql) { return textOf(*shop.box.catalogue, sql); }

    FakeTus tus;
    ScriptedHttp http{[this](const ScriptedRequest& request) { return tus.handle(request); }};
    uplink::AgeIdentity sponsor = uplink::AgeIdentity::generate();
    Shop shop;
    std::unique_ptr<Courier> courier;
};

}  // namespace

TEST_CASE("of what is due the most urgent goes first, of equals the older", "[agent][outbox]") {
    Outbox o;
    o.add("usual-1", kUsualPriority);
    o.add("usual-2", kUsualPriority);
    o.add("heartbeat", kHeartbeatPriority);
    o.add("message", kMessagePriority);
    o.add("urgent", kUrgentPriority);
    CHECK(o.due() == std::vector<std::string>{"urgent", "message", "usual-1", "usual-2", "heartbeat"});
    o.change([&](Database& db) { return putFirst(db, "usual-2", "A. Smith", o.now()); });
    o.change([&](Database& db) { return putLast(db, "urgent", "A. Smith", o.now()); });
    CHECK(o.due() == std::vector<std::string>{"usual-2", "message", "usual-1", "heartbeat", "urgent"});
    CHECK(o.text("SELECT who FROM audit WHERE event = 'upload-first'") == "A. Smith");
}

TEST_CASE("the screening visit goes before others, and so does what failed and was repeated",
          "[agent][outbox]") {
    Outbox o;
    const auto send = [&](std::uint64_t seed, const std::string& patient) {
        const auto study = o.shop.deliver(must(scanner::makeSeries(demoSeries(seed, patient))));
        o.shop.settle();
        return study;
    };
    const auto priorityOf = [&](StudyId study) {
        return numberOf(*o.shop.box.catalogue,
                        "SELECT o.priority FROM outbox o JOIN parcel p ON p.id = o.object_id WHERE "
                        "p.study_id = " +
                            std::to_string(study));
    };
    const auto screening = send(7, "HN7");
    REQUIRE(o.shop.dispatch());
    CHECK(priorityOf(screening) == kUrgentPriority);
    // The same scan of another visit waits its turn, until one of that visit is known to have failed.
    const bool failed_before = GENERATE(false, true);
    const auto later = send(8, "HN8");
    o.change([&](Database& db) { return setSubject(db, later, "0417-002", std::string("W8")); });
    if (failed_before) {
        auto verdict =
            must(o.shop.box.catalogue->read([&](Database& db) { return latestVerdict(db, later); }));
        REQUIRE(verdict);
        change(*o.shop.box.catalogue,
               "UPDATE verdict SET outcome = 'fail' WHERE study_id = " + std::to_string(later));
        verdict->verdict.outcome = Outcome::Pass;
        o.change([&](Database& db) -> Result<> {
            GANTRY_TRY(addVerdict(db, later, verdict->verdict, false, o.now()));
            return {};
        });
    }
    change(*o.shop.box.catalogue,
           "UPDATE study SET state = 'deidentifying' WHERE id = " + std::to_string(later));
    REQUIRE(o.shop.dispatch());
    CHECK(priorityOf(later) == (failed_before ? kUrgentPriority : kUsualPriority));
}

TEST_CASE("a message arrives signed, encrypted, and under its name", "[agent][outbox][messages]") {
    Outbox o;
    must(queueMessage(o.shop.workshop, *o.shop.trials.of("onc-demo"), "answer",
                      {{"query_id", "q1"}, {"text", "scanned on Monday"}}));
    const auto id = o.text("SELECT object_id FROM outbox");
    const auto content = o.object(id).content_sha256;
    o.start();
    REQUIRE(o.isDelivered(id));
    o.courier.reset();  // with the key there is a heartbeat on its way, too
    const auto sent = std::ranges::find_if(o.tus.metadata, [&](const auto& upload) {
        return upload.second.find("message_id " + toBase64(asBytes(id))) != std::string::npos;
    });
    REQUIRE(sent != o.tus.metadata.end());
    CHECK(sent->second.find("kind " + toBase64(asBytes("message"))) != std::string::npos);
    const auto text = o.opened(o.tus.uploads.at(sent->first));
    CHECK(toHex(sha256(asBytes(text))) == content);  // what the receipt will name
    CHECK(std::ranges::count(text, '\n') == 1);
    const auto said = o.signedContent(text);
    CHECK(said.at("format") == 1);
    CHECK(said.at("kind") == "answer");
    CHECK(said.at("message_id").as_string() == id);
    CHECK(said.at("trial") == "onc-demo");
    CHECK(said.at("site") == "0417");
    CHECK(said.at("query_id") == "q1");
    CHECK(said.contains("made_at"));
}

TEST_CASE("one heartbeat waits at most, and none before the sponsor can know who speaks",
          "[agent][outbox][messages]") {
    Outbox o;
    const auto beat = [&] { must(queueHeartbeat(o.shop.workshop, *o.shop.trials.of("onc-demo"))); };
    beat();
    CHECK(o.due().empty());
    must(makeDirectory(o.keyFile().parent_path().parent_path()));
    must(makeDirectory(o.keyFile().parent_path()));
    must(uplink::saveSigningKey(o.keyFile(), {}, uplink::generateSigningKey()));
    beat();
    const auto first = o.due();
    beat();
    const auto second = o.due();
    REQUIRE(first.size() == 1);
    REQUIRE(second.size() == 1);
    CHECK(first != second);
    o.start();
    // It is not waited for a receipt: nothing of it is left.
    REQUIRE(soon([&] { return o.text("SELECT count(*) FROM outbox WHERE cancelled_at_ms IS NULL") == "0"; }));
    o.courier.reset();
    const auto said = o.signedContent(o.opened(o.tus.last()));
    CHECK(said.at("kind") == "heartbeat");
    for (const auto* key : {"software", "started_at", "now", "clock", "disk", "outbox", "pack", "studies",
                            "scanners", "problems"})
        CHECK(said.contains(key));
    CHECK(said.at("studies").as_object().contains("cannot-tell"));
}

TEST_CASE("what is paused stays, and goes on when a person says so", "[agent][outbox]") {
    Outbox o;
    const auto id = o.add("one", kUsualPriority);
    const std::string scope = GENERATE("object", "trial", "all");
    CAPTURE(scope);
    o.change([&](Database& db) {
        return scope == "object" ? pauseObject(db, id, "A. Smith", o.now())
                                 : pauseTrial(db, scope == "trial" ? "onc-demo" : "", "A. Smith", o.now());
    });
    const auto other = o.add("other", kUsualPriority);
    o.start();
    if (scope == "object") {
        CHECK(o.isDelivered(other));
    } else {
        CHECK(o.lookedOnce());
        CHECK(o.object(other).state == "made");
    }
    CHECK(o.object(id).state == "made");
    o.change([&](Database& db) {
        return scope == "object" ? resumeObject(db, id, "A. Smith", o.now())
                                 : resumeTrial(db, scope == "trial" ? "onc-demo" : "", "A. Smith", o.now());
    });
    CHECK(o.isDelivered(id));
}

TEST_CASE("what is urgent overtakes what is under way, and that goes on where it was", "[agent][outbox]") {
    Outbox o;
    o.shop.config.uploads.chunk_bytes = 64 << 10;
    const auto large = o.add("large", kUsualPriority, 2'000'000);
    std::atomic<bool> added = false;
    o.tus.interfere = [&](const ScriptedRequest& request) -> std::optional<ScriptedAnswer> {
        if (request.method != "PATCH" || o.tus.patch_bytes < 300'000 || added.exchange(true)) return {};
        o.add("urgent", kUrgentPriority);
        o.shop.box.clock.advance(1000);  // the next progress is written down
        return {};
    };
    o.start();
    REQUIRE(o.isDelivered("urgent"));
    CHECK(o.object(large).state == "uploading");
    REQUIRE(o.isDelivered(large));
    CHECK(o.tus.patch_bytes < 2'000'000 + 1000 + (64 << 10) * 2);
}

TEST_CASE("a cancelled parcel is taken away, and its study waits for a person", "[agent][outbox]") {
    Outbox o;
    const auto study = o.shop.deliver(must(scanner::makeSeries(demoSeries(7, "HN7"))));
    o.shop.settle();
    REQUIRE(o.shop.dispatch());
    const auto id = o.text("SELECT id FROM parcel");
    const bool left = GENERATE(false, true);
    if (left) o.change([&](Database& db) { return markUploading(db, id, o.now()); });
    o.change([&](Database& db) { return cancelObject(db, id, "A. Smith", "wrong arm", o.now()); });
    CHECK(o.shop.state(study) == "quarantined");
    CHECK(o.due().empty());
    CHECK(o.shop.box.catalogue->write([&](Database& db) { return putFirst(db, id, "A. Smith", o.now()); })
              .error()
              .code == Errc::Conflict);
    o.change([&](Database& db) -> Result<> {
        GANTRY_TRY(applyEvent(db, study, Event::JudgeAgain, {"A. Smith", "right after all", ""}, o.now()));
        return {};
    });
    o.shop.settle();
    REQUIRE(o.shop.dispatch());
    CHECK(o.due().size() == 1);
    CHECK(o.due().front() != id);
}

TEST_CASE("after a week offline it goes on, also where the server has forgotten what it had",
          "[agent][outbox]") {
    Outbox o;
    o.shop.config.uploads.chunk_bytes = 64 << 10;
    const auto id = o.add("week", kUsualPriority, 700'000);
    std::atomic<bool> offline = false;
    std::atomic<int> hung_up = 0;
    o.tus.interfere = [&](const ScriptedRequest&) -> std::optional<ScriptedAnswer> {
        if (o.tus.patch_bytes > 200'000 && hung_up == 0) offline = true;
        if (!offline) return {};
        ++hung_up;
        ScriptedAnswer none;
        none.hang_up = true;
        return none;
    };
    o.start();
    constexpr UnixMillis kHours = 3'600'000;
    for (int quarter = 0; quarter < 28; ++quarter) {
        REQUIRE(soon([&] { return o.object(id).attempts > quarter; }));
        CHECK(o.object(id).wait_reason == "line-down");
        o.shop.box.clock.advance(6 * kHours);
        o.courier->ring();
    }
    REQUIRE(soon([&] { return o.object(id).attempts > 28; }));
    offline = false;
    if (GENERATE(false, true)) {
        o.tus.uploads.clear();
        o.tus.lengths.clear();
    }
    o.shop.box.clock.advance(6 * kHours);
    o.courier->ring();
    REQUIRE(o.isDelivered(id));
    o.courier.reset();
    CHECK(o.tus.last() == std::string(700'000, 'x'));
}

TEST_CASE("a line that is opened before its time is used at once", "[agent][outbox]") {
    Outbox o;
    const auto id = o.add("night", kUsualPriority);
    // Closed from now on for 12 hours, whatever the zone.
    const auto seconds = static_cast<std::time_t>(o.now() / 1000);
    std::tm local{};
    localtime_r(&seconds, &local);
    const int minute = local.tm_hour * 60 + local.tm_min;
    LineWish night{{}, (minute + 720) % 1440, (minute + 780) % 1440, "A. Smith", 0};
    o.change([&](Database& db) { return setLineWish(db, night, o.now()); });
    o.start();
    REQUIRE(soon([&] { return o.object(id).wait_reason == "line-closed"; }));
    CHECK(o.object(id).attempts == 0);
    CHECK(o.object(id).next_attempt_at > o.now() + 11 * 3'600'000);
    SECTION("by a person") {
        o.change([&](Database& db) { return setLineWish(db, LineWish{{}, {}, {}, "A. Smith", 0}, o.now()); });
    }
    SECTION("by the configuration, at a restart") {
        o.courier.reset();
        change(*o.shop.box.catalogue, "DELETE FROM outbox_line");
        o.start();
    }
    CHECK(o.isDelivered(id));
}

TEST_CASE("a file that is gone stops its own parcel alone", "[agent][outbox]") {
    Outbox o;
    const auto gone = o.add("gone", kUrgentPriority);
    fs::remove(o.shop.box.folder / kOutboxFolder / "gone.age");
    const auto other = o.add("other", kUsualPriority);
    o.start();
    CHECK(o.isDelivered(other));
    CHECK(o.object(gone).wait_reason == "file-gone");
}

TEST_CASE("a study and the appliance say that a person paused it", "[agent][outbox]") {
    Outbox o;
    const auto study = o.shop.deliver(must(scanner::makeSeries(demoSeries(7, "HN7"))));
    o.shop.settle();
    REQUIRE(o.shop.dispatch());
    const auto id = o.text("SELECT id FROM parcel");
    const std::string scope = GENERATE("object", "trial", "all");
    o.change([&](Database& db) {
        return scope == "object" ? pauseObject(db, id, "A. Smith", o.now())
                                 : pauseTrial(db, scope == "trial" ? "onc-demo" : "", "A. Smith", o.now());
    });
    const auto parcel =
        must(o.shop.box.catalogue->read([&](Database& db) { return newestParcel(db, study); }));
    REQUIRE(parcel);
    CHECK(parcel->waits.starts_with("A. Smith paused"));
    const auto summary = must(o.shop.box.catalogue->read([](Database& db) { return outboxSummary(db); }));
    CHECK(summary.waiting == 1);
    CHECK(summary.waits == std::map<std::string, std::string>{{parcel->waits, "paused"}});
}

TEST_CASE("an address that does not answer is given up for the sponsor's other one", "[agent][outbox]") {
    Outbox r;
    r.shop.change([&](Trial& trial) {
        trial.config.other_endpoints = {trial.config.endpoint};
        trial.config.endpoint = "http://127.0.0.1:1/files/";
    });
    const auto id = r.add("a", kUsualPriority);
    r.start();
    CHECK(soon([&] {
        r.shop.box.clock.advance(1000);
        return r.object(id).state == "delivered";
    }));
}

TEST_CASE("addresses are changed after three failures of the line, and the first is tried again later",
          "[agent][outbox]") {
    uplink::Destination destination;
    destination.endpoint = "https://one.example/files/";
    auto addresses = must(Addresses::open(destination, {"https://two.example/files/"}));
    const auto* first = &addresses.transport();
    const auto down = fail(Errc::NetworkDown, "no route");
    CHECK_FALSE(addresses.failed(fail(Errc::PeerRefused, "403"), 0));  // it answers
    CHECK_FALSE(addresses.failed(down, 0));
    addresses.worked();
    CHECK_FALSE(addresses.failed(down, 0));
    CHECK_FALSE(addresses.failed(down, 0));
    CHECK(addresses.failed(down, 1000));
    CHECK(&addresses.transport() != first);
    CHECK(addresses.stateFor("upload at one") == "");  // begins anew
    const auto stored = addresses.storedFor("upload at two");
    CHECK(addresses.stateFor(stored) == "upload at two");
    addresses.lookBack(1000 + 30 * 60'000 - 1);
    CHECK(&addresses.transport() != first);
    addresses.lookBack(1000 + 30 * 60'000);
    CHECK(&addresses.transport() == first);
    CHECK(addresses.stateFor(stored) == "");
    CHECK(addresses.failed(down, 2'000'000));  // still down: one failure is enough
    CHECK(&addresses.transport() != first);

    auto alone = must(Addresses::open(destination, {}));
    for (int i = 0; i < 9; ++i) CHECK_FALSE(alone.failed(down, 0));
    CHECK(alone.stateFor(alone.storedFor("x")) == "x");
}

TEST_CASE("a rate that the sponsor sets bounds its trial besides the line's", "[agent][outbox]") {
    Outbox r;
    r.shop.change([&](Trial& trial) {
        trial.sponsor_line = uplink::LineSchedule({true, 100'000});
    });
    constexpr std::size_t kBytes = 150'000;
    const auto id = r.add("a", kUsualPriority, kBytes);
    const auto begin = std::chrono::steady_clock::now();
    r.start();
    CHECK(soon([&] { return r.object(id).state == "delivered"; }));
    // What an idle line may make up for is a fifth of a second.
    CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(1200));
}
