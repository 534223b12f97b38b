// Patient and study modules, PS3.3 C.7.1 and C.7.2, with what hospitals add to them.
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdeftag.h>

#include "ct_plan.hpp"

namespace gantry::scanner {

namespace {

void writePatientNumbers(ItemWriter& out, const CtPlan& plan) {
    const auto& patient = plan.patient;
    // A number the caller chose may be the trial's own subject number: only invented ones count as planted.
    if (plan.spec.patient.patient_id.empty())
        out.planted(DCM_PatientID, Gives::Identifier, patient.patient_id);
    else
        out.text(DCM_PatientID, patient.patient_id);
    out.planted(DCM_IssuerOfPatientID, Gives::Place, plan.site.institution);
    out.planted(DCM_RETIRED_OtherPatientIDs, Gives::Identifier, patient.other_patient_id);
    auto other = out.item(DCM_OtherPatientIDsSequence);
    other.planted(DCM_PatientID, Gives::Identifier, patient.other_patient_id);
    other.planted(DCM_IssuerOfPatientID, Gives::Place, plan.site.institution);
    other.text(DCM_TypeOfPatientID, "TEXT");
    auto national = out.item(DCM_OtherPatientIDsSequence);
    national.planted(DCM_PatientID, Gives::Identifier, patient.national_id);
    national.text(DCM_TypeOfPatientID, "TEXT");
    auto qualifiers = national.item(DCM_IssuerOfPatientIDQualifiersSequence);
    qualifiers.planted(DCM_UniversalEntityID, Gives::Place, plan.site.address);
    qualifiers.text(DCM_UniversalEntityIDType, "DNS");
}

void writePatientLife(ItemWriter& out, const CtPlan& plan) {
    const auto& patient = plan.patient;
    out.planted(DCM_PatientAddress, Gives::Place, patient.street + ", " + patient.town);
    out.planted(DCM_PatientTelephoneNumbers, Gives::Identifier, patient.telephone);
    out.planted(DCM_CountryOfResidence, Gives::Place, "Hinterlandia");
    out.planted(DCM_RegionOfResidence, Gives::Place, patient.town);
    out.planted(DCM_Occupation, Gives::Person, patient.occupation);
    out.text(DCM_EthnicGroup, "declined");
    out.text(DCM_SmokingStatus, "UNKNOWN");
    out.text(DCM_PregnancyStatus, patient.sex == "F" ? "4" : "");
    out.planted(DCM_ResponsiblePerson, Gives::Person, patient.next_of_kin);
    out.text(DCM_ResponsiblePersonRole, "SPOUSE");
    out.planted(DCM_AdditionalPatientHistory, Gives::Person,
                "Colon carcinoma; seen by " + plan.staff.referring);
    out.planted(DCM_PatientComments, Gives::Person,
                "Next of kin " + patient.next_of_kin + ", rang from " + patient.telephone);
    out.planted(DCM_CurrentPatientLocation, Gives::Place, plan.site.ward);
    out.planted(DCM_PatientInstitutionResidence, Gives::Place, "Pflegeheim " + patient.town);
    out.text(DCM_Allergies, "none known");
    out.text(DCM_MedicalAlerts, "port catheter");
}

void writeReferrer(ItemWriter& out, const CtPlan& plan) {
    out.planted(DCM_ReferringPhysicianName, Gives::Person, plan.staff.referring);
    out.planted(DCM_ReferringPhysicianAddress, Gives::Place, plan.staff.referring_address);
    out.planted(DCM_ReferringPhysicianTelephoneNumbers, Gives::Identifier, plan.staff.referring_telephone);
    auto identity = out.item(DCM_ReferringPhysicianIdentificationSequence);
    identity.item(DCM_PersonIdentificationCodeSequence).code("11-1771", "99LOCAL", "referrer");
    identity.planted(DCM_PersonAddress, Gives::Place, plan.staff.referring_address);
    identity.planted(DCM_PersonTelephoneNumbers, Gives::Identifier, plan.staff.referring_telephone);
    identity.planted(DCM_InstitutionName, Gives::Place, plan.site.institution);
    out.planted(DCM_PhysiciansOfRecord, Gives::Person, plan.staff.requesting);
    out.planted(DCM_NameOfPhysiciansReadingStudy, Gives::Person, plan.staff.reading);
    out.planted(DCM_RequestingPhysician, Gives::Person, plan.staff.requesting);
    out.planted(DCM_RequestingService, Gives::Place, plan.site.ward);
}

void writeTrial(ItemWriter& out, const CtPlan& plan) {
    const auto& wanted = plan.spec.patient;
    if (wanted.subject.empty()) return;
    out.text(DCM_ClinicalTrialSponsorName, "Demonstration sponsor");
    out.text(DCM_ClinicalTrialProtocolID, "DEMO-1");
    out.text(DCM_ClinicalTrialSubjectID, wanted.subject);
    if (!wanted.time_point.empty()) out.text(DCM_ClinicalTrialTimePointID, wanted.time_point);
}

}  // namespace

void writePatient(ItemWriter& out, const CtPlan& plan) {
    const auto& patient = plan.patient;
    out.planted(DCM_PatientName, Gives::Person, patient.name);
    out.planted(DCM_PatientBirthName, Gives::Person, patient.birth_name);
    out.planted(DCM_PatientMotherBirthName, Gives::Person, patient.mother_birth_name);
    out.planted(DCM_OtherPatientNames, Gives::Person, patient.birth_name);
    out.planted(DCM_PatientBirthDate, Gives::Date, patient.birth_date);
    out.text(DCM_PatientSex, patient.sex);
    out.text(DCM_PatientAge, "0" + std::to_string(patient.age_years) + "Y");
    out.integer(DCM_PatientWeight, patient.weight_kg);
    out.decimal(DCM_PatientSize, patient.height_cm / 100.0);
    writePatientNumbers(out, plan);
    writePatientLife(out, plan);
    writeTrial(out, plan);
}

void writeStudy(ItemWriter& out, const CtPlan& plan) {
    out.planted(DCM_StudyInstanceUID, Gives::Uid, plan.uids.study);
    out.planted(DCM_StudyDate, Gives::Date, plan.study_date);
    out.text(DCM_StudyTime, timeOfDay(plan.start_s - 400));
    out.planted(DCM_AccessionNumber, Gives::Identifier, plan.accession_number);
    out.item(DCM_IssuerOfAccessionNumberSequence)
        .planted(DCM_LocalNamespaceEntityID, Gives::Place, plan.site.department);
    out.planted(DCM_StudyID, Gives::Identifier, plan.study_id);
    out.planted(DCM_StudyDescription, Gives::Person, "CT CAP KM f. " + plan.staff.requesting);
    out.item(DCM_ProcedureCodeSequence).code("CT-CAP-KM", "99LOCAL", "CT chest abdomen pelvis with contrast");
    out.item(DCM_ReferencedStudySequence).reference("1.2.840.10008.3.1.2.3.1", plan.uids.referenced_study);
    out.planted(DCM_AdmissionID, Gives::Identifier, "ADM" + plan.study_id);
    out.text(DCM_AdmittingDiagnosesDescription, "C18.7 follow-up");
    out.planted(DCM_RETIRED_StudyComments, Gives::Person,
                "Call " + plan.patient.next_of_kin + " with the result");
    writeReferrer(out, plan);
}

}  // namespace gantry::scanner
