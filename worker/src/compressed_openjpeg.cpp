#include <openjpeg.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>

#include "compressed.hpp"

namespace gantry::imaging {
namespace {

struct Source {
    const std::string& bytes;
    std::size_t at = 0;
};

OPJ_SIZE_T readSome(void* buffer, OPJ_SIZE_T wanted, void* user) {
    auto& source = *static_cast<Source*>(user);
    const auto count = std::min(wanted, source.bytes.size() - source.at);
    if (count == 0) return static_cast<OPJ_SIZE_T>(-1);
    std::memcpy(buffer, source.bytes.data() + source.at, count);
    source.at += count;
    return count;
}

OPJ_OFF_T skipSome(OPJ_OFF_T wanted, void* user) {
    auto& source = *static_cast<Source*>(user);
    const auto left = static_cast<OPJ_OFF_T>(source.bytes.size() - source.at);
    const auto count = std::clamp<OPJ_OFF_T>(wanted, 0, left);
    source.at += static_cast<std::size_t>(count);
    return count == 0 && wanted > 0 ? -1 : count;
}

OPJ_BOOL seekTo(OPJ_OFF_T place, void* user) {
    auto& source = *static_cast<Source*>(user);
    if (place < 0 || static_cast<std::size_t>(place) > source.bytes.size()) return OPJ_FALSE;
    source.at = static_cast<std::size_t>(place);
    return OPJ_TRUE;
}

struct FreeStream {
    void operator()(opj_stream_t* stream) const noexcept { opj_stream_destroy(stream); }
};
struct FreeCodec {
    void operator()(opj_codec_t* codec) const noexcept { opj_destroy_codec(codec); }
};
struct FreeImage {
    void operator()(opj_image_t* image) const noexcept { opj_image_destroy(image); }
};
using Image = std::unique_ptr<opj_image_t, FreeImage>;

bool fits(const opj_image_t& image, const PixelFormat& format) {
    if (image.numcomps < static_cast<OPJ_UINT32>(format.samples)) return false;
    return std::all_of(image.comps, image.comps + format.samples, [&](const opj_image_comp_t& component) {
        return component.w == static_cast<OPJ_UINT32>(format.columns) &&
               component.h == static_cast<OPJ_UINT32>(format.rows) && component.data != nullptr;
    });
}

// Some writers put the file format's boxes around the code stream (15444-1 I.5.1).
OPJ_CODEC_FORMAT kindOf(std::string_view bytes) {
    constexpr std::string_view kSignatureBox("\0\0\0\x0CjP  ", 8);
    return bytes.starts_with(kSignatureBox) ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K;
}

Result<Image> decode(const std::string& code_stream, const PixelFormat& format) {
    const auto broken = [] {
        return fail(Errc::BadFormat, "the JPEG 2000 code stream could not be decoded");
    };
    Source source{code_stream};
    const std::unique_ptr<opj_stream_t, FreeStream> stream(opj_stream_default_create(OPJ_TRUE));
    const std::unique_ptr<opj_codec_t, FreeCodec> codec(opj_create_decompress(kindOf(code_stream)));
    if (!stream || !codec) return broken();
    opj_stream_set_user_data(stream.get(), &source, nullptr);
    opj_stream_set_user_data_length(stream.get(), code_stream.size());
    opj_stream_set_read_function(stream.get(), readSome);
    opj_stream_set_skip_function(stream.get(), skipSome);
    opj_stream_set_seek_function(stream.get(), seekTo);
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    if (!opj_setup_decoder(codec.get(), &parameters)) return broken();
    opj_image_t* raw = nullptr;
    const bool header = opj_read_header(stream.get(), codec.get(), &raw) != OPJ_FALSE;
    Image image(raw);
    // The size is looked at before anything of that size is reserved.
    if (!header || !image || image->x1 - image->x0 != static_cast<OPJ_UINT32>(format.columns) ||
        image->y1 - image->y0 != static_cast<OPJ_UINT32>(format.rows))
        return broken();
    if (!opj_decode(codec.get(), stream.get(), image.get()) || !fits(*image, format)) return broken();
    return image;
}

}  // namespace

Result<std::string> decodeJpeg2000(const std::string& code_stream, const PixelFormat& format) {
    if (format.bits_allocated != 8 && format.bits_allocated != 16)
        return fail(Errc::BadFormat, "JPEG 2000 with other than 8 or 16 bits allocated");
    const auto image = GANTRY_TRY(decode(code_stream, format));
    const auto wide = static_cast<std::size_t>(format.bits_allocated / 8);
    const auto samples = static_cast<std::size_t>(format.samples);
    std::string out(format.bytes(), '\0');
    for (std::size_t i = 0; i < format.pixels(); ++i)
        for (std::size_t s = 0; s < samples; ++s) {
            const auto value = static_cast<std::uint32_t>(image->comps[s].data[i]);
            const auto place = (format.interleaved ? i * samples + s : s * format.pixels() + i) * wide;
            for (std::size_t b = 0; b < wide; ++b)
                out[place + b] = static_cast<char>(value >> (8 * b) & 0xFF);
        }
    return out;
}

}  // namespace gantry::imaging
