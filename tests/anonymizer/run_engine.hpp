#pragma once
/// Runs the engine on one file of bytes and reads back what it wrote.

#include <fstream>

#include "gantry/anonymizer/engine.hpp"
#include "support.hpp"
#include "synthetic.hpp"

namespace gantry::test {

struct Ran {
    std::string input;
    std::string output;
    anonymizer::DeidReport report;
    dicom::DicomFile original;  ///< views into `input`
    dicom::DicomFile file;      ///< views into `output`
};

class Bench {
public:
    Bench() { std::filesystem::create_directory(folder_.path() / "out"); }

    Result<anonymizer::DeidReport> tryRun(const std::string& bytes) {
        std::ofstream(input(), std::ios::binary) << bytes;
        return anonymizer::deidentify({input()}, policy, keys, subject, output());
    }

    /// The strings of the result own what its data sets view.
    Ran& run(const std::string& bytes) {
        auto report = must(tryRun(bytes));
        ran_.push_back(std::make_unique<Ran>());
        auto& ran = *ran_.back();
        ran.input = bytes;
        ran.output = must(gantry::readFile(output()));
        ran.report = std::move(report);
        ran.original = must(dicom::readFile(asBytes(ran.input)));
        ran.file = must(dicom::readFile(asBytes(ran.output)));
        return ran;
    }

    std::filesystem::path input() const { return folder_.path() / "in.dcm"; }
    std::filesystem::path output() const { return folder_.path() / "out" / "out.dcm"; }

    anonymizer::DeidPolicy policy = anonymizer::DeidPolicy()
                                        .add(anonymizer::DeidOption::RetainLongitudinalModifiedDates)
                                        .add(anonymizer::DeidOption::RetainDeviceIdentity);
    anonymizer::DeidKeys keys =
        must(anonymizer::DeidKeys::fromTrialKey(asBytes("an invented trial key of 32 byte")));
    anonymizer::SubjectIdentity subject{"TRIAL-1", "0417", "SUBJ-001", "BL", ""};

private:
    TemporaryDirectory folder_ = temporaryDirectory();
    std::vector<std::unique_ptr<Ran>> ran_;
};

}  // namespace gantry::test
