#include "images/worker_process.hpp"

namespace gantry::agent {

Result<SeriesMeasured> WorkerProcess::measure(const SeriesToMeasure& series,
                                              const std::filesystem::path& spool_folder,
                                              const std::filesystem::path& pictures,
                                              const std::stop_token& stop) const {
    worker::MeasureRequest request{series.modality, {}, pictures};
    for (const auto& instance : series.instances)
        request.files.push_back(
            {spool_folder / instance.segment_name, instance.range.offset, instance.range.length});
    return worker::measureSeries(program_, request, scratch_, stop);
}

}  // namespace gantry::agent
