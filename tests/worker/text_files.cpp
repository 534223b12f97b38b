#include "text_files.hpp"

#include <array>
#include <cstdio>
#include <memory>

#include "gantry/core/dicom.hpp"
#include "support.hpp"

namespace gantry::test {
namespace {

std::string word(std::uint32_t value, int bytes) {
    std::string out;
    for (int b = 0; b < bytes; ++b) out += static_cast<char>(value >> (8 * b) & 0xFF);
    return out;
}

void writeRegions(dicom::Writer& writer, const std::vector<imaging::Box>& regions) {
    if (regions.empty()) return;
    writer.beginSequence({0x00186011});
    for (const auto& region : regions) {
        writer.beginItem();
        const auto number = [&](std::uint32_t tag, int value) {
            writer.text({tag}, "UL", word(static_cast<std::uint32_t>(value), 4));
        };
        number(0x00186018, region.first_column);
        number(0x0018601A, region.first_row);
        number(0x0018601C, region.last_column);
        number(0x0018601E, region.last_row);
        writer.endItem();
    }
    writer.endSequence();
}

std::string pixelsOf(const std::vector<imaging::Gray>& frames, const FileKind& kind) {
    std::string out;
    if (kind.bits_allocated == 1) {  // PS3.5 8.1.1: the first pixel in the lowest bit
        std::size_t bits = 0;
        for (const auto& frame : frames)
            for (const auto pixel : frame.pixels) {
                if (bits % 8 == 0) out += '\0';
                out.back() = static_cast<char>(out.back() | (pixel > 127) << bits++ % 8);
            }
        return out.size() % 2 == 0 ? out : out + '\0';
    }
    for (const auto& frame : frames)
        for (const auto pixel : frame.pixels)
            for (int s = 0; s < kind.samples; ++s)
                out += kind.bits_allocated == 8 ? word(pixel, 1)
                                                : word(kind.bits_stored > 8 ? pixel * 16U : pixel, 2);
    return out;
}

}  // namespace

std::string dicomFile(const std::vector<imaging::Gray>& frames, const FileKind& kind) {
    auto out = dicom::fileMeta(kind.sop_class, "1.2.3.4", "1.2.840.10008.1.2.1");
    dicom::Writer writer(out, dicom::Encoding::ExplicitLittle);
    const auto us = [&](std::uint32_t tag, int value) {
        writer.text({tag}, "US", word(static_cast<std::uint32_t>(value), 2));
    };
    writer.text({0x00080016}, "UI", kind.sop_class);
    writer.text({0x00080018}, "UI", "1.2.3.4");
    writer.text({0x00080060}, "CS", kind.modality);
    writer.text({0x00100020}, "LO", "4711");
    writeRegions(writer, kind.regions);
    writer.text({0x0020000D}, "UI", "1.2.3");
    writer.text({0x0020000E}, "UI", "1.2.3.1");
    us(0x00280002, kind.samples);
    writer.text({0x00280004}, "CS", kind.photometric);
    if (kind.samples == 3) us(0x00280006, 0);
    if (frames.size() > 1) writer.text({0x00280008}, "IS", std::to_string(frames.size()));
    us(0x00280010, frames.front().rows);
    us(0x00280011, frames.front().columns);
    us(0x00280100, kind.bits_allocated);
    us(0x00280101, kind.bits_stored);
    us(0x00280102, kind.bits_stored - 1);
    us(0x00280103, 0);
    const auto pixels = pixelsOf(frames, kind);
    if (kind.bits_allocated <= 8)
        writer.text({0x7FE00010}, "OB", pixels);
    else
        writer.text({0x7FE00010}, "OW", pixels);
    return out;
}

std::string run(const std::string& command) {
    struct Close {
        int* status;
        void operator()(FILE* pipe) const { *status = ::pclose(pipe); }
    };
    int status = 0;
    std::string out;
    {
        const std::unique_ptr<FILE, Close> pipe(::popen((command + " 2>&1").c_str(), "r"), Close{&status});
        std::array<char, 4096> buffer{};
        while (const auto got = std::fread(buffer.data(), 1, buffer.size(), pipe.get()))
            out.append(buffer.data(), got);
    }
    if (status != 0) FAIL(command << ": " << out);
    return out;
}

}  // namespace gantry::test
