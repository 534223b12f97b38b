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

std::vector<Outcome> runEngine(const Corpus& corpus, const std::vector<std::string>& options,
                               const std::filesystem::path& folder) {
    const auto policy = test::must(anonymizer::parsePolicy(options));
    const auto keys =
        test::must(anonymizer::DeidKeys::fromTrialKey(asBytes("an invented trial key of 32 byte")));
    const anonymizer::SubjectIdentity subject{"TRIAL-1", "0417", "SUBJ-001", "BL", "ACME"};
    std::vector<Outcome> out;
    for (const auto& file : corpus.files) {
        const auto path = folder / (file.name + ".dcm");
        test::must(writeFileDurably(path, asBytes(file.bytes)));
        const auto written = folder / (file.name + ".out.dcm");
        const auto report = anonymizer::deidentify({path}, policy, keys, subject, written);
        Outcome outcome;
        if (report)
            outcome.bytes = test::must(readFile(written));
        else
            outcome.held_because = report.error().message();
        out.push_back(std::move(outcome));
    }
    return out;
}

}  // namespace gantry::canary
