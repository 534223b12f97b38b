/// Bytes of anyone's making through the image decoder, the sorting and the measures; and through what reads a
/// worker's request.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "gantry/imaging/series_source.hpp"
#include "job.hpp"

using namespace gantry;
using namespace gantry::imaging;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = std::as_bytes(std::span(data, size));
    (void)parseJob(asText(bytes));
    // The decoder maps files: here one that lies in memory.
    static const int file = ::memfd_create("image", MFD_CLOEXEC);
    if (::ftruncate(file, 0) != 0 || !writeAllAt(file, bytes, 0)) return 0;
    SeriesSource source({{"/proc/self/fd/" + std::to_string(file), 0, std::nullopt}});
    if (source.headers().size() > 64) return 0;
    for (const auto& header : source.headers())
        if (header.format.pixels() > 65536) return 0;
    for (const auto* modality : {"CT", "MR"}) (void)survey(source, modality);
    return 0;
}
