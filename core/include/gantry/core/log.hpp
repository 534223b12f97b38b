#pragma once
/// Structured log on standard error: constant text plus fields. No patient data at any level: our own ids or
/// logId() of a UID, never names, dates, paths of incoming files or data sets.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace gantry::log {

enum class Level { Debug, Info, Warning, Error };

/// A field's value, kept as text.
class Value {
public:
    Value(std::string_view text) : text_(text) {}
    Value(const std::string& text) : text_(text) {}
    Value(const char* text) : text_(text) {}
    Value(bool value) : text_(value ? "true" : "false") {}
    template <class T, std::enable_if_t<std::is_arithmetic_v<T> && !std::is_same_v<T, bool>, int> = 0>
    Value(T value) : text_(std::to_string(value)) {}
    const std::string& text() const { return text_; }

private:
    std::string text_;
};

using Fields = std::initializer_list<std::pair<std::string_view, Value>>;

void setLevel(Level level);
Level level();
/// Program name written with each line; call once, before threads start.
void setProgram(std::string_view name);

void write(Level level, std::string_view event, Fields fields);
inline void debug(std::string_view event, Fields fields = {}) {
    write(Level::Debug, event, fields);
}
inline void info(std::string_view event, Fields fields = {}) {
    write(Level::Info, event, fields);
}
inline void warning(std::string_view event, Fields fields = {}) {
    write(Level::Warning, event, fields);
}
inline void error(std::string_view event, Fields fields = {}) {
    write(Level::Error, event, fields);
}

/// Twelve hex digits of a hash of `uid`, keyed by a random key of this process: lines about one object can be
/// joined, and the UID cannot be found from them.
std::string logId(std::string_view uid);

}  // namespace gantry::log
