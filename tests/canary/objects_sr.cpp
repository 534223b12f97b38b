/// Structured reports: measurements, text, dose, key objects.
#include "objects.hpp"

namespace gantry::canary {
namespace {

constexpr std::string_view kTree = "report tree";

/// A content item with its concept.
Set node(std::string relation, std::string type, Set concept_name) {
    Set set;
    if (!relation.empty()) set.keep("RelationshipType", std::move(relation));
    set.keep("ValueType", std::move(type));
    set.sequence("ConceptNameCodeSequence", {std::move(concept_name)});
    return set;
}

Set text(Draft& draft, Set concept_name, std::string_view value) {
    auto set = node("CONTAINS", "TEXT", std::move(concept_name));
    describe(draft, set, "-TextValue=" + std::string(value), kTree);
    return set;
}

Set number(Set concept_name, std::string value, Set units, std::string relation = "CONTAINS") {
    auto set = node(std::move(relation), "NUM", std::move(concept_name));
    Set measured;
    measured.keep("NumericValue", std::move(value));
    measured.sequence("MeasurementUnitsCodeSequence", {std::move(units)});
    set.sequence("MeasuredValueSequence", {measured});
    return set;
}

Set code(Set concept_name, Set value, std::string relation = "CONTAINS") {
    auto set = node(std::move(relation), "CODE", std::move(concept_name));
    set.sequence("ConceptCodeSequence", {std::move(value)});
    return set;
}

Set person(Draft& draft) {
    auto set = node("HAS OBS CONTEXT", "PNAME", codeItem("121008", "DCM", "Person Observer Name"));
    describe(draft, set, "-PersonName={w}^{w}", kTree);
    return set;
}

Set patientContext(Draft& draft) {
    auto name = node("HAS OBS CONTEXT", "PNAME", codeItem("121029", "DCM", "Subject Name"));
    describe(draft, name, "-PersonName={family}^{given}", kTree);
    return name;
}

Set patientId(Draft& draft) {
    auto set = node("HAS OBS CONTEXT", "TEXT", codeItem("121030", "DCM", "Subject ID"));
    describe(draft, set, "-TextValue={id} {n}", kTree);
    return set;
}

Set birth(Draft& draft) {
    auto set = node("HAS OBS CONTEXT", "DATE", codeItem("121031", "DCM", "Subject Birth Date"));
    describe(draft, set, "-Date={d}", kTree);
    return set;
}

Set dateItem(Draft& draft) {
    auto set = node("CONTAINS", "DATETIME", codeItem("111060", "DCM", "Study Date"));
    describe(draft, set, "DateTime=20260310235530", kTree);
    return set;
}

Set uidItem(Draft& draft) {
    auto set = node("HAS OBS CONTEXT", "UIDREF", codeItem("121012", "DCM", "Device Observer UID"));
    set.put("UID", draft.book.uid(kTree, "UID"));
    return set;
}

Set trackedUid(Draft& draft) {
    auto set = node("HAS OBS CONTEXT", "UIDREF", codeItem("112040", "DCM", "Tracking Unique Identifier"));
    set.keep("UID", draft.shared.uid("lesion"));
    return set;
}

Set image(Draft& draft) {
    auto set = node("INFERRED FROM", "IMAGE", codeItem("121112", "DCM", "Source of Measurement"));
    Set referenced;
    referenced.keep("ReferencedSOPClassUID", "1.2.840.10008.5.1.4.1.1.2");
    referenced.keep("ReferencedSOPInstanceUID", draft.shared.uid("ct-explicit.1"));
    set.sequence("ReferencedSOPSequence", {referenced});
    return set;
}

Set region(Draft& draft) {
    auto set = node("CONTAINS", "SCOORD", codeItem("111030", "DCM", "Image Region"));
    set.keep("GraphicType", "POLYLINE");
    set.numbers("GraphicData", {1.5, 2, 3.25, 4});
    Set source;
    source.keep("RelationshipType", "SELECTED FROM");
    source.keep("ValueType", "IMAGE");
    Set referenced;
    referenced.keep("ReferencedSOPClassUID", "1.2.840.10008.5.1.4.1.1.2");
    referenced.keep("ReferencedSOPInstanceUID", draft.shared.uid("ct-explicit.1"));
    source.sequence("ReferencedSOPSequence", {referenced});
    set.sequence("ContentSequence", {source});
    return set;
}

const Set kMm = codeItem("mm", "UCUM", "mm");

void report(Draft& draft, const char* sop_class, Set title, std::vector<Set> content) {
    draft.sop_class = sop_class;
    patientAndStudy(draft);
    describe(draft, R"(
        Modality=SR
        CompletionFlag=COMPLETE
        VerificationFlag=VERIFIED
        ValueType=CONTAINER
        ContinuityOfContent=SEPARATE
    )");
    draft.set.sequence("ConceptNameCodeSequence", {std::move(title)});
    draft.set.sequence("ContentSequence", std::move(content));
    auto verifier = item(draft,
                         "-VerifyingObserverName={w}^{w}\n-VerifyingOrganization={w}\n"
                         "-VerificationDateTime={d}101112",
                         kTree);
    verifier.sequence("VerifyingObserverIdentificationCodeSequence",
                      {item(draft, "-CodeValue={n}\n-CodingSchemeDesignator=99X\n-CodeMeaning={w}", kTree)});
    draft.set.sequence("VerifyingObserverSequence", {verifier});
    Set series;
    series.keep("SeriesInstanceUID", draft.shared.uid("ct-explicit"));
    Set referenced;
    referenced.keep("ReferencedSOPClassUID", "1.2.840.10008.5.1.4.1.1.2");
    referenced.keep("ReferencedSOPInstanceUID", draft.shared.uid("ct-explicit.1"));
    series.sequence("ReferencedSOPSequence", {referenced});
    Set study;
    study.keep("StudyInstanceUID", draft.shared.uid(draft.study));
    study.sequence("ReferencedSeriesSequence", {series});
    draft.set.sequence("CurrentRequestedProcedureEvidenceSequence", {study});
}

Set container(Set title, std::vector<Set> content) {
    auto set = node("CONTAINS", "CONTAINER", std::move(title));
    set.keep("ContinuityOfContent", "SEPARATE");
    set.sequence("ContentSequence", std::move(content));
    return set;
}

}  // namespace

void measurementReport(Draft& draft) {
    auto length = number(codeItem("103355008", "SCT", "Width"), "12.5", kMm);
    length.sequence("ContentSequence",
                    {region(draft), image(draft),
                     code(codeItem("363698007", "SCT", "Finding Site"), codeItem("39607008", "SCT", "Lung"),
                          "HAS CONCEPT MOD"),
                     text(draft, codeItem("121106", "DCM", "Comment"), "measured by {w}")});
    auto identifier = node("HAS OBS CONTEXT", "TEXT", codeItem("112039", "DCM", "Tracking Identifier"));
    describe(draft, identifier, "-TextValue=Lesion {w}", kTree);
    auto group =
        container(codeItem("125007", "DCM", "Measurement Group"),
                  {identifier, trackedUid(draft), length,
                   number(codeItem("112031", "DCM", "Attenuation Coefficient"), "43.5",
                          codeItem("[hnsf'U]", "UCUM", "Hounsfield unit")),
                   code(codeItem("121071", "DCM", "Finding"), codeItem("108369006", "SCT", "Neoplasm")),
                   text(draft, codeItem("121071", "DCM", "Finding"), "{family} has {w} on {d}")});
    auto all = container(codeItem("126010", "DCM", "Imaging Measurements"), {group});
    report(draft, "1.2.840.10008.5.1.4.1.1.88.33", codeItem("126000", "DCM", "Imaging Measurement Report"),
           {person(draft), patientContext(draft), patientId(draft), birth(draft), uidItem(draft),
            dateItem(draft), all});
}

void basicTextReport(Draft& draft) {
    auto findings = container(
        codeItem("121070", "DCM", "Findings"),
        {text(draft, codeItem("121071", "DCM", "Finding"),
              "Mrs {family}, {given}, {id}: lesion of {w}, seen {d}, call {n}"),
         text(draft, item(draft, "-CodeValue={t}\n-CodingSchemeDesignator=99L\n-CodeMeaning={w}", kTree),
              "local {w}")});
    auto conclusion = container(codeItem("121076", "DCM", "Conclusions"),
                                {text(draft, codeItem("121077", "DCM", "Conclusion"), "discussed with {w}")});
    report(draft, "1.2.840.10008.5.1.4.1.1.88.11", codeItem("18748-4", "LN", "Diagnostic Imaging Report"),
           {person(draft), findings, conclusion});
}

void doseReport(Draft& draft) {
    auto event =
        container(codeItem("113819", "DCM", "CT Acquisition"),
                  {text(draft, codeItem("125203", "DCM", "Acquisition Protocol"), "Thorax {w}"),
                   code(codeItem("113820", "DCM", "CT Acquisition Type"),
                        codeItem("116152004", "SCT", "Spiral Acquisition")),
                   number(codeItem("113824", "DCM", "Exposure Time"), "4.2", codeItem("s", "UCUM", "s")),
                   number(codeItem("113830", "DCM", "Mean CTDIvol"), "7.25", codeItem("mGy", "UCUM", "mGy")),
                   number(codeItem("113838", "DCM", "DLP"), "231.4", codeItem("mGy.cm", "UCUM", "mGy.cm")),
                   uidItem(draft)});
    auto serial = node("HAS OBS CONTEXT", "TEXT", codeItem("121016", "DCM", "Device Observer Serial Number"));
    describe(draft, serial, "-TextValue={n}", kTree);
    auto name = node("HAS OBS CONTEXT", "TEXT", codeItem("121013", "DCM", "Device Observer Name"));
    describe(draft, name, "-TextValue={w}", kTree);
    auto start = node("HAS OBS CONTEXT", "DATETIME", codeItem("113809", "DCM", "Start of X-Ray Irradiation"));
    describe(draft, start, "DateTime=20260310235530", kTree);
    auto total = container(codeItem("113811", "DCM", "CT Accumulated Dose Data"),
                           {number(codeItem("113812", "DCM", "Total Number of Irradiation Events"), "1",
                                   codeItem("{events}", "UCUM", "events")),
                            number(codeItem("113813", "DCM", "CT Dose Length Product Total"), "231.4",
                                   codeItem("mGy.cm", "UCUM", "mGy.cm"))});
    report(draft, "1.2.840.10008.5.1.4.1.1.88.67", codeItem("113701", "DCM", "X-Ray Radiation Dose Report"),
           {person(draft), serial, name, start, total, event});
}

void keyObjects(Draft& draft) {
    auto picked = image(draft);
    picked.keep("RelationshipType", "CONTAINS");
    report(draft, "1.2.840.10008.5.1.4.1.1.88.59", codeItem("113000", "DCM", "Of Interest"),
           {text(draft, codeItem("113012", "DCM", "Key Object Description"), "show to {w}"), picked});
    describe(draft, "Modality=KO");
}

}  // namespace gantry::canary
