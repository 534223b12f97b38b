#pragma once
/// Who asks, then who answers: the hub's routes.

#include <filesystem>

#include "enrol_handler.hpp"
#include "gantry/central/sites.hpp"
#include "inbox_files.hpp"
#include "statements.hpp"
#include "tus_handler.hpp"

namespace gantry::central {

/// One object for all connections; what it refers to is thread-safe.
class HubHandler final : public http::Handler {
public:
    /// @param receipts receipts as files, a folder for each site
    HubHandler(Sites& sites, Statements& statements, TusHandler& tus, std::filesystem::path receipts)
        : sites_(sites), statements_(statements), tus_(tus), receipts_(std::move(receipts)) {}
    /// Before the server starts, where a trial was set up.
    void serve(const InboxFiles* inbox, EnrolHandler* enrol) {
        inbox_ = inbox;
        enrol_ = enrol;
    }

    std::unique_ptr<http::UploadSink> upload(const http::Request& request) override;
    http::Response handle(const http::Request& request) override;

private:
    /// By certificate, else by token.
    Result<std::optional<std::string>> siteOf(const http::Request& request);
    Result<std::optional<std::string>> siteOfCertificate(const http::Request& request);
    http::Response answer(const http::Request& request);
    http::Response enrolment(const http::Request& request);
    Result<std::string> receiptText(const std::string& site, const std::string& parcel_id) const;
    http::Response receipt(const http::Request& request, const std::string& site) const;

    Sites& sites_;
    Statements& statements_;
    TusHandler& tus_;
    const std::filesystem::path receipts_;
    const InboxFiles* inbox_ = nullptr;
    EnrolHandler* enrol_ = nullptr;
};

}  // namespace gantry::central
