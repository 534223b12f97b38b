#pragma once
/// Reading members of JSON objects that others wrote: present, of the right kind, or BadFormat with the key.

#include <algorithm>
#include <boost/json.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "gantry/core/result.hpp"

namespace gantry::uplink {

/// One JSON text, nothing behind it, at most 32 deep. @errors BadFormat
inline Result<boost::json::value> parseJson(std::string_view text, std::string_view what) {
    boost::system::error_code error;
    auto value = boost::json::parse(boost::json::string_view(text.data(), text.size()), error);
    if (error) return fail(Errc::BadFormat, std::string(what) + ": not JSON (" + error.message() + ")");
    return value;
}

inline bool isSha256Hex(std::string_view text) {
    return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

/// A view of an object that must outlive it.
class Fields {
public:
    static Result<Fields> of(const boost::json::value& value, std::string_view what) {
        const auto* object = value.if_object();
        if (object == nullptr) return fail(Errc::BadFormat, std::string(what) + " is not an object");
        return Fields(*object);
    }

    Result<const boost::json::value*> value(std::string_view key) const {
        const auto* found = object_->if_contains(boost::json::string_view(key.data(), key.size()));
        if (found == nullptr) return wrong(key, "is missing");
        return found;
    }
    bool has(std::string_view key) const {
        return object_->if_contains(boost::json::string_view(key.data(), key.size())) != nullptr;
    }
    Result<std::string> text(std::string_view key) const {
        const auto* string = GANTRY_TRY(value(key))->if_string();
        if (string == nullptr) return wrong(key, "is not text");
        return std::string(string->data(), string->size());
    }
    /// A whole number from 0 to 2^63-1.
    Result<std::uint64_t> number(std::string_view key) const {
        const auto* integer = GANTRY_TRY(value(key))->if_int64();
        if (integer == nullptr || *integer < 0) return wrong(key, "is not a whole number");
        return static_cast<std::uint64_t>(*integer);
    }
    Result<std::string> sha256(std::string_view key) const {
        auto hex = GANTRY_TRY(text(key));
        if (!isSha256Hex(hex)) return wrong(key, "is not 64 lower-case hexadecimal digits");
        return hex;
    }
    Result<const boost::json::array*> array(std::string_view key) const {
        const auto* list = GANTRY_TRY(value(key))->if_array();
        if (list == nullptr) return wrong(key, "is not a list");
        return list;
    }

private:
    explicit Fields(const boost::json::object& object) : object_(&object) {}
    static Error wrong(std::string_view key, std::string_view what) {
        return fail(Errc::BadFormat, std::string(key) + " " + std::string(what));
    }
    const boost::json::object* object_;
};

}  // namespace gantry::uplink
