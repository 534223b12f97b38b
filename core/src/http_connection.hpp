#pragma once
/// One connection's conversation: requests in, answers out, in order, until either side ends it.

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <vector>

#include "http_parser.hpp"
#include "http_transport.hpp"

namespace gantry::http {

class EventListener;

struct ConnectionSettings {
    Handler& handler;
    std::uint64_t max_body_bytes;
    std::chrono::milliseconds idle_timeout;
    bool tls;
};

/// Belongs to its strand; stop() and closeIfLate() may be called from anywhere.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    using Time = std::chrono::steady_clock::time_point;
    Connection(boost::asio::any_io_executor strand, std::unique_ptr<Transport> transport, std::string peer,
               const ConnectionSettings& settings);
    /// `refuse`: the first request is answered 503, whatever it is.
    Awaitable<void> run(bool refuse);
    void stop();
    /// Ends the connection when what it waits for has not come by its deadline.
    void closeIfLate(Time now);

private:
    enum class Next { Request, End };
    enum class Read { Some, Ended };
    enum class BodyEnd { Complete, Broken, Refused };

    // http_connection.cpp: requests
    Awaitable<Next> serveRequest(bool refuse);
    Awaitable<bool> readHead(RequestParser& parser, Response& refusal);
    Awaitable<BodyEnd> readBody(RequestParser& parser, const BodyTaker& taker, int& status, Time last);
    Awaitable<Next> serveBuffered(RequestParser& parser, Request request);
    Awaitable<Next> serveUpload(RequestParser& parser, const Request& request,
                                std::unique_ptr<UploadSink> sink);
    Awaitable<Next> refuseUpload(RequestParser& parser, const Request& request, Response refusal);
    Awaitable<bool> inviteBody(const RequestHead& head);
    Awaitable<Read> readMore(std::optional<std::uint64_t> at_most, Time deadline);
    std::string_view input() const { return {input_.data() + begin_, end_ - begin_}; }
    void consume(std::size_t bytes);
    void resizeInput(std::size_t bytes);

    // http_answer.cpp: answers
    Awaitable<Next> answer(const RequestHead& head, Response response, Next next);
    Awaitable<bool> writeAll(std::string_view bytes);
    Awaitable<bool> writeFile(int fd, std::uint64_t size);
    Awaitable<void> sendEvents(std::shared_ptr<EventFeed::Impl> feed, std::string_view head);
    Awaitable<void> pumpEvents(EventListener& listener);
    Awaitable<void> watchForEnd();
    Awaitable<void> linger();

    void expect(Time deadline);
    void expectNothing();
    Time in(std::chrono::milliseconds span) const;
    void end();

    boost::asio::any_io_executor strand_;
    std::unique_ptr<Transport> transport_;
    const std::string peer_;
    std::string client_certificate_;  ///< PEM
    const ConnectionSettings settings_;
    boost::asio::steady_timer wake_;      ///< cancelled when events are ready
    std::atomic<Time::rep> deadline_{0};  ///< steady clock ticks; 0: waiting for nothing
    bool ended_ = false;
    std::vector<char> input_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace gantry::http
