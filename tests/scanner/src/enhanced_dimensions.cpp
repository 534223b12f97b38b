#include "enhanced_dimensions.hpp"

#include <algorithm>

#include "seeded.hpp"

namespace gantry::scanner {

namespace {

/// What may differ at one position, with the attribute and functional group it has in the enhanced object.
struct Dimension {
    std::string_view from;
    std::string_view pointer;
    std::string_view group;
};

constexpr Dimension kPosition = {"ImagePositionPatient", "InStackPositionNumber", "FrameContentSequence"};
constexpr Dimension kOthers[] = {
    {"TemporalPositionIdentifier", "TemporalPositionIndex", "FrameContentSequence"},
    {"EchoTime", "EffectiveEchoTime", "MREchoSequence"},
    {"TriggerTime", "NominalCardiacTriggerDelayTime", "CardiacSynchronizationSequence"},
    {"DiffusionBValue", "DiffusionBValue", "MRDiffusionSequence"},
    {"DiffusionGradientOrientation", "DiffusionGradientOrientation", "MRDiffusionSequence"},
};

/// The value of an AT attribute: group and element, little endian.
std::string tagBytes(std::string_view keyword) {
    const auto tag = dicom::lookup(keyword)->tag;
    std::string bytes;
    for (const auto half : {tag.group(), tag.element()})
        for (const int shift : {0, 8}) bytes += static_cast<char>(half >> shift & 0xFF);
    return bytes;
}

/// The different values in order of appearance.
std::vector<std::string> valuesOf(const ImageSeries& classic, std::string_view keyword) {
    std::vector<std::string> values;
    for (const auto& image : classic.images)
        if (const auto value = image.text(keyword); std::ranges::find(values, value) == values.end())
            values.push_back(value);
    return values;
}

void declare(Header& top, const std::vector<Dimension>& dimensions) {
    const auto uid = Seeded(0).uid("dimensions of " + top.text("SOPInstanceUID"));
    top.item("DimensionOrganizationSequence").set("DimensionOrganizationUID", uid);
    for (std::size_t i = 0; i < dimensions.size(); ++i)
        top.item("DimensionIndexSequence", i)
            .set("DimensionOrganizationUID", uid)
            .set("DimensionIndexPointer", tagBytes(dimensions[i].pointer))
            .set("FunctionalGroupPointer", tagBytes(dimensions[i].group));
}

}  // namespace

void writeDimensions(Header& top, const ImageSeries& classic) {
    std::vector<Dimension> dimensions{kPosition};
    for (const auto& other : kOthers)
        if (valuesOf(classic, other.from).size() > 1) dimensions.push_back(other);
    declare(top, dimensions);
    for (const auto& dimension : dimensions) {
        const auto values = valuesOf(classic, dimension.from);
        for (std::size_t frame = 0; frame < classic.images.size(); ++frame) {
            const auto at = std::ranges::find(values, classic.images[frame].text(dimension.from));
            const auto index = std::to_string(at - values.begin() + 1);
            auto& content = top.item("PerFrameFunctionalGroupsSequence", frame).item("FrameContentSequence");
            const auto before = content.text("DimensionIndexValues");
            content.set("DimensionIndexValues", before.empty() ? index : before + "\\" + index);
            if (dimension.from == kPosition.from)
                content.set("StackID", "1").set("InStackPositionNumber", index);
        }
    }
}

}  // namespace gantry::scanner
