#pragma once
/// Parts of a pack in words, for people who compare two versions of it.

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

namespace gantry::qc {

/// "5 mm"; "80, 140"; "60 s to 90 s" of {min, max}; "key value, key value" of another map; "nothing" when
/// absent.
std::string inWords(const boost::json::value* value);

/// What a rule, or one condition of a match, asks: "derived.slice_thickness at most 5 mm, give or take 0.05
/// mm". Parameters are written out.
/// @param parameters  of the pack; may be nullptr
std::string conditionInWords(const boost::json::object& rule, const boost::json::object* parameters);

/// A text member, "" when it is absent or no text.
std::string textOf(const boost::json::object& object, std::string_view key);

}  // namespace gantry::qc
