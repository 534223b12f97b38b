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
    options.graphics = policy.has(DeidOption::CleanGraphics);
    options.documents = policy.documents != Documents::Hold;
    for (const auto tag : policy.keep) options.kept.insert(tag.value);
    options.uid_root = policy.uid_root;
    return options;
}

}  // namespace gantry::anonymizer
