#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmnet/dul.h>

#include "network.hpp"
#include "process.hpp"
#include "receiver.hpp"
#include "system/echo.hpp"
#include "wait.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;
using namespace std::chrono_literals;

namespace {

// PS3.8 9.3.4: result, source, reason of an A-ASSOCIATE-RJ.
std::string rejection(const Pdu& answer) {
    if (answer.type != 3 || answer.body.size() != 4) return "no rejection";
    return std::to_string(answer.body[1]) + "/" + std::to_string(answer.body[2]) + "/" +
           std::to_string(answer.body[3]);
}

AssociationWish wishing(std::vector<Proposal> proposals) {
    AssociationWish wish;
    wish.proposals = std::move(proposals);
    return wish;
}

constexpr const char* kImplicit = "1.2.840.10008.1.2";
constexpr const char* kBig = "1.2.840.10008.1.2.2";
constexpr const char* kJpegBaseline = "1.2.840.10008.1.2.4.50";
constexpr const char* kJpegLossless = "1.2.840.10008.1.2.4.70";
constexpr const char* kJpeg2000 = "1.2.840.10008.1.2.4.91";

}  // namespace

TEST_CASE("C-ECHO is answered, as often as asked, and the release too", "[agent][receive]") {
    Receiver receiver;
    CHECK(scanner::echo(receiver.destination()));
    RawScu scu(receiver.port());
    REQUIRE(scu.associate().type == 2);
    for (int i = 0; i < 5; ++i) CHECK(scu.echo() == std::optional<std::uint16_t>(0));
    CHECK(scu.release());
    CHECK(receiver.listed().empty());
}

TEST_CASE("what C-STORE calls success is durable, and stands there exactly as sent", "[agent][receive]") {
    Receiver receiver;
    const auto series = smallSeries(11, 3);
    RawScu scu(receiver.port());
    REQUIRE(scu.associate().type == 2);
    for (const auto& instance : series.instances) {
        const auto file = madeFile(instance);
        REQUIRE(scu.store(kCt, file.sop_instance_uid, file.dataset) == std::optional<std::uint16_t>(0));
        const bool same = receiver.box.spooledDataset(file.sop_instance_uid) == file.dataset;
        CHECK(same);
    }
    CHECK(textOf(*receiver.box.catalogue, "SELECT source || '|' || trial_id FROM study") == "CT1|GANTRY");
    CHECK(receiver.listed().empty());
}

TEST_CASE("a series comes over one association or several, with and without Nagle", "[agent][receive]") {
    Receiver receiver;
    scanner::SendOptions options;
    options.associations = GENERATE(1, 3);
    options.nagle = GENERATE(false, true);
    for (const auto& status : scanner::sendAll(receiver.destination(), smallSeries(11, 6).instances, options))
        CHECK(status.dimse_status == std::optional<std::uint16_t>(0));
    CHECK(receiver.instances() == 6);
    CHECK(receiver.listed().empty());
}

TEST_CASE("sixteen senders at once are served, the seventeenth is asked to come again", "[agent][receive]") {
    Receiver receiver;
    std::vector<std::unique_ptr<RawScu>> open;
    for (int i = 0; i < 16; ++i) {
        open.push_back(std::make_unique<RawScu>(receiver.port()));
        REQUIRE(open.back()->associate().type == 2);
    }
    for (int i = 0; i < 3; ++i) {
        RawScu late(receiver.port());
        CHECK(rejection(late.associate()) == "2/3/2");  // transient, presentation, local limit exceeded
        CHECK(late.receive(5s).type == 0);
        CHECK_FALSE(late.wasReset());  // which could take the answer along before it is read
    }
    for (auto& scu : open) CHECK(scu->echo() == std::optional<std::uint16_t>(0));
    CHECK(receiver.waitForListed("rejected_association:too-many-associations"));
    CHECK(open.back()->release());
    open.pop_back();
    CHECK(waitUntil(
        [&] {
            RawScu next(receiver.port());
            return next.associate().type == 2;
        },
        10s));
}

