#include "age_armor.hpp"

#include <algorithm>
#include <string>

#include "gantry/core/crypto.hpp"

namespace gantry::uplink {
namespace {

constexpr std::string_view kBegin = "-----BEGIN AGE ENCRYPTED FILE-----";
constexpr std::string_view kEnd = "-----END AGE ENCRYPTED FILE-----";
constexpr std::size_t kColumns = 64;
constexpr std::size_t kMaxOutside = 1024;  // white space allowed before and after, bytes
constexpr std::string_view kWhiteSpace = " \t\r\n";

Error broken(std::string what) {
    return fail(Errc::BadFormat, "age armor: " + std::move(what));
}

class Dearmor {
public:
    explicit Dearmor(ByteReader& reader) : reader_(reader) {}

    Result<std::size_t> read(std::span<std::byte> room) {
        while (at_ == decoded_.size() && state_ != State::Done) GANTRY_CHECK(advance());
        const auto count = std::min(room.size(), decoded_.size() - at_);
        std::copy_n(asBytes(decoded_).begin() + static_cast<std::ptrdiff_t>(at_), count, room.begin());
        at_ += count;
        return count;
    }

private:
    enum class State { Before, Full, LastLineSeen, Done };

    Result<> advance() {
        if (state_ == State::Before) return begin();
        const auto line = GANTRY_TRY(nextLine());
        if (line == kEnd) return end();
        if (state_ == State::LastLineSeen) return broken("a line after a short line");
        return body(line);
    }

    Result<std::string> nextLine() {
        auto line = reader_.line(kColumns + 1, true);
        if (!line) return within("age armor", line.error());
        auto text = *line;
        if (text.ends_with('\r')) text.remove_suffix(1);
        return std::string(text);
    }

    Result<> begin() {
        GANTRY_CHECK(skipWhiteSpace());
        if (GANTRY_TRY(nextLine()) != kBegin) return broken("another first line than that of an age file");
        state_ = State::Full;
        return {};
    }

    Result<> body(std::string_view line) {
        if (line.empty() || line.size() > kColumns) return broken("an empty or overlong line");
        auto bytes = fromBase64(line);
        if (!bytes) return broken("a line that is not canonical Base64");
        decoded_ = std::move(*bytes);
        at_ = 0;
        // Padding, like a short line, can only be at the end.
        if (line.size() < kColumns || line.ends_with('=')) state_ = State::LastLineSeen;
        return {};
    }

    Result<> end() {
        GANTRY_CHECK(skipWhiteSpace());
        if (!GANTRY_TRY(reader_.peek(1)).empty()) return broken("something behind its end");
        state_ = State::Done;
        return {};
    }

    Result<> skipWhiteSpace() {
        const auto text = asText(GANTRY_TRY(reader_.peek(kMaxOutside)));
        const auto first = std::min(text.find_first_not_of(kWhiteSpace), text.size());
        if (first == kMaxOutside) return broken("too much white space around it");
        reader_.take(first);
        return {};
    }

    ByteReader& reader_;
    State state_ = State::Before;
    std::string decoded_;
    std::size_t at_ = 0;
};

}  // namespace

Result<bool> looksArmored(ByteReader& reader) {
    const auto text = asText(GANTRY_TRY(reader.peek(kMaxOutside)));
    const auto first = text.find_first_not_of(kWhiteSpace);
    return first != std::string_view::npos && text.substr(first).starts_with("-----");
}

ByteSource dearmor(ByteReader& reader) {
    return
        [state = std::make_shared<Dearmor>(reader)](std::span<std::byte> room) { return state->read(room); };
}

}  // namespace gantry::uplink
