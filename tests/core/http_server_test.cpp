#include "gantry/core/http_server.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "raw_http.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::http;
using namespace std::chrono_literals;
using gantry::test::must;
using gantry::test::RawClient;

namespace {

/// What became of the one upload of a test; finish() wakes whoever waits.
struct Record {
    std::mutex mutex;
    std::condition_variable changed;
    std::string bytes;  // guarded by mutex, as all below
    int finished = 0;
    bool complete = false;

    std::string waitForFinish() {
        std::unique_lock lock(mutex);
        REQUIRE(changed.wait_for(lock, 10s, [this] { return finished > 0; }));
        return bytes;
    }
    bool waitForBytes(std::size_t count) {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, 10s, [&] { return bytes.size() >= count; });
    }
};

class RecordingSink final : public UploadSink {
public:
    RecordingSink(Record& record, std::function<Result<>(Bytes)> on_write, std::optional<Response> refusal)
        : record_(record), on_write_(std::move(on_write)), refusal_(std::move(refusal)) {}
    std::optional<Response> refusal() override { return refusal_; }
    Result<> write(Bytes piece) override {
        if (on_write_) GANTRY_CHECK(on_write_(piece));
        const std::lock_guard lock(record_.mutex);
        record_.bytes += asText(piece);
        record_.changed.notify_all();
        return {};
    }
    Response finish(bool complete) override {
        const std::lock_guard lock(record_.mutex);
        ++record_.finished;
        record_.complete = complete;
        record_.changed.notify_all();
        return text(200, "stored " + std::to_string(record_.bytes.size()));
    }

private:
    Record& record_;
    std::function<Result<>(Bytes)> on_write_;
    std::optional<Response> refusal_;
};

struct TestHandler final : Handler {
    std::function<Response(const Request&)> on_handle = [](const Request& r) {
        return text(200, r.method + " " + r.path + " " + r.body);
    };
    std::function<Result<>(Bytes)> on_write;
    std::optional<Response> refusal;
    Record record;

    Response handle(const Request& request) override { return on_handle(request); }
    std::unique_ptr<UploadSink> upload(const Request& request) override {
        if (request.path == "/throw-in-upload") throw std::runtime_error("no");
        if (request.path != "/upload") return nullptr;
        return std::make_unique<RecordingSink>(record, on_write, refusal);
    }
};

std::unique_ptr<Server> startServer(Handler& handler, ServerConfig config = {}) {
    return must(Server::start(config, handler));
}

std::string post(std::string_view path, std::string_view body) {
    return "POST " + std::string(path) +
           " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
}

std::string get(std::string_view target) {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

}  // namespace

TEST_CASE("a connection serves one request after another", "[http]") {
    TestHandler handler;
    const auto server = startServer(handler);
    RawClient client(server->port());
    CHECK(client.ask(get("/a")).body == "GET /a ");
    CHECK(client.ask(post("/b", "body")).body == "POST /b body");
    const auto old = client.ask("GET /c HTTP/1.0\r\n\r\n");
    CHECK(old.body == "GET /c ");
    CHECK(old.headers.at("connection") == "close");
    CHECK(client.endsSilently());
}

TEST_CASE("pipelined requests are answered in order, bodies and uploads between them", "[http]") {
    TestHandler handler;
    const auto server = startServer(handler);
    RawClient client(server->port());
    client.send(get("/1") + post("/2", "two") + post("/upload", "three") + get("/4"));
    CHECK(client.answer().body == "GET /1 ");
    CHECK(client.answer().body == "POST /2 two");
    CHECK(client.answer().body == "stored 5");
    CHECK(client.answer().body == "GET /4 ");
}

