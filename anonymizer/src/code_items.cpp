#include "code_items.hpp"

#include "content_codes.hpp"
#include "dcm_codes.hpp"
#include "vocabulary.hpp"

namespace gantry::anonymizer {
namespace {

constexpr dicom::Tag kCodeValue{0x00080100};
constexpr dicom::Tag kCodingSchemeDesignator{0x00080102};
constexpr dicom::Tag kCodeMeaning{0x00080104};
constexpr dicom::Tag kLongCodeValue{0x00080119};
constexpr dicom::Tag kUrnCodeValue{0x00080120};

}  // namespace

CodeJudgement judgeCode(const dicom::DataSet& item) {
    CodeJudgement judged;
    judged.is_code = item.find(kCodeValue) || item.find(kLongCodeValue) || item.find(kUrnCodeValue);
    if (!judged.is_code || item.find(kUrnCodeValue)) return judged;
    const auto scheme = item.text(kCodingSchemeDesignator);
    const auto* long_value = item.find(kLongCodeValue);
    const auto value = item.text(long_value ? kLongCodeValue : kCodeValue);
    if (long_value && item.find(kCodeValue)) return judged;  // one of them is not the code
    const auto of_standard = scheme == "DCM" ? meaningOfDcmCode(value) : std::string_view{};
    judged.is_public = !of_standard.empty() || isPublicCode(scheme, value) || isContentCode(scheme, value);
    const auto known = of_standard.empty() ? meaningOfCode(scheme, value) : of_standard;
    const auto sent = item.text(kCodeMeaning);
    if (!known.empty())
        judged.meaning = known;
    else if (!sent.empty() && isTechnicalText(sent))
        judged.meaning = sent;
    else
        judged.meaning = value;
    return judged;
}

}  // namespace gantry::anonymizer
