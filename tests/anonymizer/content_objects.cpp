#include "content_objects.hpp"

#include <set>

namespace gantry::test {
namespace {

using dicom::Encoding;

constexpr auto kEncoding = Encoding::ExplicitLittle;

SetBuilder set() {
    return SetBuilder(kEncoding);
}

SetBuilder reference(std::string_view sop_class, std::string_view instance) {
    return set().text("ReferencedSOPClassUID", sop_class).text("ReferencedSOPInstanceUID", instance);
}

SetBuilder evidence(Marks& marks) {
    auto series = set();
    series.text("SeriesInstanceUID", "1.2.826.0.1.3680043.9.1.2")
        .text("RetrieveAETitle", marks.next())
        .sequence("ReferencedSOPSequence",
                  {reference("1.2.840.10008.5.1.4.1.1.2", "1.2.826.0.1.3680043.9.1.2.3")});
    return set()
        .text("StudyInstanceUID", "1.2.826.0.1.3680043.9.1")
        .sequence("ReferencedSeriesSequence", {series});
}

SetBuilder item(std::string_view relationship, std::string_view type, std::string_view value,
                std::string_view scheme, std::string_view meaning) {
    return contentItem(relationship, type, code(value, scheme, meaning));
}

std::vector<SetBuilder> observers(Marks& marks) {
    constexpr std::string_view kContext = "HAS OBS CONTEXT";
    return {
        item(kContext, "CODE", "121005", "DCM", "Observer Type")
            .sequence("ConceptCodeSequence", {code("121006", "DCM", "Person")}),
        item(kContext, "PNAME", "121008", "DCM", "Person Observer Name")
            .text("PersonName", marks.next() + "^A"),
        item(kContext, "TEXT", "121009", "DCM", "Person Observer's Organization Name")
            .text("TextValue", marks.next()),
        item(kContext, "UIDREF", "121012", "DCM", "Device Observer UID")
            .text("UID", "1.2.826.0.1.3680043.9.5"),
        item(kContext, "TEXT", "121016", "DCM", "Device Observer Serial Number").text("TextValue", "SN-0815"),
        item(kContext, "TEXT", "121017", "DCM", "Device Observer Physical Location During Observation")
            .text("TextValue", marks.next()),
        item(kContext, "TEXT", "121015", "DCM", "Device Observer Model Name")
            .text("TextValue", "Biograph 64"),
        item(kContext, "PNAME", "121029", "DCM", "Subject Name").text("PersonName", marks.next() + "^B"),
        item(kContext, "TEXT", "121030", "DCM", "Subject ID").text("TextValue", marks.next()),
        item(kContext, "DATE", "121031", "DCM", "Subject Birth Date").text("Date", "19511124"),
        item(kContext, "CODE", "121032", "DCM", "Subject Sex")
            .sequence("ConceptCodeSequence", {code("M", "DCM", "Male")}),
        numberItem(code("121033", "DCM", "Subject Age"), "93", "a").text("RelationshipType", kContext),
        item(kContext, "TEXT", "121022", "DCM", "Accession Number").text("TextValue", marks.next()),
    };
}

SetBuilder measurementGroup(Marks& marks) {
    const auto image = item("SELECTED FROM", "IMAGE", "121324", "DCM", "Source Image")
                           .sequence("ReferencedSOPSequence",
                                     {reference("1.2.840.10008.5.1.4.1.1.2", "1.2.826.0.1.3680043.9.1.2.3")});
    auto region = item("INFERRED FROM", "SCOORD", "111030", "DCM", "Image Region");
    region.text("GraphicType", "POLYLINE")
        .number("GraphicData", {10.5, 20.25, 30, 40})
        .sequence("ContentSequence", {image});
    auto length = numberItem(code("410668003", "SCT", "Length"), "31.4", "mm");
    length.sequence("ContentSequence", {region});
    auto group = item("CONTAINS", "CONTAINER", "125007", "DCM", "Measurement Group");
    group.text("ContinuityOfContent", "SEPARATE")
        .sequence("ContentSequence",
                  {textItem(code("112039", "DCM", "Tracking Identifier"), "Lesion 1"),
                   item("HAS OBS CONTEXT", "UIDREF", "112040", "DCM", "Tracking Unique Identifier")
                       .text("UID", "1.2.826.0.1.3680043.9.7"),
                   item("CONTAINS", "CODE", "121071", "DCM", "Finding")
                       .sequence("ConceptCodeSequence", {code("4147007", "SCT", marks.next())}),
                   item("CONTAINS", "CODE", "121071", "DCM", "Finding")
                       .sequence("ConceptCodeSequence", {code(marks.next(), "99LOCAL", marks.next())}),
                   length, numberItem(code(marks.next(), "99LOCAL", marks.next()), "5", "mm"),
                   textItem(code("121106", "DCM", "Comment"), "seen by " + marks.next()),
                   textItem(code("112039", "DCM", "Tracking Identifier"), "Lesion " + marks.next()),
                   item("HAS OBS CONTEXT", "DATETIME", "111526", "DCM", "DateTime Started")
                       .text("DateTime", "20260310101112"),
                   item("HAS OBS CONTEXT", "TIME", "122102", "DCM", "Time").text("Time", "101113")});
    return group;
}

}  // namespace

std::string Marks::next() {
    std::string letters;
    for (auto rest = all_.size() + 1000000; rest > 0; rest /= 20)
        letters += "BCDFGHJKLMNPQRSTVWXZ"[rest % 20];
    all_.push_back("QZX" + letters + "XJQZW");
    return all_.back();
}

std::vector<std::string> Marks::in(const std::string& bytes) const {
    const std::set<std::string_view> known(all_.begin(), all_.end());
    std::vector<std::string> found;
    constexpr std::size_t kLongest = 24;
    for (auto at = bytes.find("QZX"); at != std::string::npos; at = bytes.find("QZX", at + 1)) {
        const auto end = bytes.find("XJQZW", at);
        if (end == std::string::npos || end - at > kLongest) continue;
        const auto mark = std::string_view(bytes).substr(at, end + 5 - at);
        if (known.contains(mark)) found.emplace_back(mark);
    }
    return found;
}

SetBuilder contentHeader(std::string_view sop_class_uid, Marks& marks) {
    auto header = set();
    header.text("SOPClassUID", sop_class_uid)
        .text("SOPInstanceUID", "1.2.826.0.1.3680043.9.2.3.4")
        .text("StudyInstanceUID", "1.2.826.0.1.3680043.9.1")
        .text("SeriesInstanceUID", "1.2.826.0.1.3680043.9.2.3")
        .text("StudyDate", "20260310")
        .text("ContentDate", "20260310")
        .text("StudyTime", "101112")
        .text("ContentTime", "101531")
        .text("AccessionNumber", marks.next())
        .text("Modality", "SR")
        .text("Manufacturer", "SIEMENS")
        .text("InstitutionName", marks.next())
        .text("ReferringPhysicianName", marks.next())
        .text("SeriesDescription", marks.next())
        .text("PatientName", "Brinkmann^" + marks.next())
        .text("PatientID", marks.next())
        .text("PatientBirthDate", "19511124")
        .text("PatientSex", "M")
        .text("StudyID", marks.next())
        .text("SeriesNumber", "7")
        .text("InstanceNumber", "1")
        .text({0x00290010}, "LO", marks.next())
        .text({0x00291001}, "LO", marks.next());
    return header;
}

SetBuilder code(std::string_view value, std::string_view scheme, std::string_view meaning) {
    return set().text("CodeValue", value).text("CodingSchemeDesignator", scheme).text("CodeMeaning", meaning);
}

SetBuilder contentItem(std::string_view relationship, std::string_view value_type,
                       const SetBuilder& concept_name) {
    return set()
        .text("RelationshipType", relationship)
        .text("ValueType", value_type)
        .sequence("ConceptNameCodeSequence", {concept_name});
}

SetBuilder textItem(const SetBuilder& concept_name, std::string_view value) {
    return contentItem("CONTAINS", "TEXT", concept_name).text("TextValue", value);
}

SetBuilder numberItem(const SetBuilder& concept_name, std::string_view value, std::string_view ucum) {
    auto measured = set();
    measured.text("NumericValue", value).sequence("MeasurementUnitsCodeSequence", {code(ucum, "UCUM", ucum)});
    return contentItem("CONTAINS", "NUM", concept_name).sequence("MeasuredValueSequence", {measured});
}

SetBuilder measurementReport(Marks& marks) {
    auto report = contentHeader("1.2.840.10008.5.1.4.1.1.88.33", marks);
    auto verifier = set();
    verifier.text("VerifyingObserverName", marks.next() + "^C")
        .text("VerifyingOrganization", marks.next())
        .text("VerificationDateTime", "20260311090000")
        .sequence("VerifyingObserverIdentificationCodeSequence",
                  {code(marks.next(), "99LOCAL", marks.next())});
    auto request = set();
    request.text("StudyInstanceUID", "1.2.826.0.1.3680043.9.1")
        .text("AccessionNumber", marks.next())
        .text("RequestedProcedureID", marks.next())
        .text("RequestedProcedureDescription", marks.next())
        .text("PlacerOrderNumberImagingServiceRequest", marks.next())
        .text("FillerOrderNumberImagingServiceRequest", marks.next());
    auto scheme_template = set();
    scheme_template.text("MappingResource", "DCMR").text("TemplateIdentifier", "1500");
    auto tree = observers(marks);
    tree.push_back(measurementGroup(marks));
    report.text("ValueType", "CONTAINER")
        .text("ContinuityOfContent", "SEPARATE")
        .text("CompletionFlag", "COMPLETE")
        .text("CompletionFlagDescription", marks.next())
        .text("VerificationFlag", "VERIFIED")
        .sequence("VerifyingObserverSequence", {verifier})
        .sequence("AuthorObserverSequence", {set().text("PersonName", marks.next())})
        .sequence("ReferencedRequestSequence", {request})
        .sequence("ReferencedPerformedProcedureStepSequence", {})
        .sequence("PerformedProcedureCodeSequence", {})
        .sequence("ConceptNameCodeSequence", {code("126000", "DCM", "Imaging Measurement Report")})
        .sequence("ContentTemplateSequence", {scheme_template})
        .sequence("CurrentRequestedProcedureEvidenceSequence", {evidence(marks)})
        .sequence("ContentSequence", tree);
    return report;
}

SetBuilder presentationState(Marks& marks) {
    auto label = set();
    label.text("UnformattedTextValue", "12.5 mm")
        .text("AnchorPointAnnotationUnits", "PIXEL")
        .number("AnchorPoint", {10, 12})
        .text("AnchorPointVisibility", "Y");
    auto note = set();
    note.text("UnformattedTextValue", "Mr. " + marks.next())
        .text("AnchorPointAnnotationUnits", "PIXEL")
        .number("AnchorPoint", {10, 12})
        .text("AnchorPointVisibility", "N");
    auto shape = set();
    shape.text("GraphicAnnotationUnits", "PIXEL")
        .number("GraphicDimensions", {2})
        .number("NumberOfGraphicPoints", {2})
        .number("GraphicData", {1.5, 2.5, 3.5, 4.5})
        .text("GraphicType", "POLYLINE")
        .text("GraphicFilled", "N");
    const auto layer_name = marks.next().substr(0, 16);
    auto annotation = set();
    annotation.text("GraphicLayer", layer_name)
        .sequence("TextObjectSequence", {label, note})
        .sequence("GraphicObjectSequence", {shape});
    auto layer = set();
    layer.text("GraphicLayer", layer_name)
        .text("GraphicLayerOrder", "1")
        .text("GraphicLayerDescription", marks.next());
    auto area = set();
    area.text("PixelSpacing", "0.5\\0.5").text("PresentationSizeMode", "SCALE TO FIT");
    auto series = set();
    series.text("SeriesInstanceUID", "1.2.826.0.1.3680043.9.1.2")
        .sequence("ReferencedImageSequence",
                  {reference("1.2.840.10008.5.1.4.1.1.2", "1.2.826.0.1.3680043.9.1.2.3")});
    auto state = contentHeader("1.2.840.10008.5.1.4.1.1.11.1", marks);
    state.text("Modality", "PR")
        .text("ContentLabel", "PRESENTATION")
        .text("ContentDescription", marks.next())
        .text("PresentationCreationDate", "20260310")
        .text("PresentationCreationTime", "101112")
        .text("ContentCreatorName", marks.next())
        .text("ShutterShape", "RECTANGULAR")
        .text("ShutterLeftVerticalEdge", "4")
        .text("PresentationLUTShape", "IDENTITY")
        .sequence("ReferencedSeriesSequence", {series})
        .sequence("GraphicAnnotationSequence", {annotation})
        .sequence("GraphicLayerSequence", {layer})
        .sequence("DisplayedAreaSelectionSequence", {area})
        .bytes({0x60003000}, "OW", marks.next() + "  ")
        .text({0x60001500}, "LO", marks.next());
    return state;
}

SetBuilder ecg(Marks& marks, const std::string& samples) {
    auto channel = [&](std::string_view label, std::string_view lead) {
        auto made = set();
        made.text("ChannelLabel", label)
            .sequence("ChannelSourceSequence", {code(lead, "MDC", "Lead")})
            .text("ChannelSensitivity", "2.44")
            .text("ChannelBaseline", "0")
            .number("WaveformBitsStored", {16})
            .text("FilterLowFrequency", "0.05");
        return made;
    };
    auto group = set();
    group.text("MultiplexGroupTimeOffset", "0")
        .text("WaveformOriginality", "ORIGINAL")
        .number("NumberOfWaveformChannels", {2})
        .number("NumberOfWaveformSamples", {static_cast<double>(samples.size() / 4)})
        .text("SamplingFrequency", "500")
        .text("MultiplexGroupLabel", marks.next().substr(0, 16))
        .sequence("ChannelDefinitionSequence",
                  {channel("Lead II", "2:2"), channel(marks.next().substr(0, 16), "2:1")})
        .number("WaveformBitsAllocated", {16})
        .text("WaveformSampleInterpretation", "SS")
        .bytes({0x54001010}, "OW", samples + marks.next() + "  ");
    auto measured = set();
    measured.sequence("ConceptNameCodeSequence", {code("8867-4", "LN", "Heart rate")})
        .text("NumericValue", "61")
        .sequence("MeasurementUnitsCodeSequence", {code("/min", "UCUM", "/min")})
        .number("AnnotationGroupNumber", {1});
    auto told = set();
    told.text("UnformattedTextValue", "read by " + marks.next()).number("AnnotationGroupNumber", {1});
    auto wave = contentHeader("1.2.840.10008.5.1.4.1.1.9.1.1", marks);
    wave.text("Modality", "ECG")
        .text("AcquisitionDateTime", "20260310101112")
        .sequence("WaveformSequence", {group})
        .sequence("WaveformAnnotationSequence", {measured, told});
    return wave;
}

SetBuilder document(Marks& marks, std::string_view sop_class_uid, std::string_view mime,
                    const std::string& bytes) {
    auto made = contentHeader(sop_class_uid, marks);
    made.text("Modality", "DOC")
        .text("ConversionType", "WSD")
        .text("BurnedInAnnotation", "YES")
        .text("DocumentTitle", marks.next())
        .text("HL7InstanceIdentifier", marks.next())
        .text("MIMETypeOfEncapsulatedDocument", mime)
        .number("EncapsulatedDocumentLength", {static_cast<double>(bytes.size())})
        .bytes({0x00420011}, "OB", bytes);
    return made;
}

}  // namespace gantry::test
