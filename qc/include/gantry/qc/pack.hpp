#pragma once
/// A protocol pack: one trial's imaging manual as data. docs/formats/pack.md is the format.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/pack_deidentification.hpp"
#include "gantry/core/result.hpp"
#include "gantry/core/verdict.hpp"

namespace gantry::qc {

struct PackData;

/// One thing wrong with a pack.
struct PackMistake {
    std::string path;     ///< "slots.cap_pv.rules[3].op"; "" for the document as a whole
    std::string message;  ///< what was found and what is allowed
};

struct PackVisit {
    std::string id;
    std::string label;
    std::vector<std::string> needs;     ///< slot ids
    std::vector<std::string> optional;  ///< slot ids
};

struct PackSlot {
    std::string id;
    std::string label;
    std::string short_label;  ///< for headlines; the label when the pack gives none
    std::vector<std::string> endpoints;
};

/// How parcels are made smaller, docs/formats/parcel.md. Nothing is lost either way.
struct PackCompression {
    bool pixels = true;   ///< grey ones by JPEG-LS, each instance for itself
    bool parcel = false;  ///< as a whole, by Zstandard
    friend bool operator==(const PackCompression&, const PackCompression&) = default;
};
/// "jpegls", "zstd", "both", "none"; nullopt for another word.
std::optional<PackCompression> parseCompression(std::string_view name);
/// The words there are.
std::vector<std::string> compressionNames();

/// A valid pack; immutable, cheap to copy, safe to share between threads.
class Pack {
public:
    /// Limits of what is read at all.
    static constexpr std::size_t kMaxBytes = 256u << 10;
    static constexpr std::size_t kMaxDepth = 12;
    static constexpr std::size_t kMaxRules = 400;

    /// Reads canonical JSON (packYamlToJson of pack_yaml.hpp leads there).
    /// @errors ConfigInvalid, with every mistake on a line of its own: "path: message"
    static Result<Pack> fromJson(std::string_view json);
    /// Asks nothing and knows no visit: of a trial that has no pack in force yet. Id and version are "".
    static Pack none();
    /// All mistakes, in the order of the document; empty when fromJson would succeed.
    static std::vector<PackMistake> mistakes(std::string_view json);

    const std::string& id() const;
    const std::string& version() const;
    const std::string& title() const;
    const std::string& language() const;
    std::vector<PackVisit> visits() const;
    std::vector<PackSlot> slots() const;
    /// Check names that tell a qualified reconstruction from another one.
    std::vector<std::string> reconstructionChecks() const;
    /// Phantoms by id, in the pack's order.
    std::vector<std::string> phantoms() const;
    /// Sources marked `verify: true`: while there is one the pack is a draft, and must not be put in force.
    std::vector<std::string> unverifiedSources() const;
    /// What this trial asks of de-identification: options of PS3.15 E.1, what stays, what is blanked.
    const PackDeidentification& deidentification() const;
    /// Standard attributes that rules, matching and summaries read, with the sequences around them,
    /// ascending.
    std::vector<dicom::Tag> attributesRead() const;
    /// A study is held when a rule of one of these severities failed.
    const std::vector<Severity>& holdOn() const;
    /// Days that images stay at the site after the sponsor's receipt.
    std::optional<int> retentionDays() const;
    PackCompression compression() const;
    /// What a person who decides this signs: "release", "waive", …; "" when the pack asks for no signature.
    std::string signatureFor(std::string_view decision) const;
    /// All of them, by decision.
    const std::map<std::string, std::string, std::less<>>& signatures() const;
    /// Whether nothing of this study may leave before a person has decided.
    bool holds(const Verdict& verdict) const;

    const PackData& data() const { return *data_; }  ///< for this folder's own sources

private:
    explicit Pack(std::shared_ptr<const PackData> data) : data_(std::move(data)) {}
    std::shared_ptr<const PackData> data_;
};

}  // namespace gantry::qc
