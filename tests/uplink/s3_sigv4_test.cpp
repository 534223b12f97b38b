// SigV4 against what Amazon publishes: the worked examples of the S3 API reference, and its signing test
// suite.
#include "s3/sigv4.hpp"

#include <catch2/catch.hpp>

#include "child_process.hpp"
#include "gantry/core/crypto.hpp"
#include "gantry/uplink/iso_time.hpp"
#include "s3/requests.hpp"
#include "support.hpp"

namespace gantry::uplink::s3 {
namespace {

using namespace gantry::test;

class FixedClock final : public Clock {
public:
    explicit FixedClock(std::string_view iso) : at_(must(unixSeconds(iso)) * 1000) {}
    UnixMillis nowMillis() const override { return at_; }

private:
    UnixMillis at_;
};

// "Signature Calculations for the Authorization Header", examples; key and secret are Amazon's documented
// ones.
const FixedClock kExampleDay("2013-05-24T00:00:00Z");
Requests exampleBucket() {
    S3Location location{true, "s3.amazonaws.com", "examplebucket", ""};
    S3Credentials credentials{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "",
                              "us-east-1"};
    return {location, S3Addressing::Auto, credentials, kExampleDay};
}

std::string header(const HttpRequest& request, std::string_view name) {
    for (const auto& [key, value] : request.headers)
        if (key == name) return value;
    return {};
}

std::string signatureIn(const HttpRequest& request) {
    const auto whole = header(request, "Authorization");
    return whole.substr(whole.find("Signature=") + 10);
}

// The test suite's key, service and time.
const SigningKey kSuiteKey{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "us-east-1", "service"};

std::string suiteSignature(const std::string& method, const std::string& path, const Pairs& query,
                           Pairs headers, std::string_view body = "") {
    headers.emplace_back("Host", "example.amazonaws.com");
    headers.emplace_back("X-Amz-Date", "20150830T123600Z");
    return signatureOf({method, path, query, headers, toHex(sha256(asBytes(body)))}, kSuiteKey,
                       must(unixSeconds("2015-08-30T12:36:00Z")) * 1000);
}

}  // namespace

TEST_CASE("requests are signed as the S3 reference's examples are", "[uplink][s3]") {
    const auto bucket = exampleBucket();
    SECTION("GET object, a range") {
        const auto request = bucket.make({.key = "test.txt", .headers = {{"Range", "bytes=0-9"}}});
        CHECK(request.url == "https://examplebucket.s3.amazonaws.com/test.txt");
        CHECK(header(request, "x-amz-date") == "20130524T000000Z");
        CHECK(header(request, "Authorization") ==
              "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
              "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
              "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    }
    SECTION("PUT object: a key that is encoded, a body that is hashed") {
        const auto request = bucket.make({.method = "PUT",
                                          .key = "test$file.text",
                                          .headers = {{"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                                                      {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                                          .body = "Welcome to Amazon S3."});
        CHECK(request.url == "https://examplebucket.s3.amazonaws.com/test%24file.text");
        CHECK(header(request, "x-amz-content-sha256") ==
              "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072");
        CHECK(signatureIn(request) == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
    }
    SECTION("GET bucket lifecycle: a query without a value") {
        const auto request = bucket.make({.query = {{"lifecycle", ""}}});
        CHECK(request.url == "https://examplebucket.s3.amazonaws.com/?lifecycle=");
        CHECK(signatureIn(request) == "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
    }
    SECTION("GET bucket: a query that is to be sorted") {
        const auto request = bucket.make({.query = {{"prefix", "J"}, {"max-keys", "2"}}});
        CHECK(request.url == "https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J");
        CHECK(signatureIn(request) == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
    }
    SECTION("a presigned GET") {
        CHECK(bucket.presigned({.key = "test.txt"}, std::chrono::hours(24)) ==
              "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&"
              "X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&"
              "X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&"
              "X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
    }
}

TEST_CASE("the published signing test suite holds", "[uplink][s3]") {
    struct Case {
        const char* name;
        std::string method, path;
        Pairs query, headers;
        std::string body;
        const char* signature;
    };
    const std::string unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const std::string token =
        "AQoDYXdzEPT//////////"
        "wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuw"
        "thAx7mSEI/qkPpKPi/"
        "kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNV"
        "XAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+"
        "scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";
    const Case cases[] = {
        {"get-vanilla",
         "GET",
         "/",
         {},
         {},
         "",
         "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
        {"get-header-key-duplicate",
         "GET",
         "/",
         {},
         {{"My-Header1", "value2"}, {"My-Header1", "value2"}, {"My-Header1", "value1"}},
         "",
         "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
        {"get-header-value-order",
         "GET",
         "/",
         {},
         {{"My-Header1", "value4"},
          {"My-Header1", "value1"},
          {"My-Header1", "value3"},
          {"My-Header1", "value2"}},
         "",
         "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"},
        {"get-header-value-trim",
         "GET",
         "/",
         {},
         {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}},
         "",
         "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
        {"get-unreserved",
         "GET",
         "/" + unreserved,
         {},
         {},
         "",
         "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
        {"get-utf8",
         "GET",
         "/\u1234",
         {},
         {},
         "",
         "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
        {"get-vanilla-empty-query-key",
         "GET",
         "/",
         {{"Param1", "value1"}},
         {},
         "",
         "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
        {"get-vanilla-query-order-key-case",
         "GET",
         "/",
         {{"Param2", "value2"}, {"Param1", "value1"}},
         {},
         "",
         "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
        {"get-vanilla-query-unreserved",
         "GET",
         "/",
         {{unreserved, unreserved}},
         {},
         "",
         "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"},
        {"get-vanilla-utf8-query",
         "GET",
         "/",
         {{"\u1234", "bar"}},
         {},
         "",
         "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
        {"post-vanilla",
         "POST",
         "/",
         {},
         {},
         "",
         "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
        {"post-header-key-sort",
         "POST",
         "/",
         {},
         {{"My-Header1", "value1"}},
         "",
         "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
        {"post-header-value-case",
         "POST",
         "/",
         {},
         {{"My-Header1", "VALUE1"}},
         "",
         "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"},
        {"post-sts-header-before",
         "POST",
         "/",
         {},
         {{"X-Amz-Security-Token", token}},
         "",
         "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"},
        {"post-vanilla-query",
         "POST",
         "/",
         {{"Param1", "value1"}},
         {},
         "",
         "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"},
        {"post-vanilla-query-nonunreserved",
         "POST",
         "/",
         {{"@#$%^", ""}, {"+", "/,?><`\";:\\|][{}"}},
         {},
         "",
         "66c82657c86e26fb25238d0e69f011edc4c6df5ae71119d7cb98ed9b87393c1e"},
        {"post-x-www-form-urlencoded",
         "POST",
         "/",
         {},
         {{"Content-Type", "application/x-www-form-urlencoded"}},
         "Param1=value1",
         "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
    };
    for (const auto& c : cases) {
        CAPTURE(c.name);
        CHECK(suiteSignature(c.method, c.path, c.query, c.headers, c.body) == c.signature);
    }
}

TEST_CASE("paths of S3 are encoded once and stay as they are", "[uplink][s3]") {
    const FixedClock clock("2026-03-01T10:00:00Z");
    const S3Credentials credentials{"AK", "secret", "", "eu-central-1"};
    const Requests path({false, "127.0.0.1:8000", "trial", ""}, S3Addressing::Path, credentials, clock);
    // Amazon S3 user guide, "Creating object key names", and RFC 3986 section 2.3 for what is not encoded.
    CHECK(path.make({.key = "a b/ü+%25/x//y~z"}).url ==
          "http://127.0.0.1:8000/trial/a%20b/%C3%BC%2B%2525/x//y~z");
    CHECK(path.make({.query = {{"uploads", ""}}}).url == "http://127.0.0.1:8000/trial?uploads=");
    const Requests host({true, "s3.example.org:9443", "trial", ""}, S3Addressing::Host, credentials, clock);
    CHECK(host.make({.key = "k"}).url == "https://trial.s3.example.org:9443/k");
    CHECK(host.make({}).url == "https://trial.s3.example.org:9443/");
    const Requests dotted({true, "s3.eu-west-1.amazonaws.com", "my.trial", ""}, S3Addressing::Auto,
                          credentials, clock);
    CHECK(dotted.make({.key = "k"}).url == "https://s3.eu-west-1.amazonaws.com/my.trial/k");
}

TEST_CASE("a session token is signed with the rest", "[uplink][s3]") {
    const FixedClock clock("2026-03-01T10:00:00Z");
    const Requests requests({true, "h.example", "trial", ""}, S3Addressing::Path,
                            {"AK", "secret", "to/ken+", "r"}, clock);
    const auto request = requests.make({.key = "k"});
    CHECK(header(request, "x-amz-security-token") == "to/ken+");
    CHECK(
        header(request, "Authorization").find("host;x-amz-content-sha256;x-amz-date;x-amz-security-token,") !=
        std::string::npos);
    CHECK(
        requests.presigned({.key = "k"}, std::chrono::minutes(5)).find("X-Amz-Security-Token=to%2Fken%2B&") !=
        std::string::npos);
}

TEST_CASE("the openssl command computes the same signature", "[uplink][s3]") {
    const auto folder = temporaryDirectory();
    const ToSign request{"PUT",
                         "/trial/a b+c",
                         {{"partNumber", "7"}, {"uploadId", "2~x/y="}},
                         {{"host", "127.0.0.1:8000"}, {"x-amz-date", "20260301T100000Z"}},
                         std::string(kUnsignedPayload)};
    const auto at = must(unixSeconds("2026-03-01T10:00:00Z")) * 1000;
    must(writeFileDurably(
        folder.path() / "canonical",
        asBytes("PUT\n/trial/a%20b%2Bc\npartNumber=7&uploadId=2~x%2Fy%3D\nhost:127.0.0.1:8000\n"
                "x-amz-date:20260301T100000Z\n\nhost;x-amz-date\nUNSIGNED-PAYLOAD")));
    // The steps of "Create a signed AWS API request", each by the openssl command.
    const std::string script =
        "cd '" + folder.path().string() +
        "'\n"
        "mac() { printf %s \"$2\" | openssl dgst -sha256 -mac HMAC -macopt hexkey:$1 -r | cut -d' ' -f1; }\n"
        "hash=$(openssl dgst -sha256 -r canonical | cut -d' ' -f1)\n"
        "key=$(printf AWS4sec/ret+key | od -An -tx1 | tr -d ' \\n')\n"
        "for step in 20260301 eu-central-1 s3 aws4_request; do key=$(mac $key $step); done\n"
        "mac $key \"$(printf "
        "'AWS4-HMAC-SHA256\\n20260301T100000Z\\n20260301/eu-central-1/s3/aws4_request\\n%s' "
        "$hash)\"\n";
    ChildProcess openssl({"bash", "-c", script});
    const auto expected = openssl.readLine();
    REQUIRE(openssl.wait() == 0);
    REQUIRE(expected.size() == 64);
    CHECK(signatureOf(request, {"AK", "sec/ret+key", "eu-central-1"}, at) == expected);
}

}  // namespace gantry::uplink::s3
