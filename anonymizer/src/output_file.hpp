#pragma once
/// The output as a list of pieces: bytes of ours, and ranges of the source that the kernel copies.

#include <filesystem>
#include <string>
#include <vector>

#include "gantry/core/crypto.hpp"

namespace gantry::anonymizer {

struct WrittenFile {
    Digest sha256{};
    std::uint64_t size_bytes = 0;
};

class OutputFile {
public:
    /// Grows as the caller appends; what is appended after copy() stands behind the copied bytes.
    std::string& text() { return text_; }
    /// `source` must live until write().
    void copy(Bytes source);
    /// Puts `head` before everything, writes beside `path`, renames. Ranges that lie in `source` go
    /// from one file's pages to the other's within the kernel, in steps that bound the memory touched.
    Result<WrittenFile> write(const std::string& head, const MappedFile& source,
                              const std::filesystem::path& path);

private:
    struct Piece {
        std::size_t text_end;  ///< text_ up to here comes before `copied`
        Bytes copied;
    };
    std::string text_;
    std::vector<Piece> pieces_;
};

}  // namespace gantry::anonymizer
