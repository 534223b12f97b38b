#include "settings.hpp"

#include <boost/json.hpp>

#include "gantry/uplink/statement.hpp"
#include "gantry/uplink/tuf_signing.hpp"
#include "site_voice.hpp"

namespace gantry::central {
namespace {

namespace json = boost::json;
namespace tuf = uplink::tuf;

constexpr int kMostMinutes = 1440;

struct Mistakes {
    std::string text;
    void add(std::string_view key, std::string_view what) {
        text += (text.empty() ? "" : "\n") + std::string(key) + ": " + std::string(what);
    }
};

void checkMinutes(const json::object& settings, std::string_view key, int least, Mistakes& mistakes) {
    const auto* value = settings.if_contains(key);
    const auto* minutes = value ? value->if_int64() : nullptr;
    if (value != nullptr && (minutes == nullptr || *minutes < least || *minutes > kMostMinutes))
        mistakes.add(key, "a whole number from " + std::to_string(least) + " to 1440");
}

bool isTimeOfDay(const json::value* value) {
    const auto* text = value ? value->if_string() : nullptr;
    if (text == nullptr || text->size() != 5 || (*text)[2] != ':') return false;
    const auto digits = [&](std::size_t at, int most) {
        const char a = (*text)[at];
        const char b = (*text)[at + 1];
        return a >= '0' && a <= '9' && b >= '0' && b <= '9' && (a - '0') * 10 + (b - '0') <= most;
    };
    return digits(0, 23) && digits(3, 59);
}

bool isRate(const json::value* value) {
    return value == nullptr || (value->is_int64() && value->get_int64() >= 0);
}

void checkUpload(const json::object& settings, Mistakes& mistakes) {
    const auto* value = settings.if_contains("upload");
    if (value == nullptr) return;
    const auto* upload = value->if_object();
    if (upload == nullptr) return mistakes.add("upload", "an object");
    if (!isRate(upload->if_contains("kib_s"))) mistakes.add("upload.kib_s", "a whole number from 0");
    const auto* windows = upload->if_contains("windows");
    if (windows == nullptr) return;
    if (!windows->is_array()) return mistakes.add("upload.windows", "a list");
    for (const auto& entry : windows->get_array()) {
        const auto* window = entry.if_object();
        if (window == nullptr || !isTimeOfDay(window->if_contains("from")) ||
            !isTimeOfDay(window->if_contains("to")) || !isRate(window->if_contains("kib_s")))
            mistakes.add("upload.windows", R"(each {"from": "20:00", "to": "06:00", "kib_s": 0})");
    }
}

void checkKnown(const json::object& settings, Mistakes& mistakes) {
    constexpr std::string_view kKnown[] = {"format", "poll_minutes", "heartbeat_minutes", "upload",
                                           "closed", "outbox",       "presigned"};
    for (const auto& member : settings)
        if (std::find(std::begin(kKnown), std::end(kKnown), std::string_view(member.key())) == std::end(kKnown))
            mistakes.add(member.key(), "is not known");
}

std::string settingsPath(const Site& site) {
    return "sites/" + site.id + "/settings.age";
}

}  // namespace

Result<std::string> checkedSettings(std::string_view text) {
    boost::system::error_code ec;
    auto value = json::parse(text, ec);
    auto* settings = ec ? nullptr : value.if_object();
    if (settings == nullptr) return fail(Errc::InvalidArgument, "settings are a JSON object");
    Mistakes mistakes;
    checkKnown(*settings, mistakes);
    checkMinutes(*settings, "poll_minutes", 1, mistakes);
    checkMinutes(*settings, "heartbeat_minutes", 5, mistakes);
    checkUpload(*settings, mistakes);
    if (const auto* closed = settings->if_contains("closed"); closed && !closed->is_string())
        mistakes.add("closed", "text");
    if (const auto* outbox = settings->if_contains("outbox"); outbox && !outbox->is_array())
        mistakes.add("outbox", "a list of addresses");
    if (!mistakes.text.empty()) return fail(Errc::InvalidArgument, mistakes.text);
    (*settings)["format"] = 1;
    return uplink::canonicalText(json::serialize(*settings));
}

Result<> publishByDesk(Office& office, const Contents& contents, const Ed25519Seed& desk, UnixMillis now) {
    const auto role = std::string(kDeskRole);
    auto next = GANTRY_TRY(office.next(role, now));
    for (const auto& [path, content] : contents) next.targets[path] = tuf::targetInfoOf(asBytes(content));
    const std::vector<Ed25519Seed> seeds{desk};
    GANTRY_CHECK(office.publish({{role, GANTRY_TRY(tuf::signedText(next, seeds))}}, contents, now));
    return {};
}

Result<> publishSettings(Office& office, const std::string& settings, const Ed25519Seed& desk, UnixMillis now) {
    return publishByDesk(office, {{"settings.json", settings}}, desk, now);
}

Result<> publishSiteSettings(Office& office, const Site& site, const std::string& settings,
                             const Ed25519Seed& desk, UnixMillis now) {
    if (!site.enrolled()) return fail(Errc::InvalidArgument, "site " + site.id + " is not enrolled");
    const auto content = GANTRY_TRY(encryptedFor(site.recipient, settings));
    return publishByDesk(office, {{settingsPath(site), content}}, desk, now);
}

Result<> closeSite(Office& office, const Site& site, const std::string& why, const Ed25519Seed& desk,
                   UnixMillis now) {
    const auto settings = GANTRY_TRY(checkedSettings(json::serialize(json::object{{"closed", why}})));
    return publishSiteSettings(office, site, settings, desk, now);
}

}  // namespace gantry::central
