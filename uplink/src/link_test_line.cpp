#include <algorithm>
#include <ctime>

#include "certificate_view.hpp"
#include "http_exchange.hpp"
#include "http_url.hpp"
#include "link_steps.hpp"

namespace gantry::uplink {
namespace {

using Stage = LineLook::Stage;

constexpr std::int64_t kDayMillis = 86'400'000;
constexpr std::int64_t kExpiresSoonDays = 14;
constexpr std::int64_t kClockOff = 60;  // seconds from which a clock is worth a word

/// The steps from the name to the certificate, told from one look at the line.
class LineTest {
public:
    LineTest(const HttpClientConfig& config, const UrlParts& url, const LineLook& look,
             const LinkSteps& steps)
        : config_(config), url_(url), look_(look), steps_(steps), by_proxy_(look.by_proxy) {}

    Result<> tell() const {
        GANTRY_CHECK(name());
        GANTRY_CHECK(proxy());
        GANTRY_CHECK(tcp());
        GANTRY_CHECK(tls());
        return certificate();
    }

private:
    std::string peer() const { return url_.host + ":" + url_.port; }
    std::string first() const { return by_proxy_ ? "the proxy " + config_.proxy.url : url_.host; }

    Result<> name() const {
        if (look_.stage == Stage::Name)
            return steps_.failed(
                "name", "Name", "The address of " + first() + " was not found.",
                "Look at how it is written in the configuration. Then ask the house's network team "
                "whether this machine's name server knows it.",
                *look_.error);
        const auto where = look_.address.empty() ? "" : " It is " + look_.address + ".";
        steps_.good("name", "Name",
                    "The address of " + first() + " was found in " + spanText(look_.name_time) + "." + where,
                    {{"address", look_.address}, {"micros", std::to_string(look_.name_time.count())}});
        return {};
    }

    Result<> proxy() const {
        if (!by_proxy_) {
            steps_.skipped("proxy", "Proxy",
                           config_.proxy.url.empty() ? "None is set." : "None for this host.");
            return {};
        }
        if (look_.stage == Stage::Reach)
            return steps_.failed("proxy", "Proxy", "The proxy " + config_.proxy.url + " was not reached.",
                                 "Ask the house's network team for its address and port.", *look_.error);
        if (look_.stage == Stage::Proxy) return proxyRefused();
        steps_.good("proxy", "Proxy",
                    "The proxy " + config_.proxy.url + " lets us through to " + peer() + ".");
        return {};
    }

    Error proxyRefused() const {
        const auto status = std::to_string(look_.proxy_status);
        const LinkSteps::Facts facts = {{"status", status}};
        if (look_.proxy_status == 407)
            return steps_.failed(
                "proxy", "Proxy", "The proxy wants other credentials (407).",
                config_.proxy.credentials_file.empty()
                    ? "Ask the house's network team for a name and a password, and put them into the "
                      "file that uploads.proxy.credentials names."
                    : "Look into " + config_.proxy.credentials_file.string() + ": one line, user:password.",
                *look_.error, facts);
        if (look_.proxy_status >= 500)
            return steps_.failed(
                "proxy", "Proxy", "The proxy does not reach " + peer() + " (" + status + ").",
                "Ask the house's network team whether it may connect there.", *look_.error, facts);
        return steps_.failed(
            "proxy", "Proxy", "The proxy does not let us through to " + peer() + " (" + status + ").",
            "Ask the house's network team to allow CONNECT to " + peer() + ".", *look_.error, facts);
    }

    Result<> tcp() const {
        if (look_.stage == Stage::Reach)
            return steps_.failed(
                "tcp", "Connection", "No connection to " + peer() + ": " + look_.error->context + ".",
                "Ask the house's network team to allow outgoing connections to " + peer() +
                    " (TCP). If they are allowed, ask the central team whether the server runs.",
                *look_.error);
        steps_.good("tcp", "Connection",
                    std::string(by_proxy_ ? "Connected through the proxy." : "Connected.") +
                        " A round trip takes " + spanText(look_.round_trip) + ".",
                    {{"round_trip_micros", std::to_string(look_.round_trip.count())}});
        return {};
    }

    Result<> tls() const {
        if (url_.scheme == "http") {
            steps_.skipped("tls", "Encryption", "Plain HTTP, within this machine.");
            return {};
        }
        if (look_.stage == Stage::Tls)
            return steps_.failed(
                "tls", "Encryption", "No TLS with " + peer() + ": " + look_.error->context + ".",
                "Something else may listen at that port, or a firewall may be in between. The server "
                "must speak TLS 1.2 or 1.3.",
                *look_.error);
        steps_.good("tls", "Encryption", look_.tls_version + " with " + look_.cipher + ".",
                    {{"version", look_.tls_version}, {"cipher", look_.cipher}});
        return {};
    }

