#include "gantry/anonymizer/gate_options.hpp"

namespace gantry::anonymizer {

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
    for (const auto tag : policy.keep) options.kept.insert(tag.value);
    options.uid_root = policy.uid_root;
    return options;
}

}  // namespace gantry::anonymizer
