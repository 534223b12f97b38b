#pragma once
/// tus 1.0.0 over our HTTP server: requests of one authenticated site under /tus/. Every request that may
/// carry a body is answered by an UploadSink, so that nothing is kept in memory.

#include <functional>
#include <memory>
#include <string>

#include "gantry/core/http_server.hpp"
#include "upload_store.hpp"

namespace gantry::central {

inline constexpr std::string_view kTusPath = "/tus/";

class TusHandler {
public:
    /// `on_final` is told that an upload waits to be put together.
    TusHandler(UploadStore& store, Index& index, std::function<void()> on_final)
        : store_(store), index_(index), on_final_(std::move(on_final)) {}

    /// POST and PATCH, by header X-HTTP-Method-Override too.
    std::unique_ptr<http::UploadSink> upload(const http::Request& request, const std::string& site);
    /// HEAD, DELETE and what is none of tus.
    http::Response handle(const http::Request& request, const std::string& site);
    /// OPTIONS: what this server can do. The same for everybody.
    http::Response options() const;

    /// The method meant: a POST may say another in X-HTTP-Method-Override.
    static std::string methodOf(const http::Request& request);

private:
    http::Response head(const UploadRow& row);
    static http::Response description(const UploadRow& row);
    Result<std::uint64_t> offsetToTell(const UploadRow& row);
    http::Response remove(const UploadRow& row);
    std::unique_ptr<http::UploadSink> create(const http::Request& request, const std::string& site);
    std::unique_ptr<http::UploadSink> createFinal(const NewUpload& wanted);
    std::unique_ptr<http::UploadSink> patch(const http::Request& request, const std::string& site);
    std::unique_ptr<http::UploadSink> receive(const http::Request& request, UploadRow row,
                                              std::uint64_t offset, int status);
    Result<NewUpload> readCreation(const http::Request& request, const std::string& site) const;

    UploadStore& store_;
    Index& index_;
    const std::function<void()> on_final_;
};

/// The fields every answer of tus has.
http::Response withTus(http::Response response);
/// A sink that refuses the body with that answer.
std::unique_ptr<http::UploadSink> refusing(http::Response response);

}  // namespace gantry::central
