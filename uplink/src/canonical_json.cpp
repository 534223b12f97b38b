#include "canonical_json.hpp"

#include <boost/json.hpp>
#include <map>

namespace gantry::uplink {
namespace {

namespace json = boost::json;

constexpr int kMaxDepth = 32;
constexpr std::int64_t kMaxExact = std::int64_t{1} << 53;  // what every JSON reader keeps exact

// Where the two forms differ: how text and numbers are written.
struct Form {
    void (*text)(std::string& out, std::string_view text);
    Result<> (*number)(std::string& out, const json::value& value);
};

void appendText(std::string& out, std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    constexpr std::string_view kShort = "\b\t\n\f\r\"\\";
    constexpr std::string_view kLetters = "btnfr\"\\";
    out += '"';
    for (const char c : text) {
        const auto code = static_cast<unsigned char>(c);
        if (const auto at = kShort.find(c); at != std::string_view::npos) {
            out += '\\';
            out += kLetters[at];
        } else if (code < 0x20) {
            out += "\\u00";
            out += kHex[code >> 4];
            out += kHex[code & 15];
        } else {
            out += c;
        }
    }
    out += '"';
}

void appendOlpcText(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    out += '"';
}

Result<> append(std::string& out, const json::value& value, const Form& form, int depth);

Result<> appendArray(std::string& out, const json::array& array, const Form& form, int depth) {
    out += '[';
    for (std::size_t i = 0; i < array.size(); ++i) {
        if (i > 0) out += ',';
        GANTRY_CHECK(append(out, array[i], form, depth));
    }
    out += ']';
    return {};
}

Result<> appendObject(std::string& out, const json::object& object, const Form& form, int depth) {
    std::map<std::string_view, const json::value*> sorted;
    for (const auto& member : object) sorted.emplace(std::string_view(member.key()), &member.value());
    out += '{';
    const char* separator = "";
    for (const auto& [key, value] : sorted) {
        out += std::exchange(separator, ",");
        form.text(out, key);
        out += ':';
        GANTRY_CHECK(append(out, *value, form, depth));
    }
    out += '}';
    return {};
}

Result<> appendNumber(std::string& out, const json::value& value) {
    std::uint64_t number = 0;
    if (const auto* u = value.if_uint64())
        number = *u;
    else if (const auto* i = value.if_int64(); i != nullptr && *i >= 0)
        number = static_cast<std::uint64_t>(*i);
    else
        return fail(Errc::BadFormat, "canonical JSON: not a whole number");
    if (number > static_cast<std::uint64_t>(kMaxExact))
        return fail(Errc::BadFormat, "canonical JSON: too large a number");
    out += std::to_string(number);
    return {};
}

Result<> appendOlpcNumber(std::string& out, const json::value& value) {
    if (const auto* i = value.if_int64())
        out += std::to_string(*i);
    else if (const auto* u = value.if_uint64())
        out += std::to_string(*u);
    else
        return fail(Errc::BadFormat, "canonical JSON: not a whole number");
    return {};
}

Result<> append(std::string& out, const json::value& value, const Form& form, int depth) {
    if (depth >= kMaxDepth) return fail(Errc::BadFormat, "canonical JSON: nested too deeply");
    switch (value.kind()) {
        case json::kind::object:
            return appendObject(out, value.get_object(), form, depth + 1);
        case json::kind::array:
            return appendArray(out, value.get_array(), form, depth + 1);
        case json::kind::string:
            form.text(out, std::string_view(value.get_string()));
            return {};
        case json::kind::null:
            out += "null";
            return {};
        case json::kind::bool_:
            out += value.get_bool() ? "true" : "false";
            return {};
        default:
            return form.number(out, value);
    }
}

}  // namespace

Result<std::string> canonicalJson(const json::value& value) {
    std::string out;
    GANTRY_CHECK(append(out, value, {appendText, appendNumber}, 0));
    return out;
}

Result<std::string> olpcCanonicalJson(const json::value& value) {
    std::string out;
    GANTRY_CHECK(append(out, value, {appendOlpcText, appendOlpcNumber}, 0));
    return out;
}

}  // namespace gantry::uplink
