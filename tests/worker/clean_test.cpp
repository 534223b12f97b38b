// Burnt-in text in files of all kinds: it is blanked, and nothing else changes.
#include <algorithm>
#include <boost/json.hpp>
#include <ranges>

#include "clean_job.hpp"
#include "gantry/imaging/allowed_text.hpp"
#include "jpeg_blocks.hpp"
#include "pixel_views.hpp"
#include "support.hpp"
#include "text_files.hpp"
#include "text_pictures.hpp"
#include "ultrasound_regions.hpp"

using namespace gantry;
using namespace gantry::imaging;
using namespace gantry::test;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

/// A fan of brightness and a name in each corner and in the middle.
struct Scene {
    Gray frame;
    std::vector<DrawnText> texts;
};
Scene scene(int rows = 400, int columns = 600) {
    Scene out{{rows, columns, {}}, {}};
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c)
            out.frame.pixels.push_back(static_cast<std::uint8_t>(20 + 60 * c / columns + 40 * r / rows));
    for (const auto& [x, y] : {std::pair{2, 2},
                               {columns - 190, 2},
                               {2, rows - 34},
                               {columns - 190, rows - 34},
                               {columns / 2 - 90, rows / 2}}) {
        out.texts.push_back({"Mustermann", x, y, 16, 130});
        drawText(out.frame, out.texts.back());
    }
    return out;
}

json::object clean(const fs::path& in, const fs::path& out, const std::string& more = "") {
    const auto tasks = must(parseCleanJob(R"({"instances":[{"path":")" + in.string() + R"(","out":")" +
                                          out.string() + R"(")" + more + "}]}"));
    return json::parse(runCleanJob(tasks)).at("instances").at(0).as_object();
}

std::vector<std::uint8_t> bytesOf(const fs::path& path, std::size_t frame = 0) {
    const auto stored = must(must(ImageFile::open({path, 0, std::nullopt})).stored(frame));
    return {stored.begin(), stored.end()};
}

bool inABox(const json::object& answer, int row, int column, int grid) {
    for (const auto& box : answer.at("boxes").as_array()) {
        if (box.as_object().contains("spared")) continue;
        const auto number = [&](const char* name) { return box.at(name).to_number<int>(); };
        const auto down = [&](int v) { return v / grid * grid; };
        const auto up = [&](int v) { return (v + grid - 1) / grid * grid; };
        if (row >= down(number("y")) && row < up(number("y") + number("height")) &&
            column >= down(number("x")) && column < up(number("x") + number("width")))
            return true;
    }
    return false;
}

/// No stroke is left, and outside of the boxes (widened to whole blocks of `grid` pixels) nothing changed.
void checkPixels(const Scene& scene, const fs::path& before, const fs::path& after,
                 const json::object& answer, int darkest, int grid, std::size_t frame = 0) {
    const auto old = bytesOf(before, frame), now = bytesOf(after, frame);
    REQUIRE(old.size() == now.size());
    const auto wide = old.size() / scene.frame.pixels.size();
    const auto at = [&](int row, int column) {
        return (static_cast<std::size_t>(row) * static_cast<std::size_t>(scene.frame.columns) +
                static_cast<std::size_t>(column)) *
               wide;
    };
    std::size_t left = 0, changed = 0;
    const auto& first = scene.texts.front().pixels.front();
    // One value stands where letters stood; JPEG rounds it.
    constexpr int kRounding = 8;
    const int ground = now[at(first.first, first.second)];
    CHECK(ground <= darkest + kRounding);
    for (const auto& text : scene.texts)
        for (const auto& [row, column] : text.pixels)
            left += std::abs(now[at(row, column) + wide - 1] - ground) > kRounding;
    for (int row = 0; row < scene.frame.rows; ++row)
        for (int column = 0; column < scene.frame.columns; ++column) {
            if (inABox(answer, row, column, grid)) continue;
            for (std::size_t b = 0; b < wide; ++b)
                changed += old[at(row, column) + b] != now[at(row, column) + b];
        }
    CHECK(left == 0);
    CHECK(changed == 0);
}

struct Syntax {
    const char* name;
    const char* command;  ///< from "in" to "out"
    int grid;
};
constexpr Syntax kSyntaxes[] = {
    {"explicit little endian", "cp in out", 1},
    {"implicit little endian", "dcmconv +ti in out", 1},
    {"explicit big endian", "dcmconv +tb in out", 1},
    {"deflated", "dcmconv +td in out", 1},
    {"RLE", "dcmcrle in out", 1},
    {"JPEG lossless", "dcmcjpeg +e1 in out", 1},
    {"JPEG baseline", "dcmcjpeg +eb +q 95 in out", 8},
    {"JPEG extended", "dcmcjpeg +ee +q 95 in out", 8},
    {"JPEG-LS", "dcmcjpls in out", 1},
};

std::string filled(std::string command, const fs::path& in, const fs::path& out) {
    command.replace(command.find(" in "), 4, " " + in.string() + " ");
    return command.replace(command.rfind("out"), 3, out.string());
}

}  // namespace

