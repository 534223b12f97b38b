#pragma once
/// What a check may look at: a closed list of names beside the attributes of PS3.6, each with kind and unit.

#include <optional>
#include <string>
#include <string_view>

#include "units.hpp"

namespace gantry::qc {

enum class Kind { Number, Text, Flag };

/// Where a value comes from.
enum class Origin {
    Attribute,   ///< header, by keyword or Sequence.Keyword
    Vocabulary,  ///< header word, put into a class by the pack's vocab
    Derived,     ///< computed here from facts of the series
    Context,     ///< enrolment, visit, site, slot: told by the caller
    Elsewhere,   ///< pixel measures, console answers, scanner registry, other visits: has no source here
};

enum class Measure {  ///< of Origin::Derived
    None,
    SliceThickness,
    SliceSpacing,
    SliceGap,
    SlicesMissing,
    SlicesDuplicate,
    SlicesIrregular,
    SliceCount,
    InstanceCount,
    Coverage,
    Plane,
    Obliquity,
    EverLossy,
    ContrastGiven,
    ContrastDelay,
    FieldOfView,
    VoxelLargest,
    VoxelAnisotropy
};

enum class Told {  ///< of Origin::Context
    None,
    SubjectId,
    SubjectIds,
    SubjectSex,
    VisitId,
    VisitPrevious,
    SiteId,
    Slot
};

/// A name resolved at load.
struct CheckName {
    std::string name;   ///< as the pack writes it
    std::string label;  ///< in words: "slice thickness"
    Kind kind = Kind::Text;
    Dimension dimension = Dimension::None;
    Origin origin = Origin::Attribute;
    Measure measure = Measure::None;
    Told told = Told::None;
    const Unit* native = nullptr;  ///< unit of an attribute's number, from its definition in PS3.3
    std::string sequence;          ///< "RadiopharmaceuticalInformationSequence" of Sequence.Keyword, else ""
    std::string keyword;           ///< of the attribute; of a vocabulary the attribute it reads
    int column = -1;               ///< index into PackData::attributes; -1 unless an attribute is read
    bool identifying = false;      ///< the value may identify a person and is never shown
};

/// Resolves anything but vocab.*, which only the pack knows. Nullopt: no such name.
std::optional<CheckName> findCheckName(std::string_view name);

/// "SliceThickness" -> "slice thickness", "KVP" -> "tube voltage".
std::string labelOfKeyword(std::string_view keyword);

}  // namespace gantry::qc
