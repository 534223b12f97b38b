/// Encapsulated documents: held, replaced by a notice, or a PDF taken apart and written anew.
#include <catch2/catch.hpp>
#include <fstream>
#include <thread>

#include "apart.hpp"
#include "content_objects.hpp"
#include "documents_pdf.hpp"
#include "gantry/anonymizer/gate_options.hpp"
#include "gantry/anonymizer/leak_gate.hpp"
#include "raw_http.hpp"
#include "run_engine.hpp"

using namespace gantry;
using namespace gantry::anonymizer;
using namespace gantry::test;

namespace {

constexpr std::string_view kPdf = "1.2.840.10008.5.1.4.1.1.104.1";
constexpr std::string_view kCda = "1.2.840.10008.5.1.4.1.1.104.2";

/// A document with these objects, from number 1; object 1 is the catalogue.
std::string pdfOf(const std::vector<std::string>& objects, const std::string& trailer = "") {
    std::string out = "%PDF-1.7\n";
    std::vector<std::size_t> offsets;
    for (std::size_t i = 0; i < objects.size(); ++i) {
        offsets.push_back(out.size());
        out += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
    }
    const auto table = std::to_string(out.size());
    const auto count = std::to_string(objects.size() + 1);
    out += "xref\n0 " + count + "\n0000000000 65535 f \n";
    for (const auto offset : offsets) {
        auto digits = std::to_string(offset);
        out += std::string(10 - digits.size(), '0') + digits + " 00000 n \n";
    }
    return out + "trailer\n<< /Size " + count + " /Root 1 0 R " + trailer + " >>\nstartxref\n" + table +
           "\n%%EOF\n";
}

std::string streamOf(const std::string& content, const std::string& entries = "") {
    return "<< /Length " + std::to_string(content.size()) + " " + entries + " >>\nstream\n" + content +
           "\nendstream";
}

/// Marks in the catalogue, Info, XMP, annotation, attachment, script, outline, form, image, text, comments.
std::string markedPdf(Marks& marks) {
    const auto& m = [&] { return marks.next(); };
    const auto text = "% " + m() +
                      "\nq 1 0 0 1 10 20 cm BT /F1 12 Tf 72 700 Td (Target lesion 1: 12.5 mm) Tj 0 -20 Td (" +
                      m() + ") Tj 0 -20 Td [(Name) -250 (" + m() +
                      ")] TJ 0 -20 Td (Liver lesion) ' (M) Tj (a) Tj (x) Tj (7) Tj "
                      "ET /Im1 Do /P << /ActualText (" +
                      m() + ") >> BDC EMC BI /W 1 /H 1 ID " + m() + " EI Q";
    return pdfOf(
        {"<< /Type /Catalog /Pages 2 0 R /Metadata 6 0 R /Names << /JavaScript << /Names [(a) << /S "
         "/JavaScript /JS (app.alert('" +
             m() +
             "')) >>] >> /EmbeddedFiles << /Names [(f) 8 0 R] >> >> /Outlines 9 0 R "
             "/AcroForm << /Fields [7 0 R] >> /PageLabels << /Nums [0 << /P (" +
             m() + ") >>] >> /Lang (" + m() + ") >>",
         "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
         "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Rotate 90 /Contents 4 0 R /Annots [7 0 R] "
         "/Resources "
         "<< /Font << /F1 5 0 R >> /XObject << /Im1 11 0 R >> >> /PieceInfo << /" +
             m() + " << >> >> >>",
         streamOf(text), "<< /Type /Font /Subtype /Type1 /BaseFont /" + m() + " >>",
         streamOf("<x:xmpmeta><dc:creator>" + m() + "</dc:creator></x:xmpmeta>",
                  "/Type /Metadata /Subtype /XML"),
         "<< /Type /Annot /Subtype /Widget /FT /Tx /T (" + m() + ") /V (" + m() + ") /Contents (" + m() +
             ") /Rect [0 0 9 9] >>",
         "<< /Type /Filespec /F (" + m() + ") /EF << /F 10 0 R >> >>",
         "<< /Type /Outlines /First << /Title (" + m() + ") >> >>", streamOf(m(), "/Type /EmbeddedFile"),
         streamOf(
             m(),
             "/Type /XObject /Subtype /Image /Width 4 /Height 4 /ColorSpace /DeviceGray /BitsPerComponent 8"),
         "<< /Title (" + m() + ") /Author (" + m() + ") >>"},
        "/Info 12 0 R /ID [(" + m() + ") (" + m() + ")]");
}

std::string documentOf(const Ran& ran) {
    const auto* value = ran.file.dataset.find({0x00420011});
    REQUIRE(value);
    const auto length = dicom::binaryNumbers(*ran.file.dataset.find({0x00420015}), ran.file.dataset.encoding);
    REQUIRE(length.size() == 1);
    const auto size = static_cast<std::size_t>(length[0]);
    REQUIRE(value->value.size() == size + size % 2);
    return std::string(asText(value->value.first(size)));
}

void requireSound(const std::string& pdf) {
    const auto folder = temporaryDirectory();
    const auto path = folder.path() / "document.pdf";
    std::ofstream(path, std::ios::binary) << pdf;
    if (runCommand("command -v qpdf").output.empty()) return skipLoudly("qpdf is not here");
    const auto checked = runCommand("qpdf --check '" + path.string() + "' 2>&1");
    CAPTURE(checked.output);
    CHECK(checked.output.find("No syntax or stream encoding errors found") != std::string::npos);
}

Bench benchOf(Documents documents) {
    Bench bench;
    bench.policy.documents = documents;
    return bench;
}

}  // namespace

