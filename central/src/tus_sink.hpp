#pragma once
/// Takes the body of one PATCH, or of one creation with content, into an upload's file.

#include "gantry/core/http_server.hpp"
#include "tus_headers.hpp"
#include "upload_store.hpp"

namespace gantry::central {

struct TusTransfer {
    UploadRow row;
    std::shared_ptr<UploadFile> file;
    UploadFile::Ticket ticket = 0;
    std::uint64_t start = 0;  ///< offset of the body's first byte
    std::optional<ChecksumCheck> checksum;
    http::Response success;  ///< 204 or 201; Upload-Offset and Upload-Expires are added
};

std::unique_ptr<http::UploadSink> receiving(UploadStore& store, TusTransfer transfer);

}  // namespace gantry::central
