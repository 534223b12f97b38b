#pragma once
/// The files of one series as frames.

#include <vector>

#include "gantry/imaging/image_file.hpp"
#include "gantry/imaging/survey.hpp"

namespace gantry::imaging {

class SeriesSource final : public FrameSource {
public:
    /// Reads all headers. A file that cannot be read becomes one frame that cannot be decoded; one without
    /// pixel data (a report, a presentation state) is left out.
    explicit SeriesSource(std::vector<FileRange> files);
    const std::vector<FrameHeader>& headers() const override { return headers_; }
    Result<Frame> frame(std::size_t index) override;
    Result<Frame> picture(std::size_t index) override;

private:
    struct Origin {
        std::size_t file = 0;
        std::size_t frame = 0;
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
    std::vector<Open> open_;  // the files looked at last, the newest at the end
};

}  // namespace gantry::imaging
