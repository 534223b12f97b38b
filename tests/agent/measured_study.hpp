#pragma once
/// A study that has its first verdict and waits for its pixels to be measured.

#include "images/image_step.hpp"
#include "shop.hpp"

namespace gantry::test {

/// A shop with a study of 128 x 128 pixels that has its first verdict.
struct Measured {
    explicit Measured(std::uint64_t seed = 1)
        : series(must(scanner::makeSeries(spec(seed)))),
          shop("0417-001,HN1," + series.patient.sex + ",BL\n") {
        shop.workshop.measures_pixels = true;
    }
    static scanner::SeriesSpec spec(std::uint64_t seed) {
        auto out = demoSeries(seed, "HN1");
        out.rows = out.columns = 128;
        return out;
    }
    agent::StudyId deliver() {
        const auto study = shop.deliver(series);
        shop.box.clock.advance(shop.config.completion.after_release.count());
        shop.judge();
        return study;
    }
    agent::ImageStep step(const std::filesystem::path& worker = std::filesystem::path(GANTRY_BIN_DIR) /
                                                                "gantry-worker") {
        return must(agent::ImageStep::open(shop.workshop, shop.box.spool->folder(), worker));
    }
    std::vector<qc::SeriesImages> images(agent::StudyId study) {
        return must(shop.box.catalogue->read([&](Database& db) { return agent::imagesOf(db, study); }));
    }
    std::filesystem::path program(const std::string& script) {
        const auto path = shop.box.folder / "worker.sh";
        must(writeFileDurably(path, asBytes("#!/bin/sh\n" + script + "\n"), 0700));
        return path;
    }

    scanner::Series series;
    Shop shop;
    std::stop_source stop;
};

}  // namespace gantry::test
