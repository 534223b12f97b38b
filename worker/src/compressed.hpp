#pragma once
/// Decoders of compressed pixel data (PS3.5 A.4), each behind its library.

#include <cstddef>
#include <memory>
#include <string>

#include "gantry/core/dicom.hpp"
#include "gantry/imaging/frame.hpp"

namespace gantry::imaging {

/// JPEG and JPEG-LS through DCMTK; one file, any of its frames.
class DcmtkFrames {
public:
    /// @param file  the whole PS3.10 file; must outlive this object
    /// @errors BadFormat
    static Result<DcmtkFrames> open(Bytes file);
    DcmtkFrames(DcmtkFrames&&) noexcept;
    DcmtkFrames& operator=(DcmtkFrames&&) noexcept;
    ~DcmtkFrames();
    /// One frame's stored bytes in little endian. @errors BadFormat
    Result<std::string> frame(std::size_t index, std::size_t bytes);
    /// PhotometricInterpretation of the frame decoded last; colours lie pixel by pixel.
    const std::string& photometric() const;

private:
    struct State;
    explicit DcmtkFrames(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// One frame's code stream out of encapsulated pixel data: one fragment a frame, or all fragments of the only
/// frame, or as the Basic Offset Table says.
/// @errors BadFormat
Result<std::string> codeStream(Bytes encapsulated, std::size_t frame, std::size_t frames);

/// JPEG 2000 (PS3.5 A.4.4). @return stored bytes as `format` lays them out, little endian
/// @errors BadFormat
Result<std::string> decodeJpeg2000(const std::string& code_stream, const PixelFormat& format);

/// RLE (PS3.5 annex G). DCMTK 3.6.7 reads beyond broken segments, so this one is ours.
/// @return stored bytes as `format` lays them out, little endian
/// @errors BadFormat
Result<std::string> decodeRle(const std::string& code_stream, const PixelFormat& format);

}  // namespace gantry::imaging
