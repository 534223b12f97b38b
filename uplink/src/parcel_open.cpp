#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "gantry/core/crypto.hpp"
#include "gantry/uplink/parcel.hpp"
#include "tar_reader.hpp"

namespace gantry::uplink {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOpeningPrefix = ".opening-";

Error broken(std::string what) {
    return fail(Errc::BadFormat, "parcel: " + std::move(what));
}

/// Many may open parcels into one folder at a time. Who finds himself alone there sweeps up after those that
/// were killed; nobody's work in progress is taken for rubbish.
class SharedFolder {
public:
    static Result<SharedFolder> enter(const fs::path& folder) {
        GANTRY_CHECK(makeDirectory(folder));
        UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!fd) return failErrno("opening the folder for parcels", errno);
        if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) sweep(folder);
        while (::flock(fd.get(), LOCK_SH) != 0)
            if (errno != EINTR) return failErrno("locking the folder for parcels", errno);
        return SharedFolder(std::move(fd));
    }

private:
    explicit SharedFolder(UniqueFd fd) : fd_(std::move(fd)) {}
    static void sweep(const fs::path& folder) {
        std::error_code ignored;
        for (fs::directory_iterator it(folder, ignored), end; !ignored && it != end; it.increment(ignored)) {
            std::error_code kept;
            if (it->path().filename().string().starts_with(kOpeningPrefix)) fs::remove_all(it->path(), kept);
        }
    }
    UniqueFd fd_;
};

/// The encrypted file as a source that keeps count and digest of what passed.
struct HashedFile {
    UniqueFd fd;
    Sha256 hash;
    std::uint64_t bytes = 0;

    ByteSource source() {
        return [this, inner = sourceOf(fd.get())](std::span<std::byte> room) -> Result<std::size_t> {
            const auto count = GANTRY_TRY(inner(room));
            hash.update(room.first(count));
            bytes += count;
            return count;
        };
    }
};

Result<std::string> readManifestText(TarReader& tar, const OpenLimits& limits) {
    const auto entry = GANTRY_TRY(tar.next());
    if (!entry || entry->name != "manifest.json") return broken("manifest.json is not the first entry");
    if (entry->bytes > limits.max_manifest_bytes) return broken("manifest.json is too large");
    std::string text;
    for (;;) {
        const auto piece = GANTRY_TRY(tar.read());
        if (piece.empty()) return text;
        text.append(asText(piece));
    }
}

Result<> checkLimits(const ParcelManifest& manifest, const OpenLimits& limits) {
    if (manifest.files.size() > limits.max_files) return broken("more files than allowed");
    std::uint64_t total = 0;
    for (const auto& file : manifest.files)
        total += file.bytes;  // cannot overflow: the manifest's reader checked
    if (total > limits.max_total_bytes) return broken("larger than allowed");
    return {};
}

// Lets the disk begin while the next file is decrypted, so that the syncs at the end find little to do.
void startWriting(int fd) {
    ::sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
}

Result<> unpackFile(TarReader& tar, const ManifestFile& expected, const fs::path& folder) {
    const auto entry = GANTRY_TRY(tar.next());
    if (!entry) return broken("a file of the manifest is missing");
    if (entry->name != expected.name) return broken("another entry than the manifest's next file");
    if (entry->bytes != expected.bytes)
        return broken(expected.name + " has another size than the manifest states");
    const auto out = GANTRY_TRY(openFile(folder / expected.name, OpenMode::CreateNew));
    Sha256 hash;
    std::uint64_t bytes = 0;
    for (;;) {
        const auto piece = GANTRY_TRY(tar.read());
        if (piece.empty()) break;
        hash.update(piece);
        bytes += piece.size();
        GANTRY_CHECK(writeAll(out.get(), piece));
    }
    if (bytes != expected.bytes) return broken(expected.name + " is cut short");
    if (toHex(hash.finish()) != expected.sha256)
        return fail(Errc::BadSignature,
                    "parcel: " + expected.name + " has another digest than the manifest states");
    startWriting(out.get());
    return {};
}

// What follows the tar is not ours to use, but it must be authentic to the end.
Result<> drain(const PieceSource& source) {
    while (!GANTRY_TRY(source()).empty()) {
    }
    return {};
}

