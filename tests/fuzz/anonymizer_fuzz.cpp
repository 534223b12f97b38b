/// Bytes of anyone's making through the engine and the gate. Documents also without an object around them.
/// The first byte chooses which; what comes out of the engine must be readable.
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>

#include "gantry/anonymizer/engine.hpp"
#include "gantry/anonymizer/leak_gate.hpp"
#include "leak_documents.hpp"
#include "leak_unwrap.hpp"

namespace {

using namespace gantry;
using namespace gantry::anonymizer;

std::filesystem::path scratch(const char* name) {
    return std::filesystem::temp_directory_path() / ("gantry-fuzz-" + std::to_string(getpid()) + name);
}

bool write(const std::filesystem::path& path, Bytes bytes) {
    const auto file = openFile(path, OpenMode::CreateOrTruncate);
    return file && writeAll(file->get(), bytes).has_value();
}

IdentifyingValues somebody() {
    IdentifyingValues values;
    values.add(ValueKind::PatientName, "Brinkmann^Adelheid");
    values.add(ValueKind::PatientId, "KH00481516");
    values.add(ValueKind::BirthDate, "19511124");
    values.allow("SUBJ-001");
    values.options.structured_content = values.options.graphics = values.options.documents = true;
    values.options.private_retained.insert({"SIEMENS MR HEADER", 0x0019000C});
    return values;
}

void runEngine(Bytes bytes) {
    static const auto keys = DeidKeys::fromTrialKey(asBytes("an invented trial key of 32 byte"));
    static const auto policy =
        DeidPolicy().add(DeidOption::RetainLongitudinalModifiedDates).add(DeidOption::RetainDeviceIdentity);
    const auto in = scratch(".in");
    const auto out = scratch(".out");
    if (!write(in, bytes)) return;
    const auto report = deidentify({in}, policy, *keys, {"TRIAL-1", "0417", "SUBJ-001", "BL", ""}, out);
    if (!report) return;
    const auto map = MappedFile::open(out);
    if (!map || !dicom::readFile(map->bytes())) std::abort();
    (void)LeakGate::build(somebody()).check(out);
}

void runGate(Bytes bytes) {
    static const auto gate = LeakGate::build(somebody());
    const auto out = scratch(".gate");
    if (write(out, bytes)) (void)gate.check(out);
    if (const auto original = dicom::readFile(bytes)) (void)LeakGate::build(collect(*original));
}

/// Documents of anyone's making, without the object around them.
void runDocument(Bytes bytes) {
    (void)leak::documentTexts(bytes);
    (void)leak::unwrapped(asText(bytes));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto bytes = std::as_bytes(std::span(data + 1, size - 1));
    if ((data[0] & 3) == 3)
        runDocument(bytes);
    else
        (data[0] & 1) != 0 ? runGate(bytes) : runEngine(bytes);
    return 0;
}
