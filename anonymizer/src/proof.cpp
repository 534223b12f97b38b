#include "proof.hpp"

#include "gantry/anonymizer/own_output.hpp"

#include <algorithm>

#include "trial_attributes.hpp"

namespace gantry::anonymizer {
namespace {

using dicom::Element;

/// Consonants: no word and no number comes about by chance.
constexpr std::string_view kLetters = "bcdfghjklmnpqrst";

void appendSized(std::string& message, std::string_view part) {
    message += std::to_string(part.size());
    message += ':';
    message += part;
}

std::string_view digestText(const Digest& digest) {
    return asText(Bytes(digest));
}

/// Offset of a view into `whole`; nullopt for bytes that lie elsewhere.
std::optional<std::size_t> offsetIn(Bytes whole, const std::byte* at) {
    if (at < whole.data() || at > whole.data() + whole.size()) return std::nullopt;
    return static_cast<std::size_t>(at - whole.data());
}

const Element* pixelsOf(const dicom::DataSet& dataset) {
    const auto is_pixels = [](const Element& element) {
        return element.tag.group() == 0x7FE0 && element.tag.element() >= 0x0008;
    };
    const auto found = std::ranges::find_if(dataset.elements, is_pixels);
    return found == dataset.elements.end() ? nullptr : &*found;
}

}  // namespace

std::string proofOf(const DeidKeys& keys, const SubjectIdentity& subject, Bytes before, Bytes behind) {
    std::string message = "gantry output 1;";
    appendSized(message, subject.trial_id);
    appendSized(message, subject.subject_id);
    appendSized(message, digestText(sha256(before)));
    appendSized(message, digestText(sha256(behind)));
    const auto mac = hmacSha256(keys.proof_key, asBytes(message));
    std::string letters;
    for (std::size_t i = 0; i < kProofLetters / 2; ++i) {
        const auto byte = std::to_integer<unsigned>(mac[i]);
        letters += kLetters[byte >> 4];
        letters += kLetters[byte & 15u];
    }
    return letters;
}

bool isOwnOutput(const dicom::DicomFile& file, const DeidKeys& keys, const SubjectIdentity& subject) {
    if (dicom::isDeflated(file.transfer_syntax_uid) || !file.trailing.empty()) return false;
    const auto* method = file.dataset.find(trial::kDeidentificationMethod);
    if (method == nullptr) return false;
    const auto text = asText(method->value);
    const auto label = text.rfind(kProofLabel);
    if (label == std::string_view::npos || text.size() < label + kProofLabel.size() + kProofLetters)
        return false;
    const auto letters = text.substr(label + kProofLabel.size(), kProofLetters);
    const auto whole = file.dataset_bytes;
    const auto begin = offsetIn(whole, method->value.data() + (letters.data() - text.data()));
    if (!begin) return false;
    auto end = whole.size();
    if (const auto* pixels = pixelsOf(file.dataset)) {
        const std::size_t header = file.dataset.encoding == dicom::Encoding::ImplicitLittle ? 8 : 12;
        const auto value = offsetIn(whole, pixels->value.data());
        if (!value || *value < header) return false;
        end = *value - header;
    }
    const auto behind = *begin + kProofLetters;
    if (end < behind) return false;
    const auto expected = proofOf(keys, subject, whole.first(*begin), whole.subspan(behind, end - behind));
    return letters == expected;
}

}  // namespace gantry::anonymizer
