#include <archive.h>
#include <archive_entry.h>

#include <cerrno>
#include "tar_reader.hpp"

namespace gantry::uplink {
namespace {

struct ArchiveFree {
    void operator()(archive* a) const noexcept { archive_read_free(a); }
};

bool isPlainFile(archive_entry* entry) {
    return archive_entry_filetype(entry) == AE_IFREG && archive_entry_hardlink(entry) == nullptr &&
           archive_entry_symlink(entry) == nullptr && archive_entry_sparse_count(entry) == 0 &&
           archive_entry_size_is_set(entry) != 0 && archive_entry_size(entry) >= 0;
}

}  // namespace

struct TarReader::Impl {
    PieceSource source;
    std::optional<Error> source_error;
    std::int64_t offset = 0;  // in the current entry
    bool opened = false;
    std::unique_ptr<archive, ArchiveFree> tar{archive_read_new()};

    static la_ssize_t fromSource(archive* a, void* self, const void** data) {
        auto& impl = *static_cast<Impl*>(self);
        auto piece = impl.source();
        if (!piece) {
            impl.source_error = piece.error();
            archive_set_error(a, EIO, "the source failed");
            return -1;
        }
        *data = piece->data();
        return static_cast<la_ssize_t>(piece->size());
    }

    Error broken() const {
        if (source_error) return *source_error;
        const char* why = archive_error_string(tar.get());
        return fail(Errc::BadFormat, std::string("tar: ") + (why != nullptr ? why : "cannot be read"));
    }

    // Opening reads already, so its errors belong to the first next().
    Result<> open() {
        opened = true;
        archive_read_support_format_tar(tar.get());
        archive_read_support_filter_zstd(tar.get());
        if (archive_read_open(tar.get(), this, nullptr, fromSource, nullptr) != ARCHIVE_OK) return broken();
        return {};
    }
};

TarReader::TarReader(PieceSource source) : impl_(std::make_unique<Impl>()) {
    impl_->source = std::move(source);
}
TarReader::~TarReader() = default;

Result<std::optional<TarEntry>> TarReader::next() {
    if (!impl_->opened) GANTRY_CHECK(impl_->open());
    impl_->offset = 0;
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(impl_->tar.get(), &entry);
    if (status == ARCHIVE_EOF) return std::optional<TarEntry>();
    if (status != ARCHIVE_OK) return impl_->broken();
    if (!isPlainFile(entry)) return fail(Errc::BadFormat, "tar: an entry that is not a plain file");
    const char* name = archive_entry_pathname(entry);
    if (name == nullptr) return fail(Errc::BadFormat, "tar: an entry with an unreadable name");
    return TarEntry{name, static_cast<std::uint64_t>(archive_entry_size(entry))};
}

Result<Bytes> TarReader::read() {
    const void* data = nullptr;
    std::size_t size = 0;
    la_int64_t at = 0;
    for (;;) {
        const int status = archive_read_data_block(impl_->tar.get(), &data, &size, &at);
        if (status == ARCHIVE_EOF) return Bytes();
        if (status != ARCHIVE_OK) return impl_->broken();
        if (size == 0) continue;
        if (at != impl_->offset) return fail(Errc::BadFormat, "tar: an entry with holes");
        impl_->offset += static_cast<std::int64_t>(size);
        return Bytes(static_cast<const std::byte*>(data), size);
    }
}

}  // namespace gantry::uplink
