#include "gantry/core/log.hpp"
#include "images/pixel_compression.hpp"
#include "images/worker_process.hpp"
#include "workflow/dispatch_step.hpp"

namespace gantry::agent {
namespace {

namespace fs = std::filesystem;

/// The compressed file takes the place of the other, which goes.
void replace(uplink::ParcelFile& file, uplink::ManifestFile& entry, const fs::path& with,
             const CompressedFile& compressed, const std::string& former_syntax) {
    std::error_code ignored;
    fs::remove(file.path, ignored);
    file.path = with;
    entry.uncompressed = uplink::ManifestUncompressed{"jpeg-ls", former_syntax, entry.bytes, entry.sha256};
    entry.bytes = compressed.bytes;
    entry.sha256 = compressed.sha256;
}

}  // namespace

Result<> DispatchStep::compress(const StudyRow& study, const anonymizer::LeakGate& gate,
                                const fs::path& folder, Packed& packed, const std::stop_token& stop) {
    constexpr auto kExplicitLittle = "1.2.840.10008.1.2.1";
    std::vector<CompressRequest> requests;
    for (std::size_t i = 0; i < packed.files.size(); ++i)
        requests.push_back({packed.files[i].path, folder / ("compressed-" + std::to_string(i) + ".dcm")});
    const PixelWorker worker{WorkerProcess::defaultProgram(), folder};
    const auto answers = GANTRY_TRY(compressPixels(requests, worker, stop));
    std::size_t compressed = 0;
    std::uint64_t before = 0, after = 0;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        before += packed.entries[i].bytes;
        // The uncompressed file has passed the gate; what leaves has to pass it as well.
        if (answers[i] && gate.check(requests[i].out)) {
            replace(packed.files[i], packed.entries[i], requests[i].out, *answers[i], kExplicitLittle);
            ++compressed;
        }
        after += packed.entries[i].bytes;
    }
    log::info("dispatch.compressed",
              {{"study", study.id}, {"images", compressed}, {"bytes_before", before}, {"bytes", after}});
    return {};
}

}  // namespace gantry::agent
