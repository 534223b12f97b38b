#include "documents.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

#include "content_rules.hpp"
#include "documents_pdf.hpp"
#include "plain_text.hpp"
#include "text.hpp"

namespace gantry::anonymizer {
namespace {

using dicom::Element;
using dicom::Tag;

constexpr std::string_view kPdfClass = "1.2.840.10008.5.1.4.1.1.104.1";
constexpr std::string_view kNotice = "This document was removed when the data was de-identified.";

constexpr Tag kBurnedInAnnotation{0x00280301};
constexpr Tag kHl7InstanceIdentifier{0x0040E001};
constexpr Tag kDocumentTitle{0x00420010};
constexpr Tag kEncapsulatedDocument{0x00420011};
constexpr Tag kMimeType{0x00420012};
constexpr Tag kSourceInstances{0x00420013};
constexpr Tag kDocumentLength{0x00420015};

std::string pdfOf(const std::vector<std::string>& objects) {
    std::string out = "%PDF-1.4\n";
    std::vector<std::size_t> offsets;
    for (std::size_t i = 0; i < objects.size(); ++i) {
        offsets.push_back(out.size());
        out += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
    }
    const auto table = out.size();
    const auto count = std::to_string(objects.size() + 1);
    out += "xref\n0 " + count + "\n0000000000 65535 f \n";
    for (const auto offset : offsets) {
        std::array<char, 32> line{};
        std::snprintf(line.data(), line.size(), "%010zu 00000 n \n", offset);
        out += line.data();
    }
    out +=
        "trailer\n<< /Size " + count + " /Root 1 0 R >>\nstartxref\n" + std::to_string(table) + "\n%%EOF\n";
    return out;
}

std::string lengthBytes(std::size_t length, dicom::Encoding encoding) {
    std::string out;
    for (unsigned i = 0; i < 4; ++i) {
        const auto shift = 8 * (encoding == dicom::Encoding::ExplicitBig ? 3 - i : i);
        out += static_cast<char>(length >> shift & 0xFF);
    }
    return out;
}

/// Letters and digits laid out one by one could spell anything: a line stands for itself only with a word of
/// three letters, or a number and its unit.
bool standsForItself(std::string_view line) {
    std::size_t run = 0, longest = 0;
    for (const char c : line) {
        run = isLetter(c) ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return longest >= 3 || (longest == 2 && std::ranges::any_of(line, isDigit));
}

TextJudge judgeOf(const dicom::DataSet& dataset, const DeidPolicy& policy) {
    const KnownIdentifiers identifiers(dataset, false);
    return [identifiers, &policy](std::string_view line) {
        constexpr std::size_t kLongestLine = 256;
        return standsForItself(line) && isPlainText(line, policy, kLongestLine) && !identifiers.standIn(line);
    };
}

}  // namespace

std::string pdfNotice() {
    const auto text = "BT /F1 14 Tf 72 720 Td (" + std::string(kNotice) + ") Tj ET";
    return pdfOf(
        {"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
         "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> "
         "/Contents 5 0 R >>",
         "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
         "<< /Length " + std::to_string(text.size()) + " >>\nstream\n" + text + "\nendstream"});
}

std::string cdaNotice() {
    const std::string text(kNotice);
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
           "<ClinicalDocument xmlns=\"urn:hl7-org:v3\">\n"
           "  <typeId root=\"2.16.840.1.113883.1.3\" extension=\"POCD_HD000040\"/>\n"
           "  <id root=\"" +
           std::string(kCdaNoticeId) +
           "\"/>\n"
           "  <code nullFlavor=\"MSK\"/>\n"
           "  <title>REMOVED</title>\n"
           "  <effectiveTime nullFlavor=\"MSK\"/>\n"
           "  <confidentialityCode nullFlavor=\"MSK\"/>\n"
           "  <recordTarget><patientRole><id nullFlavor=\"MSK\"/></patientRole></recordTarget>\n"
           "  <author><time nullFlavor=\"MSK\"/><assignedAuthor><id "
           "nullFlavor=\"MSK\"/></assignedAuthor></author>\n"
           "  <custodian><assignedCustodian><representedCustodianOrganization><id nullFlavor=\"MSK\"/>"
           "</representedCustodianOrganization></assignedCustodian></custodian>\n"
           "  <component><structuredBody><component><section><text>" +
           text +
           "</text></section></component></structuredBody></component>\n"
           "</ClinicalDocument>\n";
}

Document makeDocument(const dicom::DataSet& dataset, const SopClass& sop_class, const DeidPolicy& policy) {
    if (sop_class.family != Family::Document) return {};
    constexpr std::string_view kReplaced = "a notice took the document's place";
    if (sop_class.uid != kPdfClass) return {cdaNotice(), "text/XML", kReplaced};
    const auto* sent = dataset.find(kEncapsulatedDocument);
    if (sent && asText(sent->value).starts_with(pdfNotice()))
        return {pdfNotice(), "application/pdf", kReplaced};
    if (policy.documents == Documents::Clean && sent && !sent->encapsulated)
        if (auto cleaned = cleanPdf(sent->value, judgeOf(dataset, policy)))
            return {std::move(*cleaned), "application/pdf",
                    "written anew without metadata, pictures and text that may identify", true};
    return {pdfNotice(), "application/pdf", kReplaced};
}

Decided decideDocument(const Element& element, const ContentContext& context) {
    if (context.sop_class.family != Family::Document) {
        if (element.tag != kEncapsulatedDocument) return std::nullopt;
        return withAction(Action::X, "a document in an object of a kind that has none");
    }
    switch (element.tag.value) {
        case kBurnedInAnnotation.value:
            return withValue("NO", Done::Replaced, context.document.note);
        case kHl7InstanceIdentifier.value:
            return withValue(std::string(kCdaNoticeId), Done::Replaced, context.document.note);
        case kDocumentTitle.value:
            return withValue("REMOVED", Done::Replaced, "the title of the document");
        case kMimeType.value:
            return withValue(std::string(context.document.mime_type), Done::Kept, "what the document is");
        case kSourceInstances.value:
            return keepByVr("references of the document");
        case kDocumentLength.value:
            return withValue(lengthBytes(context.document.bytes.size(), context.root.encoding),
                             Done::Replaced, context.document.note);
        case kEncapsulatedDocument.value: {
            ContentDecision decision;
            decision.as = ContentDecision::As::Bytes;
            decision.bytes = asBytes(context.document.bytes);
            decision.done = context.document.cleaned ? Done::Cleaned : Done::Replaced;
            decision.reason = context.document.note;
            return decision;
        }
        default:
            return std::nullopt;
    }
}

}  // namespace gantry::anonymizer
