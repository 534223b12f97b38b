#include <sys/stat.h>

#include "gantry/agent/config.hpp"
#include "process.hpp"
#include "shop.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;
namespace fs = std::filesystem;

namespace {

const std::string kTrial =
    "trials: [{id: t, ae_title: T, pack: pack.json, roster: roster.csv, key: trial.key, recipients: "
    "[age1x],\n"
    "  receipt_keys: [k], endpoint: 'https://h/tus/', inbox: 'https://h/inbox'}]\n";
const std::string kSmallest = "site: {id: '0417'}\ndata_directory: data\n" + kTrial;

std::string mistakes(const std::string& yaml) {
    const auto config = parseConfig(yaml, "/base");
    if (config) return "";
    CHECK(config.error().code == Errc::ConfigInvalid);
    return config.error().context;
}

bool has(const std::string& text, std::string_view piece) {
    return text.find(piece) != std::string::npos;
}

}  // namespace

TEST_CASE("the smallest configuration takes every documented default", "[agent][config]") {
    const auto config = must(parseConfig(kSmallest, "/base"));
    CHECK(config.site_id == "0417");
    CHECK(config.site_name == "0417");
    CHECK(config.data_directory == "/base/data");
    CHECK(config.disk_reserve_bytes == 2048ull << 20);
    CHECK(config.log_level == "info");
    CHECK(config.dicom.address == "127.0.0.1");
    CHECK(config.dicom.port == 11112);
    CHECK(config.dicom.max_associations == 16);
    CHECK(config.dicom.max_pdu_bytes == 131072);
    CHECK(config.dicom.timeout == std::chrono::seconds(60));
    CHECK(config.dicom.allow.empty());
    CHECK(config.dicom.extra_sop_classes.empty());
    CHECK(config.dicom.tls.certificate.empty());
    CHECK(config.completion.after_release == std::chrono::milliseconds(300));
    CHECK(config.completion.quiet == std::chrono::seconds(20));
    CHECK(config.completion.settle == std::chrono::seconds(30));
    CHECK(config.web.address == "127.0.0.1");
    CHECK(config.web.port == 8042);
    CHECK(config.web.idle_lock == std::chrono::minutes(15));
    CHECK(config.web.session == std::chrono::hours(12));
    CHECK(config.uploads.chunk_bytes == 8u << 20);
    CHECK(config.uploads.retry_first == std::chrono::seconds(2));
    CHECK(config.uploads.retry_cap == std::chrono::seconds(900));
    CHECK(config.trials.at(0).roster == "/base/roster.csv");
    CHECK(config.trials.at(0).token.empty());
    CHECK(config.uploads.connections == 0);
    CHECK(config.trials.at(0).credentials.empty());
    CHECK(config.trials.at(0).s3_addressing == uplink::S3Addressing::Auto);
    CHECK(config.trials.at(0).s3_objects.encryption.empty());
}

TEST_CASE("a trial's endpoint may be S3, with credentials and what objects are to have", "[agent][config]") {
    const auto with = [](const std::string& endpoint, const std::string& more) {
        auto yaml = kSmallest;
        return yaml.replace(yaml.find("https://h/tus/"), 14, endpoint)
            .replace(yaml.rfind("}]"), 2, more + "}]");
    };
    const std::string url = "s3+https://s3.example.org:9443/trial/site-0417";
    const auto trial =
        must(parseConfig(with(url,
                              ", credentials: s3.yaml, s3: {addressing: path, encryption: 'aws:kms', "
                              "kms_key_id: k1, storage_class: STANDARD_IA, acl: bucket-owner-read}"),
                         "/base"))
            .trials.at(0);
    CHECK(trial.endpoint == url);
    CHECK(trial.credentials == "/base/s3.yaml");
    CHECK(trial.s3_addressing == uplink::S3Addressing::Path);
    CHECK(trial.s3_objects.encryption == "aws:kms");
    CHECK(trial.s3_objects.kms_key_id == "k1");
    CHECK(trial.s3_objects.storage_class == "STANDARD_IA");
    CHECK(trial.s3_objects.acl == "bucket-owner-read");
    CHECK(mistakes(with("presigned", "")).empty());
    CHECK(has(mistakes(with(url, "")), "trials[0].credentials"));
    CHECK(has(mistakes(with("https://h/tus/", ", credentials: s3.yaml")), "trials[0].credentials"));
    CHECK(has(mistakes(with("s3+http://s3.example.org/trial", ", credentials: s3.yaml")),
              "trials[0].endpoint"));
    CHECK(has(mistakes(with("s3+https://s3.example.org", ", credentials: s3.yaml")), "trials[0].endpoint"));
    const auto bad =
        mistakes(with(url, ", credentials: c, s3: {addressing: dns, encryption: DES, kms_key_id: k, x: 1}"));
    for (const auto* key : {"addressing", "encryption", "kms_key_id", "x"}) {
        CAPTURE(key, bad);
        CHECK(has(bad, std::string("trials[0].s3.") + key));
    }
    CHECK(has(mistakes(kSmallest + "uploads: {connections: 17}\n"), "uploads.connections"));
}

