#include <sys/wait.h>

#include <boost/json.hpp>
#include <cstdlib>

#include "support.hpp"

using namespace gantry;
using namespace gantry::test;
namespace json = boost::json;

namespace {

struct Ran {
    int exit_code = -1;
    std::string out;
};

Ran runWorker(const std::filesystem::path& folder, const std::string& request) {
    must(writeFileDurably(folder / "request", asBytes(request)));
    const auto command = std::string(GANTRY_BIN_DIR) + "/gantry-worker < " + (folder / "request").string() +
                         " > " + (folder / "answer").string() + " 2> /dev/null";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, must(readFile(folder / "answer"))};
}

std::string requestFor(const std::filesystem::path& out, const std::string& modality,
                       const std::vector<std::filesystem::path>& files) {
    json::array list;
    for (const auto& file : files) list.emplace_back(json::object{{"path", file.string()}});
    return json::serialize(json::value{{"modality", modality}, {"out", out.string()}, {"files", list}});
}

}  // namespace

TEST_CASE("the worker answers with measures, reasons and a thumbnail", "[worker]") {
    const auto shared = sharedFolder();
    if (!shared) return skipLoudly("no real data");
    std::vector<std::filesystem::path> files;
    for (const auto& entry :
         std::filesystem::directory_iterator(*shared / "data/dcm_qa_ct/philips_brain_5mm"))
        if (entry.path().filename() != "DIRFILE") files.push_back(entry.path());  // no images in it
    const auto folder = temporaryDirectory();
    const auto ran = runWorker(folder.path(), requestFor(folder.path(), "CT", files));
    REQUIRE(ran.exit_code == 0);
    const auto answer = json::parse(ran.out).as_object();
    CHECK(answer.at("frames").to_number<int>() == static_cast<int>(files.size()));
    CHECK(answer.at("pixels_sha256").as_string().size() == 64);
    // image_qc: air of this set lies between -991 and -998 HU, nothing is clipped, and noise is 2.75 HU by
    // another implementation of the same formula.
    const auto& measures = answer.at("measures").as_object();
    const auto value = [&](const char* check) { return measures.at(check).at("value").to_number<double>(); };
    CHECK(value("image.air_hu") == Approx(-995).margin(4));
    CHECK(value("image.gnl_hu") == Approx(2.75).margin(0.6));
    CHECK(value("image.body_truncation") == 0);
    CHECK(value("image.blank_frames") == 0);
    CHECK(std::filesystem::file_size(folder.path() / "thumbnail.png") > 100);
}

TEST_CASE("what is no request, no image or no file is said, not crashed on", "[worker]") {
    const auto folder = temporaryDirectory();
    for (const auto* request :
         {"", "{", "[]", R"({"modality": 5})", R"({"modality":"CT","out":"/","files":[5]})"}) {
        CAPTURE(request);
        CHECK(runWorker(folder.path(), request).exit_code > 0);
    }
    must(writeFileDurably(folder.path() / "junk", asBytes("this is no image")));
    const auto ran = runWorker(
        folder.path(), requestFor(folder.path(), "CT", {folder.path() / "junk", folder.path() / "absent"}));
    REQUIRE(ran.exit_code == 0);
    const auto answer = json::parse(ran.out).as_object();
    CHECK(answer.at("measures").at("image.undecodable").at("value").to_number<double>() == 2);
    CHECK(answer.at("pixels_sha256").as_string().empty());
    CHECK(answer.at("thumbnail").as_string().empty());
    CHECK(answer.at("reasons").as_object().contains("image.gnl_hu"));
}
