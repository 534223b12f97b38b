// Real pictures with burnt-in text of invented patients: after cleaning, a reader of its own finds none of
// it.
#include <algorithm>
#include <boost/json.hpp>
#include <fstream>

#include "clean_job.hpp"
#include "pixel_views.hpp"
#include "support.hpp"
#include "text_files.hpp"

using namespace gantry;
using namespace gantry::imaging;
using namespace gantry::test;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

struct Sample {
    const char* path;
    std::vector<std::string> shown;  ///< what a person reads in the picture
};
const Sample kSamples[] = {
    {"presidio/presidio-image-redactor/tests/test_data/0_ORIGINAL_compressed.dcm",
     {"DAVIDSON", "DOUGLAS", "01.09.2012", "06.16.1976"}},
    {"presidio/presidio-image-redactor/tests/test_data/dicom_dir_1/dicom_dir_2/2_ORIGINAL.dicom",
     {"KAUFMAN", "SCOTT", "03.09.2012", "07.22.1943"}},
    {"deid-data/deid_data/data/ultrasounds/GREYSCALE_IMAGE.dcm",
     {"PATIENT", "00079241539", "08/29/1951", "CLEVELAN", "03/02/2017", "05:24"}},
    {"deid-data/deid_data/data/ultrasounds/RGB_IMAGE.dcm",
     {"ZZZDOWNTIME", "MARY", "00047431395", "120907058", "CLEVELAND", "4/14/2020", "8:48"}},
    {"pydicom/src/pydicom/data/test_files/examples_jpeg2k.dcm", {"BAPTIST", "MED CTR", "LYMPH"}},
    {"pydicom/src/pydicom/data/test_files/examples_palette.dcm", {"142825", "Healthcare", "11-05-25"}},
};

/// The picture some times larger, as a portable graymap.
void writeEnlarged(const Gray& gray, int times, const fs::path& path) {
    std::ofstream out(path, std::ios::binary);
    out << "P5 " << gray.columns * times << ' ' << gray.rows * times << " 255\n";
    for (int r = 0; r < gray.rows * times; ++r)
        for (int c = 0; c < gray.columns * times; ++c)
            out.put(static_cast<char>(
                gray.pixels[static_cast<std::size_t>(r / times) * static_cast<std::size_t>(gray.columns) +
                            static_cast<std::size_t>(c / times)]));
}

/// Which of the texts Tesseract's own program reads, at three sizes.
std::vector<std::string> readIn(const fs::path& dicom, const std::vector<std::string>& wanted,
                                const fs::path& folder) {
    const auto file = must(ImageFile::open({dicom, 0, std::nullopt}));
    const auto views = must(viewsOf(file, 0));
    std::string all;
    for (const int times : {1, 2, 3}) {
        if (views.front().rows * times > 4000) continue;
        writeEnlarged(views.front(), times, folder / "view.pgm");
        all += run("tesseract " + (folder / "view.pgm").string() + " - --psm 11 2>/dev/null");
    }
    std::vector<std::string> out;
    for (const auto& text : wanted)
        if (all.find(text) != std::string::npos) out.push_back(text);
    return out;
}

}  // namespace

TEST_CASE("in real pictures nothing of the patient can be read any more", "[worker]") {
    const auto shared = sharedFolder();
    if (!shared) return skipLoudly("no shared folder");
    const auto folder = temporaryDirectory();
    for (const auto& sample : kSamples) {
        const auto path = *shared / "data" / sample.path;
        if (!fs::exists(path)) {
            skipLoudly("no " + path.string());
            continue;
        }
        CAPTURE(sample.path);
        const auto before = readIn(path, sample.shown, folder.path());
        CHECK_FALSE(before.empty());
        const auto out = folder.path() / "out.dcm";
        const auto answer = json::parse(runCleanJob({{{path, 0, std::nullopt}, out, {}, {}, false}}));
        REQUIRE(answer.at("instances").at(0).at("state").as_string() == "blanked");
        const auto after = readIn(out, sample.shown, folder.path());
        CHECK(after.empty());
        std::printf("%s: %zu texts read before, %zu after\n", path.filename().c_str(), before.size(),
                    after.size());
    }
}
