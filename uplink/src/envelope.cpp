#include "gantry/uplink/envelope.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "gantry/core/crypto.hpp"

namespace gantry::uplink {
namespace {

constexpr std::array<EnvelopeRow, 1> kTable = {{
    {Envelope::AgeV1, "age-v1", ".age", "age-encryption.org/v1\n"},
}};
constexpr std::string_view kAgeOfAnyVersion = "age-encryption.org/";
constexpr std::string_view kArmoredAge = "-----BEGIN AGE ENCRYPTED FILE-----";
constexpr std::string_view kLaterEnvelope = "gantry-envelope ";

/// The first line, if it is whole and a name that can stand in a message; else "".
std::string nameIn(std::string_view text) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '/';
    };
    const auto end = std::ranges::find_if_not(text, plain);
    return end != text.end() && *end == '\n' ? std::string(text.begin(), end) : std::string();
}

Error tooNew(const std::string& name) {
    return fail(Errc::Unsupported, "the parcel is in the envelope '" + name +
                                       "', which this version does not know: it opens age-v1. Update the "
                                       "program that opens");
}

}  // namespace

std::span<const EnvelopeRow> envelopeTable() {
    return kTable;
}

const EnvelopeRow& describe(Envelope envelope) {
    return *std::ranges::find(kTable, envelope, &EnvelopeRow::envelope);
}

Result<Envelope> envelopeOf(std::string_view beginning) {
    for (const auto& row : kTable)
        if (beginning.starts_with(row.beginning)) return row.envelope;
    // What `age -a` made of a parcel is the same parcel.
    if (beginning.starts_with(kArmoredAge)) return Envelope::AgeV1;
    const bool later = beginning.starts_with(kLaterEnvelope);
    const auto name = nameIn(later ? beginning.substr(kLaterEnvelope.size()) : beginning);
    if (!name.empty() && (later || name.starts_with(kAgeOfAnyVersion))) return tooNew(name);
    return fail(Errc::BadFormat, "not a parcel: it does not begin as an encrypted file");
}

std::string parcelFileName(std::string_view parcel_id, Envelope envelope) {
    return std::string(parcel_id) + std::string(describe(envelope).ending);
}

std::string recipientsDigest(std::span<const AgeRecipient> recipients) {
    std::set<std::string> texts;
    for (const auto& recipient : recipients) texts.insert(recipient.toString());
    std::string lines;
    for (const auto& text : texts) lines += text + '\n';
    return toHex(sha256(asBytes(lines)));
}

}  // namespace gantry::uplink
