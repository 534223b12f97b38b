#pragma once
/// Packs as people write them: YAML to canonical JSON. Every scalar stays the text that was written, so NO
/// stays NO and 0417 keeps its zero; places are kept, so that a mistake can be pointed at.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/result.hpp"

namespace gantry::qc {

/// Counted from 1.
struct YamlPlace {
    int line = 0;
    int column = 0;
};

struct PackDocument {
    std::string json;  ///< canonical: keys sorted by their bytes, no white space, every scalar a string
    std::map<std::string, YamlPlace, std::less<>> places;  ///< by path: "slots.cap_pv.rules[3].op"
    /// Of the path, or of the nearest place around it.
    YamlPlace placeOf(std::string_view path) const;
};

struct YamlMistake {
    YamlPlace place;
    std::string what;
};

struct PackYaml {
    PackDocument document;
    std::vector<YamlMistake> mistakes;
    bool whole = false;  ///< read to its end: with mistakes, but what the pack says can be looked at
};

/// One document of maps, lists and scalars. Anchors, aliases, merge keys, tags, empty values, repeated keys
/// and nesting deeper than a pack may have are mistakes; at most 100 are kept.
PackYaml parsePackYaml(std::string_view yaml);

/// The document when there is no mistake in it.
/// @errors ConfigInvalid, one mistake a line: "line:column: what"
Result<PackDocument> readPackYaml(std::string_view yaml);
Result<std::string> packYamlToJson(std::string_view yaml);

}  // namespace gantry::qc
