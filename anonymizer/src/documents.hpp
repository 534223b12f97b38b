#pragma once
/// Encapsulated documents (PS3.3 C.24.2): what takes the document's place in the output.

#include <string>

#include "gantry/anonymizer/policy.hpp"
#include "sop_classes.hpp"

namespace gantry::anonymizer {

struct Document {
    std::string bytes;           ///< without padding; "" where the object is no document
    std::string_view mime_type;  ///< "application/pdf", "text/XML" (PS3.3 C.24.2)
    std::string_view note;       ///< what was done, for the report
    bool cleaned = false;        ///< the original's own pages, without what may identify; else a notice
};

/// By the policy: a notice, or for PDF the cleaned document where that can be done.
Document makeDocument(const dicom::DataSet& dataset, const SopClass& sop_class, const DeidPolicy& policy);

/// One page that says that the document was removed; a constant.
std::string pdfNotice();
/// HL7 CDA Release 2 document that says the same; a constant.
std::string cdaNotice();
inline constexpr std::string_view kCdaNoticeId = "2.25.130967246315928417203469918273645567041";

}  // namespace gantry::anonymizer
