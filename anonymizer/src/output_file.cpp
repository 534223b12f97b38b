#include "output_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace gantry::anonymizer {
namespace {

constexpr std::size_t kStep =
    4u << 20;  // bytes hashed or copied at a time; bounds the memory that is touched

bool liesIn(Bytes part, Bytes whole) {
    return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

class Destination {
public:
    Destination(int fd, const MappedFile& source) : fd_(fd), source_(source) {}

    Result<> writeText(std::string_view text) {
        hash_.update(asBytes(text));
        GANTRY_CHECK(writeAllAt(fd_, asBytes(text), size_));
        size_ += text.size();
        return {};
    }

    /// Mapped bytes go from page cache to page cache within one call: copy_file_range() of file systems that
    /// share no blocks moves the same bytes page by page through a pipe and takes twice the time.
    Result<> writeCopy(Bytes bytes) {
        const bool mapped = liesIn(bytes, source_.bytes());
        while (!bytes.empty()) {
            const auto step = bytes.first(std::min(bytes.size(), kStep));
            if (mapped) bringInPages(step);
            GANTRY_CHECK(writeAllAt(fd_, step, size_));
            hash_.update(step);
            if (mapped && bytes.size() > kStep) releasePages(step);
            size_ += step.size();
            bytes = bytes.subspan(step.size());
        }
        return {};
    }

    WrittenFile finish() { return {hash_.finish(), size_}; }

private:
    int fd_;
    const MappedFile& source_;
    Sha256 hash_;
    std::uint64_t size_ = 0;
};

/// Removed at the end of life unless it was renamed.
class PartFile {
public:
    explicit PartFile(std::filesystem::path path) : path_(std::move(path)) {}
    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;
    ~PartFile() {
        if (!path_.empty()) ::unlink(path_.c_str());
    }
    const std::filesystem::path& path() const { return path_; }
    Result<> renameTo(const std::filesystem::path& target) {
        if (::rename(path_.c_str(), target.c_str()) != 0)
            return failErrno("naming the de-identified file", errno);
        path_.clear();
        return {};
    }

private:
    std::filesystem::path path_;
};

}  // namespace

void OutputFile::copy(Bytes source) {
    pieces_.push_back({text_.size(), source});
}

Result<WrittenFile> OutputFile::write(const std::string& head, const MappedFile& source,
                                      const std::filesystem::path& path) {
    PartFile part(path.parent_path() / ("." + path.filename().string() + ".part"));
    const auto file = GANTRY_TRY(openFile(part.path(), OpenMode::CreateOrTruncate));
    Destination destination(file.get(), source);
    std::size_t done = pieces_.empty() ? text_.size() : pieces_.front().text_end;
    GANTRY_CHECK(destination.writeText(head + text_.substr(0, done)));
    for (const auto& piece : pieces_) {
        if (piece.text_end > done)
            GANTRY_CHECK(destination.writeText(std::string_view(text_).substr(done, piece.text_end - done)));
        done = piece.text_end;
        GANTRY_CHECK(destination.writeCopy(piece.copied));
    }
    if (done < text_.size()) GANTRY_CHECK(destination.writeText(std::string_view(text_).substr(done)));
    // The disk begins while the next instance is made; syncOutputs() then waits less.
    ::sync_file_range(file.get(), 0, 0, SYNC_FILE_RANGE_WRITE);
    GANTRY_CHECK(part.renameTo(path));
    return destination.finish();
}

}  // namespace gantry::anonymizer