    Result<> certificate() const {
        if (url_.scheme == "http") {
            steps_.skipped("certificate", "Certificate", "Plain HTTP, within this machine.");
            return {};
        }
        const auto view = viewCertificate(look_.certificate);
        if (!view)
            return steps_.failed("certificate", "Certificate", "The server's certificate cannot be read.",
                                 "Ask the central team.", look_.error.value_or(view.error()));
        std::string names;
        for (const auto& each : view->names) names += (names.empty() ? "" : ", ") + each;
        const auto until = isoUtc(view->not_after).substr(0, 10);
        const LinkSteps::Facts facts = {{"names", names},
                                        {"issuer", view->issuer},
                                        {"not_after", isoUtc(view->not_after)},
                                        {"pin", view->pin}};
        const auto what =
            "For " + (names.empty() ? "no name" : names) + ", by " + view->issuer + ", until " + until;
        if (look_.stage == Stage::Certificate)
            return steps_.failed("certificate", "Certificate",
                                 what + ". It is not accepted: " + look_.error->context + ".",
                                 whatToDo(*view), *look_.error, facts);
        const auto days = (view->not_after - SystemClock().nowMillis()) / kDayMillis;
        if (days < kExpiresSoonDays)
            steps_.warning("certificate", "Certificate", what + ": in " + std::to_string(days) + " days.",
                           "Tell the central team, so that it is renewed in time.", facts);
        else
            steps_.good(
                "certificate", "Certificate",
                what + "." + (config_.pins.empty() ? "" : " Its key is one of those that are pinned."),
                facts);
        return {};
    }

    std::string whatToDo(const CertificateView& view) const {
        const auto now = SystemClock().nowMillis();
        if (now > view.not_after)
            return "It has expired. Look at this machine's clock; if that is right, tell the central team.";
        if (now < view.not_before)
            return "It is not valid yet. Look at this machine's clock; if that is right, tell the central "
                   "team.";
        if (look_.error->context.find("pinned") != std::string::npos)
            return "The server shows another key than those under trials[].pins. Ask the central team before "
                   "you "
                   "change anything: somebody may be in between.";
        if (look_.error->context.find("does not match") != std::string::npos ||
            look_.error->context.find("no alternative") != std::string::npos)
            return "Use a name that it holds for in the address, or ask the central team.";
        return "If that issuer is the hospital, its firewall looks into TLS: ask for an exception for " +
               peer() + ". If it is the sponsor's own authority, name its PEM file under trials[].ca.";
    }

    const HttpClientConfig& config_;
    const UrlParts& url_;
    const LineLook& look_;
    const LinkSteps& steps_;
    const bool by_proxy_;
};

Result<> testClock(HttpConnection& http, const std::string& url, const LinkSteps& steps,
                   const std::stop_token& stop) {
    HttpRequest request;
    request.method = "HEAD";
    request.url = url;
    const auto before = ::time(nullptr);
    const auto response = http.exchange(request, nullptr, stop, {});
    if (!response)
        return steps.failed("clock", "Clock", "The server did not answer: " + response.error().context + ".",
                            "Ask the central team whether the server runs.", response.error());
    const auto date = secondsOfHttpDate(response->header("date").value_or(""));
    if (!date) {
        steps.skipped("clock", "Clock", "The server does not tell its time.");
        return {};
    }
    const auto now = before + (::time(nullptr) - before) / 2;
    const auto off = now - *date;
    const LinkSteps::Facts facts = {{"seconds_ahead", std::to_string(off)}};
    if (std::abs(off) < kClockOff)
        steps.good("clock", "Clock", "This machine and the server agree on the time.", facts);
    else
        steps.warning("clock", "Clock",
                      "This machine's clock is " + std::to_string(std::abs(off)) + " s " +
                          (off > 0 ? "ahead of" : "behind") + " the server's.",
                      "Set up time synchronisation (NTP) with the house's time server.", facts);
    return {};
}

}  // namespace

std::string_view nameOf(LinkStep::Outcome outcome) {
    switch (outcome) {
        case LinkStep::Outcome::Good:
            return "good";
        case LinkStep::Outcome::Warning:
            return "warning";
        case LinkStep::Outcome::Skipped:
            return "skipped";
        case LinkStep::Outcome::Failed:
            break;
    }
    return "failed";
}

Result<> testLine(const HttpClientConfig& config, const std::string& url, const LinkStepTold& told,
                  std::stop_token stop) {
    const auto parts = GANTRY_TRY(partsOf(url));
    GANTRY_CHECK(checkUrl(url));
    const auto http = GANTRY_TRY(HttpConnection::open(config));
    const auto look = http->look(url, stop);
    const LinkSteps steps(told);
    if (look.error && look.error->code == Errc::Stopped) return *look.error;
    GANTRY_CHECK(LineTest(config, parts, look, steps).tell());
    return testClock(*http, url, steps, stop);
}

}  // namespace gantry::uplink
