#include "dimensions.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "gantry/core/dicom.hpp"

namespace gantry::qc {
namespace {

/// Names that stand for parts of ImageType, PS3.3 C.7.6.1.1.2 and C.8.16.1: whether original or derived, and
/// what the vendor or the standard says of the image in values 3 and 4.
constexpr std::string_view kDerivation = "ImageType[1]";
constexpr std::string_view kContent = "ImageType[3-4]";

std::string partsOfType(std::string_view dimension, std::string_view type) {
    const auto words = dicom::splitValues(type);
    if (dimension == kDerivation) return words.empty() ? std::string() : std::string(words.front());
    std::string text;
    for (std::size_t i = 2; i < words.size() && i < 4; ++i) (text += i == 2 ? "" : "\\") += words[i];
    return text;
}

std::string spelled(const Matrix& matrix) {
    const auto number = [](const auto& value) { return value ? std::to_string(*value) : std::string("?"); };
    return number(matrix.columns) + "x" + number(matrix.rows) + "\\" + number(matrix.row_spacing) + "\\" +
           number(matrix.column_spacing);
}

constexpr std::string_view kMatrix = "PixelSpacing";

}  // namespace

std::span<const SplitDimension> splitDimensions() {
    using enum DimensionKind;
    static const std::vector<SplitDimension> kAll = {
        {"StackID", {"StackID"}, Geometry},
        {kMatrix, {}, Geometry},
        {kDerivation, {"FrameType", "ImageType"}, Geometry},
        {kContent, {"FrameType", "ImageType"}, Declared},
        {"ComplexImageComponent", {"ComplexImageComponent"}, Declared},
        {"EchoNumbers", {"EchoNumbers"}, Declared},
        {"EchoTime", {"EffectiveEchoTime", "EchoTime"}, Declared},
        {"InversionTime", {"InversionTimes", "InversionTime"}, Declared},
        {"FlipAngle", {"FlipAngle"}, Declared},
        {"Gantry.BValue", {"Gantry.BValue"}, Declared},
        {"Gantry.GradientDirection", {"Gantry.GradientDirection"}, Declared},
        {"TemporalPositionIdentifier", {"TemporalPositionIndex", "TemporalPositionIdentifier"}, Declared},
        {"NominalPercentageOfCardiacPhase", {"NominalPercentageOfCardiacPhase"}, Declared},
        {"TriggerTime", {"NominalCardiacTriggerDelayTime", "TriggerTime"}, Implied, true},
        {"FrameReferenceTime", {"FrameReferenceTime"}, Implied},
        {"AcquisitionNumber", {"FrameAcquisitionNumber", "AcquisitionNumber"}, Implied},
        {"AcquisitionTime",
         {"FrameAcquisitionDateTime", "AcquisitionDateTime", "AcquisitionTime"},
         Implied,
         true},
        {"InstanceNumber",
         {"InstanceNumber"},
         Implied,
         true,
         {"NumberOfTemporalPositions", "CardiacNumberOfImages"}}};
    return kAll;
}

const std::vector<std::uint32_t>& DimensionValues::of(std::size_t dimension) {
    if (!columns_[dimension]) read(dimension);
    return columns_[dimension]->of_plane;
}

const std::string& DimensionValues::text(std::size_t dimension, std::uint32_t value) {
    if (!columns_[dimension]) read(dimension);
    return columns_[dimension]->texts[value];
}

bool DimensionValues::announced(std::size_t dimension, std::uint32_t plane, std::size_t parts) {
    const Frame& frame = table_.frames()[plane];
    return std::ranges::any_of(splitDimensions()[dimension].counts, [&](std::string_view name) {
        const auto count = oneNumber(attributes_[frame.instance].values(name).at(frame.frame));
        return count && *count >= static_cast<double>(parts);
    });
}

void DimensionValues::read(std::size_t index) {
    const SplitDimension& dimension = splitDimensions()[index];
    ColumnOfValues& column = columns_[index].emplace();
    std::unordered_map<std::string, std::uint32_t> known;
    const auto numberOf = [&](std::string text) {
        const auto [at, fresh] = known.try_emplace(std::move(text), known.size());
        if (fresh) column.texts.push_back(at->first);
        return at->second;
    };
    const bool of_type = dimension.name == kDerivation || dimension.name == kContent;
    const Frame* last = nullptr;
    std::vector<FrameValues> sources;
    std::uint32_t number = 0;
    for (const Frame& frame : table_.frames()) {
        if (dimension.name == kMatrix) {
            column.of_plane.push_back(numberOf(spelled(table_.matrices()[frame.matrix])));
            continue;
        }
        if (!last || last->instance != frame.instance) {
            sources.clear();
            for (const auto name : dimension.sources)
                sources.push_back(attributes_[frame.instance].values(name));
        }
        if (!last || last->instance != frame.instance || last->frame != frame.frame) {
            std::string_view value;
            for (const FrameValues& source : sources)
                if (value.empty()) value = source.at(frame.frame).value_or("");
            number = numberOf(of_type ? partsOfType(dimension.name, value) : std::string(value));
        }
        last = &frame;
        column.of_plane.push_back(number);
    }
    sortValues(column);
}

void DimensionValues::sortValues(ColumnOfValues& column) {
    struct Value {
        bool is_text;  // texts come behind numbers
        double number;
        std::string text;
        std::size_t old;
    };
    std::vector<Value> values;
    for (std::size_t i = 0; i < column.texts.size(); ++i) {
        const auto numbers = dicom::parseDecimals(column.texts[i]);
        const bool is_number = !numbers.empty() && numbers.front() && std::isfinite(*numbers.front());
        values.push_back({!is_number, is_number ? *numbers.front() : 0, column.texts[i], i});
    }
    std::ranges::sort(values, [](const Value& a, const Value& b) {
        return std::tie(a.is_text, a.number, a.text) < std::tie(b.is_text, b.number, b.text);
    });
    std::vector<std::uint32_t> now(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        now[values[i].old] = static_cast<std::uint32_t>(i);
        column.texts[i] = values[i].text;
    }
    for (auto& value : column.of_plane) value = now[value];
}

}  // namespace gantry::qc
