#include "workflow/pixel_step.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

#include "images/images.hpp"
#include "images/worker_process.hpp"

namespace gantry::agent {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kTogether = 16;  ///< instances that one worker takes
constexpr std::size_t kWorkers = 2;    ///< at once: each may take gigabytes

std::vector<PixelRequest> requestsFor(const std::vector<OutgoingInstance>& instances,
                                      const fs::path& spool_folder, const fs::path& folder,
                                      const std::vector<PixelWord>& words) {
    std::vector<PixelRequest> out;
    for (std::size_t i = 0; i < instances.size(); ++i) {
        const auto& instance = instances[i];
        PixelRequest request;
        request.original = {spool_folder / instance.segment_name, instance.range.offset,
                            instance.range.length};
        request.out = folder / ("cleaned-" + std::to_string(i) + ".dcm");
        request.picture = folder / ("look-" + std::to_string(i) + ".png");
        const auto word = std::ranges::find(words, instance.id, &PixelWord::instance);
        if (word != words.end()) request.drawn = word->boxes;
        out.push_back(std::move(request));
    }
    return out;
}

/// Each group of requests once, on a few threads.
Result<std::vector<PixelAnswer>> askWorkers(const std::vector<PixelRequest>& requests,
                                            const anonymizer::DeidPolicy& policy, const fs::path& scratch,
                                            const std::stop_token& stop) {
    const PixelWorker worker{WorkerProcess::defaultProgram(), scratch};
    const auto groups = (requests.size() + kTogether - 1) / kTogether;
    std::vector<Result<std::vector<PixelAnswer>>> answers(groups, fail(Errc::Stopped, "stopping"));
    std::atomic<std::size_t> next{0};
    const auto run = [&] {
        for (auto i = next++; i < groups && !stop.stop_requested(); i = next++) {
            const auto first = i * kTogether;
            const auto count = std::min(kTogether, requests.size() - first);
            answers[i] = cleanPixels(std::span(requests).subspan(first, count), policy, worker, stop);
        }
    };
    {
        std::vector<std::jthread> helpers;
        for (std::size_t i = 1; i < kWorkers && i < groups; ++i) helpers.emplace_back(run);
        run();
    }
    std::vector<PixelAnswer> out;
    for (auto& group : answers)
        for (auto& answer : GANTRY_TRY(std::move(group))) out.push_back(std::move(answer));
    return out;
}

Result<> keepPicture(const fs::path& data, StudyId study, InstanceId instance, const fs::path& picture) {
    const auto kept = pixelPicture(data, study, instance);
    GANTRY_CHECK(makeDirectory(kept.parent_path()));
    std::error_code ec;
    fs::rename(picture, kept, ec);
    if (ec) return failErrno("putting a picture in place", ec.value());
    return {};
}

}  // namespace

Result<std::vector<PixelAnswer>> lookAtPixels(Workshop& shop, const StudyRow& study,
                                              const anonymizer::DeidPolicy& policy,
                                              const std::vector<OutgoingInstance>& instances,
                                              const fs::path& spool_folder, const fs::path& folder,
                                              const std::stop_token& stop) {
    const auto words =
        GANTRY_TRY(shop.catalogue.read([&](Database& db) { return wordsAbout(db, study.id); }));
    const auto requests = requestsFor(instances, spool_folder, folder, words);
    auto answers = GANTRY_TRY(askWorkers(requests, policy, folder, stop));
    for (std::size_t i = 0; i < answers.size(); ++i)
        if (answers[i].has_picture)
            GANTRY_CHECK(
                keepPicture(shop.config.data_directory, study.id, instances[i].id, requests[i].picture));
    GANTRY_CHECK(shop.catalogue.write([&](Database& db) -> Result<> {
        const auto now = shop.clock.nowMillis();
        std::size_t looked = 0, blanked = 0;
        for (std::size_t i = 0; i < answers.size(); ++i) {
            if (answers[i].outcome == PixelOutcome::NotNeeded) continue;
            looked += 1;
            blanked += answers[i].outcome == PixelOutcome::Blanked;
            GANTRY_CHECK(storeLook(db, study.id, instances[i].id, answers[i], now));
        }
        if (looked == 0) return {};
        return appendAudit(db,
                           {study.id, "gantry", "pixels-looked-at", "", "",
                            std::to_string(looked) + " images looked at for burnt-in text, " +
                                std::to_string(blanked) + " blanked"},
                           now);
    }));
    return answers;
}

std::string doubtSentence(std::size_t images) {
    return (images == 1 ? std::string("One image") : std::to_string(images) + " images") +
           " may show text about the patient, and it is not clear where.";
}

}  // namespace gantry::agent
