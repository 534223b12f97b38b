#pragma once
/// What a check may look at: a closed list of names beside the attributes of PS3.6, each with kind and unit.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "units.hpp"

namespace gantry::qc {

enum class Kind { Number, Text, Flag };

/// Where a value comes from.
enum class Origin {
    Attribute,   ///< header, by keyword or Sequence.Keyword
    Vocabulary,  ///< header word, put into a class by the pack's vocab
    Derived,     ///< computed here: from facts of the series, the scanner registry, the visits
    Context,     ///< enrolment, visit, site, slot: told by the caller
    Console,     ///< what a person answered
    Image,       ///< measured from pixels
    PhantomAge,  ///< from the site's registry of scanners, by the phantom the name ends with
};

enum class Told {  ///< of Origin::Context
    None,
    SubjectId,
    SubjectIds,
    SubjectSex,
    SubjectBirthYear,
    SubjectLaterality,
    VisitId,
    VisitPrevious,
    SiteId,
    TrainedOperators,
    Slot
};

struct Scope;
struct Observation;
/// Computes a measure on a scope.
using Derive = Observation (*)(const Scope&);

/// A name resolved at load.
struct CheckName {
    std::string name;   ///< as the pack writes it
    std::string label;  ///< in words: "slice thickness"
    Kind kind = Kind::Text;
    Dimension dimension = Dimension::None;
    Origin origin = Origin::Attribute;
    Derive derive = nullptr;  ///< of Origin::Derived
    Told told = Told::None;
    const Unit* native = nullptr;  ///< unit of an attribute's number, from its definition in PS3.3
    std::string sequence;          ///< "RadiopharmaceuticalInformationSequence" of Sequence.Keyword, else ""
    std::string keyword;           ///< of the attribute; of a vocabulary the attribute it reads
    std::vector<std::string_view> inputs = {};  ///< attributes that `derive` reads
    std::vector<std::string> words = {};        ///< of Kind::Text: all it can be; empty: any text
    int column = -1;           ///< index into PackData::attributes; -1 unless an attribute is read
    bool only_warns = false;   ///< a measure of pixels that is not certain enough to block anything
    bool identifying = false;  ///< the value may identify a person and is never shown
};

/// "scanner.phantom_age", or with ".ID" that of one phantom of the pack.
inline constexpr std::string_view kPhantomAge = "scanner.phantom_age";

/// Whether the name is that of a private attribute. Nothing says what kind of value it has: it is a number
/// where a pack compares it with one.
bool isPrivateName(std::string_view name);

/// Resolves anything but vocab.*, which only the pack knows. Nullopt: no such name.
std::optional<CheckName> findCheckName(std::string_view name);

/// "SliceThickness" -> "slice thickness", "KVP" -> "tube voltage".
std::string labelOfKeyword(std::string_view keyword);

}  // namespace gantry::qc