TEST_CASE("text in every corner is blanked in every transfer syntax, and nothing else", "[worker]") {
    const auto folder = temporaryDirectory();
    const auto made = scene();
    const auto native = folder.path() / "native.dcm";
    for (const int samples : {1, 3}) {
        FileKind kind;
        kind.samples = samples;
        kind.photometric = samples == 1 ? "MONOCHROME2" : "RGB";
        must(writeFileDurably(native, asBytes(dicomFile({made.frame}, kind))));
        for (const auto& syntax : kSyntaxes) {
            // Chroma of baseline lies in blocks of two by two; that is looked at below.
            if (samples == 3 && syntax.grid > 1) continue;
            CAPTURE(samples, syntax.name);
            const auto in = folder.path() / "in.dcm", out = folder.path() / "out.dcm";
            run(filled(syntax.command, native, in));
            const auto answer = clean(in, out);
            REQUIRE(answer.at("state").as_string() == "blanked");
            checkPixels(made, in, out, answer, samples == 1 ? 20 : 0, syntax.grid);
            CHECK(run("dcmftest " + out.string()).substr(0, 3) == "yes");
            CHECK(run("dcmdump +P PatientID " + out.string()).find("[4711]") != std::string::npos);
        }
    }
}

TEST_CASE("twelve bits in sixteen are blanked, and cleared of what is no pixel where asked", "[worker]") {
    const auto folder = temporaryDirectory();
    const auto made = scene();
    FileKind kind;
    kind.bits_allocated = 16;
    kind.bits_stored = 12;
    auto bytes = dicomFile({made.frame}, kind);
    bytes.back() = static_cast<char>(bytes.back() | 0x40);  // an overlay in bit 14 of the last pixel
    const auto in = folder.path() / "in.dcm", out = folder.path() / "out.dcm";
    must(writeFileDurably(in, asBytes(bytes)));
    REQUIRE(clean(in, out).at("state").as_string() == "blanked");
    const auto kept = bytesOf(out);
    REQUIRE(clean(in, out, R"(,"clear_unused_bits":true)").at("state").as_string() == "blanked");
    const auto cleared = bytesOf(out);
    CHECK(std::ranges::all_of(std::views::iota(std::size_t{0}, cleared.size() / 2),
                              [&](std::size_t i) { return cleared[2 * i + 1] < 0x10; }));
}

TEST_CASE("blocks of JPEG that the mask does not touch keep their coefficients", "[worker]") {
    const auto folder = temporaryDirectory();
    const auto made = scene(240, 320);
    FileKind kind;
    kind.samples = 3;
    kind.photometric = "RGB";
    const auto native = folder.path() / "native.dcm", in = folder.path() / "in.dcm",
               out = folder.path() / "out.dcm";
    must(writeFileDurably(native, asBytes(dicomFile({made.frame}, kind))));
    run("dcmcjpeg +eb +q 90 +s4 " + native.string() + " " + in.string());
    const auto answer = clean(in, out);
    REQUIRE(answer.at("state").as_string() == "blanked");
    // DCMTK's own decoder: chroma is halved, so blocks are 16 pixels, and what lies beside them is mixed in.
    checkPixels(made, in, out, answer, 0, 32);
    CHECK(run("dcmdump +P TransferSyntaxUID " + out.string()).find("JPEGBaseline") != std::string::npos);
}

TEST_CASE("what one frame shows is blanked in all", "[worker]") {
    const auto folder = temporaryDirectory();
    const auto made = scene();
    std::vector<Gray> frames;
    for (int i = 0; i < 12; ++i) {
        Gray empty = made.frame;
        for (std::size_t p = 0; p < empty.pixels.size(); ++p)
            empty.pixels[p] =
                static_cast<std::uint8_t>(30 + p % static_cast<std::size_t>(empty.columns) / 12);
        frames.push_back(i == 7 ? made.frame : empty);
    }
    const auto in = folder.path() / "in.dcm", out = folder.path() / "out.dcm";
    must(writeFileDurably(in, asBytes(dicomFile(frames))));
    const auto answer = clean(in, out);
    REQUIRE(answer.at("state").as_string() == "blanked");
    CAPTURE(json::serialize(answer));
    CHECK(answer.at("frames").to_number<int>() == 12);
    checkPixels(made, in, out, answer, 30, 1, 7);
}

TEST_CASE("outside of the ultrasound's regions everything is blanked", "[worker]") {
    const Box region{50, 299, 60, 499};
    const auto outside = outsideOf({region}, 400, 600);
    Mask covered{400, 600, std::vector<std::uint8_t>(400 * 600, 0)};
    for (const auto& box : outside)
        for (int r = box.first_row; r <= box.last_row; ++r)
            for (int c = box.first_column; c <= box.last_column; ++c)
                covered.on[static_cast<std::size_t>(r) * 600 + static_cast<std::size_t>(c)] += 1;
    for (int r = 0; r < 400; ++r)
        for (int c = 0; c < 600; ++c) {
            const bool inside = r >= 50 && r <= 299 && c >= 60 && c <= 499;
            REQUIRE(covered.on[static_cast<std::size_t>(r) * 600 + static_cast<std::size_t>(c)] ==
                    (inside ? 0 : 1));
        }
    const auto folder = temporaryDirectory();
    FileKind kind;
    kind.regions = {region};
    const auto in = folder.path() / "in.dcm", out = folder.path() / "out.dcm";
    must(writeFileDurably(in, asBytes(dicomFile({scene().frame}, kind))));
    const auto answer = clean(in, out);
    checkPixels(scene(), in, out, answer, 40, 1);
    CHECK(bytesOf(out)[0] == bytesOf(out)[600 * 399]);
}

