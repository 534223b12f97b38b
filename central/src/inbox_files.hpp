#pragma once
/// The inbox as static files: GET /inbox/metadata/… and /inbox/targets/…, for everybody. What is in it is
/// signed, and what is not for everybody is encrypted.

#include <filesystem>
#include <memory>

#include "gantry/core/http_server.hpp"
#include "gantry/uplink/object_store.hpp"

namespace gantry::central {

inline constexpr std::string_view kInboxPath = "/inbox/";

/// Thread-safe.
class InboxFiles {
public:
    /// @param folder where the store's files lie, so that large ones need not pass through memory; "" for a
    /// bucket
    InboxFiles(std::unique_ptr<uplink::ObjectStore> store, std::filesystem::path folder)
        : store_(std::move(store)), folder_(std::move(folder)) {}

    static bool isIts(const http::Request& request);
    /// 200 with an ETag, 304 when the ETag is the one that was asked with, 404.
    http::Response answer(const http::Request& request) const;

private:
    std::unique_ptr<uplink::ObjectStore> store_;
    std::filesystem::path folder_;
};

}  // namespace gantry::central
