#pragma once
/// The files of one series as frames.

#include <vector>

#include "gantry/imaging/image_file.hpp"
#include "gantry/imaging/survey.hpp"

namespace gantry::imaging {

class SeriesSource final : public FrameSource {
public:
    /// Reads all headers. A file that cannot be read becomes one frame that cannot be decoded; one without
    /// pixel data (a report, a presentation state) is left out. A mosaic becomes its slices when it tells how
    /// many there are.
    explicit SeriesSource(std::vector<FileRange> files);
    const std::vector<FrameHeader>& headers() const override { return headers_; }
    Result<Frame> frame(std::size_t index) override;
    Result<Frame> picture(std::size_t index) override;
    /// Which of the files a frame is in, and as which of its frames; of a slice of a mosaic the mosaic.
    struct FramePlace {
        std::size_t file = 0;
        std::size_t frame = 0;
    };
    FramePlace placeOf(std::size_t index) const {
        return {origins_.at(index).file, origins_.at(index).frame};
    }

private:
    struct Origin {
        std::size_t file = 0;
        std::size_t frame = 0;
        int tiles = 0;       ///< of the mosaic that this is a slice of; 0: of none
        std::string broken;  ///< why the file could not be read; "" when it could
    };
    std::vector<FileRange> files_;
    std::vector<FrameHeader> headers_;
    std::vector<Origin> origins_;
    struct Open {
        std::size_t file;
        ImageFile image;
    };
    Result<const ImageFile*> opened(std::size_t file);
    Result<const Frame*> mosaicOf(std::size_t file);
    std::vector<Open> open_;  // the files looked at last, the newest at the end
    struct Decoded {
        std::size_t file;
        Frame frame;
    };
    std::optional<Decoded> mosaic_;  // the one looked at last: its slices are asked for one after the other
};

}  // namespace gantry::imaging
