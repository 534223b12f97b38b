#pragma once
/// Coded entries (PS3.3 8): a code of a public scheme stays, with a meaning of ours; other codes could be
/// anything.

#include <string>

#include "gantry/core/dicom.hpp"

namespace gantry::anonymizer {

struct CodeJudgement {
    bool is_code = false;    ///< the item holds a code value
    bool is_public = false;  ///< of a public scheme, in that scheme's form
    std::string
        meaning;  ///< what CodeMeaning becomes: as sent if all its words are known, else the standard's
    bool is_standard_meaning = false;  ///< as the tables have it
};
CodeJudgement judgeCode(const dicom::DataSet& item);

}  // namespace gantry::anonymizer
