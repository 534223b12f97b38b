#pragma once
/// Writes a data set attribute by attribute as the policy's rules say.

#include <optional>

#include "documents.hpp"
#include "gantry/anonymizer/engine.hpp"
#include "output_file.hpp"
#include "report.hpp"
#include "sop_classes.hpp"

namespace gantry::anonymizer {

struct TransformInput {
    const dicom::DicomFile& file;
    const DeidPolicy& policy;
    const DeidKeys& keys;
    const SubjectIdentity& subject;
    const SopClass& sop_class;
    PixelState pixels = PixelState::NotLookedAt;
    const Document& document;  ///< outlives `output`, which may refer to its bytes
};

/// What the transformed data set needs before it, beside what `output` received.
struct TransformResult {
    std::string character_set;  ///< (0008,0005) as an element, when text that stays needs it; else ""
    std::string sop_instance_uid;
    std::string series_instance_uid;
    std::string study_instance_uid;
    bool already_ours = false;  ///< the input was our output for this subject
};

/// Appends the data set to `output`, in explicit VR and the byte order of `file`. Elements come out ascending and once each.
Result<TransformResult> transform(const TransformInput& input, OutputFile& output, ReportBuilder& report);

}  // namespace gantry::anonymizer
