// Headers that are common in practice and that a rule must not misread.
#include "gantry/scanner/ct.hpp"
#include "gantry/scanner/damage.hpp"
#include "gantry/scanner/enhanced.hpp"
#include "gantry/scanner/mr.hpp"
#include "gantry/scanner/other_images.hpp"
#include "row_kit.hpp"

namespace gantry::test {

namespace {

using namespace scanner;

std::function<Sample()> withAgent(std::string agent) {
    return [agent = std::move(agent)] {
        CtScan scan;
        scan.contrast_agent = agent;
        return sample({ctSeries(examination(), scan)});
    };
}

/// An enhanced CT of five frames that announces this many images.
std::function<Sample()> enhancedAnnouncing(std::string images) {
    return [images = std::move(images)] {
        const auto classic = ctSeries(examination()).setAll("ImagesInAcquisition", images);
        return sample({enhanced(classic, Grouping::Shared)});
    };
}

/// Mammograms that name their views by code alone.
std::function<Sample()> codedViews(std::size_t views) {
    return [views] {
        auto all = mammography(examination());
        all.resize(views);
        for (auto& series : all) removeEverywhere(series, "ViewPosition");
        return sample(std::move(all));
    };
}

/// A loop with a time for each frame (FrameTimeVector).
std::function<Sample()> timedFrames(double frame_ms) {
    return [frame_ms] {
        auto series = ultrasoundLoop(examination());
        std::string times = "0";
        for (int frame = 1; frame < 60; ++frame) times += "\\" + joined({frame_ms});
        removeEverywhere(series, "FrameTime");
        removeEverywhere(series, "CineRate");
        return sample({series.setAll("FrameTimeVector", times)});
    };
}

std::function<Sample()> enhancedCurrent(std::string mA) {
    return [mA = std::move(mA)] {
        const auto classic = ctSeries(examination()).setAll("XRayTubeCurrent", mA);
        return sample({enhanced(classic, Grouping::Shared)});
    };
}

std::function<Sample()> enhancedEcho(double te_ms) {
    return [te_ms] {
        auto scan = t2Tse();
        scan.te_ms = te_ms;
        return sample({enhanced(mrSeries(examination("Siemens", "MR"), scan), Grouping::Shared)});
    };
}

}  // namespace

std::vector<RowCase> faultCases() {
    return {
        {"B3", "as many frames came as an enhanced CT announces",
         "check: derived.images_missing, op: equals, value: 0", enhancedAnnouncing("5"),
         enhancedAnnouncing("7")},
        {"D6", "a header that says NONE means no contrast",
         "check: derived.contrast_given, op: equals, value: true", withAgent("Agent 350"), withAgent("NONE")},
        {"H1", "views named by code are there",
         "check: derived.views, op: contains_all, value: [R CC, R MLO, L CC, L MLO], over: union",
         codedViews(4), codedViews(3)},
        {"H4", "loops with a time for each frame are fast enough",
         "check: derived.frame_rate, op: between, value: [50 Hz, 90 Hz]", timedFrames(16), timedFrames(33)},
        {"D2", "the tube current of an enhanced CT is in its range",
         "check: XRayTubeCurrent, op: between, value: [100 mA, 300 mA]", enhancedCurrent("200"),
         enhancedCurrent("500")},
        {"E4", "the echo time of an enhanced MR is read by its classic name",
         "check: EchoTime, op: between, value: [90 ms, 110 ms]", enhancedEcho(100), enhancedEcho(80)},
    };
}

}  // namespace gantry::test
