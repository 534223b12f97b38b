#pragma once
/// Objects of each kind as scanners and workstations send them, with what a trial needs of them marked.

#include "describe.hpp"

namespace gantry::canary {

void patientAndStudy(Draft& draft);  ///< patient, study, series, equipment, people
void pixels(Draft& draft, unsigned rows, unsigned columns, unsigned bits, unsigned frames = 1,
            unsigned samples = 1);

void ct(Draft& draft);
void mr(Draft& draft);
void pet(Draft& draft);
void nuclear(Draft& draft);
void ultrasound(Draft& draft, unsigned frames);
void secondaryCapture(Draft& draft);
void digitalRadiograph(Draft& draft);
void computedRadiograph(Draft& draft);
void mammogram(Draft& draft);
void angiogram(Draft& draft);
void enhancedCt(Draft& draft);
void enhancedMr(Draft& draft);
void enhancedPet(Draft& draft);
void structureSet(Draft& draft);
void radiotherapyPlan(Draft& draft);
void radiotherapyDose(Draft& draft);
void segmentation(Draft& draft);
void registration(Draft& draft);
void measurementReport(Draft& draft);
void basicTextReport(Draft& draft);
void doseReport(Draft& draft);
void keyObjects(Draft& draft);
void presentationState(Draft& draft);
void electrocardiogram(Draft& draft);
void encapsulatedPdf(Draft& draft);
void encapsulatedCda(Draft& draft);

}  // namespace gantry::canary
