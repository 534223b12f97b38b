// Pixels are compressed without loss, and DCMTK's own program gives them back as they were.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <random>

#include "compress_job.hpp"
#include "gantry/core/dicom.hpp"
#include "support.hpp"
#include "text_files.hpp"

using namespace gantry;
using namespace gantry::imaging;
using namespace gantry::test;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr auto kJpegLs = "1.2.840.10008.1.2.4.80";
constexpr dicom::Tag kLossy{0x00282110};

/// How the pixels of a file lie, and what they are.
struct Picture {
    std::string modality = "CT";
    std::string photometric = "MONOCHROME2";
    int rows = 96, columns = 80, frames = 1, samples = 1;
    int allocated = 16, stored = 12;
    bool is_signed = false;
    int noise = 3;
    std::string syntax = "1.2.840.10008.1.2.1";
    std::string behind = {};  ///< further bytes of the pixel data

    std::string pixels() const {
        std::mt19937 random(static_cast<unsigned>(rows * columns + noise));
        std::string out;
        for (int i = 0; i < rows * columns * frames * samples; ++i) {
            const int smooth = (i % columns) * 8 + (i / columns % rows) * 4 - (is_signed ? 500 : 0);
            const int value =
                smooth + (noise > 0 ? static_cast<int>(random() % static_cast<unsigned>(noise)) : 0);
            out += static_cast<char>(value & 0xFF);
            if (allocated == 16) out += static_cast<char>(value >> 8 & 0xFF);
        }
        out += behind;
        if (out.size() % 2 != 0) out += '\0';
        return out;
    }

    std::string file() const {
        const bool implicit = syntax == "1.2.840.10008.1.2";
        auto out = dicom::fileMeta("1.2.840.10008.5.1.4.1.1.2", "1.2.3.4", syntax, "SENDER");
        out[5] = 'x';  // the preamble may hold anything
        dicom::Writer writer(out,
                             implicit ? dicom::Encoding::ImplicitLittle : dicom::Encoding::ExplicitLittle);
        const auto us = [&](std::uint32_t tag, int value) {
            const char bytes[] = {static_cast<char>(value), static_cast<char>(value >> 8)};
            writer.text({tag}, "US", std::string_view(bytes, 2));
        };
        writer.text({0x00080016}, "UI", "1.2.840.10008.5.1.4.1.1.2");
        writer.text({0x00080018}, "UI", "1.2.3.4");
        writer.text({0x00080060}, "CS", modality);
        writer.text({0x00100020}, "LO", "S07-003");
        us(0x00280002, samples);
        writer.text({0x00280004}, "CS", photometric);
        if (samples == 3) us(0x00280006, 0);
        if (frames > 1) writer.text({0x00280008}, "IS", std::to_string(frames));
        us(0x00280010, rows);
        us(0x00280011, columns);
        us(0x00280100, allocated);
        us(0x00280101, stored);
        us(0x00280102, stored - 1);
        us(0x00280103, is_signed ? 1 : 0);
        writer.text({0x7FE00010}, allocated == 8 ? "OB" : "OW", pixels());
        writer.text({0xFFFCFFFC}, "OB", "behind the pixels");
        return out;
    }
};

struct Bench {
    TemporaryDirectory folder = temporaryDirectory();
    fs::path in = folder.path() / "in.dcm", out = folder.path() / "out.dcm",
             back = folder.path() / "back.dcm";

    /// @return the worker's state and reason
    std::pair<std::string, std::string> compress(const std::string& file) {
        must(writeFileDurably(in, asBytes(file)));
        const json::value request{{"instances", {{{"path", in.string()}, {"out", out.string()}}}}};
        const auto tasks = must(parseCompressJob(json::serialize(request)));
        const auto answer = json::parse(runCompressJob(tasks)).at("instances").at(0);
        return {std::string(answer.at("state").as_string()), std::string(answer.at("reason").as_string())};
    }
    std::string decompressed() {
        run("dcmdjpls " + out.string() + " " + back.string());
        return must(readFile(back));
    }
};

std::string pixelsIn(const std::string& file) {
    const auto read = must(dicom::readFile(asBytes(file)));
    return std::string(asText(read.dataset.find(dicom::tags::kPixelData)->value));
}

/// Everything of the data set before the header of the pixels.
std::string headIn(const std::string& file) {
    const auto read = must(dicom::readFile(asBytes(file)));
    const auto at = read.dataset.find(dicom::tags::kPixelData)->value.data() - read.dataset_bytes.data();
    return std::string(asText(read.dataset_bytes.first(static_cast<std::size_t>(at) - 12)));
}

}  // namespace

TEST_CASE("compressed pixels come back byte for byte, and nothing else changes", "[worker][compress]") {
    Picture picture;
    SECTION("12 bits of 16") {}
    SECTION("16 bits with a sign, as CT of GE") {
        picture.stored = 16;
        picture.is_signed = true;
    }
    SECTION("12 bits with a sign, whose cells hold sign bits too") {
        picture.is_signed = true;
    }
    SECTION("overlays in the cells besides the pixels") {
        picture.stored = 10;
        picture.columns = 200;  // values up to 2000
    }
    SECTION("8 bits, an odd number of them") {
        picture.allocated = picture.stored = 8;
        picture.rows = picture.columns = 31;
        picture.noise = 2;
    }
    SECTION("many frames") {
        picture.frames = 17;
    }
    SECTION("other kinds of images") {
        picture.modality = GENERATE("MR", "PT", "MG", "DX");
        picture.photometric = "MONOCHROME1";
    }
    Bench bench;
    const auto original = picture.file();
    const auto [state, reason] = bench.compress(original);
    CAPTURE(reason);
    REQUIRE(state == "compressed");
    const auto compressed = must(readFile(bench.out));
    CHECK(compressed.size() < original.size());
    const auto read = must(dicom::readFile(asBytes(compressed)));
    CHECK(read.transfer_syntax_uid == kJpegLs);
    CHECK(read.meta.text({0x00020016}) == "SENDER");
    CHECK(compressed.substr(0, 128) == original.substr(0, 128));
    CHECK(headIn(compressed) == headIn(original));
    CHECK(read.dataset.find(kLossy) == nullptr);
    CHECK(read.dataset.text({0xFFFCFFFC}) ==
          must(dicom::readFile(asBytes(original))).dataset.text({0xFFFCFFFC}));
    CHECK((pixelsIn(bench.decompressed()) == pixelsIn(original)));
}

