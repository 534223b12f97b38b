// What gantryd takes from a worker that compressed: pixels that are smaller, and nothing else.
#include "images/pixel_compression.hpp"

#include "gantry/core/crypto.hpp"
#include "gantry/core/dicom.hpp"
#include "gantry/scanner/series.hpp"
#include "images/pixels_alone.hpp"
#include "process.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;
namespace fs = std::filesystem;

namespace {

struct Bench {
    TemporaryDirectory folder = temporaryDirectory();
    std::vector<CompressRequest> requests;
    PixelWorker worker{fs::path(GANTRY_BIN_DIR) / "gantry-worker", folder.path()};

    explicit Bench(int slices = 3) {
        scanner::SeriesSpec spec;
        spec.rows = spec.columns = 64;
        spec.slices = slices;
        for (const auto& instance : must(scanner::makeSeries(spec)).instances) add(must(instance.file()));
    }
    void add(const std::string& file) {
        const auto number = std::to_string(requests.size());
        requests.push_back({folder.path() / (number + ".dcm"), folder.path() / (number + "-out.dcm")});
        must(writeFileDurably(requests.back().original, asBytes(file)));
    }
    auto compress() { return must(compressPixels(requests, worker)); }
};

/// Where the only fragment of the pixels begins.
std::size_t streamIn(const std::string& file) {
    const auto at = file.find("\xFF\xD8\xFF");
    REQUIRE(at != std::string::npos);
    return at;
}

void write32(std::string& file, std::size_t at, std::size_t value) {
    for (std::size_t i = 0; i < 4; ++i) file[at + i] = static_cast<char>(value >> (8 * i) & 0xFF);
}

}  // namespace

TEST_CASE("a series is compressed on all cores, each with its size and digest", "[agent][compress]") {
    Bench bench(40);
    bench.add("no image");
    const auto answers = bench.compress();
    REQUIRE(answers.size() == 41);
    for (std::size_t i = 0; i < 40; ++i) {
        CAPTURE(i);
        const auto& out = bench.requests[i].out;
        REQUIRE(answers[i]);
        CHECK(answers[i]->bytes == fs::file_size(out));
        CHECK(answers[i]->bytes < fs::file_size(bench.requests[i].original));
        CHECK(answers[i]->sha256 == toHex(must(sha256File(out))));
        CHECK(checkPixelsAlone(bench.requests[i].original, out).has_value());
    }
    CHECK_FALSE(answers[40]);
    CHECK_FALSE(fs::exists(bench.requests[40].out));
}

TEST_CASE("a worker that is missing, dies or lies leaves the images as they are", "[agent][compress]") {
    Bench bench;
    const auto script = bench.folder.path() / "worker.sh";
    const auto lie = "for i in 0 1 2; do cp " + bench.requests[0].original.string() + " " +
                     bench.folder.path().string() + "/$i-out.dcm; done; ";
    const std::string yes =
        R"(echo '{"instances":[{"state":"compressed","reason":""},{"state":"compressed","reason":""},)"
        R"({"state":"compressed","reason":""}]}')";
    for (const std::string& text :
         {std::string(), std::string("exit 3"), std::string("kill -SEGV $$"), std::string("echo nonsense"),
          std::string(R"(echo '{"instances":[]}')"), yes, lie + yes,
          "ln -s /etc/passwd " + bench.requests[0].out.string() + "; " + yes}) {
        CAPTURE(text);
        if (!text.empty()) must(writeFileDurably(script, asBytes("#!/bin/sh\n" + text + "\n"), 0700));
        bench.worker.program = script;
        for (const auto& answer : bench.compress()) CHECK_FALSE(answer);
        for (const auto& request : bench.requests) {
            CHECK(fs::exists(request.original));
            CHECK_FALSE(fs::exists(fs::symlink_status(request.out)));
        }
    }
}

TEST_CASE("a compressed file that holds more than pixels is not taken", "[agent][compress]") {
    Bench bench(1);
    REQUIRE(bench.compress().front());
    const auto& [original, out] = bench.requests.front();
    const auto good = must(readFile(out));
    const auto stream = streamIn(good);
    const auto end = good.rfind(std::string("\xFE\xFF\xDD\xE0\0\0\0\0", 8));
    REQUIRE(end > stream);
    auto forged = good;
    std::string why;
    SECTION("nothing forged") {}
    SECTION("another value before the pixels") {
        const auto at = good.find("CT_SOM5");
        REQUIRE(at < stream);
        forged[at] = 'X';
        why = "before the pixels differs";
    }
    SECTION("something in the preamble") {
        forged[3] = 'X';
        why = "file header differs";
    }
    SECTION("something behind the pixels") {
        dicom::Writer(forged, dicom::Encoding::ExplicitLittle).text({0xFFFCFFFC}, "OB", "MUSTERMANN");
        why = "around the pixels differs";
    }
    SECTION("a comment in the stream") {
        const std::string comment("\xFF\xFE\x00\x0CMUSTERMANN", 14);
        forged.insert(stream + 2, comment);
        write32(forged, stream - 4, end - stream + comment.size());
        why = "else than pixels";
    }
    SECTION("bytes behind the end of the image") {
        forged.insert(end, "MUSTERMANN");
        write32(forged, stream - 4, end - stream + 10);
        why = "else than pixels";
    }
    SECTION("one more fragment") {
        forged.insert(end, std::string("\xFE\xFF\x00\xE0\x0A\0\0\0MUSTERMANN", 18));
        why = "else than pixels";
    }
    SECTION("an offset table that says something") {
        const auto table = stream - 12;
        write32(forged, table, 0x4D4D4D4D);
        why = "else than pixels";
    }
    SECTION("a stream that loses a little") {
        const auto scan = good.find(std::string("\xFF\xDA\x00\x08\x01", 5), stream);
        REQUIRE(scan != std::string::npos);
        forged[scan + 7] = 2;  // NEAR
        why = "else than pixels";
    }
    must(writeFileDurably(out, asBytes(forged)));
    const auto checked = checkPixelsAlone(original, out);
    CHECK(checked.has_value() == why.empty());
    if (!checked) CHECK_THAT(checked.error().context, Catch::Contains(why));
}
