#pragma once
/// What may leave although Table E.1-1 does not name it: standard attributes that reading an image needs and
/// whose values cannot name a person, or are checked so that they do not.

#include <span>
#include <string_view>

#include "gantry/core/dicom.hpp"

namespace gantry::anonymizer {

/// How the values of a kept attribute are checked.
enum class KeepAs : unsigned char {
    No,           ///< it does not leave
    Numbers,      ///< DS IS AS US SS UL SL FL FD UV SV AT: syntax of the VR
    CodeString,   ///< CS: words of the vocabulary
    Uid,          ///< mapped
    Time,         ///< DA DT TM: as the options for dates say
    Sequence,     ///< items are treated by the same rules
    Device,       ///< text that names a product
    Technical,    ///< text of technical words and short codes
    Description,  ///< text that is cleaned word by word
    Indicator,    ///< text of digits, at most four
    Keyword,      ///< name of an attribute of PS3.6
    CodeItem,     ///< CodeValue and its company: checked together, as one item
    CharacterSet,
    PixelBytes,   ///< pixel data and offset tables
    LookupTable,  ///< of the length its descriptor states
    NumberList,   ///< OF OD OL OW that are coordinates, indices or samples: of the length others state
};

struct Keeping {
    KeepAs as = KeepAs::No;
    std::string_view reason;
};
/// For even groups that Table E.1-1 does not name. The VR decides where the list has no entry of its own.
/// @param asked  attributes that the pack wants besides; text of theirs is cleaned word by word
Keeping keeping(dicom::Tag tag, std::span<const dicom::Tag> asked = {});

/// Kept by Retain Patient Characteristics alone, though Table E.1-1 does not name it.
bool isPatientCharacteristic(dicom::Tag tag);

}  // namespace gantry::anonymizer
