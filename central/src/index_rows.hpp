#pragma once
/// Rows of the index as they are read and written: columns, and the names of states.

#include <string>
#include <string_view>
#include <vector>

#include "index.hpp"

namespace gantry::central {

inline constexpr std::string_view kUploadColumns =
    "SELECT id, site, length, metadata, parcel_id, sha256, state, checked_bytes, reason, created_at_ms, "
    "concat, parts, object_kind FROM upload ";
inline constexpr std::string_view kParcelColumns =
    "SELECT site, parcel_id, sha256, bytes, state, reason_code, reason, trial, subject, visit, instances, "
    "folder, "
    "received_at_ms, judged_at_ms, content, withdrawn_by, withdraw_reason, withdrawn_at_ms, object_kind "
    "FROM parcel ";

const char* nameOf(UploadState state);
const char* nameOf(UploadKind kind);
const char* nameOf(ObjectKind kind);
const char* nameOf(ParcelState state);
/// Ids as one text, a blank between.
std::string joined(const std::vector<std::string>& ids);

/// Of a row of kUploadColumns.
UploadRow readUpload(const IndexStatement& row);
/// Of a row of kParcelColumns.
ParcelRow readParcel(const IndexStatement& row);

}  // namespace gantry::central
