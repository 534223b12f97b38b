#include "code_items.hpp"

#include "code_schemes.hpp"
#include "content_codes.hpp"
#include "plain_text.hpp"
#include "text.hpp"
#include "vocabulary.hpp"

namespace gantry::anonymizer {
namespace {

constexpr dicom::Tag kCodeValue{0x00080100};
constexpr dicom::Tag kCodingSchemeDesignator{0x00080102};
constexpr dicom::Tag kCodeMeaning{0x00080104};
constexpr dicom::Tag kLongCodeValue{0x00080119};
constexpr dicom::Tag kUrnCodeValue{0x00080120};

bool isKnownWord(const std::string& lower) {
    return isMeaningWord(lower) || isVocabularyWord(lower);
}

/// Words that stand in the tables or in the vocabulary, marks, and single letters and short numbers.
bool isMeaningText(std::string_view text) {
    constexpr std::string_view kMarks = " -_/,.()^%*[]{}'+=<>:&";
    constexpr std::size_t kLongest = 64;
    constexpr std::size_t kMostDigits = 3;
    constexpr std::size_t kMostOpen = 4;  // single letters and digits together
    std::size_t open = 0;
    if (text.size() > kLongest) return false;
    for (std::size_t i = 0; i < text.size();) {
        const auto start = i;
        const bool digits = isDigit(text[i]);
        while (i < text.size() && (digits ? isDigit(text[i]) : isLetter(text[i]))) ++i;
        const auto run = text.substr(start, i - start);
        if (run.empty()) {
            if (kMarks.find(text[i++]) == std::string_view::npos) return false;
        } else if (digits ? run.size() > kMostDigits : run.size() > 1 && !isKnownWord(lowerAscii(run))) {
            return false;
        } else if (digits || run.size() == 1) {
            open += run.size();
        }
    }
    return open <= kMostOpen;
}

}  // namespace

CodeJudgement judgeCode(const dicom::DataSet& item) {
    CodeJudgement judged;
    judged.is_code = item.find(kCodeValue) || item.find(kLongCodeValue) || item.find(kUrnCodeValue);
    if (!judged.is_code || item.find(kUrnCodeValue)) return judged;
    const auto scheme = item.text(kCodingSchemeDesignator);
    const auto* long_value = item.find(kLongCodeValue);
    const auto value = item.text(long_value ? kLongCodeValue : kCodeValue);
    if (long_value && item.find(kCodeValue)) return judged;  // one of them is not the code
    judged.is_public = isPublicCode(scheme, value) || isContentCode(scheme, value);
    const auto known = meaningOfCode(scheme, value);
    const auto sent = item.text(kCodeMeaning);
    if (!sent.empty() && (sent == known || isPlainText(sent, {}) || isMeaningText(sent)))
        judged.meaning = sent;
    else
        judged.meaning = known.empty() ? value : known;
    judged.is_standard_meaning = judged.meaning == known;
    return judged;
}

}  // namespace gantry::anonymizer
