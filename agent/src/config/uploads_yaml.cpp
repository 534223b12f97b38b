#include "config/uploads_config.hpp"

namespace gantry::agent {
namespace {

constexpr std::int64_t kMostRate = 10 << 20;  // KiB/s; beyond it a bound makes no sense

std::optional<std::uint64_t> readRate(ConfigSection& in) {
    const auto kib = in.integer("rate_kib_per_second", 0, 0, kMostRate);
    return kib == 0 ? std::nullopt : std::optional(static_cast<std::uint64_t>(kib) << 10);
}

/// The value, or a mistake at `key`.
template <class T>
T valueOr(ConfigSection& in, std::string_view key, Result<T> read, T otherwise) {
    if (read) return *std::move(read);
    in.mistake(key, read.error().context);
    return otherwise;
}

uplink::LineWindow readWindow(ConfigSection& in) {
    uplink::LineWindow window;
    window.days = valueOr(in, "days", uplink::parseWeekdays(in.text("days", "daily")), window.days);
    window.begin_minute = valueOr(in, "from", uplink::parseMinuteOfDay(in.requiredText("from")), 0);
    window.end_minute = valueOr(in, "to", uplink::parseMinuteOfDay(in.requiredText("to")), 0);
    window.rate.bytes_per_second = readRate(in);
    window.rate.open = in.oneOf("line", "open", {"open", "closed"}) == "open";
    if (!window.rate.open && window.rate.bytes_per_second)
        in.mistake("rate_kib_per_second", "nothing is sent over a closed line");
    return window;
}

uplink::LineSchedule readSchedule(ConfigSection& in) {
    std::vector<uplink::LineWindow> windows;
    for (auto& window : in.sections("schedule")) windows.push_back(readWindow(window));
    const uplink::LineRate otherwise{true, readRate(in)};
    return valueOr(in, "schedule", uplink::LineSchedule::make(std::move(windows), otherwise),
                   uplink::LineSchedule(otherwise));
}

uplink::ProxyConfig readProxy(ConfigSection in) {
    uplink::ProxyConfig proxy;
    proxy.url = in.text("url", "");
    proxy.credentials_file = in.path("credentials");
    proxy.ca_file = in.path("ca");
    proxy.no_proxy = in.texts("no_proxy");
    if (proxy.url.empty() && !proxy.credentials_file.empty())
        in.mistake("url", "credentials are there, and no proxy");
    return proxy;
}

}  // namespace

UploadConfig readUploads(ConfigSection in) {
    UploadConfig u;
    u.chunk_bytes = static_cast<std::uint64_t>(in.integer("chunk_mib", 8, 1, 64)) << 20;
    u.connections = static_cast<int>(in.integer("connections", u.connections, 0, 16));
    if (in.oneOf("verify_by_reading_back", "auto", {"auto", "never"}) == "never")
        u.read_back = uplink::ReadBack::Never;
    u.schedule = readSchedule(in);
    u.proxy = readProxy(in.section("proxy"));
    u.retry_first = std::chrono::seconds(in.integer("retry_first_seconds", u.retry_first.count(), 1, 3600));
    u.retry_cap = std::chrono::seconds(in.integer("retry_cap_seconds", u.retry_cap.count(), 1, 86400));
    return u;
}

}  // namespace gantry::agent
