#include "objects.hpp"

#include "support.hpp"

namespace gantry::test {
namespace {

constexpr std::size_t kPreamble = 132;  // PS3.10 7.1: 128 bytes and "DICM"

std::uint32_t little(std::string_view bytes, std::size_t at, std::size_t size) {
    std::uint32_t out = 0;
    for (std::size_t i = size; i-- > 0;) out = out << 8 | static_cast<unsigned char>(bytes[at + i]);
    return out;
}

std::string trimmed(std::string_view value) {
    while (!value.empty() && (value.back() == '\0' || value.back() == ' ')) value.remove_suffix(1);
    return std::string(value);
}

}  // namespace

std::optional<SplitFile> splitFile(std::string_view file) {
    // The group length (0002,0000) UL comes first: 8 bytes of tag, VR and length, then 4 of value.
    if (file.size() < kPreamble + 12 || file.substr(128, 4) != "DICM" ||
        file.substr(kPreamble, 6) != std::string_view("\2\0\0\0UL", 6))
        return std::nullopt;
    const std::size_t meta_end = kPreamble + 12 + little(file, kPreamble + 8, 4);
    if (meta_end > file.size()) return std::nullopt;
    SplitFile out;
    out.dataset = file.substr(meta_end);
    std::size_t at = kPreamble + 12;
    while (at + 8 <= meta_end) {
        const auto element = little(file, at + 2, 2);
        const bool long_form = file.substr(at + 4, 2) == "OB" || file.substr(at + 4, 2) == "UN";
        const std::size_t head = long_form ? 12 : 8;
        const std::size_t length = long_form ? little(file, at + 8, 4) : little(file, at + 6, 2);
        if (at + head + length > meta_end) return std::nullopt;
        const auto value = trimmed(file.substr(at + head, length));
        if (element == 0x0002) out.sop_class_uid = value;
        if (element == 0x0003) out.sop_instance_uid = value;
        if (element == 0x0010) out.transfer_syntax_uid = value;
        at += head + length;
    }
    return out;
}

SplitFile madeFile(const scanner::Instance& instance) {
    auto split = splitFile(must(instance.file()));
    REQUIRE(split);
    return *std::move(split);
}

scanner::Series smallSeries(std::uint64_t seed, int slices, int pixel_variant) {
    scanner::SeriesSpec spec;
    spec.seed = seed;
    spec.slices = slices;
    spec.rows = 16;
    spec.columns = 16;
    spec.pixel_variant = pixel_variant;
    return must(scanner::makeSeries(spec));
}

}  // namespace gantry::test
