// What the pack says of compression, from the scanner to the sponsor's stock tools.
#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "gantry/scanner/scenario.hpp"
#include "installation.hpp"
#include "opened.hpp"
#include "process.hpp"
#include "search.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::scanner;
using namespace gantry::test;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr auto kSoon = std::chrono::seconds(60);
constexpr auto kExplicitLittle = "1.2.840.10008.1.2.1";
constexpr auto kJpegLs = "1.2.840.10008.1.2.4.80";

Delivery deliveryIn(std::string_view transfer_syntax_uid) {
    ScenarioSpec spec;
    spec.series.seed = 171;
    spec.series.rows = spec.series.columns = 128;
    spec.series.transfer_syntax_uid = transfer_syntax_uid;
    return must(makeDelivery(spec));
}

/// The shipped pack, with one more section.
fs::path packWith(const fs::path& folder, const std::string& section) {
    const auto yaml = must(readFile(fs::path(GANTRY_SOURCE_DIR) / "packs" / "onc-demo-ct.yaml"));
    const auto path = folder / "with.yaml";
    must(writeFileDurably(path, asBytes(yaml + "\n" + section + "\n")));
    return path;
}

std::multiset<std::string> pixelsSent(const Delivery& delivery) {
    std::multiset<std::string> digests;
    for (const auto& wave : delivery.waves)
        for (const auto& instance : wave.instances) digests.insert(must(pixelDigest(instance)));
    return digests;
}

std::multiset<std::string> pixelsOf(const std::vector<OpenedInstance>& instances) {
    std::multiset<std::string> digests;
    for (const auto& instance : instances) digests.insert(instance.pixel_digest);
    return digests;
}

void shell(const std::string& command) {
    CAPTURE(command);
    REQUIRE(std::system(command.c_str()) == 0);
}

/// Opens the hub's copy of a parcel with age, tar and, if need be, zstd, and has sha256sum hold each file
/// against the manifest. @return the manifest
json::object openWithStockTools(const fs::path& parcel, const fs::path& key, const std::string& unpack,
                                const fs::path& folder) {
    must(makeDirectory(folder));
    shell("cd " + folder.string() + " && age -d -i " + key.string() + " " + parcel.string() + " | " + unpack);
    const auto manifest = json::parse(must(readFile(folder / "manifest.json"))).as_object();
    std::string sums;
    for (const auto& file : manifest.at("files").as_array())
        sums += std::string(file.at("sha256").as_string()) + "  " + std::string(file.at("name").as_string()) +
                "\n";
    must(writeFileDurably(folder / "sums", asBytes(sums)));
    shell("cd " + folder.string() + " && sha256sum --quiet -c sums");
    return manifest;
}

struct Sent {
    Installation installation;
    fs::path parcel, key;
};

std::optional<Sent> send(const Delivery& delivery, const std::string& section) {
    const auto pack_folder = temporaryDirectory();
    auto installation = installOrSkip({{"0417-001", delivery.patient.patient_id, delivery.patient.sex, "BL"}},
                                      packWith(pack_folder.path(), section));
    if (!installation) return std::nullopt;
    for (const auto& wave : delivery.waves)
        for (const auto& status : sendAll(installation->site.destination(), wave.instances))
            REQUIRE(status.stored());
    const auto confirmed = [](const StudyView& study) { return study.state == "confirmed"; };
    const auto study = must(installation->site.waitForStudy(delivery.study_instance_uid, confirmed, kSoon));
    REQUIRE(study.parcels.size() == 1);
    const auto hub = installation->folder.path() / "sponsor" / "hub";
    const auto parcel = hub / "parcels" / "0417" / (study.parcels.front() + ".age");
    return Sent{std::move(*installation), parcel, hub / "identity.txt"};
}

}  // namespace

TEST_CASE("a CT arrives compressed without loss, and stock tools give its pixels back",
          "[system][compress]") {
    // Most scanners send one of these two.
    const auto delivery = deliveryIn(GENERATE(kExplicitLittleEndian, kImplicitLittleEndian));
    auto sent = send(delivery, "");
    if (!sent) return;
    const auto folder = sent->installation.folder.path() / "stock";
    const auto manifest = openWithStockTools(sent->parcel, sent->key, "tar x", folder);
    std::uint64_t before = 0;
    for (const auto& file : manifest.at("files").as_array()) {
        const auto& was = file.at("compressed").as_object();
        CHECK(was.at("by") == "jpeg-ls");
        CHECK(was.at("transfer_syntax_uid") == kExplicitLittle);
        CHECK(was.at("bytes").to_number<std::uint64_t>() > file.at("bytes").to_number<std::uint64_t>());
        before += was.at("bytes").to_number<std::uint64_t>();
    }
    CHECK(fs::file_size(sent->parcel) < before * 55 / 100);
    CHECK(std::string_view(manifest.at("software").as_string()).starts_with("gantryd "));

    const auto instances = must(openedInstances(folder));
    for (const auto& instance : instances) CHECK(instance.transfer_syntax_uid == kJpegLs);
    CHECK(pixelsOf(instances) == pixelsSent(delivery));
    // DCMTK's own program as well; what it writes holds plain pixels.
    const auto plain = sent->installation.folder.path() / "plain";
    must(makeDirectory(plain));
    shell("for f in " + folder.string() + "/instances/*.dcm; do dcmdjpls $f " + plain.string() +
          "/$(basename $f) || exit 1; done");
    const auto decompressed = must(openedInstances(plain));
    for (const auto& instance : decompressed) CHECK(instance.transfer_syntax_uid == kExplicitLittle);
    CHECK(pixelsOf(decompressed) == pixelsSent(delivery));
    // The hub opened the same.
    CHECK(pixelsOf(must(openedInstances(sent->installation.sponsor.openedFolder()))) == pixelsSent(delivery));
}

TEST_CASE("a pack has the whole compressed instead, or nothing", "[system][compress]") {
    const bool zstd = GENERATE(true, false);
    CAPTURE(zstd);
    if (zstd && !findProgram("zstd")) return skipLoudly("zstd is not installed");
    const auto delivery = deliveryIn(kExplicitLittleEndian);
    auto sent = send(delivery, zstd ? "upload: {compression: zstd}" : "upload: {compression: none}");
    if (!sent) return;
    const auto folder = sent->installation.folder.path() / "stock";
    const auto manifest =
        openWithStockTools(sent->parcel, sent->key, zstd ? "zstd -q -d | tar x" : "tar x", folder);
    std::uint64_t bytes = 0;
    for (const auto& file : manifest.at("files").as_array()) {
        CHECK_FALSE(file.as_object().contains("compressed"));
        bytes += file.at("bytes").to_number<std::uint64_t>();
    }
    CHECK((fs::file_size(sent->parcel) < bytes) == zstd);
    const auto instances = must(openedInstances(folder));
    for (const auto& instance : instances) CHECK(instance.transfer_syntax_uid == kExplicitLittle);
    CHECK(pixelsOf(instances) == pixelsSent(delivery));
    CHECK(pixelsOf(must(openedInstances(sent->installation.sponsor.openedFolder()))) == pixelsSent(delivery));
}
