/// Reports, presentation states, waveforms and documents of anyone's making through the engine with all
/// options that keep content, and PDF through qpdf in this process. What comes out must be readable.
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>

#include "content_objects.hpp"
#include "documents_pdf.hpp"
#include "gantry/anonymizer/engine.hpp"

namespace {

using namespace gantry;
using namespace gantry::anonymizer;

std::filesystem::path scratch(const char* name) {
    return std::filesystem::temp_directory_path() /
           ("gantry-content-fuzz-" + std::to_string(getpid()) + name);
}

DeidPolicy contentPolicy() {
    auto policy = DeidPolicy()
                      .add(DeidOption::RetainLongitudinalModifiedDates)
                      .add(DeidOption::CleanStructuredContent)
                      .add(DeidOption::CleanGraphics);
    policy.documents = Documents::Replace;  // Clean would start a process for each input
    return policy;
}

void runEngine(Bytes bytes) {
    static const auto keys = DeidKeys::fromTrialKey(asBytes("an invented trial key of 32 byte"));
    static const auto policy = contentPolicy();
    const auto in = scratch(".in");
    const auto out = scratch(".out");
    const auto file = openFile(in, OpenMode::CreateOrTruncate);
    if (!file || !writeAll(file->get(), bytes)) return;
    if (!deidentify({in}, policy, *keys, {"TRIAL-1", "0417", "SUBJ-001", "BL", ""}, out)) return;
    const auto map = MappedFile::open(out);
    if (!map || !dicom::readFile(map->bytes())) std::abort();
}

void runPdf(Bytes bytes) {
    const auto may_stay = [](std::string_view) { return true; };
    const auto cleaned = cleanPdfHere(bytes, may_stay);
    if (cleaned && !cleanPdfHere(asBytes(*cleaned), may_stay)) std::abort();
}

}  // namespace

/// Called by replay_main.cpp.
std::vector<std::string> ownSeeds() {
    using namespace gantry::test;
    Marks marks;
    const auto pdf = R"(%PDF-1.4
1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj
3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >> endobj
4 0 obj << /Length 52 >> stream
q BT /F1 12 Tf 72 700 Td [(Le) -5 (sion)] TJ (x) ' ET Q
endstream endobj
trailer << /Root 1 0 R /Size 5 >>
%%EOF
)";
    return {fileOf(measurementReport(marks), kExplicitLittle),
            fileOf(presentationState(marks), kExplicitLittle),
            fileOf(ecg(marks, std::string(64, 'a')), kExplicitLittle),
            fileOf(document(marks, "1.2.840.10008.5.1.4.1.1.104.1", "application/pdf", pdf), kExplicitLittle),
            pdf};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = std::as_bytes(std::span(data, size));
    asText(bytes).starts_with("%PDF") ? runPdf(bytes) : runEngine(bytes);
    return 0;
}
