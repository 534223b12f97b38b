#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "gantry/core/config_reader.hpp"

namespace gantry {

namespace json = boost::json;

struct ConfigSection::State {
    json::value document;
    std::filesystem::path base;
    std::vector<std::string> mistakes;
    std::set<std::string, std::less<>> asked;  // key paths somebody read
};

namespace {

constexpr int kMaxDepth = 16;

json::value fromYaml(const YAML::Node& node, int depth) {
    if (depth > kMaxDepth) throw YAML::Exception(node.Mark(), "nests too deep");
    if (!node.Tag().empty() && node.Tag() != "?" && node.Tag() != "!")
        throw YAML::Exception(node.Mark(), "tags are not allowed");
    switch (node.Type()) {
        case YAML::NodeType::Map: {
            json::object object;
            for (const auto& entry : node) {
                const auto key = entry.first.as<std::string>();
                if (object.contains(key))
                    throw YAML::Exception(entry.first.Mark(), "the key '" + key + "' stands twice");
                object[key] = fromYaml(entry.second, depth + 1);
            }
            return object;
        }
        case YAML::NodeType::Sequence: {
            json::array array;
            for (const auto& entry : node) array.push_back(fromYaml(entry, depth + 1));
            return array;
        }
        case YAML::NodeType::Scalar:
            return json::string(node.Scalar());
        case YAML::NodeType::Null:
        case YAML::NodeType::Undefined:
            break;
    }
    return nullptr;
}

void findUnknown(const json::object& object, const std::string& where,
                 const std::set<std::string, std::less<>>& asked, std::vector<std::string>& mistakes) {
    for (const auto& [key, value] : object) {
        const auto path = where.empty() ? std::string(key) : where + "." + std::string(key);
        if (!asked.contains(path)) {
            mistakes.push_back(path + ": unknown key");
            continue;
        }
        if (const auto* inner = value.if_object()) findUnknown(*inner, path, asked, mistakes);
        if (const auto* list = value.if_array())
            for (std::size_t i = 0; i < list->size(); ++i)
                if (const auto* item = (*list)[i].if_object())
                    findUnknown(*item, path + "[" + std::to_string(i) + "]", asked, mistakes);
    }
}

}  // namespace

Result<ConfigReader> ConfigReader::parse(std::string_view yaml, const std::filesystem::path& base) try {
    auto state = std::make_shared<ConfigSection::State>();
    state->base = base;
    state->document = fromYaml(YAML::Load(std::string(yaml)), 0);
    if (!state->document.is_object()) return fail(Errc::ConfigInvalid, "the file holds no keys");
    return ConfigReader(std::move(state));
} catch (const YAML::Exception& e) {
    return fail(Errc::ConfigInvalid, e.what());
}

ConfigSection ConfigReader::root() {
    return {state_, "", &state_->document.get_object()};
}

Result<> ConfigReader::finish() {
    auto mistakes = state_->mistakes;
    findUnknown(state_->document.get_object(), "", state_->asked, mistakes);
    if (mistakes.empty()) return {};
    std::string all;
    for (const auto& mistake : mistakes) all += (all.empty() ? "" : "\n") + mistake;
    return fail(Errc::ConfigInvalid, all);
}

ConfigSection::ConfigSection(std::shared_ptr<State> state, std::string where, const json::object* object)
    : state_(std::move(state)), where_(std::move(where)), object_(object) {}

std::string ConfigSection::pathOf(std::string_view key) const {
    return where_.empty() ? std::string(key) : where_ + "." + std::string(key);
}

const json::value* ConfigSection::member(std::string_view key) {
    state_->asked.insert(pathOf(key));
    const auto* value = object_ ? object_->if_contains(key) : nullptr;
    return value && !value->is_null() ? value : nullptr;
}

bool ConfigSection::has(std::string_view key) const {
    const auto* value = object_ ? object_->if_contains(key) : nullptr;
    return value && !value->is_null();
}

void ConfigSection::mistake(std::string_view key, std::string_view message) {
    state_->mistakes.push_back((key.empty() ? where_ : pathOf(key)) + ": " + std::string(message));
}

std::string ConfigSection::text(std::string_view key, std::string fallback) {
    const auto* value = member(key);
    if (!value) return fallback;
    if (value->is_string()) return std::string(value->get_string());
    mistake(key, "one value is expected here");
    return fallback;
}

std::string ConfigSection::requiredText(std::string_view key) {
    auto value = text(key, "");
    if (value.empty() && (!has(key) || object_->at(key).is_string())) mistake(key, "is missing");
    return value;
}

std::string ConfigSection::oneOf(std::string_view key, std::string fallback,
                                 std::initializer_list<std::string_view> allowed) {
    auto value = text(key, std::move(fallback));
    if (std::ranges::find(allowed, value) != allowed.end()) return value;
    std::string names;
    for (const auto name : allowed) names += (names.empty() ? "" : ", ") + std::string(name);
    mistake(key, "'" + value + "' is not one of: " + names);
    return value;
}

std::int64_t ConfigSection::integer(std::string_view key, std::int64_t fallback, std::int64_t least,
                                    std::int64_t most) {
    const auto value = text(key, std::to_string(fallback));
    std::int64_t number = 0;
    const auto [end, ec] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (ec == std::errc() && end == value.data() + value.size() && number >= least && number <= most)
        return number;
    mistake(key, "'" + value + "' is not a whole number from " + std::to_string(least) + " to " +
                     std::to_string(most));
    return fallback;
}

std::filesystem::path ConfigSection::path(std::string_view key, std::filesystem::path fallback) {
    const std::filesystem::path value = text(key, fallback.string());
    return value.empty() || value.is_absolute() ? value : state_->base / value;
}

std::filesystem::path ConfigSection::requiredPath(std::string_view key) {
    const std::filesystem::path value = requiredText(key);
    return value.empty() || value.is_absolute() ? value : state_->base / value;
}

std::vector<std::string> ConfigSection::texts(std::string_view key) {
    std::vector<std::string> out;
    const auto* value = member(key);
    if (!value) return out;
    const auto* array = value->if_array();
    if (!array) {
        mistake(key, "a list is expected here");
        return out;
    }
    for (const auto& item : *array) {
        if (item.is_string())
            out.emplace_back(item.get_string());
        else
            mistake(key, "every entry must be one value");
    }
    return out;
}

ConfigSection ConfigSection::section(std::string_view key) {
    const auto* value = member(key);
    if (value && !value->is_object()) mistake(key, "keys are expected below this one");
    return {state_, pathOf(key), value ? value->if_object() : nullptr};
}

std::vector<ConfigSection> ConfigSection::sections(std::string_view key) {
    std::vector<ConfigSection> out;
    const auto* value = member(key);
    if (!value) return out;
    const auto* array = value->if_array();
    if (!array) {
        mistake(key, "a list is expected here");
        return out;
    }
    for (std::size_t i = 0; i < array->size(); ++i) {
        ConfigSection item(state_, pathOf(key) + "[" + std::to_string(i) + "]", (*array)[i].if_object());
        if (!(*array)[i].is_object()) item.mistake("", "keys are expected here");
        out.push_back(std::move(item));
    }
    return out;
}

}  // namespace gantry
