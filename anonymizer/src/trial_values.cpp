#include "trial_values.hpp"

#include <algorithm>

#include "proof.hpp"
#include "trial_attributes.hpp"

namespace gantry::anonymizer {
namespace {

constexpr MethodCode kBasicProfile = {"113100", "Basic Application Confidentiality Profile"};
constexpr std::string_view kMethod = "DICOM PS3.15 2026c Annex E, see code sequence\\";
constexpr std::size_t kLongest = 64;

bool isPlain(std::string_view text) {
    return text.size() <= kLongest && std::ranges::all_of(text, [](char c) {
               return c >= 0x20 && c < 0x7F && c != '\\' && c != '^' && c != '=';
           });
}

/// PS3.3 C.7.6.1.1.7 (0028,0303).
std::string_view temporalInformation(const DeidPolicy& policy) {
    if (policy.has(DeidOption::RetainLongitudinalModifiedDates)) return "MODIFIED";
    return policy.has(DeidOption::RetainLongitudinalFullDates) ? "UNMODIFIED" : "REMOVED";
}

}  // namespace

std::vector<MethodCode> methodCodes(const DeidPolicy& policy) {
    std::vector<MethodCode> codes{kBasicProfile};
    for (const auto& row : deidOptions())
        if (policy.has(row.option)) codes.push_back({row.code, row.meaning});
    return codes;
}

std::vector<TrialValue> trialValues(const SubjectIdentity& subject, const DeidPolicy& policy) {
    const auto or_else = [](const std::string& value, std::string_view otherwise) {
        return value.empty() ? std::string(otherwise) : value;
    };
    std::vector<TrialValue> values = {
        {dicom::tags::kPatientName, "PN", subject.subject_id},
        {dicom::tags::kPatientId, "LO", subject.subject_id},
        {trial::kSponsorName, "LO", or_else(subject.sponsor_name, "SPONSOR")},
        {trial::kProtocolId, "LO", subject.trial_id},
        {trial::kProtocolName, "LO", ""},
        {trial::kSiteId, "LO", subject.site_id},
        {trial::kSiteName, "LO", ""},
        {trial::kSubjectId, "LO", subject.subject_id},
        {trial::kTimePointId, "LO", subject.visit_id},  // Type 2 of Clinical Trial Study: empty without a visit
        {trial::kPatientIdentityRemoved, "CS", "YES"},
    };
    values.push_back({trial::kDeidentificationMethod, "LO",
                      std::string(kMethod) + std::string(kProofLabel) + std::string(kProofLetters, '-')});
    values.push_back({trial::kDeidentificationMethodCodes, "SQ", ""});
    values.push_back({trial::kLongitudinalModified, "CS", std::string(temporalInformation(policy))});
    return values;
}

Result<> validate(const SubjectIdentity& subject) {
    const struct {
        std::string_view name;
        const std::string& value;
        bool required;
    } fields[] = {{"trial_id", subject.trial_id, true},
                  {"site_id", subject.site_id, false},
                  {"subject_id", subject.subject_id, true},
                  {"visit_id", subject.visit_id, false},
                  {"sponsor_name", subject.sponsor_name, false}};
    for (const auto& field : fields) {
        if (field.required && field.value.empty())
            return fail(Errc::InvalidArgument, std::string(field.name) + " is required");
        if (!isPlain(field.value))
            return fail(
                Errc::InvalidArgument,
                std::string(field.name) + " must be at most 64 printable ASCII characters without \\ ^ =");
    }
    return {};
}

}  // namespace gantry::anonymizer