TEST_CASE("the shipped configuration file says the defaults that the program has", "[agent][config]") {
    const auto file = fs::path(GANTRY_SOURCE_DIR) / "packaging" / "config" / "gantryd.yaml";
    if (!fs::exists(file)) return skipLoudly("packaging/config/gantryd.yaml is not there");
    // What only the sponsor can give is left open in the file: nothing else may be wrong with it.
    auto text = must(readFile(file));
    for (const std::string_view open : {"recipients: []", "receipt_keys: []"}) {
        const auto at = text.find(open);
        REQUIRE(at != std::string::npos);
        text.insert(at + open.size() - 1, "x");
    }
    const auto shipped = must(parseConfig(text, file.parent_path()));
    const Config defaults;
    CHECK(shipped.disk_reserve_bytes == defaults.disk_reserve_bytes);
    CHECK(shipped.dicom.port == defaults.dicom.port);
    CHECK(shipped.dicom.max_associations == defaults.dicom.max_associations);
    CHECK(shipped.dicom.max_pdu_bytes == defaults.dicom.max_pdu_bytes);
    CHECK(shipped.dicom.timeout == defaults.dicom.timeout);
    CHECK(shipped.completion.after_release == defaults.completion.after_release);
    CHECK(shipped.completion.quiet == defaults.completion.quiet);
    CHECK(shipped.completion.settle == defaults.completion.settle);
    CHECK(shipped.web.port == defaults.web.port);
    CHECK(shipped.uploads.chunk_bytes == defaults.uploads.chunk_bytes);
    CHECK(shipped.uploads.retry_first == defaults.uploads.retry_first);
    CHECK(shipped.uploads.retry_cap == defaults.uploads.retry_cap);
}

TEST_CASE("all mistakes are said at once, each with its key path", "[agent][config]") {
    const auto said = mistakes(
        "version: 2\n"
        "site: {nme: x}\n"
        "disk: {reserve_mib: lots}\n"
        "log: {level: loud}\n"
        "dicom: {port: 70000, max_associations: 0, max_pdu_bytes: 1, timeout_seconds: -1,\n"
        "  allow: [{network: 10.0.0.0/40}, {ae_title: 'A TITLE THAT IS TOO LONG'}, {colour: red}],\n"
        "  extra_sop_classes: ['1.2.x'], tls: {private_key: k.pem}}\n"
        "completion: {quiet_seconds: 0}\n"
        "web: {address: gantry.example, certificate: c.pem}\n"
        "uploads: {chunk_mib: 65}\n"
        "trials: [{id: a, ae_title: T}, {id: a, ae_title: T}]\n"
        "unheard_of: 1\n");
    for (const auto* path : {"version",
                             "site.id",
                             "site.nme",
                             "data_directory",
                             "disk.reserve_mib",
                             "log.level",
                             "dicom.port",
                             "dicom.max_associations",
                             "dicom.max_pdu_bytes",
                             "dicom.timeout_seconds",
                             "dicom.allow[0].network",
                             "dicom.allow[1].ae_title",
                             "dicom.allow[2].colour",
                             "dicom.extra_sop_classes",
                             "dicom.tls",
                             "completion.quiet_seconds",
                             "web.address",
                             "uploads.chunk_mib",
                             "trials[0].pack",
                             "trials[0].roster",
                             "trials[0].key",
                             "trials[0].recipients",
                             "trials[0].receipt_keys",
                             "trials[0].endpoint",
                             "trials[1].inbox",
                             "unheard_of"}) {
        CAPTURE(path, said);
        CHECK(has(said, path));
    }
    CHECK(has(said, "'a' stands twice"));
    CHECK(has(said, "belongs to two trials"));
    CHECK(std::count(said.begin(), said.end(), '\n') >= 25);
}

