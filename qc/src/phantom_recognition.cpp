#include "gantry/qc/phantom_recognition.hpp"

#include <algorithm>
#include <cctype>

#include "gantry/core/attributes.hpp"
#include "pack_data.hpp"

namespace gantry::qc {

namespace {

constexpr std::string_view kGeneral[] = {"PatientID", "PatientName", "SeriesDescription", "StudyDescription",
                                         "ProtocolName"};

struct KindName {
    std::string_view in_packs, plain;
};
constexpr KindName kKinds[] = {
    {"acr_mri_large", "acr_mri"}, {"acr_mri_medium", "acr_mri"},           {"ct_water_cylinder", "ct_water"},
    {"dwi_ice_water", "dwi_ice"}, {"pet_uniform_cylinder", "pet_uniform"}, {"pet_nema_iq", "nema_iq"},
};

bool saysPhantom(std::string_view text) {
    std::string lower;
    for (const char c : text) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return lower.find("phantom") != std::string::npos;
}

std::string textOf(Attributes& attributes, std::string_view name) {
    const auto value = attributes.values(name).at(0);
    return value ? std::string(*value) : std::string();
}

/// All patterns of a phantom have to be found.
bool matches(const PackPhantom& phantom, Attributes& attributes, std::string& attribute) {
    if (phantom.recognise.empty()) return false;
    for (const auto& [name, pattern] : phantom.recognise) {
        if (!pattern.foundIn(textOf(attributes, name))) return false;
        attribute = name;
    }
    return true;
}

/// A shape of its own that no patient has. A smooth body alone might be a bottle beside a patient.
bool isUnmistakable(std::string_view kind) {
    return kind == "acr_mri" || kind == "acr_ct_464" || kind == "nema_iq";
}

}  // namespace

PhantomClaim phantomClaim(const Pack* pack, const std::vector<const Facts*>& instances) {
    PhantomClaim general;
    for (const auto* facts : instances) {
        Attributes attributes(*facts);
        std::string attribute;
        if (pack)
            for (const auto& phantom : pack->data().phantoms)
                if (matches(phantom, attributes, attribute))
                    return {true, phantom.id, plainPhantomKind(phantom.kind), attribute};
        for (const auto name : kGeneral)
            if (!general.claimed && saysPhantom(textOf(attributes, name)))
                general = {true, "", "", std::string(name)};
        // How scanners file test objects: sex O at the age of a day.
        const auto age = textOf(attributes, "PatientAge");
        if (!general.claimed && textOf(attributes, "PatientSex") == "O" && (age == "001D" || age == "000D"))
            general = {true, "", "", "PatientSex"};
    }
    return general;
}

std::string_view toString(StudyIs is) {
    constexpr std::string_view kNames[] = {"patient", "phantom", "not_the_phantom", "cannot_analyse"};
    return kNames[static_cast<std::size_t>(is)];
}

PhantomDecision decidePhantom(const PhantomClaim& claim, const std::vector<PhantomSeen>& seen) {
    std::string kind, other;
    std::size_t others = 0, shown = 0;
    bool unreadable = false;
    for (const auto& one : seen) {
        unreadable = unreadable || one.outcome == "cannot_analyse";
        if (one.outcome == "not_phantom") others += one.images;
        if (one.kind.empty()) continue;
        shown += one.images;
        // The claimed one first, then what cannot be mistaken.
        const bool better =
            kind.empty() || (kind != claim.kind &&
                             (one.kind == claim.kind || (isUnmistakable(one.kind) && !isUnmistakable(kind))));
        if (better) kind = one.kind;
    }
    if (claim.claimed && !kind.empty()) {
        if (claim.kind.empty() || claim.kind == kind) return {StudyIs::Phantom, kind, false, ""};
        return {StudyIs::NotThePhantom, kind, false,
                "The headers name the phantom " + claim.phantom_id + ", and the images show another one."};
    }
    if (claim.claimed && unreadable)
        return {StudyIs::CannotAnalyse, claim.kind, false,
                "The headers name a phantom, and the images cannot be read."};
    if (claim.claimed)
        return {StudyIs::NotThePhantom, claim.kind, false,
                "The headers name a phantom, and the images show none that is known."};
    // No header says so: an unmistakable shape decides alone, a smooth body only where nothing else was
    // imaged.
    if (isUnmistakable(kind) || (!kind.empty() && others < shown))
        return {StudyIs::Phantom, kind, true,
                "The images show a phantom, and no header says so: it is filed as a patient."};
    return {};
}

std::string plainPhantomKind(std::string_view kind) {
    const auto* found = std::ranges::find(kKinds, kind, &KindName::in_packs);
    return std::string(found == std::end(kKinds) ? kind : found->plain);
}

}  // namespace gantry::qc
