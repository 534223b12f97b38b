// What tus 1.0.0 asks of a server (tus.io/protocols/resumable-upload), request by request.
#include <atomic>
#include <thread>

#include "gantry/core/crypto.hpp"
#include "hub_fixture.hpp"

using namespace gantry;
using namespace gantry::test;
using namespace std::chrono_literals;

namespace {

struct Tus {
    SponsorEnd sponsor;
    std::unique_ptr<central::Hub> hub;
    explicit Tus(const std::function<void(central::HubConfig&)>& change = {}) : hub(sponsor.start(change)) {}
    RawClient connect() const { return RawClient(hub->port()); }
    RawAnswer ask(const std::string& method, const std::string& path, const std::string& fields,
                  const std::string& body = "") const {
        RawClient client(hub->port());
        return client.ask(tusRequest(method, path, sponsor.token, fields, body));
    }
    std::size_t uploadsOnDisk() const {
        std::size_t count = 0;
        for ([[maybe_unused]] const auto& e :
             std::filesystem::directory_iterator(sponsor.directory / "uploads"))
            ++count;
        return count;
    }
};

std::string checksum(const std::string& algorithm, const std::string& base64) {
    return "Upload-Checksum: " + algorithm + " " + base64 + "\r\n";
}

/// Whether a file of this size lies there.
bool holdsFileOf(const std::filesystem::path& folder, std::uintmax_t bytes) {
    std::error_code ec;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, ec))
        if (entry.is_regular_file(ec) && entry.file_size(ec) == bytes) return true;
    return false;
}

}  // namespace

TEST_CASE("OPTIONS tells what the server can do, to anybody", "[tus]") {
    const Tus tus;
    auto client = tus.connect();
    const auto answer = client.ask("OPTIONS /tus/ HTTP/1.1\r\nHost: hub\r\n\r\n");
    CHECK(answer.status == 204);
    CHECK(answer.headers.at("tus-resumable") == "1.0.0");
    CHECK(answer.headers.at("tus-version") == "1.0.0");
    CHECK(answer.headers.at("tus-max-size") == "274877906944");
    CHECK(answer.headers.at("tus-checksum-algorithm") == "sha256,sha1,sha256-prefix");
    for (const auto* extension :
         {"creation", "creation-with-upload", "expiration", "checksum", "termination", "concatenation"})
        CHECK(answer.headers.at("tus-extension").find(extension) != std::string::npos);
}

TEST_CASE("nothing without a site's token", "[tus]") {
    const Tus tus;
    const auto* method = GENERATE("POST", "PATCH", "HEAD", "DELETE");
    const std::string token = GENERATE("", "wrong", "0417");
    auto client = tus.connect();
    client.send(tusRequest(method, "/tus/", token, "Upload-Length: 5\r\n"));
    const auto answer = client.answer(method == std::string("HEAD"));
    CHECK(answer.status == 401);
    CHECK(answer.headers.at("www-authenticate") == "Bearer");
    CHECK(tus.uploadsOnDisk() == 0);
}

TEST_CASE("another version of the protocol is refused with 412 and not processed", "[tus]") {
    const Tus tus;
    const auto* method = GENERATE("POST", "PATCH", "HEAD", "DELETE");
    const std::string version = GENERATE("Tus-Resumable: 0.2.2\r\n", "");
    auto client = tus.connect();
    client.send(std::string(method) + " /tus/ HTTP/1.1\r\nHost: hub\r\n" + version +
                "Authorization: Bearer " + tus.sponsor.token +
                "\r\nUpload-Length: 5\r\nContent-Length: 0\r\n\r\n");
    const auto answer = client.answer(method == std::string("HEAD"));
    CHECK(answer.status == 412);
    CHECK(answer.headers.at("tus-version") == "1.0.0");
    CHECK(tus.uploadsOnDisk() == 0);
}

