// Uploads that are put together from parts: tus' extension concatenation, request by request.
#include "gantry/core/crypto.hpp"
#include "hub_fixture.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

struct Parts {
    SponsorEnd sponsor;
    std::unique_ptr<central::Hub> hub = sponsor.start();
    TestParcel parcel = makeTestParcel(sponsor);

    RawAnswer ask(const std::string& method, const std::string& path, const std::string& fields,
                  const std::string& body = "", const std::string& token = "") const {
        RawClient client(hub->port());
        client.send(tusRequest(method, path, token.empty() ? sponsor.token : token, fields, body));
        return client.answer(method == "HEAD");
    }
    std::string partial(const std::string& bytes, std::size_t missing = 0) const {
        const auto made =
            ask("POST", "/tus/",
                "Upload-Concat: partial\r\nUpload-Length: " + std::to_string(bytes.size()) + "\r\n");
        REQUIRE(made.status == 201);
        const auto path = made.headers.at("location");
        RawClient client(hub->port());
        REQUIRE(patch(client, sponsor.token, path, 0, bytes.substr(missing)).status == 204);
        return path;
    }
    RawAnswer finish(const std::string& urls, const std::string& metadata = "") const {
        auto fields = "Upload-Concat: final;" + urls + "\r\n";
        if (!metadata.empty()) fields += "Upload-Metadata: " + metadata + "\r\n";
        return ask("POST", "/tus/", fields);
    }
    /// The HEAD of a final upload once it tells an offset, or is refused.
    RawAnswer settled(const std::string& path) const {
        RawAnswer answer;
        CHECK(eventually([&] {
            answer = ask("HEAD", path, "");
            return answer.status != 200 || answer.headers.contains("upload-offset");
        }));
        return answer;
    }
    std::size_t uploadsOnDisk() const {
        std::size_t count = 0;
        for ([[maybe_unused]] const auto& e :
             std::filesystem::directory_iterator(sponsor.directory / "uploads"))
            ++count;
        return count;
    }
};

}  // namespace

