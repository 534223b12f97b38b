#include "http_connection.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cstring>
#include <typeinfo>

#include "gantry/core/log.hpp"
#include "http_target.hpp"

namespace gantry::http {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kSmallInput = 2 * kMaxHeadBytes;
constexpr std::size_t kUploadInput = 1u << 20;
/// From its first byte a head must be complete in this time, however slowly it dribbles in.
constexpr std::chrono::milliseconds kHeadTime = 15s;
/// A refused body up to this size is read and dropped, so that the connection can go on.
constexpr std::uint64_t kWorthDraining = 256u << 10;

/// Runs code of a handler; what it throws becomes `otherwise`.
template <class F, class T>
T contained(F&& call, T otherwise) {
    try {
        return call();
    } catch (const std::exception& e) {
        // The text of a stranger's exception may quote its input; its type does not.
        log::error("http.handler-threw", {{"type", typeid(e).name()}});
    } catch (...) {
        log::error("http.handler-threw", {{"type", "unknown"}});
    }
    return otherwise;
}

Response serverError() {
    return problem(fail(Errc::Internal, ""));
}

/// Sees to it that finish() is called once, whatever way the upload ends.
class SinkOwner {
public:
    explicit SinkOwner(std::unique_ptr<UploadSink> sink) : sink_(std::move(sink)) {}
    SinkOwner(const SinkOwner&) = delete;
    SinkOwner& operator=(const SinkOwner&) = delete;
    ~SinkOwner() {
        if (sink_) finish(false);
    }
    std::optional<Response> refusal() {
        return contained([this] { return sink_->refusal(); }, std::optional<Response>(serverError()));
    }
    bool write(std::string_view piece) {
        auto written =
            contained([&] { return sink_->write(asBytes(piece)); }, Result<>(fail(Errc::Internal, "")));
        if (!written) error_ = written.error();
        return written.has_value();
    }
    Response finish(bool complete) {
        const auto sink = std::move(sink_);
        return contained([&] { return sink->finish(complete); }, serverError());
    }
    const std::optional<Error>& error() const { return error_; }

private:
    std::unique_ptr<UploadSink> sink_;
    std::optional<Error> error_;
};

Request makeRequest(RequestHead& head, Target target) {
    Request request;
    request.method = head.method;
    request.path = std::move(target.path);
    request.query = std::move(target.query);
    request.headers = head.headers;
    request.content_length = head.content_length;
    return request;
}

/// What RFC 9112 3.2 and RFC 9110 10.1.1 want refused before anybody looks at the request.
std::optional<Response> refuseHead(const RequestHead& head) {
    if (head.host_fields > 1 || (head.http11 && head.host_fields == 0)) return text(400, "Host\n");
    if (head.headers.contains("Expect") && !head.expects_continue) return text(417, "");
    return std::nullopt;
}

}  // namespace

Connection::Connection(boost::asio::any_io_executor strand, std::unique_ptr<Transport> transport,
                       std::string peer, const ConnectionSettings& settings)
    : strand_(strand),
      transport_(std::move(transport)),
      peer_(std::move(peer)),
      settings_(settings),
      wake_(strand),
      input_(kSmallInput) {
    expect(in(kHeadTime));
}

Awaitable<void> Connection::run(bool refuse) {
    const auto self = shared_from_this();
    expect(in(kHeadTime));
    const auto failed = co_await transport_->handshake();
    if (!failed) client_certificate_ = transport_->peerCertificate();
    Next next = failed ? Next::End : Next::Request;
    while (next == Next::Request && !ended_) next = co_await serveRequest(refuse);
    end();
}

