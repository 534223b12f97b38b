#include "known_identifiers.hpp"

#include <algorithm>

#include "text.hpp"
#include "vocabulary.hpp"

namespace gantry::anonymizer {
namespace {

constexpr std::uint32_t kSources[] = {
    0x00080050,  // AccessionNumber
    0x00080080,  // InstitutionName
    0x00080090,  // ReferringPhysicianName
    0x00081040,  // InstitutionalDepartmentName
    0x00081048,  // PhysiciansOfRecord
    0x00081050,  // PerformingPhysicianName
    0x00081060,  // NameOfPhysiciansReadingStudy
    0x00081070,  // OperatorsName
    0x00100010,  // PatientName
    0x00100020,  // PatientID
    0x00100030,  // PatientBirthDate
    0x00101000,  // OtherPatientIDs
    0x00101001,  // OtherPatientNames
    0x00101005,  // PatientBirthName
    0x00101060,  // PatientMotherBirthName
    0x00102154,  // PatientTelephoneNumbers
    0x00321032,  // RequestingPhysician
    0x00380010,  // AdmissionID
};
constexpr std::uint32_t kInstitutionName = 0x00080080;
constexpr std::uint32_t kInstitutionalDepartmentName = 0x00081040;
constexpr std::size_t kShortestInstitutionWord = 6;
constexpr std::size_t kShortest = 3;
constexpr std::size_t kShortestInsideWords =
    5;  // shorter ones count between other than letters and digits only

// What consoles and earlier de-identification write where nothing is known.
constexpr std::string_view kPlaceholders[] = {"anon", "anonymous", "anonymized", "unknown",
                                              "none", "removed",   "n.a.",       "unspecified"};

bool contains(const auto& list, std::string_view value) {
    return std::ranges::find(list, value) != std::end(list);
}

bool isWordCharacter(char c) {
    return isDigit(c) || isLetter(c);
}

bool standsAlone(std::string_view text, std::size_t at, std::size_t length) {
    return (at == 0 || !isWordCharacter(text[at - 1])) &&
           (at + length == text.size() || !isWordCharacter(text[at + length]));
}

}  // namespace

KnownIdentifiers::KnownIdentifiers(const dicom::DataSet& dataset, bool institution_retained,
                                   std::string_view subject_id)
    : subject_id_(subject_id) {
    for (const auto tag : kSources) {
        const bool institution = tag == kInstitutionName || tag == kInstitutionalDepartmentName;
        if (institution && institution_retained) continue;
        for (const auto value : dicom::splitValues(dataset.text({tag}))) {
            if (value == subject_id_) continue;
            add(value, !institution);
            if (institution) addWords(value, kShortestInstitutionWord, false);
            const auto significant = value.find_first_not_of('0');
            if (significant != std::string_view::npos && value.size() - significant >= kShortestInsideWords)
                add(value.substr(significant), !institution);
        }
    }
    addNames(dataset, 0);
    std::ranges::sort(words_, [](const Word& a, const Word& b) {
        return a.text.size() != b.text.size() ? a.text.size() > b.text.size() : a.text < b.text;
    });
    const auto repeated = std::ranges::unique(words_, {}, &Word::text);
    words_.erase(repeated.begin(), repeated.end());
}

/// Person names wherever they stand; a bounded number, for each is looked for in each text.
void KnownIdentifiers::addNames(const dicom::DataSet& dataset, int depth) {
    constexpr std::size_t kMostWords = 2000;
    constexpr int kDeepest = 6;
    for (const auto& element : dataset.elements) {
        if (words_.size() > kMostWords) return;
        if (element.sequence && depth < kDeepest)
            for (const auto& item : element.items) addNames(item, depth + 1);
        if (element.sequence || element.vr != dicom::Vr("PN")) continue;
        for (const auto value : dicom::splitValues(dataset.text(element.tag))) {
            if (value == subject_id_) continue;
            add(value, true);
            addWords(value, kShortest, true);
        }
    }
}

void KnownIdentifiers::addWords(std::string_view value, std::size_t shortest, bool person) {
    while (!value.empty()) {
        const auto end = std::min(value.find_first_of("^= ,-_.;/'"), value.size());
        if (end >= shortest) add(value.substr(0, end), person);
        value.remove_prefix(std::min(end + 1, value.size()));
    }
}

void KnownIdentifiers::add(std::string_view value, bool person) {
    auto word = lowerAscii(value);
    const bool everyday = isVocabularyWord(word);
    if (word.size() < kShortest || (!person && everyday) || contains(kPlaceholders, word)) return;
    words_.push_back({std::move(word), everyday});
}

std::size_t KnownIdentifiers::findIn(const std::string& lower, const Word& word, std::size_t from) {
    const bool alone = word.text.size() < kShortestInsideWords || word.everyday;
    auto at = lower.find(word.text, from);
    while (at != std::string::npos && alone && !standsAlone(lower, at, word.text.size()))
        at = lower.find(word.text, at + 1);
    return at;
}

bool KnownIdentifiers::standIn(std::string_view text) const {
    const auto lower = lowerAscii(text);
    return std::ranges::any_of(words_, [&](const Word& word) {
        return !word.everyday && findIn(lower, word, 0) != std::string::npos;
    });
}

std::string KnownIdentifiers::cutFrom(std::string_view text) const {
    std::string out(text);
    auto lower = lowerAscii(text);
    for (const auto& word : words_)
        for (auto at = findIn(lower, word, 0); at != std::string::npos; at = findIn(lower, word, at)) {
            lower.replace(at, word.text.size(), " ");
            out.replace(at, word.text.size(), " ");
        }
    return out;
}

}  // namespace gantry::anonymizer
