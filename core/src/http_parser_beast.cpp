// The parser asserts on the length of a last chunk that comes byte by byte, and is right without the
// assertion.
#define BOOST_DISABLE_ASSERTS
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "http_parser.hpp"

namespace gantry::http {
namespace {

namespace beast = boost::beast;
using beast::http::field;
using BeastView = beast::string_view;

std::string_view view(BeastView text) {
    return {text.data(), text.size()};
}

bool equalsIgnoringCase(std::string_view a, std::string_view b) {
    const CaseInsensitiveLess less;
    return !less(a, b) && !less(b, a);
}

/// Collects the head, hands body pieces on without copying them.
class Collector final : public beast::http::basic_parser<true> {
public:
    Collector() {
        header_limit(kMaxHeadBytes);
        body_limit(boost::none);  // the connection knows whether this body goes to memory or to a sink
    }
    RequestHead head;
    const BodyTaker* taker = nullptr;
    bool unknown_transfer_coding = false;

private:
    void on_request_impl(beast::http::verb, BeastView method, BeastView target, int version,
                         beast::error_code&) override {
        head.method = view(method);
        head.target = view(target);
        head.http11 = version == 11;
    }
    void on_response_impl(int, BeastView, int, beast::error_code&) override {}

    void on_field_impl(field known, BeastView name, BeastView value, beast::error_code&) override {
        if (is_header_done()) return;  // trailers say nothing we use
        if (known == field::host) ++head.host_fields;
        if (known == field::expect) head.expects_continue = equalsIgnoringCase(view(value), "100-continue");
        if (known == field::transfer_encoding && !equalsIgnoringCase(view(value), "chunked"))
            unknown_transfer_coding = true;
        const auto [entry, fresh] = head.headers.try_emplace(std::string(view(name)), view(value));
        if (!fresh) entry->second.append(known == field::cookie ? "; " : ", ").append(view(value));
    }
    void on_header_impl(beast::error_code&) override {
        head.chunked = chunked();
        head.keep_alive = keep_alive();
        if (const auto length = content_length()) head.content_length = *length;
    }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}
    std::size_t on_body_impl(BeastView body, beast::error_code& ec) override { return take(body, ec); }
    void on_chunk_header_impl(std::uint64_t, BeastView, beast::error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, BeastView body, beast::error_code& ec) override {
        return take(body, ec);
    }
    void on_finish_impl(beast::error_code&) override {}

    std::size_t take(BeastView body, beast::error_code& ec) const {
        if (!(*taker)(view(body))) ec = beast::http::error::body_limit;
        return body.size();
    }
};

int statusOf(const beast::error_code& ec) {
    if (ec == beast::http::error::header_limit) return 431;
    if (ec == beast::http::error::bad_version) return 505;
    if (ec == beast::http::error::body_limit) return 0;
    return 400;
}

}  // namespace

struct RequestParser::Impl {
    Collector collector;
};

RequestParser::RequestParser() : impl_(std::make_unique<Impl>()) {}
RequestParser::~RequestParser() = default;
RequestHead& RequestParser::head() {
    return impl_->collector.head;
}

std::optional<std::uint64_t> RequestParser::remaining() const {
    if (impl_->collector.chunked()) return std::nullopt;
    const auto left = impl_->collector.content_length_remaining();
    return left ? std::optional<std::uint64_t>(*left) : std::nullopt;
}

RequestParser::Step RequestParser::parseHead(std::string_view input) {
    auto& collector = impl_->collector;
    Step step;
    beast::error_code ec;
    step.consumed = collector.put(boost::asio::const_buffer(input.data(), input.size()), ec);
    if (ec == beast::http::error::need_more) return step;
    if (ec) {
        step.state = State::Refused;
        step.status = statusOf(ec);
    } else if (collector.is_header_done()) {
        step.state = collector.unknown_transfer_coding ? State::Refused : State::HeadDone;
        step.status = 501;  // RFC 9112 6.1
    }
    return step;
}

RequestParser::Step RequestParser::parseBody(std::string_view input, const BodyTaker& taker) {
    auto& collector = impl_->collector;
    collector.taker = &taker;
    collector.eager(true);
    Step step;
    beast::error_code ec;
    step.consumed = collector.put(boost::asio::const_buffer(input.data(), input.size()), ec);
    collector.taker = nullptr;
    if (ec && ec != beast::http::error::need_more) {
        step.state = State::Refused;
        step.status = statusOf(ec);
    } else if (collector.is_done()) {
        step.state = State::Complete;
    }
    return step;
}

}  // namespace gantry::http
