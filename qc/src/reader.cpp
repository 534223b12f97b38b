#include "reader.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <charconv>

namespace gantry::qc {

namespace json = boost::json;

namespace {

std::string_view kindOf(const json::value& value) {
    if (value.is_object()) return "a map";
    if (value.is_array()) return "a list";
    if (value.is_null()) return "nothing";
    return "a value";
}

std::string scalarText(const json::value& value) {
    if (value.is_string()) return std::string(value.get_string());
    return json::serialize(value);
}

std::string joined(std::initializer_list<std::string_view> first,
                   std::initializer_list<std::string_view> second) {
    std::string all;
    for (const auto& list : {first, second})
        for (const auto key : list) all += (all.empty() ? "" : ", ") + std::string(key);
    return all;
}

bool contains(std::initializer_list<std::string_view> keys, std::string_view key) {
    return std::ranges::find(keys, key) != keys.end();
}

}  // namespace

Node Node::operator[](std::string_view key) const {
    const std::string path = path_.empty() ? std::string(key) : path_ + "." + std::string(key);
    if (!isMap()) return {nullptr, path, *mistakes_};
    return {value_->get_object().if_contains(json::string_view(key.data(), key.size())), path, *mistakes_};
}

bool Node::hasKeys(std::initializer_list<std::string_view> required,
                   std::initializer_list<std::string_view> optional) const {
    if (!value_) return false;
    if (!isMap()) {
        mistake("got " + std::string(kindOf(*value_)) + "; allowed: a map with the keys " +
                joined(required, optional));
        return false;
    }
    for (const auto& member : value_->get_object()) {
        const std::string_view key(member.key().data(), member.key().size());
        if (!contains(required, key) && !contains(optional, key))
            (*this)[key].mistake("unknown key; allowed: " + joined(required, optional));
    }
    bool complete = true;
    for (const auto key : required) {
        if ((*this)[key]) continue;
        mistake("'" + std::string(key) + "' is missing");
        complete = false;
    }
    return complete;
}

std::vector<std::pair<std::string, Node>> Node::members() const {
    std::vector<std::pair<std::string, Node>> found;
    if (!value_) return found;
    if (!isMap()) {
        mistake("got " + std::string(kindOf(*value_)) + "; allowed: a map");
        return found;
    }
    for (const auto& member : value_->get_object()) {
        const std::string key(member.key());
        found.emplace_back(key, (*this)[key]);
    }
    return found;
}

std::vector<Node> Node::elements() const {
    std::vector<Node> found;
    if (!value_) return found;
    if (!isList()) {
        mistake("got " + std::string(kindOf(*value_)) + "; allowed: a list");
        return found;
    }
    std::size_t index = 0;
    for (const auto& element : value_->get_array())
        found.emplace_back(&element, path_ + "[" + std::to_string(index++) + "]", *mistakes_);
    return found;
}

std::string Node::text() const {
    if (!value_) return {};
    if (isScalar()) return scalarText(*value_);
    mistake("got " + std::string(kindOf(*value_)) + "; allowed: a value");
    return {};
}

std::vector<std::string> Node::texts() const {
    std::vector<std::string> found;
    if (isScalar()) return {text()};
    for (const Node& element : elements()) found.push_back(element.text());
    return found;
}

std::optional<int> Node::integer(int lowest, int highest) const {
    if (!value_) return std::nullopt;
    const std::string got = text();
    int number = 0;
    const auto [end, error] = std::from_chars(got.data(), got.data() + got.size(), number);
    if (error == std::errc() && end == got.data() + got.size() && number >= lowest && number <= highest)
        return number;
    if (isScalar())
        mistake("got '" + got + "'; allowed: " + std::to_string(lowest) + " to " + std::to_string(highest));
    return std::nullopt;
}

bool Node::flag(bool fallback) const {
    return oneOf<bool>({{"true", true}, {"false", false}}).value_or(fallback);
}

std::string gotAllowed(std::string_view got, const std::vector<std::string>& allowed) {
    std::string text = "got '" + std::string(got) + "'; allowed: ";
    for (std::size_t i = 0; i < allowed.size(); ++i) text += (i ? ", " : "") + allowed[i];
    if (allowed.empty()) text += "none here";
    return text;
}

bool isIdentifier(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
    });
}

}  // namespace gantry::qc
