#include <algorithm>
#include <charconv>

#include "loader.hpp"

namespace gantry::qc {

namespace {

constexpr std::size_t kMostNamed = 500;
constexpr std::size_t kMostWords = 2000;
constexpr std::size_t kLongestWord = 32;
constexpr std::size_t kMostRegions = 200;
constexpr int kOldest = 120;              // years
constexpr int kWidestImage = 65535;       // US, PS3.3 C.7.6.3.1
constexpr std::size_t kLongestRoot = 24;  // and a dot and 39 digits of 128 bits are 64, PS3.5 9.1

/// The options of PS3.15 Table E.1-1, by the names of its columns.
const std::vector<std::string>& optionNames() {
    static const std::vector<std::string> kNames = {"retain_longitudinal_full_dates",
                                                    "retain_longitudinal_modified_dates",
                                                    "retain_device_identity",
                                                    "retain_institution_identity",
                                                    "retain_patient_characteristics",
                                                    "retain_uids",
                                                    "retain_safe_private",
                                                    "clean_descriptors",
                                                    "clean_structured_content",
                                                    "clean_graphics",
                                                    "clean_pixel_data",
                                                    "clean_recognizable_visual_features"};
    return kNames;
}

/// A keyword, or (gggg,eeee) or gggg,eeee in hex digits.
std::optional<dicom::Tag> tagNamed(std::string_view text) {
    if (const auto* entry = dicom::lookup(text)) return entry->tag;
    if (text.size() == 11 && text.front() == '(' && text.back() == ')') text = text.substr(1, 9);
    if (text.size() != 9 || text[4] != ',') return std::nullopt;
    const auto half = [&](std::size_t begin) -> std::optional<std::uint16_t> {
        std::uint16_t number = 0;
        const auto* end = text.data() + begin + 4;
        const auto read = std::from_chars(text.data() + begin, end, number, 16);
        return read.ec == std::errc() && read.ptr == end ? std::optional(number) : std::nullopt;
    };
    const auto group = half(0);
    const auto element = half(5);
    if (!group || !element) return std::nullopt;
    return dicom::makeTag(*group, *element);
}

/// @return why this attribute cannot be asked to stay; "" when it can
std::string whyNotKept(dicom::Tag tag) {
    if (tag.isPrivate()) return "a private attribute stays by retain_safe_private alone";
    const auto* entry = dicom::lookup(tag);
    if (!entry) return "no attribute of the standard";
    const auto vr = entry->vr;
    if (vr == "PN") return "names of persons never stay";
    if (vr == "UI") return "UIDs stay by retain_uids alone";
    if (vr == "DA" || vr == "DT" || vr == "TM") return "dates and times stay by the options for dates alone";
    if (vr.starts_with("O") || vr == "UN" || tag.group() < 0x0008) return "its value cannot be checked";
    return {};
}

bool isWord(std::string_view text) {
    return !text.empty() && text.size() <= kLongestWord && std::ranges::all_of(text, [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.' || c == '/' || c == '+';
    });
}

bool isUidRoot(std::string_view text) {
    return dicom::isValidUid(text) && text.size() <= kLongestRoot &&
           text.find('.') != std::string_view::npos && (text[0] == '0' || text[0] == '1' || text[0] == '2') &&
           text[1] == '.' && !text.starts_with("1.2.840.10008");
}

}  // namespace

void Loader::deidentification(const Node& node) {
    if (!node || !node.hasKeys({"options"}, {"keep", "remove", "words", "age_cap_years", "uid_root",
                                             "documents", "screening", "gate_reads_pixels", "pixel_regions"}))
        return;
    auto& said = pack_.deidentification;
    for (const std::string& option : node["options"].texts()) {
        if (std::ranges::find(optionNames(), option) == optionNames().end())
            node["options"].mistake(gotAllowed(option, optionNames()));
        said.options.push_back(option);
    }
    keptAttributes(node["keep"]);
    removedAttributes(node["remove"]);
    words(node["words"]);
    said.age_cap_years = node["age_cap_years"].integer(0, kOldest).value_or(said.age_cap_years);
    if (const Node root = node["uid_root"]) {
        said.uid_root = root.text();
        if (root.isScalar() && !isUidRoot(said.uid_root))
            root.mistake("got '" + said.uid_root +
                         "'; allowed: an own root of at most 24 characters, or 2.25");
    }
    said.documents = node["documents"]
                         .oneOf<PackDocuments>({{"hold", PackDocuments::Hold},
                                                {"replace", PackDocuments::Replace},
                                                {"clean", PackDocuments::Clean}})
                         .value_or(said.documents);
    said.screening = node["screening"]
                         .oneOf<PackScreening>({{"risky", PackScreening::Risky}, {"all", PackScreening::All}})
                         .value_or(said.screening);
    said.gate_reads_pixels = node["gate_reads_pixels"].flag(said.gate_reads_pixels);
    pixelRegions(node["pixel_regions"]);
}

void Loader::keptAttributes(const Node& node) {
    if (!node) return;
    const auto names = node.elements();
    if (names.size() > kMostNamed) return node.mistake("more than 500 attributes");
    for (const Node& place : names) {
        const auto name = place.text();
        const auto tag = tagNamed(name);
        const auto why = tag ? whyNotKept(*tag) : "no keyword of PS3.6 and no (gggg,eeee)";
        if (!why.empty()) place.mistake("got '" + name + "': " + why);
        if (tag) pack_.deidentification.keep.push_back(*tag);
    }
}

/// What a site found to identify somebody comes into the pack this way, private attributes too.
void Loader::removedAttributes(const Node& node) {
    if (!node) return;
    const auto names = node.elements();
    if (names.size() > kMostNamed) return node.mistake("more than 500 attributes");
    const auto& kept = pack_.deidentification.keep;
    for (const Node& place : names) {
        const auto tag = tagNamed(place.text());
        if (!tag) {
            place.mistake("got '" + place.text() + "': no keyword of PS3.6 and no (gggg,eeee)");
            continue;
        }
        if (std::ranges::find(kept, *tag) != kept.end()) place.mistake("'keep' names it too");
        pack_.deidentification.remove.push_back(*tag);
    }
}

void Loader::words(const Node& node) {
    if (!node) return;
    const auto places = node.elements();
    if (places.size() > kMostWords) return node.mistake("more than 2000 words");
    for (const Node& place : places) {
        auto word = place.text();
        if (!isWord(word))
            place.mistake("got '" + word +
                          "'; allowed: one word of at most 32 letters, digits and '-', '_', '.', '/', '+'");
        std::ranges::transform(word, word.begin(), [](unsigned char c) {
            return c < 0x80 ? static_cast<char>(std::toupper(c)) : static_cast<char>(c);
        });
        pack_.deidentification.words.push_back(std::move(word));
    }
}

void Loader::pixelRegions(const Node& node) {
    if (!node) return;
    const auto places = node.elements();
    if (places.size() > kMostRegions) return node.mistake("more than 200 regions");
    for (const Node& place : places) {
        if (!place.hasKeys({"x", "y", "width", "height"},
                           {"modality", "manufacturer", "model", "rows", "columns"}))
            continue;
        PackPixelRegion region{place["modality"].text(), place["manufacturer"].text(), place["model"].text()};
        const auto number = [&](const char* key, int lowest) {
            return place[key].integer(lowest, kWidestImage).value_or(0);
        };
        region.rows = number("rows", 1);
        region.columns = number("columns", 1);
        region.x = number("x", 0);
        region.y = number("y", 0);
        region.width = number("width", 1);
        region.height = number("height", 1);
        if (region.modality.empty() && region.manufacturer.empty() && region.model.empty())
            place.mistake("a region needs 'modality', 'manufacturer' or 'model'");
        pack_.deidentification.pixel_regions.push_back(std::move(region));
    }
}

}  // namespace gantry::qc
