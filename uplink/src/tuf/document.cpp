#include "document.hpp"

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <set>

#include "../canonical_json.hpp"
#include "../json_fields.hpp"

namespace gantry::uplink::tuf {
namespace {

namespace json = boost::json;

// Counts names of members as they are read. The parsed value keeps one of each name: more read than kept
// means that an object has a name twice.
struct NameCounter {
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
    using Code = json::error_code;
    std::size_t names = 0;

    bool on_document_begin(Code&) { return true; }
    bool on_document_end(Code&) { return true; }
    bool on_object_begin(Code&) { return true; }
    bool on_object_end(std::size_t, Code&) { return true; }
    bool on_array_begin(Code&) { return true; }
    bool on_array_end(std::size_t, Code&) { return true; }
    bool on_key_part(json::string_view, std::size_t, Code&) { return true; }
    bool on_key(json::string_view, std::size_t, Code&) { return ++names, true; }
    bool on_string_part(json::string_view, std::size_t, Code&) { return true; }
    bool on_string(json::string_view, std::size_t, Code&) { return true; }
    bool on_number_part(json::string_view, Code&) { return true; }
    bool on_int64(std::int64_t, json::string_view, Code&) { return true; }
    bool on_uint64(std::uint64_t, json::string_view, Code&) { return true; }
    bool on_double(double, json::string_view, Code&) { return true; }
    bool on_bool(bool, Code&) { return true; }
    bool on_null(Code&) { return true; }
    bool on_comment_part(json::string_view, Code&) { return true; }
    bool on_comment(json::string_view, Code&) { return true; }
};

std::size_t namesKept(const json::value& value) {
    std::size_t names = 0;
    if (const auto* object = value.if_object())
        for (const auto& member : *object) names += 1 + namesKept(member.value());
    if (const auto* array = value.if_array())
        for (const auto& item : *array) names += namesKept(item);
    return names;
}

Result<std::vector<Signature>> signaturesOf(const Fields& outer) {
    std::vector<Signature> out;
    std::set<std::string> seen;
    for (const auto& item : *GANTRY_TRY(outer.array("signatures"))) {
        const auto fields = GANTRY_TRY(Fields::of(item, "a signature"));
        Signature signature{GANTRY_TRY(fields.text("keyid")), GANTRY_TRY(fields.text("sig"))};
        if (!seen.insert(signature.key_id).second)
            return fail(Errc::BadFormat, "two signatures bear one key identifier");  // forbidden by 4.2.1
        out.push_back(std::move(signature));
    }
    return out;
}

}  // namespace

Result<json::value> parseStrictJson(std::string_view text, std::string_view what) {
    auto value = GANTRY_TRY(parseJson(text, what));
    json::basic_parser<NameCounter> counter{json::parse_options()};
    json::error_code error;
    counter.write_some(false, text.data(), text.size(), error);
    if (error || counter.handler().names != namesKept(value))
        return fail(Errc::BadFormat, std::string(what) + ": an object has a name twice");
    return value;
}

Result<Document> readDocument(std::string_view text) {
    auto value = GANTRY_TRY(parseStrictJson(text, "metadata"));
    const auto outer = GANTRY_TRY(Fields::of(value, "metadata"));
    Document document;
    document.signatures = GANTRY_TRY(signaturesOf(outer));
    GANTRY_TRY(outer.value("signed"));
    document.content = std::move(value.as_object()["signed"]);
    document.signed_bytes = GANTRY_TRY(olpcCanonicalJson(document.content));
    return document;
}

}  // namespace gantry::uplink::tuf
