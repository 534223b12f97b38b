// How a connection sends: answers, files, events, and the end of the line.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <ctime>

#include "http_connection.hpp"
#include "http_events.hpp"

namespace gantry::http {
namespace {

using namespace std::chrono_literals;

constexpr auto kTuple = boost::asio::as_tuple(boost::asio::use_awaitable);
constexpr auto kHeartbeat = 15s;
constexpr std::size_t kFilePiece = 512u << 10;
constexpr std::size_t kMaxLingerBytes = 64u << 20;
constexpr std::size_t kLingerPiece = 256u << 10;
constexpr std::chrono::milliseconds kLingerTime = 3s;

struct Reason {
    int status;
    std::string_view text;
};
constexpr Reason kReasons[] = {{200, "OK"},
                               {201, "Created"},
                               {202, "Accepted"},
                               {204, "No Content"},
                               {206, "Partial Content"},
                               {301, "Moved Permanently"},
                               {302, "Found"},
                               {303, "See Other"},
                               {304, "Not Modified"},
                               {307, "Temporary Redirect"},
                               {308, "Permanent Redirect"},
                               {400, "Bad Request"},
                               {401, "Unauthorized"},
                               {403, "Forbidden"},
                               {404, "Not Found"},
                               {405, "Method Not Allowed"},
                               {406, "Not Acceptable"},
                               {408, "Request Timeout"},
                               {409, "Conflict"},
                               {410, "Gone"},
                               {411, "Length Required"},
                               {412, "Precondition Failed"},
                               {413, "Content Too Large"},
                               {415, "Unsupported Media Type"},
                               {416, "Range Not Satisfiable"},
                               {417, "Expectation Failed"},
                               {422, "Unprocessable Content"},
                               {423, "Locked"},
                               {428, "Precondition Required"},
                               {429, "Too Many Requests"},
                               {431, "Request Header Fields Too Large"},
                               {460, "Checksum Mismatch"},
                               {500, "Internal Server Error"},
                               {501, "Not Implemented"},
                               {502, "Bad Gateway"},
                               {503, "Service Unavailable"},
                               {504, "Gateway Timeout"},
                               {505, "HTTP Version Not Supported"},
                               {507, "Insufficient Storage"}};

/// The reason phrase is for people alone; an unknown status goes without.
std::string_view reasonOf(int status) {
    const auto* row = std::find_if(std::begin(kReasons), std::end(kReasons),
                                   [status](const Reason& r) { return r.status == status; });
    return row == std::end(kReasons) ? std::string_view{} : row->text;
}

/// IMF-fixdate, RFC 9110 5.6.7, whatever the locale.
std::string httpDate() {
    static constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    std::array<char, 64> out{};
    const int length = std::snprintf(out.data(), out.size(), "%s, %02d %s %d %02d:%02d:%02d GMT",
                                     kDays[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                                     kMonths[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900,
                                     utc.tm_hour, utc.tm_min, utc.tm_sec);
    return {out.data(), static_cast<std::size_t>(length)};
}

bool isTokenText(std::string_view name) {
    return !name.empty() && std::none_of(name.begin(), name.end(), [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F || c == ':';
    });
}

/// One field line; a value cannot start another line (RFC 9110 5.5).
void appendField(std::string& out, std::string_view name, std::string_view value) {
    if (!isTokenText(name)) return;
    out.append(name).append(": ");
    for (const char c : value)
        if (c == '\t' || static_cast<unsigned char>(c) >= 0x20) out += c;
    out += "\r\n";
}

struct HeadPlan {
    std::optional<std::uint64_t> length;
    bool close = false;
    bool http11 = true;
};

std::string headText(const Response& response, const HeadPlan& plan) {
    std::string out = "HTTP/1.1 " + std::to_string(response.status) + ' ';
    out.append(reasonOf(response.status)).append("\r\n");
    appendField(out, "Date", httpDate());
    for (const auto& [name, value] : response.headers) appendField(out, name, value);
    if (plan.length) appendField(out, "Content-Length", std::to_string(*plan.length));
    if (plan.close) appendField(out, "Connection", "close");
    if (!plan.close && !plan.http11) appendField(out, "Connection", "keep-alive");
    out += "\r\n";
    return out;
}

bool mayHaveBody(int status) {
    return status != 204 && status != 304;
}

/// The descriptor and size of what response.file names, or what to answer instead.
struct OpenedFile {
    UniqueFd fd;
    std::uint64_t size = 0;
};
Result<OpenedFile> openRegularFile(const std::filesystem::path& path) {
    OpenedFile file;
    file.fd = GANTRY_TRY(openFile(path, OpenMode::Read));
    struct stat info {};
    if (::fstat(file.fd.get(), &info) != 0) return failErrno("file", errno);
    if (!S_ISREG(info.st_mode)) return fail(Errc::NotFound, "not a regular file");
    file.size = static_cast<std::uint64_t>(info.st_size);
    return file;
}

/// A file that is not there is the asker's mistake; its path on our disk is not his business.
Response fileProblem(Errc code) {
    return problem(fail(code, ""));
}

/// A listener's place in its feed. The connection outlives it, so that a publisher never wakes one that is
/// gone.
struct Subscription {
    Subscription(std::shared_ptr<EventFeed::Impl> where, std::shared_ptr<EventListener> who)
        : feed(std::move(where)), listener(std::move(who)) {
        feed->add(listener);
    }
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;
    ~Subscription() {
        listener->close();
        feed->remove(listener);
    }
    const std::shared_ptr<EventFeed::Impl> feed;
    const std::shared_ptr<EventListener> listener;
};

Response eventStreamHead(Response response) {
    response.headers.emplace_back("Content-Type", "text/event-stream");
    response.headers.emplace_back("Cache-Control", "no-cache");
    return response;
}

}  // namespace

Awaitable<Connection::Next> Connection::answer(const RequestHead& head, Response response, Next next) {
    if (!head.keep_alive) next = Next::End;
    if (response.events != nullptr) {
        auto feed = response.events->impl();
        HeadPlan plan{std::nullopt, true, head.http11};
        const auto text = headText(eventStreamHead(std::move(response)), plan);
        if (head.method == "HEAD")
            co_await writeAll(text);
        else
            co_await sendEvents(std::move(feed), text);
        co_return Next::End;
    }
    OpenedFile file;
    if (response.file) {
        auto opened = openRegularFile(*response.file);
        if (opened) {
            file = *std::move(opened);
        } else {
            response = fileProblem(opened.error().code);
        }
    }
    const bool body_allowed = mayHaveBody(response.status);
    HeadPlan plan{std::nullopt, next == Next::End, head.http11};
    if (body_allowed) plan.length = file.fd ? file.size : response.body.size();
    auto out = headText(response, plan);
    const bool send_body = body_allowed && head.method != "HEAD";
    if (send_body && !file.fd && response.body.size() <= kMaxHeadBytes)
        out += std::exchange(response.body, {});
    bool sent = co_await writeAll(out);
    if (sent && send_body && file.fd) sent = co_await writeFile(file.fd.get(), file.size);
    if (sent && send_body && !response.body.empty()) sent = co_await writeAll(response.body);
    if (!sent) co_return Next::End;
    if (next == Next::End) co_await linger();
    co_return next;
}

Awaitable<bool> Connection::writeAll(std::string_view bytes) {
    while (!bytes.empty()) {
        expect(in(settings_.idle_timeout));
        const auto written = co_await transport_->writeSome({bytes.data(), bytes.size()});
        expectNothing();
        if (written.ec || ended_) co_return false;
        bytes.remove_prefix(written.bytes);
    }
    co_return true;
}

Awaitable<bool> Connection::writeFile(int fd, std::uint64_t size) {
    std::vector<char> piece(static_cast<std::size_t>(std::min<std::uint64_t>(size, kFilePiece)));
    std::uint64_t offset = 0;
    while (offset < size) {
        const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(size - offset, piece.size()));
        const auto got = ::pread(fd, piece.data(), want, static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) co_return false;  // shorter than announced: the client must see a broken line
        if (!co_await writeAll({piece.data(), static_cast<std::size_t>(got)})) co_return false;
        offset += static_cast<std::uint64_t>(got);
    }
    co_return true;
}

Awaitable<void> Connection::sendEvents(std::shared_ptr<EventFeed::Impl> feed, std::string_view head) {
    const auto self = shared_from_this();
    const Subscription subscription(
        std::move(feed), std::make_shared<EventListener>([this] {
            boost::asio::post(strand_, [connection = shared_from_this()] { connection->wake_.cancel(); });
        }));
    // Who has the head listens already: nothing that is published from then on passes it by.
    if (!co_await writeAll(head)) co_return;
    boost::asio::co_spawn(strand_, watchForEnd(), [self](const std::exception_ptr&) {});
    co_await pumpEvents(*subscription.listener);
}

Awaitable<void> Connection::pumpEvents(EventListener& listener) {
    if (!co_await writeAll("retry: 2000\n\n")) co_return;
    auto heartbeat = in(kHeartbeat);
    while (!ended_) {
        // Nothing may suspend between an empty take() and the wait: what is published meanwhile cancels the
        // wait, and there must be one to cancel.
        const auto batch = listener.take();
        if (!batch.text.empty()) {
            if (!co_await writeAll(batch.text)) co_return;
            heartbeat = in(kHeartbeat);
        } else if (batch.ended) {
            co_return;
        } else if (in(0ms) >= heartbeat) {
            if (!co_await writeAll(": still here\n\n")) co_return;
            heartbeat = in(kHeartbeat);
        } else {
            wake_.expires_at(heartbeat);
            co_await wake_.async_wait(kTuple);
        }
    }
}

/// A listener that goes away is noticed at once; what it may still send is dropped.
Awaitable<void> Connection::watchForEnd() {
    std::array<char, 1024> scratch{};
    for (;;) {
        const auto read = co_await transport_->readSome(scratch);
        if (read.ec || read.bytes == 0) break;
    }
    end();
}

/// Closing a socket with unread bytes resets the line, and the peer may lose our last answer with it. So: say
/// that we are done, then drop what still comes, for a short while.
Awaitable<void> Connection::linger() {
    expect(in(kLingerTime));
    co_await transport_->finishSending();
    std::size_t dropped = 0;
    resizeInput(kLingerPiece);
    while (!ended_ && dropped < kMaxLingerBytes) {
        const auto read = co_await transport_->readSome(input_);
        if (read.ec || read.bytes == 0) break;
        dropped += read.bytes;
    }
    expectNothing();
}

}  // namespace gantry::http