TEST_CASE("bitmaps are looked at, and kept back when they show text", "[worker]") {
    const auto folder = temporaryDirectory();
    const auto in = folder.path() / "in.dcm", out = folder.path() / "out.dcm";
    FileKind kind;
    kind.modality = "OT";
    kind.sop_class = "1.2.840.10008.5.1.4.1.1.7";
    kind.bits_allocated = kind.bits_stored = 1;
    Gray page{400, 600, std::vector<std::uint8_t>(400 * 600, 0)};
    must(writeFileDurably(in, asBytes(dicomFile({page}, kind))));
    CHECK(clean(in, out).at("state").as_string() == "clean");
    DrawnText text{"Mustermann", 100, 200, 16, 255};
    drawText(page, text);
    must(writeFileDurably(in, asBytes(dicomFile({page}, kind))));
    const auto answer = clean(in, out);
    CHECK(answer.at("state").as_string() == "cannot");
    CHECK(answer.at("reason").as_string() == "text in bitmaps of one bit a pixel is not blanked");
    CHECK_FALSE(fs::exists(out));
}

TEST_CASE("of a small image what looks like text is blanked, however much it is", "[worker]") {
    const auto folder = temporaryDirectory();
    const auto in = folder.path() / "in.dcm", out = folder.path() / "out.dcm";
    Gray small{48, 128, std::vector<std::uint8_t>(48 * 128, 20)};
    for (const int y : {2, 18, 34}) {
        DrawnText text{"Mustermann", 2, y, 12, 230};
        drawText(small, text);
    }
    must(writeFileDurably(in, asBytes(dicomFile({small}))));
    CHECK(clean(in, out).at("state").as_string() == "blanked");
    const auto now = bytesOf(out);
    CHECK(std::ranges::all_of(now, [](std::uint8_t v) { return v == 20; }));
}

TEST_CASE("a person's boxes count, and a person's word that there is no text", "[worker]") {
    const auto folder = temporaryDirectory();
    const auto in = folder.path() / "in.dcm", out = folder.path() / "out.dcm";
    must(writeFileDurably(in, asBytes(dicomFile({scene().frame}))));
    CHECK(clean(in, out, R"(,"drawn":[])").at("state").as_string() == "clean");
    CHECK_FALSE(fs::exists(out));
    const auto answer = clean(in, out, R"(,"drawn":[{"x":10,"y":20,"width":30,"height":40}])");
    REQUIRE(answer.at("state").as_string() == "blanked");
    const auto old = bytesOf(in), now = bytesOf(out);
    for (std::size_t i = 0; i < old.size(); ++i) {
        const auto row = i / 600, column = i % 600;
        const bool inside = row >= 20 && row < 60 && column >= 10 && column < 40;
        if (!inside) REQUIRE(old[i] == now[i]);
    }
    CHECK(
        clean(in, out, R"(,"drawn":[{"x":-5,"y":900,"width":2000000,"height":7}])").at("state").as_string() ==
        "clean");
}

TEST_CASE("files that are none give an answer", "[worker]") {
    const auto folder = temporaryDirectory();
    const auto in = folder.path() / "in.dcm", out = folder.path() / "out.dcm";
    must(writeFileDurably(in, asBytes("not DICOM at all")));
    CHECK(clean(in, out).at("state").as_string() == "cannot");
    auto cut = dicomFile({scene().frame});
    cut.resize(cut.size() / 2);
    must(writeFileDurably(in, asBytes(cut)));
    CHECK(clean(in, out).at("state").as_string() == "cannot");
    CHECK(clean(folder.path() / "absent", out).at("state").as_string() == "cannot");
    CHECK_FALSE(parseCleanJob("{}"));
    CHECK_FALSE(parseCleanJob(R"({"instances":[{"path":7}]})"));
}

TEST_CASE("text that may stay is nothing that could be a name, a date or a number", "[worker]") {
    for (const auto* line : {"L", "R", "AP", "Portable", "Semi-Upright"}) CHECK(allowedAs(line) == "side");
    for (const auto* line : {"4.0 cm", "4.0cm", "36Hz", "100 %"}) CHECK(allowedAs(line) == "unit");
    for (const auto* line : {"MI 0.6", "TIS0.0 MI 0.6", "TIB: 0.5", "Gain 60", "2D"})
        CHECK(allowedAs(line) == "setting");
    for (const auto* line :
         {"", " ", "12.03.1951", "1951", "51", "MUELLER", "L Smith", "MI 12345", "4711 cm 12", "12.03.51 cm",
          "cm", "14:22", "MI 0.6 Smith", "00047431395", "4.0.7 cm", "AB12"})
        CHECK(allowedAs(line).empty());
}
