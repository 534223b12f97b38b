#include "collecting.hpp"

#include <boost/json.hpp>
#include <charconv>

#include "gantry/core/files.hpp"
#include "gantry/uplink/age.hpp"
#include "intake.hpp"

namespace gantry::central {
namespace {

namespace json = boost::json;

constexpr int kPage = 1000;
constexpr std::size_t kMostHead = 64u << 20;  // of a manifest, or of a message
constexpr std::size_t kTarBlock = 512;
constexpr std::string_view kEnding = ".age";

struct Identity {
    std::string id;
    ObjectKind kind = ObjectKind::Parcel;
};

/// How many bytes of a tar's front its first entry needs; nullopt: it is no tar that begins with a manifest.
std::optional<std::size_t> manifestEnd(std::string_view head) {
    constexpr std::size_t kSizeAt = 124, kSizeDigits = 11;
    if (head.size() < kTarBlock || !head.starts_with(std::string_view("manifest.json\0", 14))) return std::nullopt;
    std::size_t size = 0;
    const auto* begin = head.data() + kSizeAt;
    std::from_chars(begin, begin + kSizeDigits, size, 8);
    return kTarBlock + size;
}

/// A message whole, or a parcel up to the end of its manifest; "" when no key opens it.
std::string headOf(const std::filesystem::path& file, const std::vector<uplink::AgeIdentity>& identities) {
    const auto fd = openFile(file, OpenMode::Read);
    if (!fd) return {};
    std::string head;
    const auto take = [&head](Bytes piece) -> Result<> {
        head += asText(piece);
        const bool is_message = head.starts_with('{');
        const auto end = manifestEnd(head);
        const bool enough = head.size() > kMostHead || (!is_message && head.size() >= kTarBlock && (!end || head.size() >= *end));
        return enough ? fail(Errc::Stopped, "enough is read") : Result<>();
    };
    const auto done = uplink::ageDecrypt(uplink::sourceOf(fd->get()), identities, take);
    return done || done.error().code == Errc::Stopped ? head : std::string();
}

std::string textIn(const json::value& value, std::string_view key) {
    const auto* found = value.is_object() ? value.get_object().if_contains(key) : nullptr;
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

Identity identityOf(const std::string& head, const std::string& otherwise) {
    boost::system::error_code ec;
    Identity out{otherwise};
    std::string id;
    if (head.starts_with('{')) {
        const auto message = json::parse(head, ec);
        if (!ec && message.is_object() && message.get_object().contains("signed"))
            id = textIn(message.at("signed"), "message_id");
        out.kind = ObjectKind::Message;
    } else if (const auto end = manifestEnd(head); end && head.size() >= *end) {
        const auto manifest = uplink::manifestFromJson(std::string_view(head).substr(kTarBlock, *end - kTarBlock));
        if (manifest) id = manifest->parcel_id;
    }
    if (uplink::isParcelId(id)) out.id = id;  // it becomes a file's name
    return out;
}

/// The same object of the same content has the same one.
std::string uploadIdOf(const std::string& site, const uplink::ObjectInfo& object) {
    constexpr std::size_t kDigits = 32;
    return toHex(sha256(asBytes(site + "\n" + object.name + "\n" + object.tag))).substr(0, kDigits);
}

Result<> download(uplink::ObjectStore& store, const std::string& name, const std::filesystem::path& file) {
    removeFile(file);  // of a run that was stopped
    const auto fd = GANTRY_TRY(openFile(file, OpenMode::CreateNew));
    const auto write = [&](Bytes piece) { return writeAll(fd.get(), piece); };
    GANTRY_CHECK(store.get(name, {}, write));
    return syncData(fd.get());
}

/// False: another object of that id is on record, and this one is left out.
Result<bool> takeIn(const CollectTask& task, const uplink::ObjectInfo& object, const std::string& upload_id, Index& index,
                    const Clock& clock) {
    const auto folder = task.directory / "parcels" / task.site;
    GANTRY_CHECK(makeDirectory(folder));
    const auto arriving = folder / (".arriving-" + upload_id);
    GANTRY_CHECK(download(task.store, object.name, arriving));
    const auto slash = object.name.rfind('/') + 1;  // 0 without one
    const auto stem = object.name.substr(slash, object.name.size() - slash - kEnding.size());
    const auto what = identityOf(headOf(arriving, task.identities), stem);
    UploadRow row;
    row.id = upload_id;
    row.site = task.site;
    row.metadata = "collected";
    row.parcel_id = what.id;
    row.sha256 = toHex(GANTRY_TRY(sha256File(arriving)));
    row.created_at = clock.nowMillis();
    row.object_kind = what.kind;
    if (!index.upload(upload_id)) GANTRY_CHECK(index.addUpload(row));
    const auto there = GANTRY_TRY(index.parcel(task.site, what.id));
    if (there && there->sha256 != *row.sha256) {
        removeFile(arriving);
        GANTRY_CHECK(index.discard(upload_id, "conflict", Incident{task.site, "parcel-conflict", what.id,
                                                                   "another object of this id was put: " + object.name}));
        return false;
    }
    if (!there && task.shared != nullptr)
        GANTRY_CHECK(task.shared->keepParcel(task.site, what.id, *row.sha256, arriving));
    if (there)
        removeFile(arriving);
    else
        GANTRY_CHECK(renameDurably(arriving, folder / (what.id + std::string(kEnding))));
    GANTRY_CHECK(index.setDone(row, object.bytes));
    return true;
}

}  // namespace

Result<Collected> collect(const CollectTask& task, Index& index, const Clock& clock) {
    Collected out;
    uplink::ObjectPage page;
    std::string after;
    do {
        page = GANTRY_TRY(task.store.list("", after, kPage));
        for (const auto& object : page.objects) {
            after = object.name;
            if (!object.name.ends_with(kEnding)) continue;
            const auto id = uploadIdOf(task.site, object);
            const auto before = index.upload(id);
            const bool known = before && before->state == UploadState::Done;
            if (before && before->state == UploadState::Discarded) continue;
            if (known)
                ++out.known;
            else if (GANTRY_TRY(takeIn(task, object, id, index, clock)))
                ++out.taken;
            else
                out.refused.push_back(object.name);
            if (task.remove && (out.refused.empty() || out.refused.back() != object.name))
                GANTRY_CHECK(task.store.remove(object.name));
        }
    } while (page.more);
    return out;
}

}  // namespace gantry::central