Awaitable<Connection::Next> Connection::serveRequest(bool refuse) {
    RequestParser parser;
    Response refusal;
    if (!co_await readHead(parser, refusal)) {
        if (refusal.status != 0) co_await answer(parser.head(), std::move(refusal), Next::End);
        co_return Next::End;
    }
    auto& head = parser.head();
    auto target = parseTarget(head.target);
    if (refuse) {
        refusal = text(503, "too many connections\n");
    } else if (auto wrong = refuseHead(head)) {
        refusal = *std::move(wrong);
    } else if (!target) {
        refusal = problem(target.error());
    } else {
        auto request = makeRequest(head, *std::move(target));
        request.peer = peer_;
        request.tls = settings_.tls;
        request.client_certificate = client_certificate_;
        expectNothing();
        std::unique_ptr<UploadSink> sink;
        const bool asked = contained([&] { return sink = settings_.handler.upload(request), true; }, false);
        if (!asked) co_return co_await answer(head, serverError(), Next::End);
        if (sink) co_return co_await serveUpload(parser, request, std::move(sink));
        co_return co_await serveBuffered(parser, std::move(request));
    }
    co_return co_await answer(head, std::move(refusal), Next::End);
}

/// False: nothing more can come; `refusal.status` says what to answer, 0 for nothing.
Awaitable<bool> Connection::readHead(RequestParser& parser, Response& refusal) {
    refusal.status = 0;
    std::optional<Time> deadline;
    for (;;) {
        if (!input().empty()) {
            const auto step = parser.parseHead(input());
            consume(step.consumed);
            if (step.state == RequestParser::State::HeadDone) co_return true;
            if (step.state == RequestParser::State::Refused) {
                refusal = text(step.status, "");
                co_return false;
            }
            if (input().size() >= kMaxHeadBytes) {
                refusal = text(431, "");
                co_return false;
            }
            if (!deadline) deadline = in(std::min(kHeadTime, settings_.idle_timeout));
        }
        const auto until = deadline.value_or(in(settings_.idle_timeout));
        if (co_await readMore(std::nullopt, until) == Read::Ended) co_return false;
    }
}

Awaitable<Connection::BodyEnd> Connection::readBody(RequestParser& parser, const BodyTaker& taker,
                                                    int& status, Time last) {
    if (!parser.head().hasBody()) co_return BodyEnd::Complete;
    for (;;) {
        if (!input().empty()) {
            expectNothing();
            const auto step = parser.parseBody(input(), taker);
            consume(step.consumed);
            status = step.status;
            if (step.state == RequestParser::State::Complete) co_return BodyEnd::Complete;
            if (step.state == RequestParser::State::Refused) co_return BodyEnd::Refused;
            if (input().size() == input_.size()) {  // a chunk's own header that fills the buffer
                status = 400;
                co_return BodyEnd::Refused;
            }
        }
        if (ended_) co_return BodyEnd::Broken;
        const auto until = std::min(last, in(settings_.idle_timeout));
        if (co_await readMore(parser.remaining(), until) == Read::Ended) co_return BodyEnd::Broken;
    }
}

Awaitable<Connection::Next> Connection::serveBuffered(RequestParser& parser, Request request) {
    const auto& head = parser.head();
    const auto limit = settings_.max_body_bytes;
    if (head.content_length.value_or(0) > limit)
        co_return co_await refuseUpload(parser, request, text(413, ""));
    if (!co_await inviteBody(head)) co_return Next::End;
    const BodyTaker taker = [&request, limit](std::string_view piece) {
        if (piece.size() > limit - request.body.size()) return false;
        request.body += piece;
        return true;
    };
    int status = 0;
    const auto end = co_await readBody(parser, taker, status, in(2 * settings_.idle_timeout));
    if (end == BodyEnd::Broken) co_return Next::End;
    if (end == BodyEnd::Refused)
        co_return co_await answer(head, text(status == 0 ? 413 : status, ""), Next::End);
    expectNothing();
    auto response = contained([&] { return settings_.handler.handle(request); }, serverError());
    co_return co_await answer(head, std::move(response), Next::Request);
}

