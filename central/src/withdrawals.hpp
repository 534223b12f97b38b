#pragma once
/// Parcels that their site withdrew: noted in files, so that it does not matter which came first, and taken
/// out of the way of who reads opened parcels.
///
///     {folder}/{site}/{parcel_id}.json    who withdrew it, why, and when it was told here
///     {folder}/{site}/{parcel_id}/        what was opened of it, unless it is to be deleted

#include <filesystem>
#include <optional>
#include <string>

#include "gantry/central/opening.hpp"

namespace gantry::central {

struct Withdrawal {
    std::string by_parcel;
    std::string reason;
    std::string trial;
};

class Withdrawals {
public:
    Withdrawals(std::filesystem::path folder, WithdrawnFiles files)
        : folder_(std::move(folder)), files_(files) {}

    /// Notes all that the parcel withdraws or is sent instead of; what was noted before stays as it is.
    /// Durable when it returns.
    Result<> note(const uplink::ParcelManifest& manifest, const std::string& site, const Clock& clock) const;
    /// Nullopt for one that stands. @errors BadFormat: its note cannot be read
    Result<std::optional<Withdrawal>> of(const std::string& site, const std::string& parcel_id) const;
    /// Moves or deletes what was opened of a withdrawn parcel. Doing it again changes nothing.
    /// @return where it lies now; empty when it was deleted
    Result<std::filesystem::path> takeOut(const std::string& site, const std::string& parcel_id,
                                          const std::filesystem::path& opened) const;

private:
    Result<> noteOne(const std::string& parcel_id, const std::string& reason,
                     const uplink::ParcelManifest& manifest, const std::string& site,
                     const Clock& clock) const;
    Result<std::filesystem::path> placeOf(const std::string& site, const std::string& parcel_id) const;

    std::filesystem::path folder_;
    WithdrawnFiles files_;
};

}  // namespace gantry::central
