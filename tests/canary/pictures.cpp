/// Images with text in their pixels.
#include "pictures.hpp"

#include <cctype>

#include "objects.hpp"

namespace gantry::canary {
namespace {

using Lines = std::vector<BurntLine>;

/// Speckle of low contrast, as behind the letters of a scanner.
std::string background(const Picture& picture) {
    const std::size_t count = std::size_t{picture.rows} * picture.columns * picture.samples * picture.frames;
    std::string out;
    out.reserve(count * 2);
    std::uint32_t state = 12345;
    for (std::size_t i = 0; i < count; ++i) {
        state = state * 1664525u + 1013904223u;
        const auto value = 16 + (state >> 28);
        if (picture.words) out += static_cast<char>((value & 15) << 4);
        out += static_cast<char>(picture.words ? value >> 4 : value);
    }
    return out;
}

void paint(Draft& draft, CorpusFile& file, const Picture& picture) {
    auto* node = draft.set.find(dicom::tags::kPixelData);
    node->value = background(picture);
    for (const auto& line : file.burnt) burn(node->value, picture, line);
    node->keep = Keep::Present;
    file.picture = picture;
}

void resize(Draft& draft, const Picture& picture) {
    draft.set.numbers("Rows", {static_cast<double>(picture.rows)});
    draft.set.numbers("Columns", {static_cast<double>(picture.columns)});
    if (picture.frames > 1) draft.set.keep("NumberOfFrames", std::to_string(picture.frames));
    draft.set.remove("SequenceOfUltrasoundRegions");
}

struct Plan {
    const char* name;
    const char* kind;
    void (*make)(Draft&);
    Picture picture;
    const char* says;  ///< BurnedInAnnotation; "" leaves it out
};

void add(CorpusMaker& maker, const Plan& plan) {
    auto& draft = maker.begin(plan.name, plan.kind);
    plan.make(draft);
    resize(draft, plan.picture);
    if (plan.says[0] == '\0')
        draft.set.remove("BurnedInAnnotation");
    else
        draft.set.put("BurnedInAnnotation", plan.says);
    CorpusFile scratch;
    const auto& shared = draft.shared;
    const auto upper = [](std::string text) {
        for (auto& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        return text;
    };
    for (unsigned frame = 0; frame < plan.picture.frames; ++frame) {
        scratch.burnt.push_back({upper(shared.family + " " + shared.given), 12, 8, 2, frame});
        scratch.burnt.push_back({shared.patient_id, 12, 30, 2, frame});
        scratch.burnt.push_back(
            {upper(shared.middle), plan.picture.columns - 140, plan.picture.rows - 24, 2, frame});
        if (frame > 0)
            scratch.burnt.push_back({"FRAME" + shared.accession, 40, plan.picture.rows / 2, 3, frame});
    }
    paint(draft, scratch, plan.picture);
    auto& file = maker.end();
    file.burnt = scratch.burnt;
    file.picture = scratch.picture;
}

}  // namespace

void addPictures(CorpusMaker& maker) {
    constexpr Picture kUs{.rows = 240, .columns = 320, .samples = 3};
    constexpr Picture kCine{.rows = 240, .columns = 320, .samples = 3, .frames = 3};
    constexpr Picture kGray{.rows = 256, .columns = 320};
    constexpr Picture kWide{.rows = 256, .columns = 320, .words = true};
    const auto one = [](Draft& draft) { ultrasound(draft, 1); };
    const auto cine = [](Draft& draft) { ultrasound(draft, 3); };
    const Plan plans[] = {{"burnt-us", "burnt-in", one, kUs, ""},
                          {"burnt-us-yes", "burnt-in", one, kUs, "YES"},
                          {"burnt-us-no", "burnt-in", one, kUs, "NO"},
                          {"burnt-us-cine", "burnt-in", cine, kCine, "YES"},
                          {"burnt-sc", "burnt-in", secondaryCapture, kGray, "YES"},
                          {"burnt-sc-silent", "burnt-in", secondaryCapture, kGray, ""},
                          {"burnt-dx", "burnt-in", digitalRadiograph, kWide, "YES"},
                          {"burnt-cr", "burnt-in", computedRadiograph, kWide, ""},
                          {"burnt-ct", "burnt-in", ct, kWide, "YES"}};
    for (const auto& plan : plans) add(maker, plan);
}

}  // namespace gantry::canary