TEST_CASE("creation wants a length and well-formed metadata", "[tus]") {
    const Tus tus([](auto& config) { config.max_upload_bytes = 1 << 20; });
    const auto [fields, status] = GENERATE(table<std::string, int>({
        {"Upload-Length: 100\r\n", 201},
        {"Upload-Length: 1048576\r\n", 201},
        {"Upload-Length: 1048577\r\n", 413},
        {"Upload-Defer-Length: 1\r\n", 201},
        {"", 400},
        {"Upload-Length: -1\r\n", 400},
        {"Upload-Length: 1e3\r\n", 400},
        {"Upload-Length: 99999999999999999999999\r\n", 400},
        {"Upload-Defer-Length: 2\r\n", 400},
        {"Upload-Length: 100\r\nUpload-Defer-Length: 1\r\n", 400},
        {"Upload-Length: 100\r\nUpload-Metadata: filename d29ybGQ=,is_confidential\r\n", 201},
        {"Upload-Length: 100\r\nUpload-Metadata: filename not-base64!\r\n", 400},
        {"Upload-Length: 100\r\nUpload-Metadata: a d29ybGQ=,a d29ybGQ=\r\n", 400},
        {"Upload-Length: 100\r\nUpload-Metadata: parcel_id Li4vLi4veA==\r\n", 400},  // ../../x
        {"Upload-Length: 100\r\nUpload-Metadata: sha256 d29ybGQ=\r\n", 400},
        {"Upload-Length: 100\r\nUpload-Metadata: site MDkwMA==\r\n", 403},  // 0900, not the token's
        {"Upload-Length: 100\r\nUpload-Concat: partial\r\n", 201},
        {"Upload-Length: 100\r\nUpload-Concat: whole\r\n", 400},
    }));
    CAPTURE(fields);
    const auto answer = tus.ask("POST", "/tus/", fields);
    CHECK(answer.status == status);
    CHECK(answer.headers.at("tus-resumable") == "1.0.0");
    CHECK(answer.headers.contains("location") == (status == 201));
    CHECK(tus.uploadsOnDisk() == (status == 201 ? 1 : 0));
}

TEST_CASE("HEAD tells offset, length and metadata, and must not be cached", "[tus]") {
    const Tus tus;
    auto client = tus.connect();
    const auto path = createUpload(client, tus.sponsor.token, 10, "filename d29ybGQ=,flag");
    REQUIRE(patch(client, tus.sponsor.token, path, 0, "1234").status == 204);
    const auto answer = head(client, tus.sponsor.token, path);
    CHECK(answer.status == 200);
    CHECK(answer.headers.at("upload-offset") == "4");
    CHECK(answer.headers.at("upload-length") == "10");
    CHECK(answer.headers.at("upload-metadata") == "filename d29ybGQ=,flag");
    CHECK(answer.headers.at("cache-control") == "no-store");
    CHECK(answer.headers.at("upload-expires").ends_with("GMT"));
    const auto none = head(client, tus.sponsor.token, "/tus/00000000000000000000000000000000");
    CHECK(none.status == 404);
    CHECK_FALSE(none.headers.contains("upload-offset"));
}

TEST_CASE("PATCH goes on at the offset and nowhere else", "[tus]") {
    const Tus tus;
    auto client = tus.connect();
    const auto& token = tus.sponsor.token;
    const auto path = createUpload(client, token, 10);
    CHECK(patch(client, token, path, 1, "x").status == 409);
    const auto first = patch(client, token, path, 0, "12345");
    CHECK(first.status == 204);
    CHECK(first.headers.at("upload-offset") == "5");
    CHECK(first.headers.contains("upload-expires"));
    CHECK(patch(client, token, path, 0, "12345").status == 409);
    CHECK(patch(client, token, path, 5, "").status == 204);
    CHECK(patch(client, token, path, 5, "678901").status == 413);
    CHECK(head(client, token, path).headers.at("upload-offset") == "5");
    CHECK(patch(client, token, path, 5, "67890").headers.at("upload-offset") == "10");
    CHECK(head(client, token, path).headers.at("upload-offset") == "10");
    CHECK(patch(client, token, path, 10, "").status == 204);
    CHECK(patch(client, token, path, 10, "x").status == 409);
    CHECK(patch(client, token, "/tus/00000000000000000000000000000000", 0, "x").status == 404);
}

TEST_CASE("PATCH wants its content type and an offset", "[tus]") {
    const Tus tus;
    auto client = tus.connect();
    const auto path = createUpload(client, tus.sponsor.token, 10);
    CHECK(tus.ask("PATCH", path, "Upload-Offset: 0\r\n", "x").status == 415);
    CHECK(tus.ask("PATCH", path, "Content-Type: text/plain\r\nUpload-Offset: 0\r\n", "x").status == 415);
    CHECK(tus.ask("PATCH", path, "Content-Type: application/offset+octet-stream\r\n", "x").status == 400);
    CHECK(
        tus.ask("PATCH", path, "Content-Type: application/offset+octet-stream\r\nUpload-Offset: -1\r\n", "x")
            .status == 400);
}

TEST_CASE("a POST may stand for the method it names", "[tus]") {
    const Tus tus;
    auto client = tus.connect();
    const auto path = createUpload(client, tus.sponsor.token, 10);
    const auto answer =
        tus.ask("POST", path,
                "X-HTTP-Method-Override: PATCH\r\nContent-Type: application/offset+octet-stream\r\n"
                "Upload-Offset: 0\r\n",
                "abc");
    CHECK(answer.status == 204);
    CHECK(answer.headers.at("upload-offset") == "3");
    CHECK(tus.ask("POST", path, "X-HTTP-Method-Override: DELETE\r\n").status == 204);
    CHECK(head(client, tus.sponsor.token, path).status == 410);
}

