// The section "uploads": how the site's line is used.
#include <cstdlib>
#include <ctime>

#include "gantry/agent/config.hpp"
#include "shop.hpp"
#include "workflow/destination.hpp"
#include "workflow/line.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;

namespace {

Result<Config> read(const std::string& uploads) {
    return parseConfig(
        "site: {id: '0417'}\ndata_directory: data\n"
        "trials: [{id: t, ae_title: T, pack: p, roster: r, key: k, recipients: [age1x], receipt_keys: [k],\n"
        "  endpoint: 'https://h/tus/', inbox: 'https://h/inbox', pins: [abc]}]\nuploads: " +
            uploads + "\n",
        "/base");
}

std::string mistakesIn(const std::string& uploads) {
    const auto config = read(uploads);
    return config ? "" : config.error().context;
}

// Wednesday 2026-01-14 at that minute of the day, in the time zone that the test sets.
UnixMillis wednesdayAt(int minute) {
    std::tm t{};
    t.tm_year = 126;
    t.tm_mday = 14;
    t.tm_min = minute;
    t.tm_isdst = -1;
    return static_cast<UnixMillis>(std::mktime(&t)) * 1000;
}

}  // namespace

TEST_CASE("the line is free unless something else is said", "[agent][config][line]") {
    const auto uploads = must(read("{}")).uploads;
    CHECK(uploads.connections == 0);
    CHECK(uploads.read_back == uplink::ReadBack::Auto);
    CHECK(uploads.proxy.url.empty());
    CHECK(uploads.schedule.rateAt(0) == uplink::LineRate{});
    CHECK_FALSE(uploads.schedule.nextChange(0));
}

TEST_CASE("proxy, rates, windows and pins are read", "[agent][config][line]") {
    const auto config =
        must(read("{connections: 8, verify_by_reading_back: never, rate_kib_per_second: 1000, schedule: [\n"
                  "  {from: '12:00', to: '13:00', line: closed},\n"
                  "  {days: mon-fri, from: '07:00', to: '19:00', rate_kib_per_second: 250}],\n"
                  " proxy: {url: 'http://proxy:3128', credentials: proxy.txt, ca: house.pem, no_proxy: "
                  "[example.org, 10.0.0.0/8]}}"));
    const auto& uploads = config.uploads;
    CHECK(uploads.connections == 8);
    CHECK(uploads.read_back == uplink::ReadBack::Never);
    CHECK(uploads.schedule.rateAt(wednesdayAt(12 * 60 + 30)) == uplink::LineRate{false, {}});
    CHECK(uploads.schedule.rateAt(wednesdayAt(8 * 60)) == uplink::LineRate{true, 250u << 10});
    CHECK(uploads.schedule.rateAt(wednesdayAt(20 * 60)) == uplink::LineRate{true, 1000u << 10});
    CHECK(uploads.proxy.url == "http://proxy:3128");
    CHECK(uploads.proxy.credentials_file == "/base/proxy.txt");
    CHECK(uploads.proxy.ca_file == "/base/house.pem");
    CHECK(uploads.proxy.no_proxy == std::vector<std::string>{"example.org", "10.0.0.0/8"});
    CHECK(config.trials.at(0).pins == std::vector<std::string>{"abc"});
}

TEST_CASE("what makes no sense of the line is a mistake at its key", "[agent][config][line]") {
    const auto [uploads, key] = GENERATE(table<std::string, std::string>({
        {"{connections: 17}", "uploads.connections"},
        {"{verify_by_reading_back: always}", "uploads.verify_by_reading_back"},
        {"{rate_kib_per_second: -1}", "uploads.rate_kib_per_second"},
        {"{schedule: [{from: '07:00'}]}", "uploads.schedule[0].to"},
        {"{schedule: [{from: '7', to: '19:00'}]}", "uploads.schedule[0].from"},
        {"{schedule: [{days: workdays, from: '07:00', to: '19:00'}]}", "uploads.schedule[0].days"},
        {"{schedule: [{from: '07:00', to: '19:00', line: shut}]}", "uploads.schedule[0].line"},
        {"{schedule: [{from: '07:00', to: '19:00', line: closed, rate_kib_per_second: 5}]}",
         "uploads.schedule[0].rate_kib_per_second"},
        {"{schedule: [{from: '07:00', to: '19:00', colour: red}]}", "uploads.schedule[0].colour"},
        {"{proxy: {credentials: x}}", "uploads.proxy.url"},
        {"{proxy: {user: x}}", "uploads.proxy.user"},
    }));
    CAPTURE(uploads);
    CHECK(mistakesIn(uploads).find(key) != std::string::npos);
}

TEST_CASE("one line for all follows its schedule", "[agent][line]") {
    const auto closed = must(uplink::LineSchedule::make(
        {{0x7F, 12 * 60, 13 * 60, {false, {}}}, {0x7F, 7 * 60, 19 * 60, {true, 1000}}}, {}));
    Line line(closed);
    const auto limiter = line.limiter();
    CHECK(line.follow(wednesdayAt(6 * 60)).open);
    CHECK_FALSE(limiter->rate());
    line.follow(wednesdayAt(8 * 60));
    CHECK(limiter->rate() == 1000u);
    CHECK_FALSE(line.follow(wednesdayAt(12 * 60)).open);
    CHECK(line.opensAt(wednesdayAt(12 * 60)) == wednesdayAt(13 * 60));
    CHECK(waitsForLine(wednesdayAt(13 * 60)) == "Uploads wait until Wed 13:00, as this site is set up.");
}

TEST_CASE("what the configuration says of line and sponsor reaches the transport", "[agent][config][line]") {
    auto config = must(parseConfig(
        "site: {id: '0417'}\ndata_directory: data\n"
        "trials: [{id: t, ae_title: T, pack: p, roster: r, key: k, recipients: [age1x], receipt_keys: [k],\n"
        "  endpoint: 's3+https://h/bucket', inbox: 'https://h/inbox', ca: sponsor.pem, pins: [abc, def],\n"
        "  credentials: s3.txt, s3: {addressing: path, storage_class: COLD}}]\n"
        "uploads: {chunk_mib: 16, connections: 3, verify_by_reading_back: never,\n"
        "  proxy: {url: 'http://proxy:3128', credentials: proxy.txt, ca: house.pem, no_proxy: [example.org]}}\n",
        "/base"));
    Shop shop("0417-001,,,BL\n");
    auto trial = *shop.trials.of("onc-demo");
    trial.config = config.trials.front();
    trial.bearer_token = "secret";
    const auto to = destinationOf(config, trial);
    CHECK(to.endpoint == "s3+https://h/bucket");
    CHECK(to.chunk_bytes == 16u << 20);
    CHECK(to.largest_chunk_bytes == 16u << 20);
    CHECK(to.connections == 3);
    CHECK(to.verify_by_reading_back == uplink::ReadBack::Never);
    CHECK(to.credentials == "/base/s3.txt");
    CHECK(to.addressing == uplink::S3Addressing::Path);
    CHECK(to.objects.storage_class == "COLD");
    CHECK(to.http.bearer_token == "secret");
    CHECK(to.http.ca_file == "/base/sponsor.pem");
    CHECK(to.http.pins == std::vector<std::string>{"abc", "def"});
    CHECK(to.http.proxy.url == "http://proxy:3128");
    CHECK(to.http.proxy.credentials_file == "/base/proxy.txt");
    CHECK(to.http.proxy.ca_file == "/base/house.pem");
    CHECK(to.http.proxy.no_proxy == std::vector<std::string>{"example.org"});
}