TEST_CASE("requests may come byte by byte and in chunks", "[http]") {
    TestHandler handler;
    const auto server = startServer(handler);
    const std::string path = GENERATE("/plain", "/upload");
    RawClient client(server->port());
    const std::string request = "POST " + path +
                                " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                                "4\r\nwiki\r\n6;ext=1\r\npedia!\r\n0\r\nTrailer: x\r\n\r\n";
    for (const char c : request) REQUIRE(client.send({&c, 1}));
    CHECK(client.answer().body == (path == "/upload" ? "stored 10" : "POST /plain wikipedia!"));
    // The last chunk alone, byte by byte: no earlier chunk has been seen.
    for (const char c :
         "POST " + path + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
        REQUIRE(client.send({&c, 1}));
    CHECK(client.answer().status == 200);
}

TEST_CASE("HEAD has the length of the body and no body", "[http]") {
    TestHandler handler;
    handler.on_handle = [](const Request&) { return text(200, "12345"); };
    const auto server = startServer(handler);
    RawClient client(server->port());
    client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto answer = client.answer(true);
    CHECK(answer.headers.at("content-length") == "5");
    CHECK(client.ask(get("/")).body == "12345");  // nothing of the first answer's body lies in between
}

TEST_CASE("answers without content have no length", "[http]") {
    TestHandler handler;
    handler.on_handle = [](const Request& r) {
        Response response = text(r.path == "/204" ? 204 : 304, "must not be sent");
        return response;
    };
    const auto server = startServer(handler);
    RawClient client(server->port());
    const auto empty = client.ask(get("/204"));
    CHECK(empty.status == 204);
    CHECK_FALSE(empty.headers.contains("content-length"));  // RFC 9110 8.6
    CHECK(client.ask(get("/304")).status == 304);
}

TEST_CASE("a client that expects 100-continue is told to go on, or refused before it sends", "[http]") {
    TestHandler handler;
    const auto server = startServer(handler);
    RawClient client(server->port());
    const std::string head =
        "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
    SECTION("goes on") {
        client.send(head);
        CHECK(client.readUntil("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
        CHECK(client.ask("hello").body == "stored 5");
    }
    SECTION("refused") {
        handler.refusal = text(409, "no");
        CHECK(client.ask(head).status == 409);
        CHECK(handler.record.waitForFinish().empty());
        CHECK_FALSE(handler.record.complete);
    }
    SECTION("another expectation") {
        CHECK(client.ask("GET / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n").status == 417);
    }
}

TEST_CASE("a refused upload is answered though the client goes on sending", "[http]") {
    TestHandler handler;
    handler.refusal = text(409, "no");
    const auto server = startServer(handler);
    RawClient client(server->port());
    SECTION("small: the connection goes on") {
        CHECK(client.ask(post("/upload", "hello")).status == 409);
        CHECK(client.ask(get("/next")).body == "GET /next ");
    }
    SECTION("large: the connection ends, the answer arrives") {
        client.send("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n");
        const std::string megabyte(1 << 20, 'x');
        for (int i = 0; i < 8 && client.send(megabyte); ++i) {
        }
        const auto answer = client.answer();
        CHECK(answer.status == 409);
        CHECK(answer.headers.at("connection") == "close");
    }
    CHECK(handler.record.waitForFinish().empty());
    CHECK(handler.record.finished == 1);
}

TEST_CASE("an error of the sink ends the upload with the error's answer", "[http]") {
    TestHandler handler;
    handler.on_write = [](Bytes) { return Result<>(fail(Errc::DiskFull, "full")); };
    const auto server = startServer(handler);
    RawClient client(server->port());
    const auto answer = client.ask(post("/upload", std::string(2 << 20, 'x')));
    CHECK(answer.status == 507);
    CHECK(answer.body.find("disk-full") != std::string::npos);
    handler.record.waitForFinish();
    CHECK_FALSE(handler.record.complete);
    CHECK(handler.record.finished == 1);
}

TEST_CASE("all bytes of a broken upload reach the sink, which finishes once", "[http]") {
    TestHandler handler;
    const bool reset = GENERATE(false, true);
    const bool chunked = GENERATE(false, true);
    CAPTURE(reset, chunked);
    auto server = startServer(handler);
    RawClient client(server->port());
    const std::string body(300'000, 'b');
    client.send(chunked ? "POST /upload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n100000\r\n"
                        : "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
    client.send(body);
    if (reset) {
        REQUIRE(handler.record.waitForBytes(
            body.size()));  // a reset may overtake what the kernel has not delivered
        client.cut();
    } else {
        client.finishSending();
    }
    CHECK(handler.record.waitForFinish() == body);
    server.reset();
    CHECK(handler.record.finished == 1);
    CHECK_FALSE(handler.record.complete);
}

TEST_CASE("bodies above the limit are refused", "[http]") {
    TestHandler handler;
    ServerConfig config;
    config.max_body_bytes = 1000;
    const auto server = startServer(handler, config);
    RawClient client(server->port());
    CHECK(client.ask(post("/", std::string(1000, 'x'))).status == 200);
    CHECK(client.ask(post("/", std::string(1001, 'x'))).status == 413);
    CHECK(client
              .ask("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" +
                   std::string(1001, 'x'))
              .status == 413);
    RawClient huge(server->port());
    CHECK(huge.ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551615\r\n\r\n").status ==
          413);
}

TEST_CASE("garbage is refused and hurts nobody", "[http]") {
    TestHandler handler;
    const auto server = startServer(handler);
    const auto [request, status] = GENERATE(table<std::string, int>({
        {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + "\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n\r\n", 400},  // RFC 9112 3.2: no Host
        {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
        {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         400},
        {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
        {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n", 431},
        {"GET /" + std::string(40'000, 'x'), 431},
        {std::string(40'000, 'x'), 431},
    }));
    CAPTURE(request.substr(0, 100));
    RawClient client(server->port());
    CHECK(client.ask(request).status == status);
    CHECK(RawClient(server->port()).ask(get("/alive")).status == 200);
}

TEST_CASE("targets that two readers could take differently are refused", "[http]") {
    TestHandler handler;
    const auto server = startServer(handler);
    const auto target =
        GENERATE(as<std::string>(), "/a/../b", "/..", "/a/..", "/./a", "//a", "/a//b", "/%2e%2e/a", "/%2E/a",
                 "/a%2fb", "/a%2Fb", "/a%5cb", "/a\\b", "/a%00b", "/a%0ab", "/a%7f", "/a%", "/a%4", "/a%zz",
                 "*", "a", "/?a=%0", "/?a=%00", "/a#b");
    CAPTURE(target);
    CHECK(RawClient(server->port()).ask(get(target)).status == 400);
}

TEST_CASE("targets are decoded once", "[http]") {
    TestHandler handler;
    handler.on_handle = [](const Request& r) {
        std::string out = r.path;
        for (const auto& [key, value] : r.query) out += "|" + key + "=" + value;
        return text(200, out);
    };
    const auto server = startServer(handler);
    const auto [target, seen] = GENERATE(table<std::string, std::string>({
        {"/", "/"},
        {"/a/b/", "/a/b/"},
        {"/a%20b/%C3%A4", "/a b/\xC3\xA4"},
        {"/%252e%252e", "/%2e%2e"},
        {"/a...b/..c", "/a...b/..c"},
        {"/q?b=1&a=x+y%2B&&c&a=last", "/q|a=last|b=1|c="},
        {"http://host:80/a?x=1", "/a|x=1"},
        {"http://host", "/"},
    }));
    CHECK(RawClient(server->port()).ask(get(target)).body == seen);
}

TEST_CASE("what a handler throws is a 500 and the server goes on", "[http]") {
    TestHandler handler;
    handler.on_handle = [](const Request& r) -> Response {
        if (r.path == "/int") throw 42;  // NOLINT: what a careless library might do
        throw std::runtime_error("secret");
    };
    handler.on_write = [](Bytes) -> Result<> { throw std::runtime_error("secret"); };
    const auto server = startServer(handler);
    for (const auto* path : {"/x", "/int", "/upload", "/throw-in-upload"}) {
        CAPTURE(path);
        const auto answer = RawClient(server->port()).ask(post(path, "abc"));
        CHECK(answer.status == 500);
        CHECK(answer.body.find("secret") == std::string::npos);
    }
}

TEST_CASE("field values cannot start another field", "[http]") {
    TestHandler handler;
    handler.on_handle = [](const Request&) {
        auto response = text(200, "x");
        response.headers.emplace_back("X-A", "a\r\nX-Evil: 1");
        return response;
    };
    const auto server = startServer(handler);
    const auto answer = RawClient(server->port()).ask(get("/"));
    CHECK_FALSE(answer.headers.contains("x-evil"));
    CHECK(answer.headers.at("x-a") == "aX-Evil: 1");
}

TEST_CASE("files are streamed", "[http]") {
    const auto folder = test::temporaryDirectory();
    std::string content(3'000'000, '\0');
    for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 7);
    must(writeFileDurably(folder.path() / "f", asBytes(content)));
    TestHandler handler;
    handler.on_handle = [&](const Request& r) {
        Response response;
        response.file = folder.path() / r.path.substr(1);
        return response;
    };
    const auto server = startServer(handler);
    RawClient client(server->port());
    CHECK(client.ask(get("/f")).body == content);
    const auto missing = client.ask(get("/none"));
    CHECK(missing.status == 404);
    CHECK(missing.body.find(folder.path().string()) == std::string::npos);
    client.send("HEAD /f HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(client.answer(true).headers.at("content-length") == "3000000");
}

TEST_CASE("an event that comes while another is written does not wait for the next", "[http]") {
    TestHandler handler;
    const auto feed = std::make_unique<EventFeed>();
    handler.on_handle = [&](const Request&) {
        Response response;
        response.events = feed.get();
        return response;
    };
    const auto server = startServer(handler);
    RawClient client(server->port());
    client.send(get("/events"));
    CHECK(client.readUntil("retry: 2000\n\n").find("text/event-stream") != std::string::npos);
    for (int i = 0; i < 500; ++i) {
        feed->publish("first", "{}");
        REQUIRE(client.readUntil("\n\n") ==
                "event: first\ndata: {}\n\n");  // its write may not have ended here
        feed->publish("second", "{}");
        REQUIRE(client.readUntil("\n\n") == "event: second\ndata: {}\n\n");
    }
}

TEST_CASE("events reach every listener until the feed ends", "[http]") {
    TestHandler handler;
    auto feed = std::make_unique<EventFeed>();
    handler.on_handle = [&](const Request&) {
        Response response;
        response.events = feed.get();
        return response;
    };
    const auto server = startServer(handler);
    RawClient one(server->port());
    RawClient two(server->port());
    for (auto* client : {&one, &two}) {
        client->send(get("/events"));
        CHECK(client->readUntil("\r\n\r\n").find("text/event-stream") != std::string::npos);
        CHECK(client->readUntil("\n\n") == "retry: 2000\n\n");
    }
    feed->publish("study", R"({"id":1})");
    feed->publish("lines", "a\nb");
    for (auto* client : {&one, &two}) {
        CHECK(client->readUntil("\n\n") == "event: study\ndata: {\"id\":1}\n\n");
        CHECK(client->readUntil("\n\n") == "event: lines\ndata: a\ndata: b\n\n");
    }
    one.cut();
    feed->publish("study", "{}");
    CHECK(two.readUntil("\n\n") == "event: study\ndata: {}\n\n");
    feed.reset();
    CHECK(two.endsSilently());
}

TEST_CASE("events published while earlier ones are being written arrive at once", "[http]") {
    TestHandler handler;
    EventFeed feed;
    handler.on_handle = [&](const Request&) {
        Response response;
        response.events = &feed;
        return response;
    };
    const auto server = startServer(handler);
    RawClient client(server->port());
    client.send(get("/events"));
    REQUIRE_FALSE(client.readUntil("retry: 2000\n\n").empty());
    const auto before = std::chrono::steady_clock::now();
    for (int i = 0; i < 2000; ++i) {
        feed.publish("a", "1");
        if (i % 3 == 0) std::this_thread::yield();
        feed.publish("b", "2");
        REQUIRE(client.readUntil("event: b\ndata: 2\n\n").find("event: a\ndata: 1\n\n") == 0);
    }
    CHECK(std::chrono::steady_clock::now() - before < 9s);  // a lost one would wait for the next heartbeat
}

TEST_CASE("a listener that does not read is dropped and holds nobody up", "[http]") {
    TestHandler handler;
    EventFeed feed;
    handler.on_handle = [&](const Request&) {
        Response response;
        response.events = &feed;
        return response;
    };
    const auto server = startServer(handler);
    RawClient client(server->port());
    client.send(get("/events"));
    REQUIRE_FALSE(client.readUntil("retry: 2000\n\n").empty());
    const std::string large(100'000, 'x');
    for (int i = 0; i < 300; ++i) feed.publish("e", large);
    std::size_t got = 0;
    while (!client.readUntil("\n\n").empty()) ++got;
    CHECK(got < 300);
}

TEST_CASE("silent and slow connections end", "[http]") {
    TestHandler handler;
    ServerConfig config;
    config.idle_timeout = 1s;
    const auto server = startServer(handler, config);
    RawClient silent(server->port());
    RawClient half(server->port());
    half.send("GET / HTTP/1.1\r\nHost:");
    RawClient stalled(server->port());
    stalled.send("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc");
    CHECK(silent.endsSilently());
    CHECK(half.endsSilently());
    CHECK(handler.record.waitForFinish() == "abc");
    CHECK(stalled.endsSilently());
}

TEST_CASE("connections above the limit are told so", "[http]") {
    TestHandler handler;
    ServerConfig config;
    config.max_connections = 2;
    const auto server = startServer(handler, config);
    RawClient one(server->port());
    RawClient two(server->port());
    REQUIRE(one.ask(get("/")).status == 200);
    REQUIRE(two.ask(get("/")).status == 200);
    CHECK(RawClient(server->port()).ask(get("/")).status == 503);
    CHECK(one.ask(get("/")).status == 200);
}

TEST_CASE("the server stops at once with uploads, listeners and idle connections open", "[http]") {
    TestHandler handler;
    EventFeed feed;
    handler.on_handle = [&](const Request&) {
        Response response;
        response.events = &feed;
        return response;
    };
    auto server = startServer(handler);
    RawClient idle(server->port());
    RawClient listener(server->port());
    listener.send(get("/events"));
    REQUIRE_FALSE(listener.readUntil("retry: 2000\n\n").empty());
    RawClient upload(server->port());
    upload.send("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc");
    REQUIRE(handler.record.waitForBytes(3));
    const auto before = std::chrono::steady_clock::now();
    server.reset();
    CHECK(std::chrono::steady_clock::now() - before < 2s);
    CHECK(handler.record.finished == 1);
    CHECK_FALSE(handler.record.complete);
    CHECK(listener.endsSilently());
}

TEST_CASE("publishing while listeners come and go", "[http]") {
    TestHandler handler;
    EventFeed feed;
    handler.on_handle = [&](const Request&) {
        Response response;
        response.events = &feed;
        return response;
    };
    auto server = startServer(handler);
    std::jthread publisher([&](const std::stop_token& stop) {
        while (!stop.stop_requested()) feed.publish("e", "{}");
    });
    for (int i = 0; i < 50; ++i) {
        RawClient client(server->port());
        client.send(get("/events"));
        client.readUntil("data: {}");
        if (i % 2 == 0) client.cut();
    }
    server.reset();
}

TEST_CASE("plain HTTP is refused off loopback", "[http]") {
    TestHandler handler;
    ServerConfig config;
    config.address = "0.0.0.0";
    const auto server = Server::start(config, handler);
    REQUIRE_FALSE(server.has_value());
    CHECK(server.error().code == Errc::NotAllowed);
    config.address = "localhost";
    CHECK(Server::start(config, handler).error().code == Errc::InvalidArgument);
}

TEST_CASE("a port in use is an error", "[http]") {
    TestHandler handler;
    const auto server = startServer(handler);
    ServerConfig config;
    config.port = server->port();
    CHECK_FALSE(Server::start(config, handler).has_value());
}
