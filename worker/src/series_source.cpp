#include "gantry/imaging/series_source.hpp"

#include <algorithm>

#include "mosaic.hpp"

namespace gantry::imaging {

SeriesSource::SeriesSource(std::vector<FileRange> files) : files_(std::move(files)) {
    for (std::size_t i = 0; i < files_.size(); ++i) {
        const auto file = ImageFile::open(files_[i]);
        if (!file && file.error().code == Errc::Unsupported) continue;
        if (!file) {
            headers_.emplace_back();
            origins_.push_back({i, 0, 0, file.error().context});
            continue;
        }
        for (std::size_t k = 0; k < file->frames().size(); ++k) {
            const auto& header = file->frames()[k];
            for (int tile = 0; tile < header.tiles; ++tile) {
                headers_.push_back(tileHeader(header, tile));
                origins_.push_back({i, k, header.tiles, ""});
            }
            if (header.tiles > 0) continue;
            headers_.push_back(header);
            origins_.push_back({i, k, 0, ""});
        }
    }
}

Result<Frame> SeriesSource::frame(std::size_t index) {
    const auto& origin = origins_.at(index);
    if (!origin.broken.empty()) return fail(Errc::BadFormat, origin.broken);
    if (const auto tile = headers_[index].tile)
        return cutTile(*GANTRY_TRY(mosaicOf(origin.file)), origin.tiles, *tile);
    return GANTRY_TRY(opened(origin.file))->frame(origin.frame);
}

Result<Frame> SeriesSource::picture(std::size_t index) {
    const auto& origin = origins_.at(index);
    if (!origin.broken.empty()) return fail(Errc::BadFormat, origin.broken);
    if (headers_[index].tile) return frame(index);
    return GANTRY_TRY(opened(origin.file))->brightness(origin.frame);
}

Result<const Frame*> SeriesSource::mosaicOf(std::size_t file) {
    if (!mosaic_ || mosaic_->file != file) {
        mosaic_.reset();
        const ImageFile* image = GANTRY_TRY(opened(file));
        auto frame = GANTRY_TRY(image->frame(0));
        mosaic_.emplace(Decoded{file, std::move(frame)});
    }
    return &mosaic_->frame;
}

// Time points of dynamic series often lie in files of their own, and slices of all are asked for in turn.
Result<const ImageFile*> SeriesSource::opened(std::size_t file) {
    constexpr std::size_t kMostOpen = 4;
    const auto found = std::ranges::find(open_, file, &Open::file);
    if (found != open_.end()) return &found->image;
    auto image = GANTRY_TRY(ImageFile::open(files_[file]));
    if (open_.size() == kMostOpen) open_.erase(open_.begin());
    open_.push_back({file, std::move(image)});
    return &open_.back().image;
}

}  // namespace gantry::imaging