TEST_CASE("creation may bring content along", "[tus]") {
    const Tus tus;
    const auto answer = tus.ask(
        "POST", "/tus/", "Upload-Length: 10\r\nContent-Type: application/offset+octet-stream\r\n", "abcde");
    CHECK(answer.status == 201);
    CHECK(answer.headers.at("upload-offset") == "5");
    CHECK(tus.ask("POST", "/tus/", "Upload-Length: 10\r\nContent-Type: text/plain\r\n", "abcde").status ==
          415);
}

TEST_CASE("the length may be told later, once", "[tus]") {
    const Tus tus;
    auto client = tus.connect();
    const auto& token = tus.sponsor.token;
    const auto path =
        client.ask(tusRequest("POST", "/tus/", token, "Upload-Defer-Length: 1\r\n")).headers.at("location");
    CHECK(patch(client, token, path, 0, "abc").status == 204);
    CHECK(head(client, token, path).headers.at("upload-defer-length") == "1");
    CHECK(patch(client, token, path, 3, "d", "Upload-Length: 2\r\n").status == 400);
    CHECK(patch(client, token, path, 3, "d", "Upload-Length: 6\r\n").status == 204);
    CHECK(patch(client, token, path, 4, "e", "Upload-Length: 7\r\n").status == 400);
    CHECK(head(client, token, path).headers.at("upload-length") == "6");
    CHECK(patch(client, token, path, 4, "ef").status == 204);
}

TEST_CASE("a chunk counts only if its checksum holds", "[tus]") {
    const Tus tus;
    auto client = tus.connect();
    const auto& token = tus.sponsor.token;
    const auto path = createUpload(client, token, 22);
    // The example of the protocol: "hello world" has this SHA-1.
    const std::string sha1 = "Kq5sNclPz7QV2+lfQIuc6R7oRu0=";
    CHECK(patch(client, token, path, 0, "hello worlD", checksum("sha1", sha1)).status == 460);
    CHECK(head(client, token, path).headers.at("upload-offset") == "0");
    CHECK(patch(client, token, path, 0, "hello world", checksum("sha1", sha1)).status == 204);
    const std::string sha256 =
        "uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=";  // openssl dgst -sha256 -binary | base64
    CHECK(patch(client, token, path, 11, "hello_world", checksum("sha256", sha256)).status == 460);
    CHECK(patch(client, token, path, 11, "hello world", checksum("md5", "x")).status == 400);
    CHECK(patch(client, token, path, 11, "hello world", checksum("sha256", "short")).status == 400);
    CHECK(head(client, token, path).headers.at("upload-offset") == "11");
    CHECK(patch(client, token, path, 11, "hello world", checksum("sha256", sha256)).status == 204);
}

TEST_CASE("a chunk counts only if the upload up to its end has the digest that is told", "[tus]") {
    Tus tus;
    const auto& token = tus.sponsor.token;
    auto client = std::make_unique<RawClient>(tus.connect());
    const auto path = createUpload(*client, token, 33);
    const auto prefix = [](std::string_view bytes) {
        return checksum("sha256-prefix", toBase64(sha256(asBytes(bytes))));
    };
    CHECK(patch(*client, token, path, 0, "hello worlD", prefix("hello world")).status == 460);
    CHECK(head(*client, token, path).headers.at("upload-offset") == "0");
    CHECK(patch(*client, token, path, 0, "hello world", prefix("hello world")).status == 204);
    // The chunk's own digest is not what is asked for here.
    CHECK(patch(*client, token, path, 11, "hello world", prefix("hello world")).status == 460);
    CHECK(patch(*client, token, path, 11, "hello world", prefix("hello worldhello world")).status == 204);
    if (GENERATE(false, true)) {  // another hub, which has seen none of it
        client.reset();
        tus.hub.reset();
        tus.hub = tus.sponsor.start();
        client = std::make_unique<RawClient>(tus.connect());
    }
    CHECK(
        patch(*client, token, path, 22, "hello there", prefix("hello worldhello worldHello there")).status ==
        460);
    CHECK(
        patch(*client, token, path, 22, "hello there", prefix("hello worldhello worldhello there")).status ==
        204);
    CHECK(head(*client, token, path).headers.at("upload-offset") == "33");
}