TEST_CASE("who is not expected is turned away and listed", "[agent][receive]") {
    AssociationWish wish;
    SECTION("another called AE title") {
        Receiver receiver;
        wish.called = "ELSEWHERE";
        CHECK(rejection(RawScu(receiver.port()).associate(wish)) == "1/1/7");  // PS3.8 Table 9-21
        CHECK(receiver.waitForListed("rejected_association:called-ae-title"));
    }
    SECTION("another calling AE title") {
        Receiver receiver([](Config& config) { config.dicom.allow = {{"CT1", "127.0.0.1"}}; });
        wish.calling = "CT9";
        CHECK(rejection(RawScu(receiver.port()).associate(wish)) == "1/1/3");
        CHECK(receiver.waitForListed("rejected_association:calling-ae-title"));
        wish.calling = "CT1";
        CHECK(RawScu(receiver.port()).associate(wish).type == 2);
    }
    SECTION("another address") {
        Receiver receiver([](Config& config) { config.dicom.allow = {{"", "10.1.2.0/24"}}; });
        CHECK(RawScu(receiver.port()).associate(wish).type == 0);
        CHECK(receiver.waitForListed("rejected_association:address"));
    }
    SECTION("anybody, when nobody is allowed") {
        Receiver receiver([](Config& config) { config.dicom.allow.clear(); });
        CHECK(RawScu(receiver.port()).associate(wish).type == 0);
        CHECK(receiver.waitForListed("rejected_association:address"));
    }
}

TEST_CASE("one computer that is turned away again and again is one entry, with its latest words",
          "[agent][receive]") {
    Receiver receiver;
    const auto entry = [&] {
        return textOf(*receiver.box.catalogue, "SELECT count || sentence FROM refusal");
    };
    int times = 0;
    for (const auto* called : {"FIRST", "SECOND", "THIRD"}) {
        AssociationWish wish;
        wish.called = called;
        CHECK(RawScu(receiver.port()).associate(wish).type == 3);
        ++times;
        CHECK(waitUntil([&] { return entry().starts_with(std::to_string(times)); }, 5s));
    }
    CHECK(entry().find("THIRD") != std::string::npos);
    CHECK(numberOf(*receiver.box.catalogue, "SELECT count(*) FROM refusal") == 1);
}

TEST_CASE("an AE title in no character set does not spoil the list", "[agent][receive]") {
    Receiver receiver;
    AssociationWish wish;
    wish.called = "\xFF\xFE\x01GANTRY";
    wish.calling = "C\xC3\x28T";
    CHECK(RawScu(receiver.port()).associate(wish).type == 3);
    REQUIRE(receiver.waitForListed("rejected_association:called-ae-title"));
    const auto said =
        textOf(*receiver.box.catalogue, "SELECT calling_ae_title || ' ' || sentence || address FROM refusal");
    for (const char c : said) CHECK((c >= 0x20 && c < 0x7F));  // PS3.5 6.2: AE is plain characters
}

TEST_CASE("two trials with an AE title each get their own studies", "[agent][receive]") {
    Receiver receiver;
    const auto series = smallSeries(11, 2);
    for (const auto* title : {"GANTRY", "CARDIO"})
        for (const auto& status : scanner::sendAll(receiver.destination(title), series.instances))
            CHECK(status.stored());
    CHECK(columnOf(*receiver.box.catalogue, "SELECT trial_id || instance_count FROM study ORDER BY id") ==
          std::vector<std::string>{"GANTRY2", "CARDIO2"});
}

TEST_CASE("a private storage class is taken only when the configuration names it", "[agent][receive]") {
    const std::string private_class = "1.3.12.2.1107.5.9.1";
    const auto wish = wishing({{private_class, {kImplicit}}, {std::string(kVerification), {kImplicit}}});
    {
        Receiver receiver;
        RawScu scu(receiver.port());
        REQUIRE(scu.associate(wish).type == 2);
        CHECK(scu.accepted().at(1).empty());
        CHECK(scu.accepted().at(3) == kImplicit);
    }
    Receiver receiver([&](Config& config) { config.dicom.extra_sop_classes = {private_class}; });
    RawScu scu(receiver.port());
    REQUIRE(scu.associate(wish).type == 2);
    CHECK(scu.accepted().at(1) == kImplicit);
}

TEST_CASE("an association that offers nothing to store is turned away", "[agent][receive]") {
    Receiver receiver;
    RawScu scu(receiver.port());
    const auto answer = scu.associate(wishing({{"1.2.840.10008.5.1.4.31", {kImplicit}}}));  // worklist
    CHECK(answer.type == 3);
    CHECK(receiver.waitForListed("rejected_association:nothing-to-store"));
}

