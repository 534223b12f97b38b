#pragma once
/// Reads a YAML configuration strictly: every mistake is collected with its key path, what was found and what
/// is allowed; keys that nobody asked for are mistakes too. Scalars are text until somebody asks for a
/// number.

#include <boost/json/value.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/result.hpp"

namespace gantry {

/// One mapping of the document.
class ConfigSection {
public:
    std::string text(std::string_view key, std::string fallback);
    std::string requiredText(std::string_view key);
    std::string oneOf(std::string_view key, std::string fallback,
                      std::initializer_list<std::string_view> allowed);
    std::int64_t integer(std::string_view key, std::int64_t fallback, std::int64_t least, std::int64_t most);
    /// Relative paths start at the document's folder; "" stays "".
    std::filesystem::path path(std::string_view key, std::filesystem::path fallback = {});
    std::filesystem::path requiredPath(std::string_view key);
    std::vector<std::string> texts(std::string_view key);
    bool has(std::string_view key) const;
    /// An absent section reads as an empty one.
    ConfigSection section(std::string_view key);
    std::vector<ConfigSection> sections(std::string_view key);
    void mistake(std::string_view key, std::string_view message);

private:
    friend class ConfigReader;
    struct State;
    ConfigSection(std::shared_ptr<State> state, std::string where, const boost::json::object* object);
    const boost::json::value* member(std::string_view key);
    std::string pathOf(std::string_view key) const;

    std::shared_ptr<State> state_;
    std::string where_;
    const boost::json::object* object_;
};

class ConfigReader {
public:
    /// @param base  folder that relative paths start at
    /// @errors ConfigInvalid: not YAML, or no mapping at its top (anchors, aliases and tags are refused)
    static Result<ConfigReader> parse(std::string_view yaml, const std::filesystem::path& base);
    ConfigSection root();
    /// Ok if there was no mistake and no unknown key. @errors ConfigInvalid, one mistake a line
    Result<> finish();

private:
    explicit ConfigReader(std::shared_ptr<ConfigSection::State> state) : state_(std::move(state)) {}
    std::shared_ptr<ConfigSection::State> state_;
};

}  // namespace gantry
