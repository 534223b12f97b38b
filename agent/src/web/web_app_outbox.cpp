/// The calls about the outbox and the log of transfers.
#include <boost/json.hpp>
#include <charconv>

#include "catalogue/outbox_control.hpp"
#include "gantry/uplink/line_schedule.hpp"
#include "web/decisions.hpp"
#include "web/outbox_views.hpp"
#include "web/web_app.hpp"

namespace gantry::agent {

namespace json = boost::json;

namespace {

constexpr int kMostTransfers = 500;
constexpr int kMostLines = 100'000;  // of a CSV
constexpr std::uint64_t kMostKib = 10 << 20;

TransferWish wishOf(const http::Request& request, int limit) {
    const auto given = [&](const std::string& key) {
        const auto found = request.query.find(key);
        return found == request.query.end() ? std::string() : found->second;
    };
    return {given("q"), given("confirmed") == "1", limit};
}

Result<LineWish> readLineWish(const DecisionInput& input) {
    LineWish wish;
    wish.who = textOf(input, "who");
    if (const auto text = textOf(input, "kib_per_second"); !text.empty() && text != "0") {
        std::uint64_t kib = 0;
        const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), kib);
        if (ec != std::errc() || end != text.data() + text.size() || kib > kMostKib)
            return fail(Errc::InvalidArgument, "kib_per_second is a number, 0 to 10485760");
        wish.bytes_per_second = kib << 10;
    }
    const auto from = textOf(input, "from");
    const auto to = textOf(input, "to");
    if (from.empty() != to.empty())
        return fail(Errc::InvalidArgument, "from and to go together: 19:00 and 06:00");
    if (from.empty()) return wish;
    wish.from_minute = GANTRY_TRY(uplink::parseMinuteOfDay(from));
    wish.to_minute = GANTRY_TRY(uplink::parseMinuteOfDay(to));
    return wish;
}

}  // namespace

Result<std::string> WebApp::outboxNow() {
    return json::serialize(GANTRY_TRY(outboxView(parts_.catalogue, parts_.config, *parts_.trials.all(),
                                                 parts_.uploads(), parts_.clock.nowMillis())));
}

Result<std::string> WebApp::outboxChanged() {
    parts_.decided();
    feed_.publish("status", "{}");
    return outboxNow();
}

Result<std::string> WebApp::outbox(const http::Request&, const Parameters&) {
    return outboxNow();
}

Result<std::string> WebApp::pauseOutbox(const http::Request& request, const Parameters&) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"who"}));
    const auto object = textOf(input, "object");
    const auto trial = textOf(input, "trial");
    GANTRY_CHECK(parts_.catalogue.write([&](Database& db) {
        const auto now = parts_.clock.nowMillis();
        return object.empty() ? pauseTrial(db, trial, textOf(input, "who"), now)
                              : pauseObject(db, object, textOf(input, "who"), now);
    }));
    return outboxChanged();
}

Result<std::string> WebApp::resumeOutbox(const http::Request& request, const Parameters&) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"who"}));
    const auto object = textOf(input, "object");
    const auto trial = textOf(input, "trial");
    GANTRY_CHECK(parts_.catalogue.write([&](Database& db) {
        const auto now = parts_.clock.nowMillis();
        return object.empty() ? resumeTrial(db, trial, textOf(input, "who"), now)
                              : resumeObject(db, object, textOf(input, "who"), now);
    }));
    return outboxChanged();
}

Result<std::string> WebApp::orderOutbox(const http::Request& request, const Parameters&) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"object", "place", "who"}));
    const auto place = textOf(input, "place");
    if (place != "first" && place != "last") return fail(Errc::InvalidArgument, "place is first or last");
    GANTRY_CHECK(parts_.catalogue.write([&](Database& db) {
        return (place == "first" ? putFirst : putLast)(db, textOf(input, "object"), textOf(input, "who"),
                                                       parts_.clock.nowMillis());
    }));
    return outboxChanged();
}

Result<std::string> WebApp::cancelOutbox(const http::Request& request, const Parameters&) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"object", "who", "why"}));
    const auto study = GANTRY_TRY(parts_.catalogue.write([&](Database& db) -> Result<StudyId> {
        const auto object = GANTRY_TRY(outboxObject(db, textOf(input, "object")));
        GANTRY_CHECK(cancelObject(db, object.id, textOf(input, "who"), textOf(input, "why"),
                                  parts_.clock.nowMillis()));
        return object.study;
    }));
    if (study != 0) studyChanged(study);
    return outboxChanged();
}

Result<std::string> WebApp::limitLine(const http::Request& request, const Parameters&) {
    const auto wish = GANTRY_TRY(readLineWish(GANTRY_TRY(readDecision(request.body, {"who"}))));
    GANTRY_CHECK(parts_.catalogue.write(
        [&](Database& db) { return setLineWish(db, wish, parts_.clock.nowMillis()); }));
    return outboxChanged();
}

Result<std::string> WebApp::transferList(const http::Request& request, const Parameters&) {
    const auto wish = wishOf(request, kMostTransfers);
    const auto rows = GANTRY_TRY(parts_.catalogue.read([&](Database& db) { return transfers(db, wish); }));
    json::array out;
    for (const auto& row : rows) out.push_back(transferJson(row));
    return json::serialize(out);
}

Result<std::string> WebApp::transferCsv(const http::Request& request, const Parameters&) {
    const auto wish = wishOf(request, kMostLines);
    return transfersCsv(
        GANTRY_TRY(parts_.catalogue.read([&](Database& db) { return transfers(db, wish); })));
}

}  // namespace gantry::agent
