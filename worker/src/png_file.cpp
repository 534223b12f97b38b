#include "png_file.hpp"

#include <png.h>

namespace gantry::imaging {

Result<std::string> encodePng(const Gray& gray) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(gray.columns);
    image.height = static_cast<png_uint_32>(gray.rows);
    image.format = PNG_FORMAT_GRAY;
    png_alloc_size_t size = 0;
    if (!png_image_write_get_memory_size(image, size, 0, gray.pixels.data(), 0, nullptr))
        return fail(Errc::Internal, "writing a picture");
    std::string out(size, '\0');
    if (!png_image_write_to_memory(&image, out.data(), &size, 0, gray.pixels.data(), 0, nullptr))
        return fail(Errc::Internal, "writing a picture");
    out.resize(size);
    return out;
}

}  // namespace gantry::imaging
