#include "gantry/central/opening.hpp"

#include <array>

#include "gantry/central/sites.hpp"
#include "gantry/core/files.hpp"
#include "gantry/uplink/receipt.hpp"

namespace gantry::central {
namespace {

/// Parcels are unpacked here, each in a folder of its own, and renamed to their place when they are whole.
constexpr auto kScratch = ".arriving";

bool isPlain(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

Result<std::filesystem::path> placeOf(const uplink::ParcelManifest& manifest) {
    std::filesystem::path place;
    for (const auto& part : {manifest.trial, manifest.subject, manifest.study_instance_uid})
        place /= GANTRY_TRY(folderName(part));
    return place / manifest.parcel_id;
}

Result<> checkNames(const uplink::ParcelManifest& manifest, const std::filesystem::path& file,
                    const std::optional<Announced>& announced) {
    if (manifest.parcel_id != file.stem().string())
        return fail(Errc::BadFormat, "the manifest names another parcel than the file");
    if (announced && manifest.site != announced->site)
        return fail(Errc::BadFormat, "the manifest names another site than the one that sent it");
    return {};
}

/// The folder is there already: from an earlier opening of the same parcel, or the place is taken.
Result<> acceptEarlier(const uplink::OpenedParcel& fresh, const std::filesystem::path& place) {
    const auto there = sha256File(place / "manifest.json");
    if (!there || toHex(*there) != fresh.info.manifest_sha256)
        return fail(Errc::Conflict, "the folder of this parcel holds another one");
    return {};
}

}  // namespace

Result<std::string> folderName(std::string_view text) {
    if (text.empty()) return std::string("_");
    std::string out;
    for (const char c : text) {
        if (isPlain(c) || (c == '.' && !out.empty())) {
            out += c;
        } else {
            const std::array one = {static_cast<std::byte>(c)};
            out += "%" + toHex(one);
        }
    }
    if (out.size() > 200)
        return fail(Errc::BadFormat, "manifest: trial, subject or study is too long for a folder");
    return out;
}

Result<OpeningKeys> loadOpeningKeys(const std::filesystem::path& identity,
                                    const std::optional<std::filesystem::path>& receipt_key,
                                    const std::string& issuer) {
    OpeningKeys keys;
    keys.identities = GANTRY_TRY(uplink::loadAgeIdentities(identity));
    if (receipt_key) keys.signer = ReceiptSigner{GANTRY_TRY(uplink::loadSigningKey(*receipt_key)), issuer};
    return keys;
}

Result<OpenedAt> openToPlace(const std::filesystem::path& parcel_file,
                             const std::vector<uplink::AgeIdentity>& identities,
                             const std::filesystem::path& opened,
                             const std::optional<Announced>& announced) {
    const auto scratch_root = opened / kScratch;
    GANTRY_CHECK(makeDirectory(scratch_root));
    const auto scratch = GANTRY_TRY(TemporaryDirectory::create(scratch_root, "opening-"));
    OpenedAt out;
    out.parcel = GANTRY_TRY(uplink::openParcel(parcel_file, identities, scratch.path()));
    if (announced && out.parcel.info.sha256 != announced->sha256)
        return fail(Errc::BadSignature, "the stored file has changed");
    GANTRY_CHECK(checkNames(out.parcel.manifest, parcel_file, announced));
    out.folder = GANTRY_TRY(placeOf(out.parcel.manifest));
    const auto place = opened / out.folder;
    std::error_code ec;
    if (std::filesystem::exists(place, ec)) {
        GANTRY_CHECK(acceptEarlier(out.parcel, place));
    } else {
        GANTRY_CHECK(makeDirectory(place.parent_path()));
        GANTRY_CHECK(renameDurably(out.parcel.folder, place));
    }
    out.parcel.folder = place;
    return out;
}

void clearScratch(const std::filesystem::path& opened) {
    std::error_code ignored;
    std::filesystem::remove_all(opened / kScratch, ignored);
}

std::filesystem::path receiptFile(const std::filesystem::path& inbox, const std::string& site,
                                  const std::string& parcel_id) {
    return inbox / site / "receipts" / (parcel_id + ".json");
}

Result<std::string> issueReceipt(const uplink::OpenedParcel& parcel, const ReceiptSigner& signer,
                                 const std::filesystem::path& inbox, const std::string& site,
                                 const Clock& clock) {
    const auto file = receiptFile(inbox, site, parcel.manifest.parcel_id);
    const std::array<Ed25519PublicKey, 1> keys = {ed25519PublicKey(signer.seed)};
    if (const auto there = readFile(file)) {
        const auto earlier = uplink::verifyReceipt(*there, keys);
        if (earlier && earlier->sha256 == parcel.info.sha256) return *there;
        if (earlier) return fail(Errc::Conflict, "a receipt for other bytes of this parcel was issued");
    }
    uplink::Receipt receipt;
    receipt.parcel_id = parcel.manifest.parcel_id;
    receipt.sha256 = parcel.info.sha256;
    receipt.bytes = parcel.info.bytes;
    receipt.manifest_sha256 = parcel.info.manifest_sha256;
    receipt.instances = parcel.manifest.files.size();
    receipt.issued_at = isoUtc(clock.nowMillis());
    receipt.issuer = signer.issuer;
    auto text = GANTRY_TRY(uplink::signReceipt(signer.seed, receipt));
    GANTRY_CHECK(makeDirectory(file.parent_path()));
    GANTRY_CHECK(writeFileDurably(file, asBytes(text)));
    return text;
}

}  // namespace gantry::central
