#include "images/pixel_compression.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "deid/all_cores.hpp"
#include "gantry/core/crypto.hpp"
#include "gantry/core/dicom.hpp"
#include "images/pixels_alone.hpp"

namespace gantry::agent {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using std::chrono::milliseconds;

constexpr std::size_t kTogether = 16;              ///< files that one worker takes
constexpr std::uint64_t kBytesPerMilli = 1 << 10;  ///< a slow machine compresses at least so much
constexpr milliseconds kLongestBase{60'000};
constexpr milliseconds kLongest{3'600'000};
constexpr std::string_view kExplicitLittle = "1.2.840.10008.1.2.1";

using Answers = std::vector<std::optional<CompressedFile>>;

/// Whether it is worth asking: uncompressed pixels, or anything that only the worker can tell.
bool mayCompress(const fs::path& path) {
    const auto map = MappedFile::open(path);
    if (!map) return false;
    dicom::ReadLimits limits;
    limits.stop_at_pixel_data = true;
    const auto file = dicom::readFile(map->bytes(), limits);
    return file && file->transfer_syntax_uid == kExplicitLittle &&
           file->dataset.find(dicom::Tag{0x00280010}) != nullptr;
}

milliseconds longestFor(std::span<const CompressRequest> requests) {
    std::uint64_t bytes = 0;
    std::error_code ec;
    for (const auto& request : requests) {
        const auto size = fs::file_size(request.original, ec);
        if (!ec) bytes += size;
    }
    const auto wanted = kLongestBase + milliseconds(static_cast<milliseconds::rep>(bytes / kBytesPerMilli));
    return std::min(wanted, kLongest);
}

/// Which of them the worker says to have compressed; nullopt for an answer that is none.
std::optional<std::vector<bool>> readAnswer(const std::string& text, std::size_t count) try {
    const auto parsed = json::parse(text);
    std::vector<bool> out;
    for (const auto& one : parsed.at("instances").as_array())
        out.push_back(one.at("state").as_string() == "compressed");
    return out.size() == count ? std::optional(out) : std::nullopt;
} catch (const std::exception&) {
    return std::nullopt;
}

/// nullopt unless the file is there, is smaller, and differs in nothing but its pixels.
std::optional<CompressedFile> lookAt(const CompressRequest& request) {
    std::error_code ec;
    // A worker that was taken over could leave a link that points elsewhere.
    if (!fs::is_regular_file(fs::symlink_status(request.out, ec))) return std::nullopt;
    const auto bytes = fs::file_size(request.out, ec);
    if (ec || bytes >= fs::file_size(request.original, ec)) return std::nullopt;
    if (!checkPixelsAlone(request.original, request.out)) return std::nullopt;
    const auto digest = sha256File(request.out);
    if (!digest) return std::nullopt;
    return CompressedFile{bytes, toHex(*digest)};
}

Result<Answers> compressTogether(std::span<const CompressRequest> requests, const PixelWorker& worker,
                                 const std::stop_token& stop) {
    json::array tasks;
    for (const auto& request : requests)
        tasks.push_back({{"path", request.original.string()}, {"out", request.out.string()}});
    const auto text = json::serialize(json::value{{"instances", std::move(tasks)}});
    const auto said = GANTRY_TRY(askWorker(worker, "--compress", text, longestFor(requests), stop));
    const auto states = said.failure.empty() ? readAnswer(said.text, requests.size()) : std::nullopt;
    Answers out(requests.size());
    // One image that breaks the worker must not hold the others.
    if (!states && requests.size() > 1) {
        for (std::size_t i = 0; i < requests.size(); ++i)
            out[i] = GANTRY_TRY(compressTogether(requests.subspan(i, 1), worker, stop)).front();
        return out;
    }
    for (std::size_t i = 0; i < requests.size(); ++i) {
        if (states && (*states)[i]) out[i] = lookAt(requests[i]);
        std::error_code ignored;
        if (!out[i]) fs::remove(requests[i].out, ignored);
    }
    return out;
}

}  // namespace

Result<Answers> compressPixels(std::span<const CompressRequest> requests, const PixelWorker& worker,
                               const std::stop_token& stop) {
    std::vector<CompressRequest> asked;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        if (!mayCompress(requests[i].original)) continue;
        asked.push_back(requests[i]);
        places.push_back(i);
    }
    const auto groups = (asked.size() + kTogether - 1) / kTogether;
    std::vector<Result<Answers>> answers(groups, fail(Errc::Stopped, "stopping"));
    forEachOnAllCores(groups, stop, [&](std::size_t i) {
        const auto first = i * kTogether;
        const auto count = std::min(kTogether, asked.size() - first);
        answers[i] = compressTogether(std::span(asked).subspan(first, count), worker, stop);
    });
    Answers out(requests.size());
    for (std::size_t i = 0; i < groups; ++i) {
        auto group = GANTRY_TRY(std::move(answers[i]));
        for (std::size_t j = 0; j < group.size(); ++j) out[places[i * kTogether + j]] = std::move(group[j]);
    }
    return out;
}

}  // namespace gantry::agent
