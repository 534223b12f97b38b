#pragma once
/// Reads a JSON object member by member and gathers what is wrong with it.

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/result.hpp"

namespace gantry::agent {

class JsonReader {
public:
    /// What is no object reads as an empty one.
    JsonReader(const boost::json::value& value, std::string where) : where_(std::move(where)) {
        if (value.is_object())
            object_ = &value.get_object();
        else
            mistake("it is not a JSON object");
    }

    /// "" when absent.
    std::string text(std::string_view key) {
        const auto* value = member(key);
        if (value == nullptr) return {};
        if (!value->is_string()) return mistake(std::string(key) + " must be a text"), std::string();
        return std::string(value->get_string());
    }
    std::string required(std::string_view key) {
        auto out = text(key);
        if (out.empty()) mistake(std::string(key) + " is missing");
        return out;
    }
    std::optional<int> number(std::string_view key, int least, int most) {
        const auto* value = member(key);
        if (value == nullptr) return std::nullopt;
        const auto number = value->is_int64() ? value->get_int64() : std::int64_t{least} - 1;
        if (number >= least && number <= most) return static_cast<int>(number);
        mistake(std::string(key) + " must be a whole number from " + std::to_string(least) + " to " +
                std::to_string(most));
        return std::nullopt;
    }
    std::vector<std::string> texts(std::string_view key) {
        std::vector<std::string> out;
        for (const auto& value : list(key)) {
            if (!value.is_string()) return mistake(std::string(key) + " must be a list of texts"), out;
            out.emplace_back(value.get_string());
        }
        return out;
    }
    const boost::json::array& list(std::string_view key) {
        static const boost::json::array kNone;
        const auto* value = member(key);
        if (value == nullptr) return kNone;
        if (!value->is_array()) return mistake(std::string(key) + " must be a list"), kNone;
        return value->get_array();
    }
    /// nullptr when absent or null.
    const boost::json::value* member(std::string_view key) const {
        const auto* value = object_ ? object_->if_contains(key) : nullptr;
        return value == nullptr || value->is_null() ? nullptr : value;
    }
    void format(int known) {
        const auto said = number("format", 0, 1'000'000);
        if (said.value_or(0) != known) mistake("it is of another format; newer software may read it");
    }

    void mistake(const std::string& sentence) { mistakes_.push_back(where_ + ": " + sentence); }
    void take(const JsonReader& inner) {
        mistakes_.insert(mistakes_.end(), inner.mistakes_.begin(), inner.mistakes_.end());
    }
    /// @errors ConfigInvalid: every mistake, a line each
    Result<> done() const {
        std::string all;
        for (const auto& one : mistakes_) all += (all.empty() ? "" : "\n") + one;
        return all.empty() ? Result<>() : fail(Errc::ConfigInvalid, all);
    }

private:
    const boost::json::object* object_ = nullptr;
    std::string where_;
    std::vector<std::string> mistakes_;
};

/// @errors ConfigInvalid
inline Result<boost::json::value> parsedJson(std::string_view text, std::string_view what) {
    boost::system::error_code ec;
    auto value = boost::json::parse(text, ec);
    if (ec) return fail(Errc::ConfigInvalid, std::string(what) + ": it is not JSON");
    return value;
}

}  // namespace gantry::agent
