#include "gantry/core/result.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace gantry {
namespace {

// DIMSE statuses of C-STORE: PS3.4 Table B.2-1 (A7xx out of resources, A9xx does not match, Cxxx cannot
// understand) and PS3.7 Annex C (0x0124 not authorised, 0x0110 processing failure).
constexpr std::array kTable = {
    ErrcRow{Errc::Io, "io", Retry::Later, 500, 0xA700, 10, "A file could not be read or written."},
    ErrcRow{Errc::DiskFull, "disk-full", Retry::Later, 507, 0xA700, 11, "The disk is full."},
    ErrcRow{Errc::NotFound, "not-found", Retry::Never, 404, 0x0110, 12, "It is not there."},
    ErrcRow{Errc::AlreadyExists, "already-exists", Retry::Never, 409, 0x0111, 13, "It is there already."},
    ErrcRow{Errc::InvalidArgument, "invalid-argument", Retry::Never, 400, 0x0115, 14,
            "The input is not usable."},
    ErrcRow{Errc::NotDicom, "not-dicom", Retry::Never, 400, 0xC000, 20, "This cannot be read as DICOM."},
    ErrcRow{Errc::DicomLimit, "dicom-limit", Retry::Never, 400, 0xC001, 21,
            "This DICOM object exceeds a limit."},
    ErrcRow{Errc::DicomMismatch, "dicom-mismatch", Retry::Never, 400, 0xA900, 22,
            "The object is not what was announced."},
    ErrcRow{Errc::NotAllowed, "not-allowed", Retry::Never, 403, 0x0124, 23,
            "The configuration does not allow it."},
    ErrcRow{Errc::Conflict, "conflict", Retry::Never, 409, 0x0110, 24, "It contradicts what is there."},
    ErrcRow{Errc::CatalogueBroken, "catalogue-broken", Retry::Never, 500, 0xA700, 25,
            "The catalogue is damaged."},
    ErrcRow{Errc::Busy, "busy", Retry::Soon, 503, 0xA700, 26, "Too busy just now."},
    ErrcRow{Errc::ConfigInvalid, "config-invalid", Retry::Never, 400, 0x0110, 30,
            "The configuration has mistakes."},
    ErrcRow{Errc::Crypto, "crypto", Retry::Never, 500, 0x0110, 31, "A cryptographic step failed."},
    ErrcRow{Errc::BadSignature, "bad-signature", Retry::Never, 400, 0x0110, 32,
            "A signature or digest is wrong."},
    ErrcRow{Errc::BadFormat, "bad-format", Retry::Never, 400, 0x0110, 33,
            "The content is not in its format."},
    ErrcRow{Errc::NoIdentity, "no-identity", Retry::Never, 400, 0x0110, 34, "No key here opens it."},
    ErrcRow{Errc::LeakFound, "leak-found", Retry::Never, 409, 0x0110, 35,
            "Something that identifies the patient is still there."},
    ErrcRow{Errc::Unsupported, "unsupported", Retry::Never, 422, 0x0122, 36, "Nothing here handles this."},
    ErrcRow{Errc::NetworkDown, "network-down", Retry::Soon, 502, 0x0110, 40,
            "The other side cannot be reached."},
    ErrcRow{Errc::PeerRefused, "peer-refused", Retry::Later, 502, 0x0110, 41, "The other side refuses."},
    ErrcRow{Errc::PeerBusy, "peer-busy", Retry::Later, 503, 0x0110, 42, "The other side asks to come again."},
    ErrcRow{Errc::OffsetMismatch, "offset-mismatch", Retry::Soon, 409, 0x0110, 43,
            "The other side holds another number of bytes."},
    ErrcRow{Errc::Gone, "gone", Retry::Soon, 410, 0x0110, 44, "The other side no longer knows this upload."},
    ErrcRow{Errc::Timeout, "timeout", Retry::Soon, 504, 0x0110, 45, "It took too long."},
    ErrcRow{Errc::Stopped, "stopped", Retry::Soon, 503, 0xA700, 46, "This program is stopping."},
    ErrcRow{Errc::ClockWrong, "clock-wrong", Retry::Later, 502, 0x0110, 47,
            "This machine's clock is wrong: set it."},
    ErrcRow{Errc::NoGrant, "no-grant", Retry::Later, 502, 0x0110, 48,
            "No permission to upload is left; the central team sends new ones."},
    ErrcRow{Errc::Internal, "internal", Retry::Later, 500, 0x0110, 50, "A fault of this program."},
};
static_assert(kTable.size() == static_cast<std::size_t>(Errc::Internal) + 1);

}  // namespace

std::span<const ErrcRow> errcTable() {
    return kTable;
}

const ErrcRow& describe(Errc code) {
    return kTable.at(static_cast<std::size_t>(code));
}

std::string Error::message() const {
    const auto& row = describe(code);
    return context.empty() ? std::string(row.sentence) : std::string(row.slug) + ": " + context;
}

Error failErrno(std::string context, int error_number) {
    Errc code = Errc::Io;
    if (error_number == ENOSPC || error_number == EDQUOT) code = Errc::DiskFull;
    if (error_number == ENOENT) code = Errc::NotFound;
    if (error_number == EEXIST) code = Errc::AlreadyExists;
    return {code, std::move(context) + ": " + std::strerror(error_number)};
}

void throwErrorFromResult(const Error& error) {
    throw std::logic_error("unchecked result: " + error.message());
}

}  // namespace gantry
