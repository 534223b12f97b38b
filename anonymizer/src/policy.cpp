#include "gantry/anonymizer/policy.hpp"

#include <algorithm>

#include "gantry/anonymizer/mapping.hpp"

#include "keep_list.hpp"
#include "trial_attributes.hpp"

namespace gantry::anonymizer {
namespace {

using dicom::Tag;

constexpr DeidOptionRow kOptions[] = {
    {DeidOption::RetainSafePrivate, "retain_safe_private", "113111", "Retain Safe Private Option", true},
    {DeidOption::RetainUids, "retain_uids", "113110", "Retain UIDs Option", true},
    {DeidOption::RetainDeviceIdentity, "retain_device_identity", "113109", "Retain Device Identity Option",
     true},
    {DeidOption::RetainInstitutionIdentity, "retain_institution_identity", "113112",
     "Retain Institution Identity Option", true},
    {DeidOption::RetainPatientCharacteristics, "retain_patient_characteristics", "113108",
     "Retain Patient Characteristics Option", true},
    {DeidOption::RetainLongitudinalFullDates, "retain_longitudinal_full_dates", "113106",
     "Retain Longitudinal Temporal Information Full Dates Option", true},
    {DeidOption::RetainLongitudinalModifiedDates, "retain_longitudinal_modified_dates", "113107",
     "Retain Longitudinal Temporal Information Modified Dates Option", true},
    {DeidOption::CleanDescriptors, "clean_descriptors", "113105", "Clean Descriptors Option", true},
    {DeidOption::CleanStructuredContent, "clean_structured_content", "113104",
     "Clean Structured Content Option", true},
    {DeidOption::CleanGraphics, "clean_graphics", "113103", "Clean Graphics Option", true},
    {DeidOption::CleanPixelData, "clean_pixel_data", "113101", "Clean Pixel Data Option", true},
    {DeidOption::CleanRecognizableVisualFeatures, "clean_recognizable_visual_features", "113102",
     "Clean Recognizable Visual Features Option", false},
};

struct OptionColumn {
    DeidOption option;
    Column column;
    std::string_view reason;
};
// Dates come first: an attribute that is both a device's and a date moves with the dates.
constexpr OptionColumn kModifiedDates = {
    DeidOption::RetainLongitudinalModifiedDates, Column::RetainLongitudinalModifiedDates,
    "moved by the subject's offset: Retain Longitudinal with Modified Dates"};
constexpr OptionColumn kKeeping[] = {
    {DeidOption::RetainLongitudinalFullDates, Column::RetainLongitudinalFullDates,
     "kept: Retain Longitudinal with Full Dates"},
    {DeidOption::RetainUids, Column::RetainUids, "kept: Retain UIDs"},
    {DeidOption::RetainDeviceIdentity, Column::RetainDeviceIdentity, "kept: Retain Device Identity"},
    {DeidOption::RetainInstitutionIdentity, Column::RetainInstitutionIdentity,
     "kept: Retain Institution Identity"},
    {DeidOption::RetainPatientCharacteristics, Column::RetainPatientCharacteristics,
     "kept: Retain Patient Characteristics"},
};

bool isDateVr(std::string_view vr) {
    return vr == "DA" || vr == "DT";
}
bool isTextVr(std::string_view vr) {
    return vr.size() == 2 && dicom::usesCharacterSet({vr[0], vr[1]}) && vr != "PN";
}

/// Options whose column asks to clean text: words that say nothing about a person stay.
struct CleaningColumn {
    DeidOption option;
    Column column;
    std::string_view reason;
};
constexpr CleaningColumn kCleaning[] = {
    {DeidOption::CleanDescriptors, Column::CleanDescriptors, "cleaned: Clean Descriptors"},
    {DeidOption::RetainPatientCharacteristics, Column::RetainPatientCharacteristics,
     "cleaned: Retain Patient Characteristics"},
};

Rule fromTable(const TableRow& row, const DeidPolicy& policy) {
    if (policy.has(kModifiedDates.option) && row.option(kModifiedDates.column) == Action::C) {
        if (isDateVr(row.vr)) return {Action::C, Origin::Option, kModifiedDates.reason};
        // Times of day stay, the days have moved. What is neither (a signed timestamp) cannot be moved.
        if (row.vr == "TM" || row.keyword == "TimezoneOffsetFromUTC")
            return {Action::K, Origin::Option, "time of day kept, the days have moved"};
    }
    for (const auto& [option, column, reason] : kKeeping)
        if (policy.has(option) && row.option(column) == Action::K) {
            // What is said of a patient in free words is cleaned; a name of a device or a place cannot be.
            const bool characteristics = option == DeidOption::RetainPatientCharacteristics;
            const bool words = characteristics && isTextVr(row.vr);
            if (characteristics && row.vr == "UR") continue;  // it leads out of the file
            return {words ? Action::C : Action::K, Origin::Option, reason};
        }
    for (const auto& [option, column, reason] : kCleaning) {
        if (!policy.has(option) || row.option(column) != Action::C) continue;
        if (isTextVr(row.vr)) return {Action::C, Origin::Option, reason};
        if (row.vr == "SQ" || row.vr == "CS") return {Action::K, Origin::Option, reason};
    }
    return {row.basic, Origin::Profile, "Basic Application Confidentiality Profile"};
}

bool isStructure(Tag tag) {
    const auto group = tag.group();
    if (tag.element() == 0x0000) return true;  // group lengths, PS3.5 7.2
    if (group <= 0x0006) return true;          // command, file meta, directory
    const auto repeating = group & 0xFF00;
    const bool curve_or_overlay = repeating == 0x5000 || repeating == 0x6000;
    return curve_or_overlay || (repeating == 0x7F00 && group != 0x7FE0);  // PS3.5 7.6
}

constexpr Rule kNotListed = {Action::X, Origin::NotListed, "in no table and not needed to read the image"};

/// Dates and times that Table E.1-1 does not name.
Rule unlistedTime(Tag tag, const DeidPolicy& policy) {
    if (policy.has(kModifiedDates.option)) {
        const bool time = dicom::lookup(tag)->vr == "TM";
        return {time ? Action::K : Action::C, Origin::KeepList, kModifiedDates.reason};
    }
    if (policy.has(DeidOption::RetainLongitudinalFullDates))
        return {Action::K, Origin::KeepList, kKeeping[0].reason};
    return {Action::X, Origin::NotListed, "dates and times do not leave without an option for them"};
}

Rule fromKeepList(Tag tag, const DeidPolicy& policy) {
    const auto kept = keeping(tag, policy.keep);
    if (kept.as == KeepAs::No) return kNotListed;
    if (isPatientCharacteristic(tag) && !policy.has(DeidOption::RetainPatientCharacteristics))
        return {Action::X, Origin::NotListed, "a characteristic of the patient"};
    if (kept.as == KeepAs::Uid) return {Action::U, Origin::KeepList, kept.reason};
    if (kept.as == KeepAs::Time) return unlistedTime(tag, policy);
    if (kept.as == KeepAs::Description) return {Action::C, Origin::KeepList, kept.reason};
    return {Action::K, Origin::KeepList, kept.reason};
}

}  // namespace

std::span<const DeidOptionRow> deidOptions() {
    return kOptions;
}

Result<DeidPolicy> parsePolicy(std::span<const std::string> names) {
    DeidPolicy policy;
    for (const auto& name : names) {
        if (name == "basic_profile") continue;
        const auto* row = std::ranges::find(kOptions, name, &DeidOptionRow::name);
        if (row == std::end(kOptions))
            return fail(Errc::InvalidArgument, "there is no de-identification option called " + name);
        if (!row->supported)
            return fail(Errc::Unsupported, "the de-identification option " + name + " (" +
                                               std::string(row->meaning) + ") is not offered");
        policy.add(row->option);
    }
    if (policy.has(DeidOption::RetainLongitudinalFullDates) &&
        policy.has(DeidOption::RetainLongitudinalModifiedDates))
        return fail(Errc::InvalidArgument,
                    "dates cannot be both kept in full and modified: choose one of "
                    "retain_longitudinal_full_dates, retain_longitudinal_modified_dates");
    return policy;
}

Result<> validate(const DeidPolicy& policy) {
    for (const auto& row : kOptions)
        if (policy.has(row.option) && !row.supported)
            return fail(Errc::Unsupported,
                        "the de-identification option " + std::string(row.name) + " is not offered");
    GANTRY_CHECK(validateUidRoot(policy.uid_root));
    for (const auto tag : policy.keep) {
        if (tag.isPrivate() || dicom::lookup(tag) == nullptr || isStructure(tag))
            return fail(Errc::InvalidArgument,
                        dicom::toString(tag) + " is no standard attribute that could be kept");
        if (profileRow(tag) != nullptr)
            return fail(Errc::InvalidArgument,
                        dicom::nameOf(tag) + " is decided by PS3.15 Table E.1-1 and its options");
    }
    return {};
}

std::vector<std::string> policyNames(const DeidPolicy& policy) {
    std::vector<std::string> names{"basic_profile"};
    for (const auto& row : kOptions)
        if (policy.has(row.option)) names.emplace_back(row.name);
    return names;
}

Rule actionFor(Tag tag, const DeidPolicy& policy) {
    if (std::ranges::find(policy.remove, tag) != policy.remove.end() && !isTrialAttribute(tag))
        return {Action::XZD, Origin::Person, "removed at the word of a person at the site"};
    if (tag.isPrivate()) return {Action::X, Origin::Private, "private attributes do not leave"};
    const auto* row = profileRow(tag);
    if (isStructure(tag))
        return {Action::X, Origin::Structure, "written anew, or graphics and padding that do not leave"};
    if (isTrialAttribute(tag)) return {row ? row->basic : Action::D, Origin::Trial, "the trial's own value"};
    return row ? fromTable(*row, policy) : fromKeepList(tag, policy);
}

}  // namespace gantry::anonymizer