TEST_CASE("a parcel in parts is put together, opened and signed for", "[tus][concat]") {
    const Parts parts;
    const auto& bytes = parts.parcel.bytes;
    const auto first = parts.partial(bytes.substr(0, 40'000));
    const auto second = parts.partial(bytes.substr(40'000));
    CHECK(parts.ask("HEAD", first, "").headers.at("upload-concat") == "partial");
    CHECK(parts.ask("HEAD", first, "").headers.at("upload-offset") == "40000");
    // As clients write them: absolute, whatever host they know us by, or as paths.
    const auto host = "https://hub.example:8443/some/where";
    const auto made = parts.finish(host + first + " " + second, parts.parcel.metadata);
    REQUIRE(made.status == 201);
    const auto whole = made.headers.at("location");
    const auto told = parts.settled(whole);
    CHECK(told.headers.at("upload-offset") == std::to_string(bytes.size()));
    CHECK(told.headers.at("upload-length") == std::to_string(bytes.size()));
    CHECK(told.headers.at("upload-concat") == "final;" + first + " " + second);
    CHECK(told.headers.at("upload-metadata") == parts.parcel.metadata);
    RawClient client(parts.hub->port());
    CHECK_FALSE(waitForReceipt(client, parts.sponsor.token, "p1").empty());
    CHECK(toHex(must(sha256File(parts.sponsor.directory / "parcels/0417/p1.age"))) == parts.parcel.sha256);
    // The parts have served.
    CHECK(eventually([&] { return parts.ask("HEAD", second, "").status == 410; }));
    CHECK(parts.uploadsOnDisk() == 0);
}

TEST_CASE("a part is no parcel, however complete", "[tus][concat]") {
    const Parts parts;
    const auto path = parts.partial(parts.parcel.bytes);
    CHECK_FALSE(std::filesystem::exists(parts.sponsor.directory / "parcels/0417"));
    CHECK(parts.ask("HEAD", path, "").headers.contains("upload-expires"));
    CHECK(parts.ask("DELETE", path, "").status == 204);
    CHECK(parts.ask("HEAD", path, "").status == 410);
    CHECK(parts.uploadsOnDisk() == 0);
}

TEST_CASE("only complete parts of the same site are put together", "[tus][concat]") {
    const Parts parts;
    const auto good = parts.partial("abc");
    RawClient client(parts.hub->port());
    const auto whole = createUpload(client, parts.sponsor.token, 5);
    CHECK(parts.finish(good + " " + whole).status == 400);
    const auto open = parts.ask("POST", "/tus/", "Upload-Concat: partial\r\nUpload-Length: 9\r\n");
    CHECK(parts.finish(good + " " + open.headers.at("location")).status == 400);
    CHECK(parts.finish(good + " /tus/00000000000000000000000000000000").status == 404);
    CHECK(parts.finish("").status == 400);
    CHECK(parts.finish("/elsewhere/x").status == 400);
    CHECK(parts.finish("/tus/../../etc/passwd").status == 400);
    CHECK(parts.ask("POST", "/tus/", "Upload-Concat: final;" + good + "\r\nUpload-Length: 3\r\n").status ==
          400);
    CHECK(parts
              .ask("POST", "/tus/",
                   "Upload-Concat: final;" + good + "\r\nContent-Type: application/offset+octet-stream\r\n",
                   "x")
              .status == 403);
    CHECK(parts.ask("POST", "/tus/", "Upload-Concat: final;" + good + "\r\n", "", parts.sponsor.other_token)
              .status == 404);
    CHECK(parts.uploadsOnDisk() == 3);
}

TEST_CASE("a final upload takes no bytes of its own", "[tus][concat]") {
    const Parts parts;
    const auto made = parts.finish(parts.partial("abc") + " " + parts.partial("def"));
    REQUIRE(made.status == 201);
    const auto path = made.headers.at("location");
    RawClient client(parts.hub->port());
    CHECK(patch(client, parts.sponsor.token, path, 0, "x").status == 403);
    CHECK(parts.settled(path).headers.at("upload-offset") == "6");
    CHECK(patch(client, parts.sponsor.token, path, 6, "x").status == 403);
}

TEST_CASE("what was put together and has another digest is gone, and on record", "[tus][concat]") {
    const Parts parts;
    auto bytes = parts.parcel.bytes;
    bytes[bytes.size() / 2] ^= 1;
    const auto made = parts.finish(
        parts.partial(bytes.substr(0, 500)) + " " + parts.partial(bytes.substr(500)), parts.parcel.metadata);
    REQUIRE(made.status == 201);
    CHECK(parts.settled(made.headers.at("location")).status == 410);
    CHECK(eventually([&] { return parts.uploadsOnDisk() == 0; }));
    CHECK_FALSE(std::filesystem::exists(parts.sponsor.directory / "parcels/0417/p1.age"));
    RawClient client(parts.hub->port());
    CHECK(deliver(client, parts.sponsor.token, parts.parcel) == 204);
}

TEST_CASE("asked for twice, because an answer was lost, it is one", "[tus][concat]") {
    const Parts parts;
    const auto urls = parts.partial(parts.parcel.bytes.substr(0, 500)) + " " +
                      parts.partial(parts.parcel.bytes.substr(500));
    const auto first = parts.finish(urls, parts.parcel.metadata);
    const auto second = parts.finish(urls, parts.parcel.metadata);
    REQUIRE(second.status == 201);
    CHECK(second.headers.at("location") == first.headers.at("location"));
    CHECK(parts.settled(first.headers.at("location")).status == 200);
    CHECK(eventually([&] { return parts.uploadsOnDisk() == 0; }));
    CHECK(parts.finish(urls, parts.parcel.metadata).headers.at("location") == first.headers.at("location"));
}

TEST_CASE("a parcel that is here already is not put together again", "[tus][concat]") {
    const Parts parts;
    RawClient client(parts.hub->port());
    REQUIRE(deliver(client, parts.sponsor.token, parts.parcel) == 204);
    const auto made = parts.finish("/tus/00000000000000000000000000000000", parts.parcel.metadata);
    REQUIRE(made.status == 201);
    CHECK(parts.settled(made.headers.at("location")).headers.at("upload-offset") ==
          std::to_string(parts.parcel.bytes.size()));
}

TEST_CASE("what a stop left half done is put together by the next hub", "[tus][concat]") {
    Parts parts;
    const auto made = parts.finish(parts.partial(parts.parcel.bytes.substr(0, 500)) + " " +
                                       parts.partial(parts.parcel.bytes.substr(500)),
                                   parts.parcel.metadata);
    const auto path = made.headers.at("location");
    parts.hub.reset();
    // As if it had been killed in the middle: some bytes are there, and wrong.
    const auto file = parts.sponsor.directory / "uploads" / (path.substr(5) + ".part");
    if (std::filesystem::exists(file)) must(writeFileDurably(file, asBytes("half")));
    parts.hub = parts.sponsor.start();
    CHECK(parts.settled(path).headers.at("upload-offset") == std::to_string(parts.parcel.bytes.size()));
    RawClient client(parts.hub->port());
    CHECK_FALSE(waitForReceipt(client, parts.sponsor.token, "p1").empty());
}

TEST_CASE("a final upload is larger than Tus-Max-Size or it is not", "[tus][concat]") {
    Parts parts;
    parts.hub.reset();
    parts.hub = parts.sponsor.start([](auto& config) { config.max_upload_bytes = 1 << 20; });
    const auto part = parts.partial(std::string(600'000, 'x'));
    CHECK(parts.finish(part + " " + part).status == 400);
    CHECK(parts.finish(part).status == 201);
}
