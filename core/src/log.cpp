#include "gantry/core/log.hpp"

#include "gantry/core/log_tail.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <deque>
#include <mutex>

#include "gantry/core/clock.hpp"
#include "gantry/core/crypto.hpp"

namespace gantry::log {
namespace {

std::atomic<Level> threshold{Level::Info};
std::string& program() {
    static std::string name = "gantry";
    return name;
}

std::string_view levelName(Level level) {
    constexpr std::array<std::string_view, 4> kNames = {"debug", "info", "warning", "error"};
    return kNames.at(static_cast<std::size_t>(level));
}

// logfmt: a value with blanks, quotes or control characters is quoted, so one event is always one line.
void appendValue(std::string& line, std::string_view text) {
    const bool plain = !text.empty() && text.find_first_of(" \"=\\\n\r\t") == std::string_view::npos;
    if (plain) {
        line += text;
        return;
    }
    line += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') line += '\\';
        line += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    line += '"';
}

struct Kept {
    std::mutex mutex;
    std::deque<std::string> lines;  // guarded by mutex
};
Kept& keptLines() {
    static Kept kept;
    return kept;
}

}  // namespace

std::vector<std::string> tail() {
    auto& kept = keptLines();
    const std::lock_guard lock(kept.mutex);
    return {kept.lines.begin(), kept.lines.end()};
}

void setLevel(Level level) {
    threshold = level;
}
Level level() {
    return threshold;
}
void setProgram(std::string_view name) {
    program() = name;
}

void write(Level level, std::string_view event, Fields fields) {
    if (level < threshold) return;
    std::string line = isoUtc(SystemClock().nowMillis());
    line += ' ';
    line += program();
    line += ' ';
    line += levelName(level);
    line += ' ';
    line += event;
    for (const auto& [key, value] : fields) {
        line += ' ';
        line += key;
        line += '=';
        appendValue(line, value.text());
    }
    auto& kept = keptLines();
    const std::lock_guard lock(kept.mutex);
    kept.lines.push_back(line);
    if (kept.lines.size() > kKeptLines) kept.lines.pop_front();
    line += '\n';
    std::string_view rest = line;
    while (!rest.empty()) {
        const auto written = ::write(STDERR_FILENO, rest.data(), rest.size());
        if (written <= 0) return;  // nowhere to complain to
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
}

std::string logId(std::string_view uid) {
    static const auto key = [] {
        Digest random{};
        randomBytes(random);
        return random;
    }();
    const auto digest = hmacSha256(key, asBytes(uid));
    return toHex(Bytes(digest).first(6));
}

}  // namespace gantry::log