TEST_CASE("a terminated upload is gone", "[tus]") {
    const Tus tus;
    auto client = tus.connect();
    const auto path = createUpload(client, tus.sponsor.token, 10);
    CHECK(client.ask(tusRequest("DELETE", path, tus.sponsor.token)).status == 204);
    CHECK(head(client, tus.sponsor.token, path).status == 410);
    CHECK(patch(client, tus.sponsor.token, path, 0, "x").status == 410);
    CHECK(client.ask(tusRequest("DELETE", path, tus.sponsor.token)).status == 410);
    CHECK(tus.uploadsOnDisk() == 0);
}

TEST_CASE("one site does not see another's uploads", "[tus]") {
    const Tus tus;
    auto client = tus.connect();
    const auto path = createUpload(client, tus.sponsor.token, 10);
    CHECK(head(client, tus.sponsor.other_token, path).status == 404);
    CHECK(patch(client, tus.sponsor.other_token, path, 0, "x").status == 404);
    CHECK(client.ask(tusRequest("DELETE", path, tus.sponsor.other_token)).status == 404);
    CHECK(head(client, tus.sponsor.token, path).status == 200);
}

TEST_CASE("bytes of a broken PATCH stay; of a broken PATCH with checksum they do not", "[tus]") {
    const Tus tus;
    auto client = tus.connect();
    const auto path = createUpload(client, tus.sponsor.token, 1'000'000);
    const bool with_checksum = GENERATE(false, true);
    auto request = tusRequest("PATCH", path, tus.sponsor.token,
                              "Content-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\n" +
                                  (with_checksum ? checksum("sha1", "Kq5sNclPz7QV2+lfQIuc6R7oRu0=") : ""),
                              std::string(1'000'000, 'x'));
    request.resize(request.size() - 400'000);
    {
        RawClient broken(tus.hub->port());
        broken.send(request);
        broken.finishSending();
        CHECK(broken.answer().status == 0);
    }
    CHECK(eventually([&] { return head(client, tus.sponsor.token, path).status == 200; }));
    CHECK(head(client, tus.sponsor.token, path).headers.at("upload-offset") ==
          (with_checksum ? "0" : "600000"));
}

TEST_CASE("a second request is told that the first one is at work, and takes over when it falls silent",
          "[tus]") {
    const Tus tus;
    const auto& token = tus.sponsor.token;
    auto client = tus.connect();
    const auto path = createUpload(client, token, 100);
    auto unfinished = tusRequest("PATCH", path, token,
                                 "Content-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\n",
                                 std::string(100, 'a'));
    unfinished.resize(unfinished.size() - 50);
    RawClient silent(tus.hub->port());
    silent.send(unfinished);
    // Looked for on the disk: a request that comes before the first one is at work would be in its way.
    REQUIRE(eventually([&] { return holdsFileOf(tus.sponsor.directory / "uploads", 50); }));
    REQUIRE(head(client, token, path).status == 423);
    auto answer = patch(client, token, path, 50, "");
    CHECK(answer.status == 423);
    CHECK(answer.headers.at("retry-after") == "2");
    // The first line is dead, and nobody told the server.
    const auto before = std::chrono::steady_clock::now();
    REQUIRE(eventually([&] { return (answer = head(client, token, path)).status == 200; }));
    CHECK(std::chrono::steady_clock::now() - before < 4s);
    CHECK(answer.headers.at("upload-offset") == "50");
    CHECK(patch(client, token, path, 50, std::string(25, 'b')).status == 204);
    // What still comes on the first line is refused and changes nothing.
    silent.send(std::string(50, 'a'));
    CHECK(silent.answer().status == 409);
    CHECK(head(client, token, path).headers.at("upload-offset") == "75");
}

TEST_CASE("many requests for one upload at once leave one order of bytes", "[tus]") {
    const Tus tus;
    const auto& token = tus.sponsor.token;
    auto client = tus.connect();
    const auto path = createUpload(client, token, 4000);
    std::atomic<int> accepted = 0;
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&, t] {
                RawClient own(tus.hub->port());
                for (std::size_t i = 0; i < 40; ++i)
                    if (patch(own, token, path, i * 100, std::string(100, static_cast<char>('a' + t)))
                            .status == 204)
                        ++accepted;
            });
    }
    const auto offset = std::stoul(head(client, token, path).headers.at("upload-offset"));
    CHECK(offset == static_cast<std::size_t>(accepted) * 100);
}

TEST_CASE("an upload without room is refused before it costs anything", "[tus]") {
    const Tus tus([](auto& config) { config.reserve_bytes = 16ull << 40; });
    CHECK(tus.ask("POST", "/tus/", "Upload-Length: 100\r\n").status == 507);
    CHECK(tus.uploadsOnDisk() == 0);
}
