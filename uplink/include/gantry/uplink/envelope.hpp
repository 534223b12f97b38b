#pragma once
/// What encrypts a parcel: docs/formats/parcel.md, "Outside: the envelope".

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "gantry/core/result.hpp"
#include "gantry/uplink/age.hpp"

namespace gantry::uplink {

/// Numbers only grow.
enum class Envelope : std::uint8_t { AgeV1 = 1 };

struct EnvelopeRow {
    Envelope envelope;
    std::string_view name;       ///< in the metadata of an upload
    std::string_view ending;     ///< of a file's name, with its dot
    std::string_view beginning;  ///< first bytes of the file
};

std::span<const EnvelopeRow> envelopeTable();
const EnvelopeRow& describe(Envelope envelope);

/// So many bytes from the front of a file, or all there are, are enough for envelopeOf().
inline constexpr std::size_t kEnvelopeBeginning = 128;

/// By the first bytes of a file.
/// @errors Unsupported for an envelope, or a version of age, that this program does not know yet; BadFormat
/// for what is no parcel
Result<Envelope> envelopeOf(std::string_view beginning);

/// "7f0c.age"
std::string parcelFileName(std::string_view parcel_id, Envelope envelope = Envelope::AgeV1);

/// What tells whether a parcel was made for these recipients: a header does not say it.
/// @return hexadecimal; neither order nor repetition matters
std::string recipientsDigest(std::span<const AgeRecipient> recipients);

}  // namespace gantry::uplink
