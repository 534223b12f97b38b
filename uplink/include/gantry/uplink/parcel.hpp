#pragma once
/// A parcel: the unit that crosses the border. A tar of manifest.json and de-identified instances, in an
/// envelope (envelope.hpp). The bytes are described in docs/formats/parcel.md.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/result.hpp"
#include "gantry/core/verdict.hpp"
#include "gantry/uplink/age.hpp"

namespace gantry::uplink {

/// What an instance was before it was compressed for its parcel.
struct ManifestUncompressed {
    std::string by;  ///< what compressed it: "jpeg-ls"
    std::string transfer_syntax_uid;
    std::uint64_t bytes = 0;
    std::string sha256;
};

struct ManifestFile {
    std::string name;              ///< "instances/000001.dcm"
    std::string sop_instance_uid;  ///< (0008,0018) of the de-identified instance
    std::uint64_t bytes = 0;
    std::string sha256;                                     ///< 64 lower-case hex digits
    std::optional<ManifestUncompressed> uncompressed = {};  ///< nullopt: as de-identification wrote it
};

/// A person's decision about this study, such as the release of a hold.
struct ManifestDecision {
    std::string action;  ///< "release", "waive", …
    std::string who;     ///< as the site chooses to name its staff
    std::string why;
    std::string at;  ///< ISO 8601 UTC
};

/// A parcel that was sent and is not true any more: whose scan it is was corrected at the site.
struct ManifestWithdrawal {
    std::string parcel_id;
    std::string reason;  ///< "wrong-subject", "wrong-visit", "no-subject"
};

/// What a parcel carries beside its manifest.
enum class ParcelContent {
    Images,      ///< at least one instance
    Verdict,     ///< none: a new verdict on what `supplements` names
    Withdrawal,  ///< none: `withdraws` is what it says
};

/// What manifest.json says. Holds nothing that identifies the patient: every UID is a de-identified one.
struct ParcelManifest {
    std::string parcel_id;  ///< 1 to 64 of [A-Za-z0-9_-.], not starting with a dot
    std::string trial;
    std::string site;
    std::string subject;
    std::string visit;
    std::string study_instance_uid;  ///< de-identified
    std::string pack_id;
    std::string pack_version;
    std::optional<Verdict> verdict;
    std::vector<ManifestDecision> decisions;
    std::string deid_json = "{}";  ///< a JSON object: summary of the de-identification report
    std::vector<ManifestFile> files;
    std::optional<std::string>
        supplements;  ///< parcel_id of the earlier parcel of this study that this one adds to
    ParcelContent content = ParcelContent::Images;
    std::vector<std::string> supersedes;        ///< parcels of this study that this one is sent instead of
    std::vector<ManifestWithdrawal> withdraws;  ///< parcels to be taken out of use
    std::string created_at;                     ///< ISO 8601 UTC
    std::string software;                       ///< what made the parcel, "gantryd 0.1.0"; "" when not told
};

/// "instances/000001.dcm" for 1.
std::string instanceName(std::size_t number);
/// 1 to 64 of [A-Za-z0-9_.-], not starting with a dot: safe as a file name everywhere.
bool isParcelId(std::string_view text);

/// @errors InvalidArgument: deid_json is not a JSON object.
Result<std::string> toJson(const ParcelManifest& manifest);
/// Strict about everything the product relies on: format, parcel_id, names, sizes, digests, no name twice.
/// Unknown keys are ignored, so that a later minor addition can be read. @errors Errc::BadFormat
Result<ParcelManifest> manifestFromJson(std::string_view json);

struct ParcelFile {
    std::filesystem::path path;  ///< where the bytes are
    std::string name;            ///< its name in the manifest
};

struct ParcelInfo {
    std::uint64_t bytes = 0;      ///< of the encrypted parcel
    std::string sha256;           ///< hex, of the encrypted parcel
    std::string manifest_sha256;  ///< hex, of the manifest.json inside
};

/// What is done to the tar as a whole.
enum class TarCompression : std::uint8_t { None, Zstd };

/// Writes the parcel beside `destination`, fsyncs it, renames it into place. What was at `destination` is
/// replaced. Memory does not grow with the files.
/// @param files       exactly the manifest's files, in its order
/// @param recipients  all of one kind, which decides the envelope
/// @errors InvalidArgument: files and manifest differ; BadSignature: the bytes of a file are not those of the
///         manifest; Io, DiskFull, NotFound. Nothing is left behind after an error.
Result<ParcelInfo> makeParcel(const ParcelManifest& manifest, std::span<const ParcelFile> files,
                              std::span<const AgeRecipient> recipients,
                              const std::filesystem::path& destination,
                              TarCompression compression = TarCompression::None);

struct OpenLimits {
    std::uint64_t max_total_bytes = 256ull << 30;  ///< of all instances together
    std::uint64_t max_manifest_bytes = 64ull << 20;
    std::size_t max_files = 1'000'000;
};

struct OpenedParcel {
    std::filesystem::path folder;  ///< out_dir / parcel_id: manifest.json and instances/
    ParcelManifest manifest;
    ParcelInfo info;  ///< of the encrypted file that was opened
};

struct ShownManifest {
    ParcelManifest manifest;
    std::string text;  ///< manifest.json as it lies in the parcel
};

/// The manifest alone; nothing behind it is read, so nothing is said of the files.
/// @errors those of openParcel()
Result<ShownManifest> readParcelManifest(const std::filesystem::path& parcel,
                                         std::span<const AgeIdentity> identities,
                                         const OpenLimits& limits = {});

/// Decrypts, unpacks and verifies every file, all beside, and renames the whole into out_dir/parcel_id when
/// all is well and on stable storage. Opening the same parcel again gives the same and changes nothing.
/// @errors NoIdentity, BadFormat (also: a file missing, an extra one, a link, an unsafe name), BadSignature
/// (altered,
///         cut, a wrong digest), Unsupported (a later envelope), Conflict (out_dir/parcel_id holds another
///         parcel of that id), Io, DiskFull, NotFound. Nothing is left in out_dir after an error.
Result<OpenedParcel> openParcel(const std::filesystem::path& parcel, std::span<const AgeIdentity> identities,
                                const std::filesystem::path& out_dir, const OpenLimits& limits = {});

}  // namespace gantry::uplink