Awaitable<Connection::Next> Connection::serveUpload(RequestParser& parser, const Request& request,
                                                    std::unique_ptr<UploadSink> owned) {
    SinkOwner sink(std::move(owned));
    const auto& head = parser.head();
    if (auto refusal = sink.refusal()) {
        sink.finish(false);
        co_return co_await refuseUpload(parser, request, *std::move(refusal));
    }
    if (!co_await inviteBody(head)) co_return Next::End;
    if (head.content_length.value_or(kUploadInput) > kSmallInput) resizeInput(kUploadInput);
    int status = 0;
    const BodyTaker taker = [&sink](std::string_view piece) { return sink.write(piece); };
    const auto end = co_await readBody(parser, taker, status, Time::max());
    resizeInput(kSmallInput);
    expectNothing();
    auto response = sink.finish(end == BodyEnd::Complete);
    if (end == BodyEnd::Broken) co_return Next::End;
    if (end == BodyEnd::Refused) response = sink.error() ? problem(*sink.error()) : text(status, "");
    co_return co_await answer(head, std::move(response),
                              end == BodyEnd::Complete ? Next::Request : Next::End);
}

/// Answers a request whose body is not wanted. A client that waits for "100 Continue" never sends it; a small
/// body is dropped; before a large one the connection ends.
Awaitable<Connection::Next> Connection::refuseUpload(RequestParser& parser, const Request& request,
                                                     Response refusal) {
    const auto& head = parser.head();
    const bool waits = head.expects_continue && input().empty();
    auto next = Next::End;
    if (!waits && !head.chunked && request.content_length.value_or(0) <= kWorthDraining) {
        int status = 0;
        const BodyTaker drop = [](std::string_view) { return true; };
        const auto end = co_await readBody(parser, drop, status, in(settings_.idle_timeout));
        if (end == BodyEnd::Broken) co_return Next::End;
        if (end == BodyEnd::Complete) next = Next::Request;
    }
    co_return co_await answer(head, std::move(refusal), next);
}

Awaitable<bool> Connection::inviteBody(const RequestHead& head) {
    if (!head.expects_continue || !head.http11 || !head.hasBody() || !input().empty()) co_return true;
    co_return co_await writeAll("HTTP/1.1 100 Continue\r\n\r\n");
}

Awaitable<Connection::Read> Connection::readMore(std::optional<std::uint64_t> at_most, Time deadline) {
    if (begin_ > 0) {
        std::memmove(input_.data(), input_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    auto room = std::span<char>(input_).subspan(end_);
    if (at_most) room = room.first(static_cast<std::size_t>(std::min<std::uint64_t>(*at_most, room.size())));
    expect(deadline);
    const auto read = co_await transport_->readSome(room);
    expectNothing();
    end_ += read.bytes;
    co_return read.bytes == 0 || ended_ ? Read::Ended : Read::Some;
}

void Connection::consume(std::size_t bytes) {
    begin_ += bytes;
    if (begin_ == end_) begin_ = end_ = 0;
}

/// Shrinking waits until what lies in the buffer fits.
void Connection::resizeInput(std::size_t bytes) {
    std::vector<char> fresh(std::max(bytes, end_ - begin_));
    std::memcpy(fresh.data(), input_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    input_ = std::move(fresh);
}

void Connection::expect(Time deadline) {
    deadline_.store(deadline.time_since_epoch().count());
}
void Connection::expectNothing() {
    deadline_.store(0);
}
Connection::Time Connection::in(std::chrono::milliseconds span) const {
    return std::chrono::steady_clock::now() + span;
}

void Connection::end() {
    ended_ = true;
    transport_->close();
    wake_.cancel();
}

void Connection::stop() {
    boost::asio::post(strand_, [self = shared_from_this()] { self->end(); });
}

void Connection::closeIfLate(Time now) {
    const auto deadline = deadline_.load();
    if (deadline != 0 && now.time_since_epoch().count() > deadline) stop();
}

}  // namespace gantry::http
