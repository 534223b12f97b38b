#pragma once
/// Taking in what sites put into a bucket, or a folder, where no hub runs: as the hub would have.

#include "gantry/central/opening.hpp"
#include "gantry/uplink/object_store.hpp"
#include "index.hpp"
#include "shared_objects.hpp"

namespace gantry::central {

struct Collected {
    int taken = 0;
    int known = 0;                     ///< taken in by an earlier run
    std::vector<std::string> refused;  ///< names of objects that would replace another of their id
};

struct CollectTask {
    uplink::ObjectStore& store;  ///< what one site may put into
    std::string site;
    std::filesystem::path directory;  ///< the sponsor's
    const std::vector<uplink::AgeIdentity>& identities;
    SharedObjects* shared = nullptr;  ///< where parcels are kept when not in the directory
    bool remove = false;  ///< from the store, what is taken in and on stable storage here
};

/// Every object ".age" of the store, once: it then waits to be opened. What it is, and of which id, its content
/// says; what no key opens is taken in under its name, so that its site is told.
/// @errors those of the store and of the index; what was taken in until then stays
Result<Collected> collect(const CollectTask& task, Index& index, const Clock& clock);

}  // namespace gantry::central
