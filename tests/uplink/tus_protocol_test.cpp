// Header fields and the text that is remembered, as values.
#include "tus_protocol.hpp"

#include <catch2/catch.hpp>

#include "http_exchange.hpp"
#include "support.hpp"
#include "tus_state.hpp"

namespace gantry::uplink {
namespace {

using gantry::test::must;

HttpResponse with(std::multimap<std::string, std::string> headers, int status = 204) {
    HttpResponse response;
    response.status = status;
    response.headers = std::move(headers);
    return response;
}

constexpr auto kBase = "https://hub.example/files/";

}  // namespace

TEST_CASE("an offer is what OPTIONS says, and nothing when it says nothing", "[uplink][tus]") {
    const auto offer =
        offerOf(with({{"tus-version", "1.0.0,0.2.2"},
                      {"tus-extension", "creation,creation-with-upload,termination,concatenation"},
                      {"tus-max-size", "1073741824"}}));
    CHECK(offer.creation_with_upload);
    CHECK(offer.termination);
    CHECK(offer.concatenation);
    CHECK_FALSE(offer.checksum);
    CHECK(offer.max_bytes == 1073741824u);
    CHECK(offer.versions == std::vector<std::string>{"1.0.0", "0.2.2"});
    CHECK_FALSE(offerOf(with({{"tus-extension", "termination"}}, 404)).termination);
    CHECK_FALSE(offerOf(with({{"tus-extension", "termination-soon,xtermination"}})).termination);
    CHECK_FALSE(offerOf(with({{"tus-max-size", "many"}})).max_bytes);
}

TEST_CASE("counts are whole numbers and nothing else", "[uplink][tus]") {
    const auto count = [](const char* text) {
        return countIn(with({{"upload-offset", text}}), "upload-offset");
    };
    CHECK(count("0") == 0u);
    CHECK(count("18446744073709551615") == UINT64_MAX);
    for (const auto* bad : {"", "-1", "+1", "1.0", "0x1", "18446744073709551616", "1 2", "1,1"})
        CHECK_FALSE(count(bad));
    CHECK_FALSE(countIn(with({}), "upload-offset"));
}

TEST_CASE("locations are made absolute, and stay at their host", "[uplink][tus]") {
    struct Row {
        const char* base;
        const char* location;
        const char* expected;  ///< null: refused
    };
    const auto row = GENERATE(values<Row>({
        {kBase, "https://hub.example/files/1", "https://hub.example/files/1"},
        {kBase, "https://HUB.example:443/files/1", "https://HUB.example:443/files/1"},
        {kBase, "/files/1", "https://hub.example/files/1"},
        {kBase, "1", "https://hub.example/files/1"},
        {kBase, "../other/1?x=2", "https://hub.example/other/1?x=2"},
        {kBase, "//hub.example/files/1", "https://hub.example/files/1"},
        {kBase, "hub.example/files/1", "https://hub.example/files/1"},
        {kBase, "Hub.Example/files/1", "https://Hub.Example/files/1"},
        {"https://hub.example:8443/files/", "hub.example:8443/files/1", "https://hub.example:8443/files/1"},
        {"https://hub.example:8443/files/", "/files/1", "https://hub.example:8443/files/1"},
        // Behind a proxy that ends the TLS.
        {kBase, "http://hub.example/files/1", "https://hub.example:443/files/1"},
        {"https://hub.example:8443/files/", "http://hub.example:1080/files/1",
         "https://hub.example:8443/files/1"},
        // Elsewhere: the token goes to nobody else.
        {kBase, "https://evil.example/files/1", nullptr},
        {kBase, "//evil.example/files/1", nullptr},
        {kBase, "https://hub.example.evil.example/1", nullptr},
        {kBase, "https://hub.example@evil.example/1", nullptr},
        {kBase, "https://user:pw@hub.example/1", nullptr},
        {kBase, "https://hub.example:444/files/1", nullptr},
        {kBase, "ftp://hub.example/1", nullptr},
        {"http://127.0.0.1:1/files", "https://127.0.0.1:1/files/1", nullptr},
        {kBase, "https://", nullptr},
    }));
    CAPTURE(row.base, row.location);
    const auto resolved = resolveLocation(row.base, row.location);
    CHECK(resolved.has_value() == (row.expected != nullptr));
    if (resolved && row.expected != nullptr) CHECK(*resolved == row.expected);
}

TEST_CASE("when an upload expires is counted by the server's own clock", "[uplink][tus]") {
    const auto expires = std::pair("upload-expires", "Wed, 25 Jun 2014 16:00:00 GMT");
    constexpr std::int64_t kThen = 1403712000;  // date -u -d '2014-06-25 16:00:00' +%s
    CHECK(expiryOf(with({expires}), kThen - 100) == kThen);
    CHECK(expiryOf(with({expires, {"date", "Wed, 25 Jun 2014 15:00:00 GMT"}}), kThen + 86400) ==
          kThen + 86400 + 3600);
    CHECK_FALSE(expiryOf(with({}), 5));
    CHECK_FALSE(expiryOf(with({{"upload-expires", "soon"}}), 5));
}

TEST_CASE("what is remembered is read again", "[uplink][tus]") {
    TusState state;
    CHECK(state.text().empty());
    state.whole = {"https://hub.example/files/u", 1790000000};
    state.verified = true;
    CHECK(TusState::read(state.text(), kBase) == state);
    state = {};
    state.parts = {{{"https://hub.example/files/p1", {}}, 0, 10}, {{}, 10, 7}};
    CHECK(TusState::read(state.text(), kBase) == state);
    CHECK(state.partsBytes() == 17);
}

TEST_CASE("a bare URL, as earlier versions kept it, is read", "[uplink][tus]") {
    CHECK(TusState::read("https://hub.example/files/u", kBase).whole.url == "https://hub.example/files/u");
}

TEST_CASE("what is no memory of ours, or of another server, is nothing remembered", "[uplink][tus]") {
    const auto* text =
        GENERATE("", "x", "{}", "[]", R"({"tus":2,"url":"https://hub.example/files/u"})",
                 R"({"s3":1,"key":"a","upload_id":"b","part_bytes":8388608})",
                 R"({"tus":1,"url":"https://other.example/files/u"})", R"({"tus":1,"url":7})",
                 "https://other.example/files/u", "https:", R"({"tus":1,"parts":[{"begin":1,"bytes":5}]})",
                 R"({"tus":1,"parts":[{"begin":0,"bytes":5},{"begin":4,"bytes":5}]})",
                 R"({"tus":1,"parts":[{"begin":0,"bytes":0}]})",
                 R"({"tus":1,"parts":[{"begin":0,"bytes":9223372036854775807}]})");
    CAPTURE(text);
    CHECK(TusState::read(text, kBase).empty());
}

}  // namespace gantry::uplink