TEST_CASE("off loopback the page needs a certificate and an access code", "[agent][config]") {
    const auto* address = GENERATE("0.0.0.0", "10.1.2.3", "'::'", "'::ffff:10.1.2.3'");
    const std::string web = kSmallest + "web: {address: " + address;
    const std::string tls = ", certificate: c.pem, private_key: k.pem";
    CHECK(has(mistakes(web + "}\n"), "web.address"));
    CHECK(mistakes(web + tls + "}\n").empty());
    for (const auto* loopback : {"127.0.0.1", "127.9.9.9", "'::1'"})
        CHECK(mistakes(kSmallest + "web: {address: " + loopback + "}\n").empty());
}

TEST_CASE("addresses to listen on are numbers, so that a name never passes for loopback", "[agent][config]") {
    CHECK(has(mistakes(kSmallest + "web: {address: 127.0.0.1.example.org}\n"), "web.address"));
    CHECK(has(mistakes(kSmallest + "web: {address: localhost}\n"), "web.address"));
    CHECK(has(mistakes(kSmallest + "dicom: {address: scanner-net}\n"), "dicom.address"));
    CHECK(mistakes(kSmallest + "dicom: {address: '::'}\n").empty());
    CHECK(mistakes(kSmallest + "dicom: {address: 0.0.0.0}\n").empty());
}

TEST_CASE("what is no YAML mapping is a mistake and nothing worse", "[agent][config]") {
    for (const auto* text :
         {"", "[]", "just words", "a: [", "a: &x 1\nb: *x\n", "\xFF\xFE", "a: 1\na: 2\n", "- 1\n"})
        CHECK_FALSE(mistakes(text).empty());
}

TEST_CASE("gantryd --check-config tells by its exit code", "[agent][config]") {
    const auto gantryd = findProgram("gantryd");
    if (!gantryd) return skipLoudly("gantryd is not built");
    const auto folder = temporaryDirectory();
    const auto trial = writeTrial(folder.path(), "0417-001,HN1,F,BL\n");
    const auto file = folder.path() / "gantryd.yaml";
    const auto log = folder.path() / "log";
    const auto check = [&](const std::string& yaml) {
        must(writeFileDurably(file, asBytes(yaml)));
        must(writeFileDurably(log, asBytes("")));
        return must(runToEnd({*gantryd, {"--config", file.string(), "--check-config"}, log, {}}));
    };
    const std::string good =
        "site: {id: '0417'}\ndata_directory: data\n"
        "trials: [{id: onc-demo, ae_title: GANTRY, pack: pack.json, roster: roster.csv,\n"
        "  key: trial.key, recipients: [" +
        trial.recipients[0] + "], receipt_keys: ['" + trial.receipt_keys[0] +
        "'],\n  endpoint: 'http://127.0.0.1:9/tus/', inbox: "
        "'http://127.0.0.1:9/inbox'}]\n";
    CHECK(check(good) == 0);
    CHECK_FALSE(fs::exists(folder.path() / "data"));  // looking changes nothing
    const auto invalid = describe(Errc::ConfigInvalid).exit_code;
    CHECK(check(good + "colour: red\n") == invalid);
    CHECK(has(must(readFile(log)), "colour"));
    CHECK(check(good + "dicom: {tls: {certificate: none.pem, private_key: none.pem}}\n") != 0);
    must(writeFileDurably(folder.path() / "roster.csv", asBytes("nonsense\n")));
    CHECK(check(good) == invalid);
    CHECK(must(runToEnd(
              {*gantryd, {"--config", (folder.path() / "none").string(), "--check-config"}, log, {}})) != 0);
}
