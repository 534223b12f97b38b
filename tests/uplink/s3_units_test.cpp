// The small parts of the S3 transport: addresses, credentials, arithmetic of parts, answers, meaning of
// errors.
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "gantry/uplink/object_store.hpp"
#include "gantry/uplink/s3.hpp"
#include "s3/answers.hpp"
#include "s3/errors.hpp"
#include "s3/part_digest.hpp"
#include "s3/part_plan.hpp"
#include "s3/upload_state.hpp"
#include "s3/xml.hpp"
#include "support.hpp"

namespace gantry::uplink {
namespace {

using namespace gantry::test;
using namespace s3;

std::filesystem::path fileWith(const TemporaryDirectory& folder, std::string_view text) {
    const auto file = folder.path() / "credentials";
    must(writeFileDurably(file, asBytes(text)));
    return file;
}

HttpResponse answer(int status, std::string body) {
    HttpResponse out;
    out.status = status;
    out.body = std::move(body);
    return out;
}

}  // namespace

TEST_CASE("an S3 address names host, bucket and prefix", "[uplink][s3]") {
    const auto plain = must(parseS3Url("s3+https://S3.Example.org/trial-onc"));
    CHECK(plain.tls);
    CHECK(plain.host == "s3.example.org");
    CHECK(plain.bucket == "trial-onc");
    CHECK(plain.keyOf("7f0c.age") == "7f0c.age");
    const auto deep = must(parseS3Url("s3+https://s3.example.org:9443/trial/site%20417/in/"));
    CHECK(deep.host == "s3.example.org:9443");
    CHECK(deep.keyOf("7f0c.age") == "site 417/in/7f0c.age");
    CHECK(must(parseS3Url("s3+https://s3.example.org:443/trial")).host == "s3.example.org");
    CHECK(must(parseS3Url("s3+http://127.0.0.1:8000/trial")).host == "127.0.0.1:8000");
    CHECK(must(parseS3Url("s3+http://[::1]:8000/trial/x")).prefix == "x/");
    for (const auto* bad :
         {"s3+https://", "s3+https://host", "s3+https://host/", "s3+https://host/ab", "https://host/trial",
          "s3+ftp://host/trial", "s3+https://user:pw@host/trial", "s3+https://host/trial?x=1",
          "s3+https://host/trial/../other", "s3+https://host/tri al", "s3+https://host/a/b c\n"}) {
        CAPTURE(bad);
        CHECK(parseS3Url(bad).error().code == Errc::InvalidArgument);
    }
    CHECK(parseS3Url("s3+http://s3.example.org/trial").error().code == Errc::NotAllowed);
    CHECK(isS3Url("s3+https://x/y"));
    CHECK_FALSE(isS3Url("https://x/y"));
}

TEST_CASE("credentials come from a file that nobody else can read", "[uplink][s3]") {
    const auto folder = temporaryDirectory();
    const auto file = fileWith(folder,
                               "# of the trial ONC-1\naccess_key_id: AKIAX\nsecret_access_key: a/b+c==\n"
                               "session_token: t0ken\nregion: eu-central-1\n");
    const auto credentials = must(loadS3Credentials(file));
    CHECK(credentials.access_key_id == "AKIAX");
    CHECK(credentials.secret_access_key == "a/b+c==");
    CHECK(credentials.session_token == "t0ken");
    CHECK(credentials.region == "eu-central-1");
    REQUIRE(::chmod(file.c_str(), 0640) == 0);
    CHECK(loadS3Credentials(file).error().code == Errc::NotAllowed);
    SECTION("what is missing or unknown is named, and no value told") {
        const auto bad = fileWith(folder, "secret_access_key: \"topsecret with a blank\"\nsecret: hidden\n");
        const auto error = loadS3Credentials(bad).error();
        CHECK(error.code == Errc::ConfigInvalid);
        CHECK(error.context.find("access_key_id") != std::string::npos);
        CHECK(error.context.find("secret: unknown key") != std::string::npos);
        CHECK(error.context.find("topsecret") == std::string::npos);
        CHECK(error.context.find("hidden") == std::string::npos);
    }
    SECTION("region has a default") {
        CHECK(must(loadS3Credentials(fileWith(folder, "access_key_id: A\nsecret_access_key: B\n"))).region ==
              "us-east-1");
    }
    CHECK(loadS3Credentials(folder.path() / "none").error().code == Errc::NotFound);
}

// Amazon S3 user guide, "Amazon S3 multipart upload limits": 10,000 parts, 5 MiB to 5 GiB, the last may be
// smaller.
TEST_CASE("10,000 parts suffice for any object", "[uplink][s3]") {
    constexpr std::uint64_t kMiB = 1 << 20, kGiB = 1ull << 30, kTiB = 1ull << 40;
    for (const std::uint64_t bytes :
         {std::uint64_t{0}, std::uint64_t{1}, 5 * kMiB, 5 * kMiB + 1, 4 * kGiB - 1, 4 * kGiB, 5 * kGiB,
          5 * kGiB + 1, 80'000 * kMiB, 80'000 * kMiB + 1, 5 * kTiB, 48 * kTiB}) {
        CAPTURE(bytes);
        const auto plan = must(planParts(bytes, 8 * kMiB, kMostParts));
        CHECK(plan.count() >= 1);
        CHECK(plan.count() <= 10'000);
        CHECK(plan.part_bytes >= 8 * kMiB);
        CHECK(plan.part_bytes <= 5 * kGiB);
        std::uint64_t sum = 0;
        for (int n = 1; n <= plan.count(); ++n) {
            CHECK(plan.offsetOf(n) == sum);
            sum += plan.bytesOf(n);
        }
        CHECK(sum == bytes);
        CHECK((bytes == 0 || plan.bytesOf(plan.count()) > 0));
    }
    CHECK(must(planParts(80'000 * kMiB, 8 * kMiB, kMostParts)).part_bytes == 8 * kMiB);
    CHECK(must(planParts(80'000 * kMiB + 1, 8 * kMiB, kMostParts)).part_bytes == 9 * kMiB);
    CHECK(must(planParts(1, 1, kMostParts)).part_bytes == 5 * kMiB);
    CHECK(must(planParts(50'000 * kGiB, kMiB, kMostParts)).count() == 10'000);
    CHECK(planParts(50'000 * kGiB + 1, kMiB, kMostParts).error().code == Errc::PeerRefused);
    CHECK(must(planParts(600 * kMiB, 8 * kMiB, 10)).part_bytes == 60 * kMiB);
}

TEST_CASE("lists of parts are read as servers write them", "[uplink][s3]") {
    // The answer of the API reference's ListParts, shortened; a checksum as AWS adds it.
    const auto page = must(readPartPage(
        R"(<?xml version="1.0" encoding="UTF-8"?>
<ListPartsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Bucket>example-bucket</Bucket><Key>example-object</Key>
<UploadId>XXBsb2FkIElEIGZvciBlbHZpbmcncyVcdS1tb3ZpZS5tMnRzEEEwbG9hZA</UploadId><PartNumberMarker>1</PartNumberMarker>
<NextPartNumberMarker>3</NextPartNumberMarker><MaxParts>2</MaxParts><IsTruncated>true</IsTruncated>
<Part><PartNumber>2</PartNumber><LastModified>2010-11-10T20:48:34.000Z</LastModified>
<ETag>"7778aef83f66abc1fa1e8477f296d394"</ETag><Size>10485760</Size></Part>
<Part><PartNumber>3</PartNumber><ETag>&quot;aaaa18db4cc2f85cedef654fccc4a4x8&quot;</ETag><Size>5</Size>
<ChecksumSHA256>47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=</ChecksumSHA256></Part></ListPartsResult>)"));
    REQUIRE(page.parts.size() == 2);
    CHECK(page.parts[0].number == 2);
    CHECK(page.parts[0].bytes == 10485760);
    CHECK(page.parts[0].stored.etag == "7778aef83f66abc1fa1e8477f296d394");
    CHECK(page.parts[1].stored.etag == "aaaa18db4cc2f85cedef654fccc4a4x8");
    CHECK(page.parts[1].stored.checksum_sha256 == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    CHECK(page.next == 3);
    CHECK_FALSE(
        must(readPartPage("<ListPartsResult><IsTruncated>false</IsTruncated></ListPartsResult>")).next);
    for (const auto* bad :
         {"", "<", "<Error/>", "<ListPartsResult><Part/></ListPartsResult>",
          "<ListPartsResult><Part><PartNumber>0</PartNumber><Size>1</Size></Part></ListPartsResult>",
          "<ListPartsResult><Part><PartNumber>10001</PartNumber><Size>1</Size></Part></ListPartsResult>",
          "<ListPartsResult><IsTruncated>true</IsTruncated></ListPartsResult>"}) {
        CAPTURE(bad);
        CHECK(readPartPage(bad).error().code == Errc::BadFormat);
    }
}

TEST_CASE("keys in lists are decoded when the server encoded them", "[uplink][s3]") {
    const auto page = must(readObjectPage(
        "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><Contents>"
        "<Key>a+b/%2B%C3%BC</Key><LastModified>2026-03-01T10:00:00.000Z</LastModified><ETag>\"x\"</ETag>"
        "<Size>3</Size></Contents></ListBucketResult>"));
    REQUIRE(page.objects.size() == 1);
    CHECK(page.objects[0].key == "a b/+ü");
    CHECK(page.objects[0].modified == 1772359200000);
    CHECK(page.more);
    CHECK(must(readObjectPage(
                   "<ListBucketResult><Contents><Key>a+b</Key><Size>3</Size></Contents></ListBucketResult>"))
              .objects[0]
              .key == "a+b");
}

TEST_CASE("XML that could do harm is refused", "[uplink][s3]") {
    CHECK(parseXml("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>").error().code == Errc::BadFormat);
    std::string deep;
    for (int i = 0; i < 50; ++i) deep += "<a>";
    for (int i = 0; i < 50; ++i) deep += "</a>";
    CHECK(parseXml(deep).error().code == Errc::BadFormat);
    std::string many = "<a>";
    for (int i = 0; i < 300'000; ++i) many += "<b/>";
    CHECK(parseXml(many + "</a>").error().code == Errc::BadFormat);
    CHECK(must(parseXml(" \n<?xml version=\"1.0\"?><s:a xmlns:s=\"x\">1&amp;2</s:a>")).text == "1&2");
}

TEST_CASE("what a server says has one meaning here", "[uplink][s3]") {
    struct Case {
        int status;
        const char* code;
        Errc meaning;
    };
    const Case cases[] = {{403, "RequestTimeTooSkewed", Errc::ClockWrong},
                          {403, "AccessDenied", Errc::NotAllowed},
                          {403, "InvalidAccessKeyId", Errc::NotAllowed},
                          {403, "SignatureDoesNotMatch", Errc::NotAllowed},
                          {400, "ExpiredToken", Errc::NotAllowed},
                          {400, "AuthorizationHeaderMalformed", Errc::NotAllowed},
                          {404, "NoSuchUpload", Errc::Gone},
                          {404, "NoSuchBucket", Errc::PeerRefused},
                          {503, "SlowDown", Errc::PeerBusy},
                          {500, "InternalError", Errc::PeerBusy},
                          {200, "InternalError", Errc::PeerBusy},
                          {400, "RequestTimeout", Errc::PeerBusy},
                          {400, "EntityTooLarge", Errc::PeerRefused},
                          {403, "QuotaExceeded", Errc::PeerRefused},
                          {412, "PreconditionFailed", Errc::Conflict},
                          {301, "PermanentRedirect", Errc::PeerRefused},
                          {400, "SomethingNew", Errc::PeerRefused},
                          {403, "SomethingNew", Errc::NotAllowed},
                          {503, "SomethingNew", Errc::PeerBusy}};
    for (const auto& c : cases) {
        CAPTURE(c.code, c.status);
        const auto body = "<Error><Code>" + std::string(c.code) + "</Code><Message>words</Message></Error>";
        CHECK(errorOf(answer(c.status, body), "sending").code == c.meaning);
    }
    CHECK(
        errorOf(answer(403, "<Error><Code>RequestTimeTooSkewed</Code></Error>"), "x").context.find("clock") !=
        std::string::npos);
    CHECK(errorOf(answer(503, "no xml \x01 at all"), "x").code == Errc::PeerBusy);
    CHECK(arrivedDamaged(readError(answer(400, "<Error><Code>BadDigest</Code></Error>"))));
    CHECK(arrivedDamaged(readError(answer(400, "<Error><Code>XAmzContentSHA256Mismatch</Code></Error>"))));
    CHECK_FALSE(arrivedDamaged(readError(answer(503, "<Error><Code>SlowDown</Code></Error>"))));
    CHECK(isError(answer(200, "  <?xml version=\"1.0\"?><Error><Code>InternalError</Code></Error>")));
    CHECK_FALSE(isError(
        answer(200, "<CompleteMultipartUploadResult><Key>&lt;Error</Key></CompleteMultipartUploadResult>")));
}

TEST_CASE("bytes are compared by what the server keeps of them", "[uplink][s3]") {
    const auto folder = temporaryDirectory();
    must(writeFileDurably(folder.path() / "f", asBytes("abc")));
    const auto fd = must(openFile(folder.path() / "f", OpenMode::Read));
    const auto digest = must(digestOf({fd.get(), 0, 3}, true));
    // RFC 1321 A.5 and FIPS 180-4's example, "abc".
    REQUIRE(digest.md5);
    CHECK(toHex(*digest.md5) == "900150983cd24fb0d6963f7d28e17f72");
    CHECK(digest.sha256Hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(compare({"900150983CD24FB0D6963F7D28E17F72", ""}, digest) == Match::Same);
    CHECK(compare({"900150983cd24fb0d6963f7d28e17f73", ""}, digest) == Match::Different);
    CHECK(compare({"900150983cd24fb0d6963f7d28e17f72-1", ""}, digest) == Match::CannotTell);
    CHECK(compare({"900150983cd24fb0d6963f7d28e17f73", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="},
                  digest) == Match::Same);
    CHECK(compare({"900150983cd24fb0d6963f7d28e17f72", "AAAAv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="},
                  digest) == Match::Different);
    // printf abc | md5sum as binary, twice, through md5sum again.
    CHECK(compositeEtag({{1, {"900150983cd24fb0d6963f7d28e17f72", ""}},
                         {2, {"900150983cd24fb0d6963f7d28e17f72", ""}}}) ==
          "043a916d6cfeecedf5e04f0312ba762d-2");
    CHECK(digestOf({fd.get(), 0, 4}, true).error().code == Errc::Io);
}

TEST_CASE("what an upload needs to go on survives as text", "[uplink][s3]") {
    UploadState state;
    state.key = "in/7f0c.age";
    state.upload = {"2~x\"y", true, false};
    state.part_bytes = 8 << 20;
    state.ending = true;
    const auto again = UploadState::parse(state.text(), state.key);
    REQUIRE(again);
    CHECK(again->upload.id == "2~x\"y");
    CHECK(again->upload.checksums);
    CHECK_FALSE(again->upload.etag_is_md5);
    CHECK(again->part_bytes == 8 << 20);
    CHECK(again->ending);
    CHECK_FALSE(UploadState::parse(state.text(), "other"));
    CHECK_FALSE(UploadState::parse("https://hub.example/files/1", state.key));
    CHECK_FALSE(UploadState::parse("", state.key));
}

TEST_CASE("names of objects cannot leave their store", "[uplink][store]") {
    for (const auto* good : {"a", "a/b/c.json", "parcels/7f0c.age", "ü x", "a..b", "role%2Fname.json"}) {
        CAPTURE(good);
        CHECK(checkObjectName(good));
    }
    for (const std::string& bad :
         {std::string(), std::string("/a"), std::string("a/"), std::string("a//b"), std::string(".."),
          std::string("a/../b"), std::string(".hidden"), std::string("a/.b"), std::string("a\nb"),
          std::string("a\\b"), std::string("a\0b", 3), std::string(201, 'x'), std::string(801, 'x')}) {
        CAPTURE(bad);
        CHECK(checkObjectName(bad).error().code == Errc::InvalidArgument);
    }
}

}  // namespace gantry::uplink
