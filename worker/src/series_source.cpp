#include "gantry/imaging/series_source.hpp"

namespace gantry::imaging {

SeriesSource::SeriesSource(std::vector<FileRange> files) : files_(std::move(files)) {
    for (std::size_t i = 0; i < files_.size(); ++i) {
        const auto file = ImageFile::open(files_[i]);
        if (!file && file.error().code == Errc::Unsupported) continue;
        if (!file) {
            headers_.emplace_back();
            origins_.push_back({i, 0, file.error().context});
            continue;
        }
        for (std::size_t k = 0; k < file->frames().size(); ++k) {
            headers_.push_back(file->frames()[k]);
            origins_.push_back({i, k, ""});
        }
    }
}

Result<Frame> SeriesSource::frame(std::size_t index) {
    const auto& origin = origins_.at(index);
    if (!origin.broken.empty()) return fail(Errc::BadFormat, origin.broken);
    if (!open_ || open_index_ != origin.file) {
        open_.reset();
        open_ = GANTRY_TRY(ImageFile::open(files_[origin.file]));
        open_index_ = origin.file;
    }
    return open_->frame(origin.frame);
}

}  // namespace gantry::imaging
