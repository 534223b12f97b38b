#pragma once
/// A parcel made of a folder by hand, without gantryd, as gantryd makes it.

#include <string>
#include <vector>

#include "gantry/qc/pack.hpp"
#include "gantry/uplink/parcel.hpp"
#include "parcel/parcel_folder.hpp"

namespace gantry::agent {

struct OfflineParcelRequest {
    std::filesystem::path folder;
    std::filesystem::path out;  ///< a folder, or a file name that ends in ".age"
    std::vector<uplink::AgeRecipient> recipients;
    std::string manifest;   ///< JSON with keys of manifest.json that are to stand there; "" for none
    ParcelSubject subject;  ///< what is not "" wins over the manifest, and that over the images
    qc::PackCompression compression;
    bool as_is = false;
    std::filesystem::path worker;  ///< gantry-worker
};

struct OfflineParcel {
    std::filesystem::path file;
    uplink::ParcelManifest manifest;
    uplink::ParcelInfo info;
    ParcelFolder folder;         ///< what went in, and what not
    std::size_t compressed = 0;  ///< instances
};

/// @errors those of readParcelFolder() and uplink::makeParcel(); InvalidArgument when it is not known whose
/// the parcel is, or for another name of a file; AlreadyExists; BadFormat for a manifest that is none
Result<OfflineParcel> makeOfflineParcel(const OfflineParcelRequest& request);

}  // namespace gantry::agent
