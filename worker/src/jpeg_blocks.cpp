#include "jpeg_blocks.hpp"

#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <jpeglib.h>

namespace gantry::imaging {
namespace {

/// libjpeg leaves by longjmp: nothing between setjmp and its end owns anything.
struct Jpeg {
    jpeg_error_mgr errors{};
    std::jmp_buf leave{};
    jpeg_decompress_struct in{};
    jpeg_compress_struct out{};
    bool in_made = false, out_made = false;
    unsigned char* bytes = nullptr;
    unsigned long size = 0;

    Jpeg() = default;
    Jpeg(const Jpeg&) = delete;
    Jpeg& operator=(const Jpeg&) = delete;
    ~Jpeg() {
        if (out_made) jpeg_destroy_compress(&out);
        if (in_made) jpeg_destroy_decompress(&in);
        std::free(bytes);  // NOLINT: libjpeg's malloc
    }
};

extern "C" void leaveOnError(j_common_ptr common) {
    std::longjmp(static_cast<Jpeg*>(common->client_data)->leave, 1);
}
extern "C" void saySilently(j_common_ptr) {}
extern "C" void countSilently(j_common_ptr common, int level) {
    if (level < 0) common->err->num_warnings++;
}

bool touches(const Mask& blank, int row, int column, int height, int width) {
    const auto inside = [](int value, int size) { return value < size ? value : size - 1; };
    const int last_row = inside(row + height - 1, blank.rows),
              last_column = inside(column + width - 1, blank.columns);
    for (int r = inside(row, blank.rows); r <= last_row; ++r)
        for (int c = inside(column, blank.columns); c <= last_column; ++c)
            if (blank.at(r, c)) return true;
    return false;
}

/// Sample value of background in this component.
int backgroundOf(const jpeg_decompress_struct& in, int component, const PixelFormat& format) {
    constexpr int kMiddle = 128, kMost = 255;
    if (in.num_components == 1) return format.photometric == "MONOCHROME1" ? kMost : 0;
    const bool luminance = in.jpeg_color_space == JCS_YCbCr || format.photometric.substr(0, 3) == "YBR";
    return luminance && component > 0 ? kMiddle : 0;
}

void blankComponent(Jpeg& jpeg, jvirt_barray_ptr blocks, int index, const Mask& blank,
                    const PixelFormat& format) {
    auto& in = jpeg.in;
    const auto& component = in.comp_info[index];
    const int high = DCTSIZE * in.max_v_samp_factor / component.v_samp_factor;
    const int wide = DCTSIZE * in.max_h_samp_factor / component.h_samp_factor;
    const auto* table = component.quant_table;
    const int step = table && table->quantval[0] > 0 ? table->quantval[0] : 1;
    // The DC coefficient is eight times the block's mean, about 128 (T.81 A.3.3).
    const int dc = (backgroundOf(in, index, format) - 128) * DCTSIZE / step;
    for (JDIMENSION y = 0; y < component.height_in_blocks; ++y) {
        auto* row = (*in.mem->access_virt_barray)(reinterpret_cast<j_common_ptr>(&in), blocks, y, 1, TRUE)[0];
        for (JDIMENSION x = 0; x < component.width_in_blocks; ++x) {
            if (!touches(blank, static_cast<int>(y) * high, static_cast<int>(x) * wide, high, wide)) continue;
            std::memset(row[x], 0, sizeof(JBLOCK));
            row[x][0] = static_cast<JCOEF>(dc);
        }
    }
}

/// @return false when libjpeg gave up or the image is not the one that was announced
bool run(Jpeg& jpeg, const std::string& source, const PixelFormat& format, const Mask& blank) {
    jpeg.in.err = jpeg.out.err = jpeg_std_error(&jpeg.errors);
    jpeg.errors.error_exit = leaveOnError;
    jpeg.errors.output_message = saySilently;
    jpeg.errors.emit_message = countSilently;
    jpeg.in.client_data = jpeg.out.client_data = &jpeg;
    if (setjmp(jpeg.leave) != 0) return false;
    jpeg_create_decompress(&jpeg.in);
    jpeg.in_made = true;
    jpeg_mem_src(&jpeg.in, reinterpret_cast<const unsigned char*>(source.data()), source.size());
    if (jpeg_read_header(&jpeg.in, TRUE) != JPEG_HEADER_OK) return false;
    // The size is looked at before anything of that size is reserved.
    if (jpeg.in.image_width != static_cast<JDIMENSION>(format.columns) ||
        jpeg.in.image_height != static_cast<JDIMENSION>(format.rows) || jpeg.in.data_precision != 8 ||
        jpeg.in.num_components != format.samples)
        return false;
    auto* blocks = jpeg_read_coefficients(&jpeg.in);
    if (!blocks) return false;
    for (int i = 0; i < jpeg.in.num_components; ++i) blankComponent(jpeg, blocks[i], i, blank, format);
    jpeg_create_compress(&jpeg.out);
    jpeg.out_made = true;
    jpeg_copy_critical_parameters(&jpeg.in, &jpeg.out);
    jpeg.out.write_JFIF_header = jpeg.in.saw_JFIF_marker;
    jpeg.out.write_Adobe_marker = jpeg.in.saw_Adobe_marker;
    jpeg.out.optimize_coding = TRUE;
    if (jpeg.in.progressive_mode) jpeg_simple_progression(&jpeg.out);
    jpeg_mem_dest(&jpeg.out, &jpeg.bytes, &jpeg.size);
    jpeg_write_coefficients(&jpeg.out, blocks);
    jpeg_finish_compress(&jpeg.out);
    jpeg_finish_decompress(&jpeg.in);
    return true;
}

}  // namespace

Result<std::string> blankJpegBlocks(const std::string& source, const PixelFormat& format, const Mask& blank) {
    Jpeg jpeg;
    if (!run(jpeg, source, format, blank))
        return fail(Errc::BadFormat, "the JPEG stream could not be changed");
    return std::string(reinterpret_cast<const char*>(jpeg.bytes), jpeg.size);
}

}  // namespace gantry::imaging
