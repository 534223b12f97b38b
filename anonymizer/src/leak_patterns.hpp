#pragma once
/// What the gate looks for: each identifying value in all its spellings, as byte strings.

#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "gantry/anonymizer/leak_gate.hpp"

namespace gantry::anonymizer::leak {

enum class Shape : unsigned char {
    Text,       ///< letters, or letters and digits
    Digits,     ///< digits only
    Date,       ///< a date written with separators or words
    PlainDate,  ///< YYYYMMDD
    ShortDate,  ///< a date with two digits of its year
    UidStart,   ///< the first bytes of an original UID; the whole is looked up
    Wide,       ///< UTF-16
};

struct Pattern {
    std::string bytes;  ///< ASCII letters in lower case; they match in either case
    ValueKind kind;
    Shape shape;
    bool whole_word;        ///< counts in text only where no letter or digit stands beside it
    std::uint32_t tag = 0;  ///< PlainDate: where it stood in the original
};

struct PatternSet {
    std::vector<Pattern> patterns;
    std::unordered_set<std::string> uids;  ///< original UIDs, whole
    std::size_t longest_uid = 0;
    std::vector<std::pair<std::string, ValueKind>> short_values;  ///< too short to look for inside of others
    std::vector<std::string> allowed;                             ///< lower case
    std::set<std::pair<std::uint32_t, std::string>> dates;        ///< attribute and YYYYMMDD of originals
    GateOptions options;
};

PatternSet expand(const IdentifyingValues& values);

/// Whether an original date of this attribute becomes this one when it is moved as the options say.
bool isMovedDate(const PatternSet& patterns, std::uint32_t tag, std::string_view yyyymmdd);

inline constexpr std::size_t kUidStartLength = 12;

}  // namespace gantry::anonymizer::leak
