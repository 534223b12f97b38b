#pragma once
/// Opening parcels and issuing receipts: what the hub does in the background, and `gantry-central open` by
/// hand.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "gantry/core/clock.hpp"
#include "gantry/core/crypto.hpp"
#include "gantry/core/result.hpp"
#include "gantry/uplink/age.hpp"
#include "gantry/uplink/parcel.hpp"

namespace gantry::central {

struct ReceiptSigner {
    Ed25519Seed seed;
    std::string issuer;
};

/// What becomes of the files of a parcel that its site withdrew.
enum class WithdrawnFiles {
    Keep,   ///< they lie in withdrawn/, out of the way
    Delete  ///< they are removed; that it was withdrawn stays known
};

struct OpeningKeys {
    std::vector<uplink::AgeIdentity> identities;
    std::optional<ReceiptSigner>
        signer;  ///< none: parcels are opened, receipts are for somebody else to give
    WithdrawnFiles withdrawn = WithdrawnFiles::Keep;
};

/// A manifest's text as one folder name: bytes that are not plain are written %XX, so that different texts
/// stay different. @errors BadFormat: too long
Result<std::string> folderName(std::string_view text);

/// Reads the key files. @errors those of the two readers.
Result<OpeningKeys> loadOpeningKeys(const std::filesystem::path& identity,
                                    const std::optional<std::filesystem::path>& receipt_key,
                                    const std::string& issuer);

struct OpenedAt {
    std::filesystem::path
        folder;  ///< {trial}/{subject}/{study}/{parcel_id} below the folder for opened parcels
    uplink::OpenedParcel parcel;
};

/// What a parcel must be, by who brought it and what was received.
struct Announced {
    std::string site;
    std::string sha256;  ///< of the whole file
};

/// Opens a parcel to its place below `opened`. Opening the same again changes nothing.
/// @errors those of uplink::openParcel; BadSignature when the file is not the announced one, BadFormat when
///         the manifest is of another site or does not have the file's name; Conflict when the place holds
///         another parcel. Nothing is in its place then.
Result<OpenedAt> openToPlace(const std::filesystem::path& parcel_file,
                             const std::vector<uplink::AgeIdentity>& identities,
                             const std::filesystem::path& opened,
                             const std::optional<Announced>& announced);

/// Removes what killed openings left half done below `opened`.
void clearScratch(const std::filesystem::path& opened);

/// Writes {inbox}/{site}/receipts/{parcel_id}.json unless a receipt for these very bytes, by this key, is
/// there.
/// @return the receipt's text
/// @errors Conflict: a receipt for other bytes is there
Result<std::string> issueReceipt(const uplink::OpenedParcel& parcel, const ReceiptSigner& signer,
                                 const std::filesystem::path& inbox, const std::string& site,
                                 const Clock& clock);

std::filesystem::path receiptFile(const std::filesystem::path& inbox, const std::string& site,
                                  const std::string& parcel_id);

}  // namespace gantry::central
