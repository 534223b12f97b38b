#include "gantry/anonymizer/gate_options.hpp"

#include "safe_private.hpp"

namespace gantry::anonymizer {
namespace {

struct Row {
    std::string_view creator;
    std::uint16_t group;
    std::uint8_t element;
    dicom::Vr vr;
};
constexpr Row kSafePrivate[] = {
#include "safe_private.inc"
};

const std::set<PrivateKey>& safePrivate() {
    static const auto keys = [] {
        std::set<PrivateKey> all;
        for (const auto& row : kSafePrivate)
            all.insert({std::string(row.creator), std::uint32_t{row.group} << 16 | row.element});
        return all;
    }();
    return keys;
}

}  // namespace

GateOptions gateOptions(const DeidPolicy& policy) {
    GateOptions options;
    options.device_retained = policy.has(DeidOption::RetainDeviceIdentity);
    options.institution_retained = policy.has(DeidOption::RetainInstitutionIdentity);
    options.dates_retained = policy.has(DeidOption::RetainLongitudinalFullDates);
    options.uids_retained = policy.has(DeidOption::RetainUids);
    options.patient_retained = policy.has(DeidOption::RetainPatientCharacteristics);
    options.descriptors = policy.has(DeidOption::CleanDescriptors);
    options.structured_content = policy.has(DeidOption::CleanStructuredContent);
    // Annotations of presentation states are content as well (Table E.1-1 has (0070,0001) under both).
    options.graphics = policy.has(DeidOption::CleanGraphics) || options.structured_content;
    options.documents = policy.documents != Documents::Hold;
    if (policy.has(DeidOption::RetainSafePrivate)) options.private_retained = safePrivate();
    for (const auto tag : policy.keep) options.kept.insert(tag.value);
    options.uid_root = policy.uid_root;
    if (policy.has(DeidOption::RetainSafePrivate))
        for (const auto& row : safePrivates())
            options.private_retained.insert(
                {std::string(row.creator), static_cast<std::uint32_t>(row.group) << 16 | row.element});
    return options;
}

GateOptions gateOptions(const DeidPolicy& policy, const DeidKeys& keys, std::string_view subject_id) {
    auto options = gateOptions(policy);
    if (policy.has(DeidOption::RetainLongitudinalModifiedDates))
        options.days_back = dateOffsetDays(keys, subject_id);
    return options;
}

}  // namespace gantry::anonymizer
