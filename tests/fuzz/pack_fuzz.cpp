// One harness for packs: JSON as a site receives it, and the verdict of whatever loads.
// clang: -fsanitize=fuzzer; g++: link a main() that replays the corpus.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "gantry/qc/examples.hpp"
#include "gantry/qc/judge.hpp"
#include "gantry/qc/pack.hpp"

using namespace gantry;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view json(reinterpret_cast<const char*>(data), size);  // char may alias anything
    const auto pack = qc::Pack::fromJson(json);
    if (pack.has_value() == !qc::Pack::mistakes(json).empty()) __builtin_trap();
    if (!pack) return 0;
    (void)qc::runExamples(*pack);
    const Facts facts{{"Modality", "CT"},
                      {"KVP", "120"},
                      {"Manufacturer", "SIEMENS"},
                      {"ConvolutionKernel", "Br40d\\3"},
                      {"ImageType", "ORIGINAL\\PRIMARY\\AXIAL"},
                      {"ImageOrientationPatient", "1\\0\\0\\0\\1\\0"},
                      {"ImagePositionPatient", "0\\0\\1"},
                      {"SliceThickness", "5"},
                      {"PatientID", "1"}};
    const qc::StudyFacts study{"1.2", {{"1.2.3", {{"1.2.3.4", &facts}, {"1.2.3.5", &facts}}}}};
    qc::JudgeContext context;
    context.visit_id = "BL";
    context.enrolled_subject_ids = {"1"};
    (void)qc::judge(*pack, study, context);
    return 0;
}
