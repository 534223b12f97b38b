#pragma once
/// HTTP/1.1 request syntax (RFC 9112), one request at a time, fed with whatever bytes have come.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gantry/core/http_server.hpp"

namespace gantry::http {

inline constexpr std::size_t kMaxHeadBytes = 16u << 10;

struct RequestHead {
    std::string method;
    std::string target;
    bool http11 = false;
    bool keep_alive = false;
    bool chunked = false;
    bool expects_continue = false;
    int host_fields = 0;
    std::optional<std::uint64_t> content_length;
    /// Repeated fields are joined with ", " (RFC 9110 5.3).
    std::map<std::string, std::string, CaseInsensitiveLess> headers;
    bool hasBody() const { return chunked || content_length.value_or(0) > 0; }
};

/// False: stop reading this body.
using BodyTaker = std::function<bool(std::string_view piece)>;

class RequestParser {
public:
    enum class State { NeedMore, HeadDone, Complete, Refused };
    struct Step {
        std::size_t consumed = 0;  ///< bytes of the input that are done with
        State state = State::NeedMore;
        int status = 0;  ///< of the answer when refused; 0 when the taker refused
    };

    RequestParser();
    ~RequestParser();
    /// Until HeadDone or Refused. Input that was not consumed comes again, with more behind it.
    Step parseHead(std::string_view input);
    /// After HeadDone, while the head has a body, until Complete or Refused. Pieces are views into `input`.
    Step parseBody(std::string_view input, const BodyTaker& taker);
    RequestHead& head();
    /// Bytes of a body of known length that have not come.
    std::optional<std::uint64_t> remaining() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace gantry::http
