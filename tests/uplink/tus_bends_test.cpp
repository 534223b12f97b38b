// Servers that bend the protocol: each bend by itself, through a put, a resumed put and a put again.
#include <catch2/catch.hpp>

#include "tus_fixture.hpp"

namespace gantry::uplink {
namespace {

using namespace gantry::test;

struct Bend {
    const char* name;
    std::function<void(FakeTus&, const std::string& url)> make;  ///< `url` is the server's, without a path
    std::uint64_t resent = 0;  ///< bytes that may go twice when the put is resumed, beyond none
};

constexpr std::uint64_t kChunk = 64 << 10;
constexpr std::uint64_t kAll = UINT64_MAX;

std::vector<Bend> bends() {
    const auto refuse = [](const char* method, int status) {
        return [=](FakeTus& f, const std::string&) {
            f.interfere = [=](const ScriptedRequest& r) -> std::optional<ScriptedAnswer> {
                if (r.method != method) return std::nullopt;
                return ScriptedAnswer{status, {}, "no", false};
            };
        };
    };
    const auto host = [](const std::string& url) { return url.substr(url.find("//") + 2); };
    return {
        {"none", [](FakeTus&, const std::string&) {}},
        {"no Tus-Resumable", [](FakeTus& f, const std::string&) { f.say_version = false; }},
        {"200 for 204 to PATCH", [](FakeTus& f, const std::string&) { f.patch_success = 200; }},
        {"204 for 200 to HEAD", [](FakeTus& f, const std::string&) { f.head_success = 204; }},
        {"200 for 201 to POST", [](FakeTus& f, const std::string&) { f.create_success = 200; }},
        {"no Upload-Offset to PATCH", [](FakeTus& f, const std::string&) { f.say_offset_of_patch = false; }},
        {"no Upload-Length to HEAD", [](FakeTus& f, const std::string&) { f.say_length = false; }},
        {"an absolute location",
         [](FakeTus& f, const std::string& url) {
             f.location = [url](const std::string& target) { return url + target; };
         }},
        {"a relative location",
         [](FakeTus& f, const std::string&) {
             f.location = [](const std::string& target) { return target.substr(target.rfind('/') + 1); };
         }},
        {"a location without scheme",
         [host](FakeTus& f, const std::string& url) {
             f.location = [name = host(url)](const std::string& target) { return name + target; };
         }},
        {"a location without scheme, with slashes",
         [host](FakeTus& f, const std::string& url) {
             f.location = [name = host(url)](const std::string& target) { return "//" + name + target; };
         }},
        {"names of headers in odd case, blanks around values",
         [](FakeTus& f, const std::string&) { f.odd_case = true; }},
        {"answers in chunks",
         [](FakeTus& f, const std::string&) {
             f.chunked = true;
             f.patch_success = 200;
         }},
        {"words in the body of a creation",
         [](FakeTus& f, const std::string&) {
             f.body_of_creation = "<html>Created. Have a nice day.</html>";
             f.chunked = true;
         }},
        {"no OPTIONS: 404", refuse("OPTIONS", 404)},
        {"no OPTIONS: 405", refuse("OPTIONS", 405)},
        {"no OPTIONS: 400", refuse("OPTIONS", 400)},
        {"no OPTIONS: 501", refuse("OPTIONS", 501)},
        {"a largest size of 0, for none", [](FakeTus& f, const std::string&) { f.max_size = "0"; }},
        {"extensions written oddly",
         [](FakeTus& f, const std::string&) {
             f.extensions = " Creation ,, CHECKSUM,";
             f.checksum_algorithms = "MD5 , SHA1";
         }},
        {"no HEAD: 405", [](FakeTus& f, const std::string&) { f.answer_head = false; }},
        {"no HEAD, and GET gives the bytes",
         [](FakeTus& f, const std::string&) {
             f.answer_head = false;
             f.readable = true;
         }},
        {"HEAD and GET tell no offset", [](FakeTus& f, const std::string&) { f.say_offset_of_head = false; },
         kAll},
        {"PATCH and DELETE are not let through",
         [](FakeTus& f, const std::string&) {
             f.patch_as_method = false;
             f.extensions = "creation,termination";
         }},
        {"creation-with-upload is promised, and the content ignored",
         [](FakeTus& f, const std::string&) {
             f.extensions = "creation,creation-with-upload";
             f.take_content_of_creation = false;
         }},
        {"creation-with-upload is promised, and refused",
         [](FakeTus& f, const std::string&) {
             f.extensions = "creation,creation-with-upload";
             f.interfere = [](const ScriptedRequest& r) -> std::optional<ScriptedAnswer> {
                 if (r.method != "POST" || r.body.empty()) return std::nullopt;
                 return ScriptedAnswer{415, {}, "no", false};
             };
         }},
        {"creation-with-upload without Upload-Offset",
         [](FakeTus& f, const std::string&) {
             f.extensions = "creation,creation-with-upload";
             f.say_offset_of_patch = false;
         }},
    };
}

// Chunks that go again before the bytes begin to count: those of a first PATCH that is held back, and of a
// creation whose content is refused or ignored.
std::uint64_t trials(const Bend& bend) {
    const std::string_view name = bend.name;
    return name.starts_with("PATCH") || name.starts_with("creation-with-upload is") ? 2 * kChunk : 0;
}

}  // namespace

TEST_CASE("servers that bend the protocol get every byte all the same", "[uplink][tus][bends]") {
    for (const auto& bend : bends()) {
        DYNAMIC_SECTION(bend.name) {
            TusBench bench;
            bench.remake([](TusConfig& c) { c.verify_by_reading_back = ReadBack::Auto; });
            bend.make(bench.fake, bench.http.url(""));
            const TestObject o(300'000);
            bench.putSome(o, 130'000);
            must(bench.put(o));
            CHECK((bench.fake.last() == o.content));
            const auto most = bend.resent == kAll ? 2 * o.content.size() : o.content.size() + bend.resent;
            CHECK(bench.fake.body_bytes <= most + 2 * trials(bend));
            const auto before = bench.fake.body_bytes;
            must(bench.put(o));
            if (bend.resent != kAll) CHECK(bench.fake.body_bytes == before);
            CHECK((bench.fake.last() == o.content));
        }
    }
}

TEST_CASE("a server behind something that takes little at once gets little at once", "[uplink][tus][bends]") {
    TusBench bench;
    bench.remake([](TusConfig& c) { c.chunk_bytes = c.largest_chunk_bytes = 8 << 20; });
    const TestObject o(3 << 20);
    SECTION("as nginx does by itself") {
        bench.fake.largest_body = 1 << 20;
        must(bench.put(o));
        CHECK((bench.fake.last() == o.content));
        CHECK(bench.fake.patch_bytes <= o.content.size() + (3 << 20) + (3 << 19));
    }
    SECTION("also where a creation brings content") {
        bench.fake.largest_body = 200'000;
        bench.fake.extensions = "creation,creation-with-upload";
        must(bench.put(o));
        CHECK((bench.fake.last() == o.content));
    }
    SECTION("where it takes nothing, that is a refusal") {
        bench.fake.largest_body = 1000;
        CHECK(bench.put(o).error().code == Errc::PeerRefused);
    }
}

TEST_CASE("a method that is not known is told apart from a way that is closed", "[uplink][tus][bends]") {
    TusBench bench;
    const TestObject o(1000);
    bench.fake.interfere = [](const ScriptedRequest& r) -> std::optional<ScriptedAnswer> {
        if (r.method == "PATCH" || r.body.size() == 1000) return ScriptedAnswer{405, {}, "", false};
        return std::nullopt;
    };
    CHECK(bench.put(o).error().code == Errc::PeerRefused);
    CHECK(bench.fake.seen == std::vector<std::string>{"OPTIONS", "POST", "PATCH 1000", "POST 1000"});
}

}  // namespace gantry::uplink
