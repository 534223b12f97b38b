#pragma once
/// A DICOM file's images, decoded one frame at a time.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gantry/core/dicom.hpp"
#include "gantry/imaging/frame.hpp"

namespace gantry::imaging {

/// Bounds on what a file may ask of us.
inline constexpr int kMaxSide = 16384;                     ///< rows or columns
inline constexpr std::size_t kMaxFramePixels = 64u << 20;  ///< of one frame
inline constexpr int kMaxFramesPerFile = 65536;

/// Where a PS3.10 file lies, perhaps inside a larger one.
struct FileRange {
    std::filesystem::path path;
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> length;  ///< nullopt: to the end
};

/// Headers of all frames and access to their pixels. Not thread-safe.
class ImageFile {
public:
    /// @errors NotDicom, DicomLimit; Unsupported for an object without pixel data; Io
    static Result<ImageFile> open(const FileRange& range);
    ImageFile(ImageFile&&) noexcept;
    ImageFile& operator=(ImageFile&&) noexcept;
    ~ImageFile();

    const std::vector<FrameHeader>& frames() const;
    const dicom::DicomFile& file() const;
    /// Pixel Data or Float Pixel Data, of file(); its bytes lie in bytes() unless the file is deflated.
    const dicom::Element& pixelData() const;
    Bytes bytes() const;  ///< the whole PS3.10 file
    /// Of a file that is larger than 64 MB the pages of `read` leave our memory; they come back when read again. Nothing
    /// happens to bytes that were inflated.
    void release(Bytes read) const;
    /// Stored bytes of one frame, uncompressed, little endian, PixelFormat::bytes() of them; of native
    /// YBR_FULL_422 two thirds of that.
    /// @errors BadFormat when there are fewer bytes than the header says or the decoder fails; Unsupported
    /// for a transfer syntax that is not decoded here (MPEG, HEVC, JPIP)
    Result<std::string> stored(std::size_t frame) const;
    /// PhotometricInterpretation of what stored() gave for this frame: decoders turn YBR into RGB.
    std::string storedPhotometric(std::size_t frame) const;
    /// Whether the three samples of a pixel lie together in what stored() gives.
    bool storedInterleaved() const;
    /// Values after rescale. @errors as stored(); Unsupported for colour
    Result<Frame> frame(std::size_t frame) const;
    /// Brightness of a colour image, 0 to 255, for pictures; of any other frame() itself.
    /// @errors as stored(); Unsupported for palettes, subsampled and deep colour
    Result<Frame> brightness(std::size_t frame) const;

private:
    struct State;
    explicit ImageFile(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace gantry::imaging
