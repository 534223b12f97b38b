#include "parcel/offline_parcel.hpp"

#include <boost/json.hpp>
#include <optional>

#include "deid/work_folder.hpp"
#include "gantry/core/clock.hpp"
#include "gantry/core/crypto.hpp"
#include "gantry/uplink/envelope.hpp"
#include "images/pixel_compression.hpp"

namespace gantry::agent {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

/// Where the parcel goes; its name is its identifier.
Result<fs::path> fileFor(const fs::path& out) {
    std::error_code ec;
    const auto ending = std::string(uplink::describe(uplink::Envelope::AgeV1).ending);
    const auto file = fs::is_directory(out, ec) ? out / uplink::parcelFileName(randomHex(16)) : out;
    if (file.extension() != ending || !uplink::isParcelId(file.stem().string()))
        return fail(Errc::InvalidArgument,
                    out.string() +
                        " is neither a folder nor a file name of letters, digits, '-', "
                        "'_' and '.' that ends in " +
                        ending + ": the name is the parcel's identifier");
    if (fs::exists(file, ec))
        return fail(Errc::AlreadyExists, file.string() + "; a parcel is never replaced");
    return file;
}

/// What identifies the parcel, or says what lies in it, is not for a file of somebody's to say.
bool isOurs(std::string_view key) {
    return key == "format" || key == "parcel_id" || key == "created_at" || key == "files" ||
           key == "study_instance_uid" || key == "software";
}

Result<uplink::ParcelManifest> withWishes(const uplink::ParcelManifest& made,
                                          const OfflineParcelRequest& request, bool as_is) {
    auto document = json::parse(GANTRY_TRY(uplink::toJson(made))).as_object();
    if (!request.manifest.empty()) {
        boost::system::error_code error;
        const auto wished = json::parse(request.manifest, error);
        if (error || !wished.is_object()) return fail(Errc::BadFormat, "the manifest is not a JSON object");
        for (const auto& [key, value] : wished.as_object())
            if (!isOurs(key)) document[key] = value;
    }
    const auto set = [&](const char* key, const std::string& value) {
        if (!value.empty()) document[key] = value;
    };
    set("trial", request.subject.trial);
    set("site", request.subject.site);
    set("subject", request.subject.subject);
    set("visit", request.subject.visit);
    // Whatever report goes with it: nobody looked for names in these files.
    if (auto* deid = document["deid"].if_object(); as_is && deid) (*deid)["as_is"] = true;
    return uplink::manifestFromJson(json::serialize(document));
}

Result<> mustBeSomebodys(const uplink::ParcelManifest& manifest) {
    for (const auto& [value, option] : {std::pair{&manifest.trial, "--trial"},
                                        {&manifest.site, "--site"},
                                        {&manifest.subject, "--subject"}})
        if (value->empty())
            return fail(Errc::InvalidArgument,
                        std::string("the images do not say it, or not all the same: give ") + option);
    return {};
}

/// Instances and their entries, in the order of the tar.
struct Content {
    std::vector<uplink::ParcelFile> files;
    std::vector<uplink::ManifestFile> entries;
};

Content contentOf(const ParcelFolder& folder) {
    Content out;
    for (const auto& instance : folder.instances) {
        const auto name = uplink::instanceName(out.files.size() + 1);
        out.files.push_back({instance.path, name});
        out.entries.push_back({name, instance.sop_instance_uid, instance.bytes, instance.sha256});
    }
    return out;
}

/// What the images and the file's name say.
uplink::ParcelManifest baseOf(const OfflineParcel& parcel, const Content& content) {
    uplink::ParcelManifest out;
    out.parcel_id = parcel.file.stem().string();
    const auto& says = parcel.folder.says;
    out.trial = says.trial;
    out.site = says.site;
    out.subject = says.subject;
    out.visit = says.visit;
    out.study_instance_uid = parcel.folder.study_instance_uid;
    out.created_at = isoUtc(SystemClock().nowMillis());
    out.software = "gantryctl " GANTRY_VERSION;
    out.files = content.entries;
    return out;
}

Result<std::size_t> compress(const ParcelFolder& folder, const fs::path& worker, const fs::path& work,
                             Content& content) {
    std::vector<CompressRequest> requests;
    for (std::size_t i = 0; i < content.files.size(); ++i)
        requests.push_back({content.files[i].path, work / (std::to_string(i) + ".dcm")});
    const auto answers = GANTRY_TRY(compressPixels(requests, {worker, work}));
    std::size_t compressed = 0;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        if (!answers[i]) continue;
        auto& entry = content.entries[i];
        entry.uncompressed = uplink::ManifestUncompressed{"jpeg-ls", folder.instances[i].transfer_syntax_uid,
                                                          entry.bytes, entry.sha256};
        entry.bytes = answers[i]->bytes;
        entry.sha256 = answers[i]->sha256;
        content.files[i].path = requests[i].out;
        ++compressed;
    }
    return compressed;
}

}  // namespace

Result<OfflineParcel> makeOfflineParcel(const OfflineParcelRequest& request) {
    OfflineParcel out;
    out.file = GANTRY_TRY(fileFor(request.out));
    out.folder = GANTRY_TRY(readParcelFolder(request.folder, request.as_is));
    auto content = contentOf(out.folder);
    const auto base = baseOf(out, content);
    out.manifest = GANTRY_TRY(withWishes(base, request, out.folder.not_deidentified > 0));
    GANTRY_CHECK(mustBeSomebodys(out.manifest));
    std::optional<WorkFolder> work;  // goes when the parcel is made
    if (request.compression.pixels) {
        work.emplace(GANTRY_TRY(WorkFolder::create(fs::absolute(out.file).parent_path())));
        out.compressed = GANTRY_TRY(compress(out.folder, request.worker, work->path(), content));
    }
    out.manifest.files = content.entries;
    const auto compression =
        request.compression.parcel ? uplink::TarCompression::Zstd : uplink::TarCompression::None;
    out.info = GANTRY_TRY(
        uplink::makeParcel(out.manifest, content.files, request.recipients, out.file, compression));
    return out;
}

}  // namespace gantry::agent
