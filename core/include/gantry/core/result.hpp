#pragma once
/// Errors that are expected in the field: one closed list, one table of what the outside sees of each.

#include <boost/system/result.hpp>
#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

namespace gantry {

enum class Errc {
    Io,               ///< a system call on a file failed
    DiskFull,         ///< no room left, or the reserve would be touched
    NotFound,         ///< the named thing is not there
    AlreadyExists,    ///< the named thing is there already
    InvalidArgument,  ///< the caller's input does not have the form asked for
    NotDicom,         ///< bytes that cannot be read as DICOM
    DicomLimit,       ///< DICOM that exceeds a limit we set (depth, elements, lengths)
    DicomMismatch,    ///< data set does not match what was announced (PS3.7 C.5.7)
    NotAllowed,       ///< policy refuses it (allow-list, authorisation)
    Conflict,         ///< the same name with other content, or a state that forbids the event
    CatalogueBroken,  ///< SQLite reports damage or a misuse
    Busy,             ///< another writer, or a queue at its bound
    ConfigInvalid,    ///< configuration or pack has mistakes
    Crypto,           ///< a cryptographic operation failed
    BadSignature,     ///< a signature or digest does not verify
    BadFormat,        ///< a parcel, manifest, receipt or header does not have its format
    NoIdentity,       ///< none of our keys opens it
    LeakFound,        ///< something that identifies the patient is still there
    Unsupported,      ///< well-formed, but nothing here handles it
    NetworkDown,      ///< peer not reached or connection broken
    PeerRefused,      ///< the peer answered, and refused for good
    PeerBusy,         ///< the peer answered, and asks to come again
    OffsetMismatch,   ///< the peer holds another number of bytes than we thought
    Gone,             ///< the peer no longer has the upload
    Timeout,          ///< no progress within the time allowed
    Stopped,          ///< this process is stopping
    ClockWrong,       ///< this machine's clock and the peer's differ too much
    NoGrant,          ///< no permission to upload is left, or it has run out
    Internal,         ///< a fault of our own that could be contained
};

enum class Retry { Never, Soon, Later };

/// What the outside sees of an error. Slugs and numbers only grow.
struct ErrcRow {
    Errc code;
    std::string_view slug;       ///< stable, for logs, JSON and tests
    Retry retry;                 ///< whether trying again can help
    int http_status;             ///< RFC 9110
    std::uint16_t dimse_status;  ///< C-STORE status, PS3.4 Table B.2-1
    int exit_code;               ///< of our commands
    std::string_view sentence;   ///< what it means, for people
};

std::span<const ErrcRow> errcTable();
const ErrcRow& describe(Errc code);

struct [[nodiscard]] Error {
    Errc code;
    std::string context;  ///< what we were doing and what happened; never patient data
    /// slug and context in one line for people and logs
    std::string message() const;
};

inline std::ostream& operator<<(std::ostream& out, const Error& error) {
    return out << error.message();
}

template <class T = void>
using Result = boost::system::result<T, Error>;

inline Error fail(Errc code, std::string context) {
    return Error{code, std::move(context)};
}
/// The same error, said from further out: "context: inner".
inline Error within(std::string_view context, Error inner) {
    inner.context = std::string(context) + ": " + inner.context;
    return inner;
}
/// errno of a failed system call; ENOSPC and EDQUOT become DiskFull, ENOENT NotFound, EEXIST AlreadyExists.
Error failErrno(std::string context, int error_number);

[[noreturn]] void throwErrorFromResult(const Error& error);
}  // namespace gantry

namespace boost::system {
/// result::value() on an error is a bug of ours: it throws std::logic_error with the message.
[[noreturn]] inline void throw_exception_from_error(const gantry::Error& e, const boost::source_location&) {
    gantry::throwErrorFromResult(e);
}
}  // namespace boost::system

/// Value of a Result, or return its Error from the enclosing function. (GNU statement expression: g++ and
/// clang.)
#define GANTRY_TRY(...) GANTRY_TRY_AS_(__COUNTER__, __VA_ARGS__)
#define GANTRY_TRY_AS_(id, ...) GANTRY_TRY_NAMED_(id, __VA_ARGS__)
#define GANTRY_TRY_NAMED_(id, ...)                                             \
    __extension__({                                                            \
        auto gantry_result_##id = (__VA_ARGS__);                               \
        if (!gantry_result_##id) return std::move(gantry_result_##id).error(); \
        std::move(gantry_result_##id).operator*();                             \
    })
/// The same for Result<void>.
#define GANTRY_CHECK(...) GANTRY_CHECK_AS_(__COUNTER__, __VA_ARGS__)
#define GANTRY_CHECK_AS_(id, ...) GANTRY_CHECK_NAMED_(id, __VA_ARGS__)
#define GANTRY_CHECK_NAMED_(id, ...)                                             \
    do {                                                                         \
        auto gantry_checked_##id = (__VA_ARGS__);                                \
        if (!gantry_checked_##id) return std::move(gantry_checked_##id).error(); \
    } while (false)
