#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "gantry/core/crypto.hpp"
#include "gantry/uplink/parcel.hpp"
#include "gantry/uplink/iso_time.hpp"
#include "tar_writer.hpp"

namespace gantry::uplink {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kReadBytes = 1 << 20;

/// A file under a hidden name that goes away unless it was put in its place.
class PendingFile {
public:
    static Result<PendingFile> create(const fs::path& destination) {
        const auto hidden = destination.parent_path() / ("." + destination.filename().string() + ".part");
        auto fd = GANTRY_TRY(openFile(hidden, OpenMode::CreateOrTruncate));
        return PendingFile(hidden, std::move(fd));
    }
    PendingFile(PendingFile&& other) noexcept
        : path_(std::exchange(other.path_, {})), fd_(std::move(other.fd_)) {}
    PendingFile& operator=(PendingFile&&) = delete;
    ~PendingFile() {
        std::error_code ignored;
        if (!path_.empty()) fs::remove(path_, ignored);
    }
    int fd() const { return fd_.get(); }
    Result<> moveTo(const fs::path& destination) {
        GANTRY_CHECK(syncData(fd_.get()));
        GANTRY_CHECK(renameDurably(path_, destination));
        path_.clear();
        return {};
    }

private:
    PendingFile(fs::path path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}
    fs::path path_;
    UniqueFd fd_;
};

Result<> checkMatch(const ParcelManifest& manifest, std::span<const ParcelFile> files) {
    const bool same = std::equal(files.begin(), files.end(), manifest.files.begin(), manifest.files.end(),
                                 [](const ParcelFile& a, const ManifestFile& b) { return a.name == b.name; });
    if (!same) return fail(Errc::InvalidArgument, "making a parcel: the files are not those of the manifest");
    return {};
}

Result<> addFile(TarWriter& tar, const fs::path& path, const ManifestFile& promised,
                 std::vector<std::byte>& buffer) {
    const auto file = GANTRY_TRY(openFile(path, OpenMode::Read));
    ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
    if (GANTRY_TRY(fileSize(file.get())) != promised.bytes)
        return fail(Errc::BadSignature, promised.name + ": another size than the manifest states");
    GANTRY_CHECK(tar.begin(promised.name, promised.bytes));
    const auto source = sourceOf(file.get());
    Sha256 hash;
    for (std::uint64_t left = promised.bytes; left > 0;) {
        const auto room =
            std::span(buffer).first(static_cast<std::size_t>(std::min<std::uint64_t>(left, kReadBytes)));
        const auto count = GANTRY_TRY(source(room));
        if (count == 0) return fail(Errc::BadSignature, promised.name + ": shorter than the manifest states");
        const auto piece = Bytes(buffer).first(count);
        hash.update(piece);
        GANTRY_CHECK(tar.write(piece));
        left -= count;
    }
    if (toHex(hash.finish()) != promised.sha256)
        return fail(Errc::BadSignature, promised.name + ": another digest than the manifest states");
    return {};
}

Result<> addAll(TarWriter& tar, const ParcelManifest& manifest, const std::string& manifest_text,
                std::span<const ParcelFile> files) {
    GANTRY_CHECK(tar.begin("manifest.json", manifest_text.size()));
    GANTRY_CHECK(tar.write(asBytes(manifest_text)));
    std::vector<std::byte> buffer(kReadBytes);
    for (std::size_t i = 0; i < files.size(); ++i)
        GANTRY_CHECK(addFile(tar, files[i].path, manifest.files[i], buffer));
    return tar.finish();
}

}  // namespace

Result<ParcelInfo> makeParcel(const ParcelManifest& manifest, std::span<const ParcelFile> files,
                              std::span<const AgeRecipient> recipients, const fs::path& destination,
                              TarCompression compression) {
    GANTRY_CHECK(checkMatch(manifest, files));
    const auto text = GANTRY_TRY(toJson(manifest));
    // What we could not open ourselves must not leave: the reader's rules hold for the writer too.
    if (auto readable = manifestFromJson(text); !readable)
        return fail(Errc::InvalidArgument, readable.error().context);
    const auto time = GANTRY_TRY(unixSeconds(manifest.created_at));

    auto pending = GANTRY_TRY(PendingFile::create(destination));
    ParcelInfo info;
    Sha256 hash;
    // Called on the encryptor's thread until finish() has returned.
    auto sink = [&, out = sinkOf(pending.fd())](Bytes piece) -> Result<> {
        hash.update(piece);
        info.bytes += piece.size();
        return out(piece);
    };
    auto encryptor = GANTRY_TRY(AgeEncryptor::start(recipients, sink, AgeEncryptor::Mode::WriteBehind));
    TarWriter tar([&](Bytes piece) { return encryptor.write(piece); }, time, compression);
    GANTRY_CHECK(addAll(tar, manifest, text, files));
    GANTRY_CHECK(encryptor.finish());
    GANTRY_CHECK(pending.moveTo(destination));
    info.sha256 = toHex(hash.finish());
    info.manifest_sha256 = toHex(sha256(asBytes(text)));
    return info;
}

}  // namespace gantry::uplink