Result<> syncFiles(const ParcelManifest& manifest, const fs::path& folder) {
    for (const auto& file : manifest.files) {
        const auto fd = GANTRY_TRY(openFile(folder / file.name, OpenMode::Read));
        GANTRY_CHECK(syncData(fd.get()));
    }
    GANTRY_CHECK(syncDirectory(folder / "instances"));
    return syncDirectory(folder);
}

// Whether `existing` holds just what was unpacked into `fresh`.
Result<> checkSame(const ParcelManifest& manifest, const fs::path& fresh, const fs::path& existing) {
    const auto conflict = [](std::string what) {
        return fail(Errc::Conflict, "a parcel of this identifier is here already, and " + std::move(what));
    };
    const auto ours = GANTRY_TRY(sha256File(fresh / "manifest.json"));
    const auto theirs = sha256File(existing / "manifest.json");
    if (!theirs || *theirs != ours) return conflict("its manifest differs");
    for (const auto& file : manifest.files) {
        const auto digest = sha256File(existing / file.name);
        if (!digest || toHex(*digest) != file.sha256) return conflict(file.name + " differs");
    }
    return {};
}

Result<> putInPlace(const ParcelManifest& manifest, const fs::path& fresh, const fs::path& folder) {
    std::error_code ignored;
    if (fs::exists(folder, ignored)) return checkSame(manifest, fresh, folder);
    GANTRY_CHECK(syncFiles(manifest, fresh));
    auto renamed = renameDurably(fresh, folder);
    // Somebody else may have opened the same parcel meanwhile.
    if (!renamed && fs::exists(folder, ignored)) return checkSame(manifest, fresh, folder);
    return renamed;
}

Result<OpenedParcel> unpack(HashedFile& file, std::span<const AgeIdentity> identities, const fs::path& fresh,
                            const OpenLimits& limits) {
    const auto plaintext = GANTRY_TRY(openEnvelope(file.source(), identities));
    TarReader tar(plaintext);
    const auto text = GANTRY_TRY(readManifestText(tar, limits));
    OpenedParcel opened;
    opened.manifest = GANTRY_TRY(manifestFromJson(text));
    GANTRY_CHECK(checkLimits(opened.manifest, limits));
    GANTRY_CHECK(makeDirectory(fresh / "instances"));
    GANTRY_CHECK(writeFileDurably(fresh / "manifest.json", asBytes(text)));
    for (const auto& expected : opened.manifest.files) GANTRY_CHECK(unpackFile(tar, expected, fresh));
    if (GANTRY_TRY(tar.next())) return broken("an entry that the manifest does not name");
    GANTRY_CHECK(drain(plaintext));
    opened.info.manifest_sha256 = toHex(sha256(asBytes(text)));
    opened.info.bytes = file.bytes;
    opened.info.sha256 = toHex(file.hash.finish());
    return opened;
}

}  // namespace

Result<ShownManifest> readParcelManifest(const fs::path& parcel, std::span<const AgeIdentity> identities,
                                         const OpenLimits& limits) {
    const auto file = GANTRY_TRY(openFile(parcel, OpenMode::Read));
    TarReader tar(GANTRY_TRY(openEnvelope(sourceOf(file.get()), identities)));
    ShownManifest shown;
    shown.text = GANTRY_TRY(readManifestText(tar, limits));
    shown.manifest = GANTRY_TRY(manifestFromJson(shown.text));
    return shown;
}

Result<OpenedParcel> openParcel(const fs::path& parcel, std::span<const AgeIdentity> identities,
                                const fs::path& out_dir, const OpenLimits& limits) {
    HashedFile file{GANTRY_TRY(openFile(parcel, OpenMode::Read)), {}, 0};
    const auto shared = GANTRY_TRY(SharedFolder::enter(out_dir));
    const auto work = GANTRY_TRY(TemporaryDirectory::create(out_dir, kOpeningPrefix));
    const auto fresh = work.path() / "parcel";
    auto opened = GANTRY_TRY(unpack(file, identities, fresh, limits));
    opened.folder = out_dir / opened.manifest.parcel_id;
    GANTRY_CHECK(putInPlace(opened.manifest, fresh, opened.folder));
    return opened;
}

}  // namespace gantry::uplink