TEST_CASE("documents are held unless the pack says otherwise") {
    Bench bench;
    Marks marks;
    const auto result =
        bench.tryRun(fileOf(document(marks, kPdf, "application/pdf", markedPdf(marks)), kExplicitLittle));
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Errc::Unsupported);
}

TEST_CASE("a notice takes a document's place") {
    auto bench = benchOf(Documents::Replace);
    Marks marks;
    const auto& ran =
        bench.run(fileOf(document(marks, kPdf, "application/pdf", markedPdf(marks)), kExplicitLittle));
    CHECK(marks.in(ran.output).empty());
    const auto pdf = documentOf(ran);
    CHECK(pdf.find("This document was removed") != std::string::npos);
    requireSound(pdf);
    CHECK(ran.file.dataset.text({0x00420010}) == "REMOVED");
    CHECK(ran.file.dataset.text({0x00420012}) == "application/pdf");
    CHECK(ran.file.dataset.text({0x00280301}) == "NO");
}

TEST_CASE("a cleaned PDF keeps plain lines and nothing else") {
    auto bench = benchOf(Documents::Clean);
    Marks marks;
    const auto bytes = fileOf(document(marks, kPdf, "application/pdf", markedPdf(marks)), kExplicitLittle);
    const auto& ran = bench.run(bytes);
    CHECK(marks.in(ran.input).size() > 25);
    CHECK(marks.in(ran.output).empty());
    const auto pdf = documentOf(ran);
    requireSound(pdf);
    CHECK(pdf.find("(Target lesion 1: 12.5 mm)") != std::string::npos);
    CHECK(pdf.find("(Liver lesion)") != std::string::npos);
    CHECK(pdf.find("Name") == std::string::npos);
    CHECK(pdf.find("(M)") == std::string::npos);  // letter by letter
    CHECK(pdf.find("/Rotate 90") != std::string::npos);
    for (const auto* gone :
         {"/Info", "/Metadata", "/Annots", "/Names", "/Outlines", "/JavaScript", "/Im1", "BDC"})
        CHECK(pdf.find(gone) == std::string::npos);
    CHECK(documentOf(bench.run(bytes)) == pdf);
    CHECK(bench.run(ran.output).output == ran.output);
}

TEST_CASE("a line that repeats the patient's number goes") {
    auto bench = benchOf(Documents::Clean);
    Marks marks;
    const auto pdf = pdfOf({"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>",
                            streamOf("BT /F1 12 Tf (lesion 4711) Tj (lesion 2) Tj ET")});
    auto object = document(marks, kPdf, "application/pdf", pdf);
    object.text("PatientID", "4711");
    const auto out = documentOf(bench.run(fileOf(object, kExplicitLittle)));
    CHECK(out.find("4711") == std::string::npos);
    CHECK(out.find("(lesion 2)") != std::string::npos);
}

TEST_CASE("what is no PDF, and CDA always, becomes a notice") {
    auto bench = benchOf(Documents::Clean);
    Marks marks;
    const auto broken = "%PDF-1.7 " + marks.next();
    const auto& pdf = bench.run(fileOf(document(marks, kPdf, "application/pdf", broken), kExplicitLittle));
    CHECK(marks.in(pdf.output).empty());
    requireSound(documentOf(pdf));
    const auto text = "<ClinicalDocument>" + marks.next() + "</ClinicalDocument>";
    const auto& cda = bench.run(fileOf(document(marks, kCda, "text/xml", text), kExplicitLittle));
    CHECK(marks.in(cda.output).empty());
    CHECK(cda.file.dataset.text({0x00420012}) == "text/XML");
    const auto xml = documentOf(cda);
    CHECK(xml.find("<title>REMOVED</title>") != std::string::npos);
    const auto id = std::string(cda.file.dataset.text({0x0040E001}));
    CHECK(dicom::isValidUid(id));
    CHECK(xml.find("<id root=\"" + id + "\"/>") != std::string::npos);
}

TEST_CASE("work apart answers, and fails alone when it crashes, throws, is hungry or does not end") {
    using Answer = std::optional<std::string>;
    ApartLimits small;
    small.memory_bytes = 64u << 20;
    small.cpu = std::chrono::seconds(1);
    small.wall = std::chrono::seconds(5);
    CHECK(runApart([] { return Answer("said"); }, small) == Answer("said"));
    CHECK(runApart([] { return Answer(""); }, small) == Answer(""));
    CHECK(runApart([] { return Answer(); }, small) == Answer());
    CHECK(runApart([]() -> Answer { std::abort(); }, small) == Answer());
    CHECK(runApart([]() -> Answer { throw std::runtime_error("no"); }, small) == Answer());
    CHECK(runApart([] { return Answer(std::string(512u << 20, 'x')); }, small) == Answer());
    CHECK(runApart(
              []() -> Answer {
                  while (true) std::this_thread::yield();
              },
              small) == Answer());
}

TEST_CASE("the gate lets cleaned and replaced documents pass") {
    for (const auto documents : {Documents::Clean, Documents::Replace}) {
        auto bench = benchOf(documents);
        Marks marks;
        for (const auto& object : {document(marks, kPdf, "application/pdf", markedPdf(marks)),
                                   document(marks, kCda, "text/xml", "<a/>")}) {
            const auto& ran = bench.run(fileOf(object, kExplicitLittle));
            auto values = collect(ran.original);
            values.options = gateOptions(bench.policy);
            for (const auto* own : {"TRIAL-1", "0417", "SUBJ-001", "BL", "SPONSOR"}) values.allow(own);
            for (const auto& hit : must(LeakGate::build(values).scan(bench.output())))
                FAIL_CHECK(hit.what + " in " + hit.where);
        }
    }
}
