#include <unistd.h>

#include <algorithm>

#include "client_parts.hpp"
#include "file_hashes.hpp"
#include "names.hpp"

namespace gantry::uplink::tuf {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPiece = 1 << 20;
constexpr std::chrono::hours kPatience{24};  // another process may be downloading something large

// A part "." or ".." would be taken out of the URL on the way, and with it what stands before.
bool climbs(std::string_view path) {
    for (std::size_t from = 0; from <= path.size();) {
        const auto slash = std::min(path.find('/', from), path.size());
        const auto part = path.substr(from, slash - from);
        if (part == "." || part == "..") return true;
        from = slash + 1;
    }
    return false;
}

Result<std::string> urlOf(const ClientConfig& config, const Root& root, const Target& target) {
    if (config.target_url.empty()) return fail(Errc::InvalidArgument, "no address of targets is configured");
    if (climbs(target.path)) return fail(Errc::Unsupported, "a target's path leads out of its folder");
    auto path = target.path;
    if (root.consistent_snapshot.value_or(false)) {
        const auto hash = namingHash(target.info.hashes);
        if (!hash) return fail(Errc::Unsupported, "the target has no hash of a kind that is known here");
        path = withHash(path, *hash);
    }
    return config.target_url + (config.target_url.ends_with('/') ? "" : "/") + encodedPath(path);
}

// Passes on what comes, and knows in the end whether it was the target.
class CheckedSink {
public:
    static Result<CheckedSink> start(const TargetInfo& info, Fetcher::Sink to) {
        return CheckedSink(info.length, GANTRY_TRY(HashCheck::start(info.hashes)), std::move(to));
    }
    Result<> take(Bytes bytes) {
        left_ -= std::min<std::uint64_t>(left_, bytes.size());
        check_.update(bytes);
        return to_(bytes);
    }
    Result<> finish() {
        if (left_ > 0) return fail(Errc::BadSignature, "it is shorter than was signed for");
        return check_.finish();
    }

private:
    CheckedSink(std::uint64_t length, HashCheck check, Fetcher::Sink to)
        : left_(length), check_(std::move(check)), to_(std::move(to)) {}
    std::uint64_t left_;
    HashCheck check_;
    Fetcher::Sink to_;
};

Result<> fetchInto(ClientParts& parts, const Target& target, std::uint64_t limit, Fetcher::Sink to,
                   std::stop_token stop) {
    const auto* set = GANTRY_TRY(parts.refreshed());
    if (target.info.length > limit)
        return fail(Errc::BadFormat, "the target " + target.path + " is larger than is taken here");
    auto sink = GANTRY_TRY(CheckedSink::start(target.info, std::move(to)));
    const Fetcher::Request request{GANTRY_TRY(urlOf(parts.config, set->root(), target)), target.info.length,
                                   ""};
    const auto found = GANTRY_TRY(parts.fetcher->stream(
        request, [&](Bytes bytes) { return sink.take(bytes); }, std::move(stop)));
    if (found != Fetcher::Found::Content)
        return fail(Errc::NotFound, "the server has no target " + target.path);
    if (auto good = sink.finish(); !good) return within("the target " + target.path, good.error());
    return {};
}

// Whether the file is the target already. What cannot be read is not.
bool isThere(const fs::path& file, const TargetInfo& info) {
    const auto fd = openFile(file, OpenMode::Read);
    if (!fd) return false;
    const auto size = fileSize(fd->get());
    auto check = HashCheck::start(info.hashes);
    if (!size || *size != info.length || !check) return false;
    for (std::uint64_t at = 0; at < *size; at += kPiece) {
        const auto piece =
            readAt(fd->get(), at, static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, *size - at)));
        if (!piece) return false;
        check->update(asBytes(*piece));
    }
    return check->finish().has_value();
}

// A file that is written beside, and gone unless it is kept.
class FileBeside {
public:
    static Result<FileBeside> create(fs::path path) {
        auto fd = GANTRY_TRY(openFile(path, OpenMode::CreateOrTruncate));
        return FileBeside(std::move(path), std::move(fd));
    }
    FileBeside(FileBeside&&) = default;
    FileBeside& operator=(FileBeside&&) = delete;
    ~FileBeside() {
        if (fd_) ::unlink(path_.c_str());
    }
    Result<> write(Bytes bytes) { return writeAll(fd_.get(), bytes); }
    Result<> keepAs(const fs::path& name) {
        GANTRY_CHECK(syncData(fd_.get()));
        GANTRY_CHECK(renameDurably(path_, name));
        fd_.reset();
        return {};
    }

private:
    FileBeside(fs::path path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}
    fs::path path_;
    UniqueFd fd_;
};

}  // namespace

Result<std::string> Client::read(const Target& target, std::stop_token stop) {
    std::string text;
    GANTRY_CHECK(fetchInto(
        *parts_, target, parts_->config.limits.read_target_bytes,
        [&](Bytes bytes) -> Result<> {
            text.append(asText(bytes));
            return {};
        },
        std::move(stop)));
    return text;
}

Result<fs::path> Client::download(const Target& target, std::stop_token stop) {
    if (parts_->config.target_dir.empty())
        return fail(Errc::InvalidArgument, "no folder of targets is configured");
    GANTRY_CHECK(makeDirectory(parts_->config.target_dir));
    // A lock of its own: metadata can be refreshed while something large comes.
    const auto lock = GANTRY_TRY(FolderLock::take(parts_->config.target_dir / ".lock", kPatience, stop));
    const auto name = fileNameOf(target.path);
    const auto file = parts_->config.target_dir / name;
    if (isThere(file, target.info)) return file;
    auto beside = GANTRY_TRY(FileBeside::create(parts_->config.target_dir / ("." + name + ".part")));
    GANTRY_CHECK(fetchInto(
        *parts_, target, parts_->config.limits.target_bytes, [&](Bytes bytes) { return beside.write(bytes); },
        std::move(stop)));
    GANTRY_CHECK(beside.keepAs(file));
    return file;
}

}  // namespace gantry::uplink::tuf