TEST_CASE("every transfer syntax is taken as proposed, lossless before lossy", "[agent][receive]") {
    const std::string ct(kCt);
    const std::string explicit_little(kExplicitLittle);
    Receiver receiver;
    RawScu scu(receiver.port());
    REQUIRE(scu.associate(wishing({{ct, {kImplicit}},
                                   {ct, {kBig}},
                                   {ct, {kJpegBaseline}},
                                   {ct, {kJpeg2000, kJpegLossless}},
                                   {ct, {kJpegBaseline, explicit_little, kImplicit}},
                                   {ct, {explicit_little, kJpegLossless}},
                                   {ct, {"1.2.826.0.1.3680043.2.1143.77"}}}))
                .type == 2);
    const std::map<int, std::string> expected = {{1, kImplicit},
                                                 {3, kBig},
                                                 {5, kJpegBaseline},
                                                 {7, kJpegLossless},
                                                 {9, explicit_little},
                                                 {11, explicit_little},
                                                 {13, "1.2.826.0.1.3680043.2.1143.77"}};
    CHECK(scu.accepted() == expected);
    const auto file = madeFile(smallSeries(11, 1).instances[0]);
    CHECK(scu.store(kCt, file.sop_instance_uid, file.dataset, 9) == std::optional<std::uint16_t>(0));
    CHECK(textOf(*receiver.box.catalogue, "SELECT transfer_syntax_uid FROM instance") == explicit_little);
}

TEST_CASE("a PDU length of 128 KiB is negotiated and kept to", "[agent][receive]") {
    Receiver receiver;
    RawScu scu(receiver.port());
    auto wish = AssociationWish{};
    wish.max_pdu_bytes = GENERATE(0u, 4096u, 131072u, 0xFFFFFFFFu);
    REQUIRE(scu.associate(wish).type == 2);
    CHECK(scu.peerMaxPdu() == 131072);
    CHECK(scu.echo() == std::optional<std::uint16_t>(0));
}

TEST_CASE("a silent peer is sent away after the time allowed", "[agent][receive]") {
    Receiver receiver;
    SECTION("between messages") {
        RawScu scu(receiver.port());
        REQUIRE(scu.associate().type == 2);
        CHECK(scu.receive(8s).type == 7);
    }
    SECTION("in the middle of a data set") {
        RawScu scu(receiver.port());
        REQUIRE(scu.associate().type == 2);
        const auto file = madeFile(smallSeries(11, 1).instances[0]);
        scu.storeRequest(kCt, file.sop_instance_uid);
        scu.fragment(file.dataset.substr(0, 1000), false);
        const auto end = scu.receive(12s).type;
        CHECK((end == 7 || end == 0));
    }
    CHECK(receiver.waitForListed("aborted:"));
    CHECK(receiver.instances() == 0);
    CHECK(receiver.box.spooledBytes() == 0);
    CHECK(waitUntil(
        [&] {
            return numberOf(*receiver.box.catalogue,
                            "SELECT count(*) FROM association WHERE ended_at_ms IS NULL") == 1;
        },
        10s));  // the box's own
}

TEST_CASE("peers that connect and say nothing, or nonsense, keep nobody waiting", "[agent][receive]") {
    Receiver receiver;
    std::vector<std::unique_ptr<RawScu>> idle;
    for (int i = 0; i < 5; ++i) idle.push_back(std::make_unique<RawScu>(receiver.port()));
    idle[1]->send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    idle[2]->send(std::string("\x01\x00\xFF\xFF\xFF\xF0\x00\x01", 8));  // a request of 4 GiB
    idle[3]->send(
        std::string("\x04\x00\x00\x00\x00\x06\x00\x00\x00\x02\x01\x03", 12));  // data before a request
    idle[4]->send(std::string("\x01", 1));
    const auto begin = std::chrono::steady_clock::now();
    CHECK(scanner::echo(receiver.destination()));
    const auto series = smallSeries(11, 3);
    for (const auto& status : scanner::sendAll(receiver.destination(), series.instances))
        CHECK(status.stored());
    CHECK(std::chrono::steady_clock::now() - begin < 5s);
    CHECK(receiver.instances() == 3);
}

TEST_CASE("a transfer that breaks off leaves nothing and is listed", "[agent][receive]") {
    Receiver receiver;
    const auto whole = madeFile(smallSeries(11, 1).instances[0]);
    const auto file = madeFile(smallSeries(12, 1).instances[0]);
    RawScu scu(receiver.port());
    REQUIRE(scu.associate().type == 2);
    REQUIRE(scu.store(kCt, whole.sop_instance_uid, whole.dataset) == std::optional<std::uint16_t>(0));
    const auto before = receiver.box.spooledBytes();
    scu.storeRequest(kCt, file.sop_instance_uid);
    scu.fragment(file.dataset.substr(0, file.dataset.size() / 2), false);
    SECTION("by an abort") {
        scu.abort();
    }
    SECTION("by a reset of the line") {
        scu.cut();
    }
    SECTION("by a release in between") {
        scu.release();
    }
    REQUIRE(receiver.waitForListed("aborted:aborted"));
    CHECK(receiver.instances() == 1);
    CHECK(receiver.box.spooledBytes() == before);
    CHECK(waitUntil(
        [&] {
            return numberOf(*receiver.box.catalogue,
                            "SELECT count(*) FROM association WHERE "
                            "ended_by = 'aborted'") == 1;
        },
        5s));
    CHECK(scanner::sendAll(receiver.destination(), smallSeries(12, 1).instances)[0].stored());
}