TEST_CASE("what cannot be compressed without loss, or gains nothing, stays", "[worker][compress]") {
    Picture picture;
    std::string why;
    SECTION("colour") {
        picture = {.photometric = "RGB", .samples = 3, .allocated = 8, .stored = 8};
        why = "not grey";
    }
    SECTION("a dose grid") {
        picture.modality = "RTDOSE";
        why = "this modality";
    }
    SECTION("implicit VR, which cannot hold compressed pixels") {
        picture.syntax = "1.2.840.10008.1.2";
        why = "compressed already, or in a byte order";
    }
    SECTION("bytes behind the last frame") {
        picture.behind = "MUSTERMANN";
        why = "more or fewer pixels";
    }
    SECTION("a pad byte that says something") {
        picture.allocated = picture.stored = 8;
        picture.rows = picture.columns = 31;
        picture.behind = "x";
        why = "more or fewer pixels";
    }
    SECTION("noise") {
        picture.stored = 16;
        picture.noise = 65536;
        why = "would not be smaller";
    }
    Bench bench;
    const auto [state, reason] = bench.compress(picture.file());
    CHECK(state == "stays");
    CHECK_THAT(reason, Catch::Contains(why));
    CHECK_FALSE(fs::exists(bench.out));
}

TEST_CASE("one that cannot be read does not keep others from being compressed", "[worker][compress]") {
    Bench bench;
    must(writeFileDurably(bench.in, asBytes(Picture().file())));
    const auto absent = bench.folder.path() / "absent";
    json::array instances;
    for (const auto& path : {absent, bench.in})
        instances.push_back({{"path", path.string()}, {"out", bench.out.string()}});
    const json::value request{{"instances", std::move(instances)}};
    const auto answer = json::parse(runCompressJob(must(parseCompressJob(json::serialize(request)))));
    CHECK(answer.at("instances").at(0).at("state") == "stays");
    CHECK(answer.at("instances").at(1).at("state") == "compressed");
    for (const auto* nonsense : {"", "[]", R"({"instances":[{"path":5}]})"})
        CHECK(parseCompressJob(nonsense).error().code == Errc::BadFormat);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // whose memory is not the program's
namespace {

/// A file of half a MiB a frame, whose pixels are a hole.
void writeHollow(const fs::path& path, int frames) {
    const Picture picture{.rows = 512, .columns = 512};
    const auto file = picture.file();
    const auto rows = file.find(std::string("\x28\x00\x10\x00US", 6));
    const auto pixels = file.find(std::string("\xE0\x7F\x10\x00OW", 6));
    REQUIRE((rows != std::string::npos && pixels != std::string::npos));
    auto head = file.substr(0, rows);
    dicom::Writer writer(head, dicom::Encoding::ExplicitLittle);
    writer.text({0x00280008}, "IS", std::to_string(frames));
    head += file.substr(rows, pixels - rows);
    const auto bytes = static_cast<std::uint32_t>(frames) * 512u * 512u * 2u;
    writer.header({0x7FE00010}, "OW", bytes);
    must(writeFileDurably(path, asBytes(head)));
    fs::resize_file(path, head.size() + bytes);
}

/// Runs the program on one file. @return the most memory that it had, in KiB
long peakOfWorker(const fs::path& folder, const fs::path& in) {
    const json::value request{
        {"instances", {{{"path", in.string()}, {"out", (folder / "out.dcm").string()}}}}};
    must(writeFileDurably(folder / "request", asBytes(json::serialize(request))));
    const auto from = must(openFile(folder / "request", OpenMode::Read));
    const auto to = must(openFile(folder / "answer", OpenMode::CreateOrTruncate));
    const auto program = std::string(GANTRY_BIN_DIR) + "/gantry-worker";
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(from.get(), STDIN_FILENO);
        ::dup2(to.get(), STDOUT_FILENO);
        ::execl(program.c_str(), program.c_str(), "--compress", nullptr);
        ::_exit(127);
    }
    int status = 0;
    rusage usage{};
    REQUIRE(::wait4(child, &status, 0, &usage) == child);
    REQUIRE(status == 0);
    const auto answer = json::parse(must(readFile(folder / "answer")));
    REQUIRE(answer.at("instances").at(0).at("state") == "compressed");
    return usage.ru_maxrss;
}

}  // namespace

TEST_CASE("memory holds a frame, not the file", "[worker][compress]") {
    const auto folder = temporaryDirectory();
    const auto in = folder.path() / "in.dcm";
    writeHollow(in, 8);
    const auto few = peakOfWorker(folder.path(), in);
    writeHollow(in, 256);
    const auto many = peakOfWorker(folder.path(), in);
    CAPTURE(few);
    CHECK(many < few + 8 * 1024);
}
#endif
