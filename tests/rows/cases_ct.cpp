// D: CT.
#include "gantry/scanner/ct.hpp"
#include "gantry/scanner/enhanced.hpp"
#include "row_kit.hpp"

namespace gantry::test {

namespace {

using namespace scanner;

std::function<Sample()> ct(std::function<void(CtScan&)> change) {
    return [change = std::move(change)] {
        CtScan scan;
        scan.contrast_agent = "Agent 350";
        change(scan);
        return sample({ctSeries(examination(), scan)});
    };
}

std::function<Sample()> enhancedCt(std::string kernel) {
    return [kernel = std::move(kernel)] {
        CtScan scan;
        scan.kernel = kernel;
        return sample({enhanced(ctSeries(examination(), scan), Grouping::Shared)});
    };
}

std::function<Sample()> geKernel(std::string kernel) {
    return [kernel = std::move(kernel)] {
        CtScan scan;
        scan.kernel = kernel;
        return sample({ctSeries(examination("GE", "CT"), scan)});
    };
}

/// Without the standard's own word for the algorithm.
std::function<Sample()> kernelAlone(std::string kernel) {
    return [kernel = std::move(kernel)] {
        CtScan scan;
        scan.kernel = kernel;
        auto series = ctSeries(examination(), scan);
        series.each([](Header& image, int) { image.remove("ReconstructionAlgorithm"); });
        return sample({series});
    };
}

std::function<Sample()> geIterative(std::string_view level) {
    return [level] {
        auto series = ctSeries(examination("GE", "CT"));
        series.each([&](Header& image, int) {
            image.remove("ReconstructionAlgorithm");
            image.setPrivate({0x00531042}, "GEHC_CT_ADVAPP_001", "LO", "ASIR");
            image.setPrivate({0x00531043}, "GEHC_CT_ADVAPP_001", "SH", level);
        });
        return sample({series});
    };
}

constexpr auto kKernels =
    "vocab:\n"
    "  kernel_class:\n"
    "    attribute: ConvolutionKernel\n"
    "    soft: {SIEMENS: ['/^Br(3[0-9]|4[0-4])/'], GE: [STANDARD, SOFT]}\n"
    "    sharp: {SIEMENS: ['/^Bl[5-9][0-9]/'], GE: [LUNG, BONE]}\n";

RowCase kernelCase(std::string title, std::function<Sample()> good, std::function<Sample()> bad,
                   RuleResult when_bad = RuleResult::Fail) {
    return {"D3",
            std::move(title),
            "check: vocab.kernel_class, op: equals, value: soft",
            std::move(good),
            std::move(bad),
            Place::Slot,
            when_bad,
            kKernels};
}

}  // namespace

std::vector<RowCase> ctCases() {
    const auto plain = ct([](CtScan&) {});
    return {
        {"D1", "the tube voltage is one of those allowed", "check: KVP, op: in, value: [100, 120, 140]",
         plain, ct([](CtScan& scan) { scan.kvp = 80; })},
        {"D2", "the dose is not above the reference level", "check: CTDIvol, op: at_most, value: 10 mGy",
         plain, ct([](CtScan& scan) { scan.ctdi_vol_mgy = 25; })},
        kernelCase("the kernel is a soft one", plain, ct([](CtScan& scan) { scan.kernel = "Bl57d"; })),
        kernelCase("the kernel of another maker is a soft one", geKernel("STANDARD"), geKernel("LUNG")),
        kernelCase("the kernel of an enhanced CT is a soft one", enhancedCt("Br40d"), enhancedCt("Bl57d")),
        kernelCase("an unknown kernel is not a pass", plain, ct([](CtScan& scan) { scan.kernel = "Xx1"; }),
                   RuleResult::CannotTell),
        {"D4", "Siemens' kernel tells the strength of iterative reconstruction",
         "check: derived.reconstruction_algorithm, op: equals, value: strength 3", kernelAlone("Br40d\\3"),
         kernelAlone("Br40d\\1")},
        {"D4", "GE's own place tells the iterative reconstruction",
         "check: derived.reconstruction_algorithm, op: equals, value: ASIR 40", geIterative("40"),
         geIterative("80")},
        {"D4", "a plain kernel does not say how it was reconstructed",
         "check: derived.reconstruction_algorithm, op: equals, value: strength 3", kernelAlone("Br40d\\3"),
         kernelAlone("Br40d"), Place::Slot, RuleResult::CannotTell},
        {"D5", "the pitch is not too high", "check: SpiralPitchFactor, op: at_most, value: 1.5", plain,
         ct([](CtScan& scan) { scan.pitch = 3.2; })},
        {"D6", "contrast that no header tells of is not a pass",
         "check: derived.contrast_given, op: equals, value: true", plain,
         ct([](CtScan& scan) { scan.contrast_agent.clear(); }), Place::Slot, RuleResult::CannotTell},
        {"D6", "the phase is portal venous",
         "check: derived.contrast_delay, op: between, value: [60 s, 90 s]", plain,
         ct([](CtScan& scan) { scan.contrast_delay_s = 25; })},
        {"D8", "the gantry is not tilted", "check: GantryDetectorTilt, op: equals, value: 0 deg", plain,
         ct([](CtScan& scan) { scan.tilt_deg = 12; })},
    };
}

}  // namespace gantry::test
