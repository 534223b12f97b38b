#pragma once
/// gantryctl parcel: parcels made and opened by hand, without gantryd.

#include "ctl/deid.hpp"

namespace gantry::ctl {

/// Adds `parcel` with its commands. The one that was given ends up in `chosen`.
void addParcel(CLI::App& app, OfflineCommand& chosen);
/// Those of them that need a key: `open` and `show`.
void addParcelReaders(CLI::App& parcel, OfflineCommand& chosen);

/// Exit codes of these commands are those of the error table: prints the error and gives its code.
int toldOf(const Error& error);

}  // namespace gantry::ctl
