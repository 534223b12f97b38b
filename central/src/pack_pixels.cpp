#include "pack_pixels.hpp"

#include "gantry/core/files.hpp"
#include "gantry/worker/client.hpp"

namespace gantry::central {

namespace fs = std::filesystem;

namespace {

qc::SeriesImages imagesOf(const std::string& series_uid, const worker::SeriesMeasured& measured) {
    qc::SeriesImages images;
    images.series_instance_uid = series_uid;
    images.failed = !measured.failure.empty();
    if (!measured.failure.empty())
        for (const auto name : worker::kMeasureNames) images.reasons[std::string(name)] = measured.failure;
    for (const auto& [check, value] : measured.values) {
        if (value.value)
            images.measures[check].value = *value.value;
        else
            images.reasons[check] = value.reason;
    }
    images.reasons["image.gnl_ratio"] = "a folder does not tell what is usual on this scanner";
    return images;
}

}  // namespace

Result<std::vector<qc::SeriesImages>> measurePixels(const FolderStudy& study) {
    const auto scratch =
        GANTRY_TRY(TemporaryDirectory::create(fs::temp_directory_path(), "gantry-pack-test-"));
    const fs::path pictures = scratch.path() / "pictures";
    GANTRY_CHECK(makeDirectory(pictures));
    std::vector<std::string> digests;
    std::vector<qc::SeriesImages> all;
    for (const SeriesFiles& series : study.files()) {
        worker::MeasureRequest request{series.modality, {}, pictures};
        for (const fs::path& file : series.files) request.files.push_back({fs::absolute(file)});
        const auto measured =
            GANTRY_TRY(worker::measureSeries(worker::defaultWorker(), request, scratch.path(), {}));
        if (measured.frames == 0 && measured.failure.empty()) continue;  // no images, a report for example
        all.push_back(imagesOf(series.series_instance_uid, measured));
        digests.push_back(measured.pixels_sha256);
    }
    qc::noteIdentical(all, digests);
    return all;
}

}  // namespace gantry::central
