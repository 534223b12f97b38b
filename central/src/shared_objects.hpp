#pragma once
/// The bytes of uploads and parcels in a bucket, where several hubs share one. A hub's own uploads/ and
/// parcels/ are then only room to work in: what a site was told to be kept lies in the bucket.
///
///     uploads/{id}/{offset}-{end}                what came, in pieces; pieces may overlap, and then are
///     alike parcels/{site}/{parcel_id}-{sha256}.age    two parcels never meet, whichever hub took them in
///
/// Thread-safe.

#include <filesystem>
#include <memory>
#include <string>

#include "gantry/core/clock.hpp"
#include "gantry/uplink/object_store.hpp"
#include "index.hpp"
#include "storage_places.hpp"

namespace gantry::central {

class SharedObjects {
public:
    explicit SharedObjects(std::unique_ptr<uplink::ObjectStore> store) : store_(std::move(store)) {}

    /// Bytes of an upload that lie in the bucket without a gap, from the first one on.
    Result<std::uint64_t> uploadEnd(const std::string& id);
    /// Keeps `[from, to)` of the file. @errors those of the store
    Result<> keepUpload(const std::string& id, int file, std::uint64_t from, std::uint64_t to);
    /// Hands on `[from, to)`, which uploadEnd() said to be there. @errors Busy: it was ended meanwhile
    Result<> readUpload(const std::string& id, std::uint64_t from, std::uint64_t to,
                        const uplink::ByteSink& sink);
    /// When the last piece of an upload came; 0 where there is none.
    Result<UnixMillis> lastChange(const std::string& id);
    Result<> forgetUpload(const std::string& id);

    Result<> keepParcel(const std::string& site, const std::string& parcel_id, const std::string& sha256,
                        const std::filesystem::path& file);
    /// Writes the parcel into the file, anew. @errors NotFound
    Result<> fetchParcel(const ParcelRow& row, const std::filesystem::path& file);
    Result<> forgetParcel(const std::string& site, const std::string& parcel_id, const std::string& sha256);

private:
    const std::unique_ptr<uplink::ObjectStore> store_;
};

/// Nullptr where the objects lie in the directory. @errors those of storagePlacesOf and openS3Store
Result<std::unique_ptr<SharedObjects>> openSharedObjects(const std::filesystem::path& directory);

}  // namespace gantry::central
