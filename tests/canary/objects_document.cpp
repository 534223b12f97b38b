/// Presentation states, waveforms, documents.
#include <zlib.h>

#include "objects.hpp"

namespace gantry::canary {
namespace {

std::string compressed(const std::string& plain) {
    uLongf size = compressBound(plain.size());
    std::string out(size, '\0');
    compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(plain.data()),
             plain.size());
    out.resize(size);
    return out;
}

std::string hexText(const std::string& text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        out += kDigits[static_cast<unsigned char>(c) >> 4];
        out += kDigits[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

/// A page with a text stream, an Info dictionary and XMP, uncompressed cross-reference table.
std::string pdfOf(MarkBook& book, const Shared& shared) {
    constexpr std::string_view kPdf = "PDF document";
    const auto page = compressed("BT /F1 12 Tf 72 700 Td (Report on " + shared.family + " " +
                                 book.word(kPdf, "text stream") + ") Tj ET");
    const auto hex = "BT /F1 12 Tf 72 680 Td <" + hexText(shared.patient_id) + "> Tj (" +
                     book.word(kPdf, "plain stream") + ") Tj ET";
    const std::string objects[] = {
        "<< /Type /Catalog /Pages 2 0 R /Metadata 7 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents [4 0 R 5 0 R] /Resources << /Font << "
        "/F1 "
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        "<< /Length " + std::to_string(page.size()) + " /Filter /FlateDecode >>\nstream\n" + page +
            "\nendstream",
        "<< /Length " + std::to_string(hex.size()) + " >>\nstream\n" + hex + "\nendstream",
        "<< /Title (" + book.word(kPdf, "Info title") + ") /Author (" + book.word(kPdf, "Info author") +
            ") >>",
        "",
    };
    const auto xmp = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><dc:creator>" + book.word(kPdf, "XMP") +
                     "</dc:creator></x:xmpmeta>";
    std::string out = "%PDF-1.4\n% " + book.word(kPdf, "comment") + "\n";
    std::string table = "xref\n0 8\n0000000000 65535 f \n";
    for (int i = 0; i < 7; ++i) {
        char row[32];
        std::snprintf(row, sizeof row, "%010u 00000 n \n", static_cast<unsigned>(out.size()));
        table += row;
        const auto body = i < 6 ? objects[i]
                                : "<< /Type /Metadata /Subtype /XML /Length " + std::to_string(xmp.size()) +
                                      " >>\nstream\n" + xmp + "\nendstream";
        out += std::to_string(i + 1) + " 0 obj\n" + body + "\nendobj\n";
    }
    const auto start = out.size();
    return out + table + "trailer << /Size 8 /Root 1 0 R /Info 6 0 R >>\nstartxref\n" +
           std::to_string(start) + "\n%%EOF\n% " + book.word(kPdf, "after EOF") + "\n";
}

void document(Draft& draft, std::string type, std::string bytes) {
    patientAndStudy(draft);
    describe(draft, R"(
        Modality=DOC
        ConversionType=WSD
        -DocumentTitle=Report on {family} by {w}
        BurnedInAnnotation=YES
    )");
    draft.set.put("BurnedInAnnotation", "YES");
    draft.set.sequence("ConceptNameCodeSequence", {codeItem("18748-4", "LN", "Diagnostic Imaging Report")});
    draft.set.keep("MIMETypeOfEncapsulatedDocument", std::move(type));
    draft.set.put("EncapsulatedDocument", std::move(bytes)).keep = Keep::Present;
}

}  // namespace

void encapsulatedPdf(Draft& draft) {
    draft.sop_class = "1.2.840.10008.5.1.4.1.1.104.1";
    document(draft, "application/pdf", pdfOf(draft.book, draft.shared));
}

void encapsulatedCda(Draft& draft) {
    draft.sop_class = "1.2.840.10008.5.1.4.1.1.104.2";
    constexpr std::string_view kCda = "CDA document";
    auto& book = draft.book;
    document(draft, "text/XML",
             "<?xml version=\"1.0\"?><ClinicalDocument xmlns=\"urn:hl7-org:v3\"><id "
             "root=\"2.16.840.1.113883\" extension=\"" +
                 book.token(kCda, "id") +
                 "\"/><title>Report</title><recordTarget><patientRole><patient><name><given>" +
                 draft.shared.given + "</given><family>" + draft.shared.family +
                 "</family></name><birthTime value=\"" + book.date(kCda, "birthTime") +
                 "\"/></patient></patientRole></recordTarget><component><text>Seen by " +
                 book.word(kCda, "text") + "<!-- " + book.word(kCda, "comment") +
                 " --></text></component></ClinicalDocument>");
    describe(draft, "-HL7InstanceIdentifier={u}");
}

void presentationState(Draft& draft) {
    draft.sop_class = "1.2.840.10008.5.1.4.1.1.11.1";
    patientAndStudy(draft);
    describe(draft, R"(
        Modality=PR
        -ContentLabel={t}
        -ContentDescription=for {w}
        -ContentCreatorName={w}^{w}
        PresentationCreationDate=20260311
        PresentationCreationTime=101112
        PresentationLUTShape=IDENTITY
    )");
    Set referenced;
    referenced.keep("ReferencedSOPClassUID", "1.2.840.10008.5.1.4.1.1.2");
    referenced.keep("ReferencedSOPInstanceUID", draft.shared.uid("ct-explicit.1"));
    Set series;
    series.keep("SeriesInstanceUID", draft.shared.uid("ct-explicit"));
    series.sequence("ReferencedImageSequence", {referenced});
    draft.set.sequence("ReferencedSeriesSequence", {series});
    auto area = item(draft,
                     "DisplayedAreaTopLeftHandCorner=1\\1\nDisplayedAreaBottomRightHandCorner=16\\16\n"
                     "PresentationSizeMode=SCALE TO FIT\nPresentationPixelAspectRatio=1\\1");
    draft.set.sequence("DisplayedAreaSelectionSequence", {area});
    draft.set.sequence("SoftcopyVOILUTSequence",
                       {item(draft, "WindowCenter=40\nWindowWidth=400\n-WindowCenterWidthExplanation={w}")});
    auto note = item(draft,
                     "BoundingBoxAnnotationUnits=PIXEL\n-UnformattedTextValue={w} {family} {d}\n"
                     "BoundingBoxTextHorizontalJustification=LEFT",
                     "graphics");
    auto line = item(draft,
                     "GraphicAnnotationUnits=PIXEL\nGraphicDimensions=2\nNumberOfGraphicPoints=2\n"
                     "GraphicType=POLYLINE\nGraphicFilled=N",
                     "graphics");
    line.numbers("GraphicData", {1, 2, 3, 4.5});
    auto annotation = item(draft, "GraphicLayer=LAYER1", "graphics");
    annotation.sequence("TextObjectSequence", {note});
    annotation.sequence("GraphicObjectSequence", {line});
    annotation.sequence("ReferencedImageSequence", {referenced});
    draft.set.sequence("GraphicAnnotationSequence", {annotation});
    draft.set.sequence(
        "GraphicLayerSequence",
        {item(draft, "GraphicLayer=LAYER1\nGraphicLayerOrder=1\n-GraphicLayerDescription={w}", "graphics")});
}

void electrocardiogram(Draft& draft) {
    draft.sop_class = "1.2.840.10008.5.1.4.1.1.9.1.1";
    patientAndStudy(draft);
    describe(draft, "Modality=ECG\nAcquisitionDateTime=20260310235530");
    auto channel = item(draft,
                        "ChannelSensitivity=2.44\nChannelBaseline=0\nWaveformBitsStored=16\n"
                        "ChannelSensitivityCorrectionFactor=1\n-ChannelLabel={t}",
                        "waveform");
    channel.sequence("ChannelSourceSequence", {codeItem("2:1", "MDC", "Lead I")});
    channel.sequence("ChannelSensitivityUnitsSequence", {codeItem("uV", "UCUM", "microvolt")});
    auto group = item(draft,
                      "WaveformOriginality=ORIGINAL\nNumberOfWaveformChannels=1\nNumberOfWaveformSamples=4\n"
                      "SamplingFrequency=500\n-MultiplexGroupLabel={t}\nWaveformBitsAllocated=16\n"
                      "WaveformSampleInterpretation=SS",
                      "waveform");
    group.sequence("ChannelDefinitionSequence", {channel});
    group.keep(dicom::lookup("WaveformData")->tag, "OW", packNumbers("SS", {1, -2, 300, 4}));
    draft.set.sequence("WaveformSequence", {group});
    auto said =
        item(draft, "-UnformattedTextValue={w} was calm, {family}\n-AnnotationGroupNumber=1", "waveform");
    auto measured = item(draft, "NumericValue=62", "waveform");
    measured.sequence("ConceptNameCodeSequence", {codeItem("2:16016", "MDC", "Heart rate")});
    measured.sequence("MeasurementUnitsCodeSequence", {codeItem("/min", "UCUM", "/min")});
    draft.set.sequence("WaveformAnnotationSequence", {said, measured});
}

}  // namespace gantry::canary
