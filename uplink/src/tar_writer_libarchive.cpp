#include <archive.h>
#include <archive_entry.h>

#include <cerrno>
#include <optional>

#include "tar_writer.hpp"

namespace gantry::uplink {
namespace {

constexpr auto kZstdLevel = "3";  // docs/measurements.md: higher ones cost more time than they save

struct ArchiveFree {
    void operator()(archive* a) const noexcept { archive_write_free(a); }
};
struct EntryFree {
    void operator()(archive_entry* e) const noexcept { archive_entry_free(e); }
};

}  // namespace

struct TarWriter::Impl {
    ByteSink sink;
    std::int64_t time = 0;
    std::optional<Error> sink_error;
    bool sink_closed = false;  // libarchive writes the end of the tar even when it is thrown away
    std::unique_ptr<archive, ArchiveFree> tar;
    std::unique_ptr<archive_entry, EntryFree> entry;

    static la_ssize_t toSink(archive* a, void* self, const void* data, std::size_t size) {
        auto& impl = *static_cast<Impl*>(self);
        if (!impl.sink_error && !impl.sink_closed) {
            auto written = impl.sink(Bytes(static_cast<const std::byte*>(data), size));
            if (written) return static_cast<la_ssize_t>(size);
            impl.sink_error = written.error();
        }
        archive_set_error(a, EIO, "the sink refused");
        return -1;
    }

    Result<> check(la_ssize_t status) const {
        if (status >= ARCHIVE_OK) return {};
        if (sink_error) return *sink_error;
        const char* why = archive_error_string(tar.get());
        return fail(Errc::Io, std::string("writing a tar: ") + (why != nullptr ? why : "unknown"));
    }
};

TarWriter::TarWriter(ByteSink sink, std::int64_t time, TarCompression compression)
    : impl_(std::make_unique<Impl>()) {
    impl_->sink = std::move(sink);
    impl_->time = time;
    impl_->tar.reset(archive_write_new());
    impl_->entry.reset(archive_entry_new());
    archive_write_set_format_pax_restricted(impl_->tar.get());
    if (compression == TarCompression::Zstd) {
        archive_write_add_filter_zstd(impl_->tar.get());
        archive_write_set_filter_option(impl_->tar.get(), "zstd", "compression-level", kZstdLevel);
    }
    archive_write_set_bytes_per_block(impl_->tar.get(), 0);  // what is behind the sink buffers
    archive_write_open2(impl_->tar.get(), impl_.get(), nullptr, Impl::toSink, nullptr, nullptr);
}

TarWriter::~TarWriter() {
    impl_->sink_closed = true;
}

Result<> TarWriter::begin(const std::string& name, std::uint64_t bytes) {
    auto* entry = archive_entry_clear(impl_->entry.get());
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0600);
    archive_entry_set_mtime(entry, impl_->time, 0);
    archive_entry_set_size(entry, static_cast<la_int64_t>(bytes));
    return impl_->check(archive_write_header(impl_->tar.get(), entry));
}

Result<> TarWriter::write(Bytes bytes) {
    while (!bytes.empty()) {
        const auto written = archive_write_data(impl_->tar.get(), bytes.data(), bytes.size());
        GANTRY_CHECK(impl_->check(written));
        if (written == 0) return fail(Errc::Internal, "more bytes for a tar entry than were announced");
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

Result<> TarWriter::finish() {
    return impl_->check(archive_write_close(impl_->tar.get()));
}

}  // namespace gantry::uplink
