#pragma once
/// A parcel to be made and opened, and forged ones.

#include <archive.h>
#include <archive_entry.h>

#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <vector>

#include "gantry/core/crypto.hpp"
#include "gantry/uplink/parcel.hpp"
#include "support.hpp"

namespace gantry::uplink {

namespace fs = std::filesystem;
using test::must;

struct Bench {
    TemporaryDirectory folder = test::temporaryDirectory();
    AgeIdentity identity = AgeIdentity::generate();
    AgeRecipient recipient = identity.recipient();
    ParcelManifest manifest;
    std::vector<ParcelFile> files;

    explicit Bench(std::vector<std::size_t> sizes = {1000, 0x10000, 3'000'000}) {
        manifest.parcel_id = "7f0c-12";
        manifest.trial = "ONC-1";
        manifest.site = "S07";
        manifest.subject = "S07-003";
        manifest.visit = "C3D1";
        manifest.study_instance_uid = "2.25.17";
        manifest.pack_id = "onc";
        manifest.pack_version = "1.2";
        manifest.created_at = "2026-11-23T09:00:00.120Z";
        manifest.decisions = {{"release", "J. D.", "artefact outside the target", "2026-11-23T08:59:00Z"}};
        manifest.deid_json = R"({"profile":"basic","removed":41})";
        fs::create_directory(folder.path() / "in");
        for (std::size_t i = 0; i < sizes.size(); ++i) add(sizes[i]);
    }
    void add(std::size_t size) {
        const auto number = files.size() + 1;
        std::string content(size, static_cast<char>('a' + number));
        const auto path = folder.path() / "in" / std::to_string(number);
        must(writeFileDurably(path, asBytes(content)));
        manifest.files.push_back(
            {instanceName(number), "2.25." + std::to_string(number), size, toHex(sha256(asBytes(content)))});
        files.push_back({path, instanceName(number)});
    }
    fs::path parcel() const { return folder.path() / "p.age"; }
    fs::path out() const { return folder.path() / "out"; }
    TarCompression compression = TarCompression::None;
    Result<ParcelInfo> make() {
        return makeParcel(manifest, files, std::span(&recipient, 1), parcel(), compression);
    }
    Result<OpenedParcel> open(const OpenLimits& limits = {}) {
        return openParcel(parcel(), std::span(&identity, 1), out(), limits);
    }
    // What lies in out(), hidden things included.
    std::size_t left() const {
        if (!fs::exists(out())) return 0;
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(out()), {}));
    }
};

struct Entry {
    std::string name;
    std::string content;
    unsigned type = AE_IFREG;
    std::string link;
    bool hard = false;
};

/// A parcel of any entries, made without the product's writer.
/// @param filter  adds a filter of libarchive's to the tar; none when empty
inline void forge(const Bench& bench, const std::vector<Entry>& entries, std::string_view behind = {},
                  const std::function<void(archive*)>& filter = {}) {
    std::string tar;
    auto* a = archive_write_new();
    archive_write_set_format_pax_restricted(a);
    if (filter) filter(a);
    archive_write_set_bytes_per_block(a, 0);
    archive_write_open2(
        a, &tar, nullptr,
        [](archive*, void* out, const void* data, std::size_t size) {
            static_cast<std::string*>(out)->append(static_cast<const char*>(data), size);
            return static_cast<la_ssize_t>(size);
        },
        nullptr, nullptr);
    for (const auto& e : entries) {
        auto* entry = archive_entry_new();
        archive_entry_set_pathname(entry, e.name.c_str());
        archive_entry_set_filetype(entry, e.type);
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_size(entry, static_cast<la_int64_t>(e.content.size()));
        if (e.hard) archive_entry_set_hardlink(entry, e.link.c_str());
        if (!e.hard && !e.link.empty()) archive_entry_set_symlink(entry, e.link.c_str());
        archive_write_header(a, entry);
        archive_write_data(a, e.content.data(), e.content.size());
        archive_entry_free(entry);
    }
    archive_write_close(a);
    archive_write_free(a);
    tar += behind;
    std::string file;
    auto encryptor = must(AgeEncryptor::start(std::span(&bench.recipient, 1), [&](Bytes b) -> Result<> {
        file.append(asText(b));
        return {};
    }));
    must(encryptor.write(asBytes(tar)));
    must(encryptor.finish());
    must(writeFileDurably(bench.parcel(), asBytes(file)));
}

inline std::vector<Entry> honestEntries(const Bench& bench) {
    std::vector<Entry> entries{{"manifest.json", must(toJson(bench.manifest)), AE_IFREG, {}, false}};
    for (const auto& file : bench.files)
        entries.push_back({file.name, must(readFile(file.path)), AE_IFREG, {}, false});
    return entries;
}

inline void checkRefused(Bench& bench, Errc code) {
    const auto opened = bench.open();
    REQUIRE(!opened);
    INFO(opened.error().message());
    CHECK(opened.error().code == code);
    CHECK(bench.left() == 0);
}

}  // namespace gantry::uplink