TEST_CASE("C-STORE answers with the status of the standard", "[agent][receive]") {
    const auto file = madeFile(smallSeries(11, 1).instances[0]);
    const auto status = [&](Receiver& receiver, std::string_view sop_class, std::string_view instance,
                            std::string_view dataset) {
        RawScu scu(receiver.port());
        REQUIRE(scu.associate().type == 2);
        const auto answer = scu.store(sop_class, instance, dataset);
        CHECK(scu.echo() == std::optional<std::uint16_t>(0));  // the association goes on
        CHECK(scu.release());
        return answer.value_or(0xFFFF);
    };
    SECTION("0xA900 for another instance than announced") {
        Receiver receiver;
        CHECK(status(receiver, kCt, "1.2.3.4", file.dataset) == 0xA900);
        CHECK(receiver.listed() == "refused:dicom-mismatch");
    }
    SECTION("0xA900 for an instance that has no UID") {
        Receiver receiver;
        CHECK(status(receiver, kCt, "../../etc/passwd", file.dataset) == 0xA900);
        CHECK(receiver.listed() == "refused:dicom-mismatch");
    }
    SECTION("0xA900 for a UID that is not even text, listed so that it can be shown") {
        Receiver receiver;
        CHECK(status(receiver, kCt, "\xFF\xC3\x28\x01", file.dataset) == 0xA900);
        const auto uid = textOf(*receiver.box.catalogue, "SELECT sop_instance_uid FROM refusal");
        CHECK(uid.size() == 4);
        for (const char c : uid) CHECK((c >= 0x20 && c < 0x7F));
    }
    SECTION("0xC000 for what cannot be read") {
        Receiver receiver;
        CHECK(status(receiver, kCt, file.sop_instance_uid,
                     file.dataset.substr(0, file.dataset.size() - 40)) == 0xC000);
        CHECK(receiver.listed() == "refused:not-dicom");
    }
    SECTION("0xA700 when the disk is full to its reserve") {
        Receiver receiver({}, std::uint64_t{1} << 60);
        CHECK(status(receiver, kCt, file.sop_instance_uid, file.dataset) == 0xA700);
        CHECK(receiver.listed() == "refused:disk-full");
    }
    SECTION("success for what is here already") {
        Receiver receiver;
        CHECK(status(receiver, kCt, file.sop_instance_uid, file.dataset) == 0);
        CHECK(status(receiver, kCt, file.sop_instance_uid, file.dataset) == 0);
        CHECK(receiver.listed() == "duplicate:same-bytes");
        CHECK(receiver.instances() == 1);
    }
}

TEST_CASE("nobody waits for a name server", "[agent][receive]") {
    const Receiver receiver;
    CHECK(dcmDisableGethostbyaddr.get());  // DCMTK would look the sender's name up before it listens to it
}

TEST_CASE("a server that stops does not wait for those who say nothing", "[agent][receive]") {
    Receiver receiver([](Config& config) { config.dicom.timeout = std::chrono::seconds(60); });
    RawScu idle(receiver.port());
    REQUIRE(idle.associate().type == 2);
    RawScu half(receiver.port());
    REQUIRE(half.associate().type == 2);
    half.storeRequest(kCt, "1.2.3");
    half.fragment(std::string_view("\x08\0", 2), false);
    RawScu mute(receiver.port());
    const auto begin = std::chrono::steady_clock::now();
    receiver.server.reset();
    CHECK(std::chrono::steady_clock::now() - begin < 8s);
}

TEST_CASE("an echo finds a node, is told when it is not let in, and when nobody is there", "[agent][receive]") {
    const auto port = freePort();
    if (const auto storescp = findProgram("storescp")) {  // DCMTK's: not ours at either end
        auto node = must(Process::start({*storescp, {"--aetitle", "NODE", std::to_string(port)}, {}, {}}));
        REQUIRE(waitForPort(port));
        CHECK(echo({"GANTRY", "NODE", "127.0.0.1", port}));
    }
    Receiver receiver;
    CHECK(echo({"CT1", "GANTRY", "127.0.0.1", receiver.port()}));
    const auto refused = echo({"CT1", "NOBODY", "127.0.0.1", receiver.port()});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::PeerRefused);
    const auto nobody = echo({"CT1", "GANTRY", "127.0.0.1", freePort()});
    REQUIRE_FALSE(nobody);
    CHECK(nobody.error().code == Errc::NetworkDown);
}
