#include "driver.hpp"
#include "gantry/anonymizer/engine.hpp"
#include "support.hpp"

namespace gantry::canary {

std::vector<std::string> trialOptions() {
    std::vector<std::string> out{"basic_profile"};
    for (const std::string_view wanted :
         {"retain_safe_private", "retain_longitudinal_modified_dates", "retain_patient_characteristics",
          "clean_descriptors", "clean_structured_content", "clean_graphics", "clean_pixel_data"})
        for (const auto& option : anonymizer::deidOptions())
            if (option.name == wanted && option.supported) out.emplace_back(wanted);
    return out;
}

Outcome runEngineOn(const std::filesystem::path& in, const std::filesystem::path& out,
                    const std::vector<std::string>& options) {
    static const auto keys =
        test::must(anonymizer::DeidKeys::fromTrialKey(asBytes("an invented trial key of 32 byte")));
    const anonymizer::SubjectIdentity subject{"TRIAL-1", "0417", "SUBJ-001", "BL", "ACME"};
    auto policy = test::must(anonymizer::parsePolicy(options));
    policy.documents = anonymizer::Documents::Clean;
    const bool looks = policy.has(anonymizer::DeidOption::CleanPixelData);
    const anonymizer::DeidInput input{
        .path = in, .pixels = looks ? anonymizer::PixelState::Clean : anonymizer::PixelState::NotLookedAt};
    const auto report = anonymizer::deidentify(input, policy, keys, subject, out);
    if (!report) return {std::nullopt, report.error().message()};
    return {test::must(readFile(out, 1u << 30)), ""};
}

std::vector<Outcome> runEngine(const Corpus& corpus, const std::vector<std::string>& options,
                               const std::filesystem::path& folder) {
    std::vector<Outcome> out;
    for (const auto& file : corpus.files) {
        const auto path = folder / (file.name + ".dcm");
        test::must(writeFileDurably(path, asBytes(file.bytes)));
        out.push_back(runEngineOn(path, folder / (file.name + ".out.dcm"), options));
    }
    return out;
}

}  // namespace gantry::canary
