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

DimensionValues::DimensionValues(const FrameTable& table, std::deque<Attributes>& attributes)
    : table_(table), attributes_(attributes), columns_(splitDimensions().size()) {
    readFrom(kStackId, kStackId + 1);
}

void DimensionValues::need(std::size_t dimension) {
    if (dimension == kStackId || all_read_) return;
    all_read_ = true;
    readFrom(kStackId + 1, columns_.size());
}

const std::vector<std::uint32_t>& DimensionValues::of(std::size_t dimension) {
    need(dimension);
    return columns_[dimension].of_plane;
}

const std::string& DimensionValues::text(std::size_t dimension, std::uint32_t value) {
    need(dimension);
    return columns_[dimension].texts[value];
}

bool DimensionValues::announced(std::size_t dimension, std::uint32_t plane, std::size_t parts) {
    need(dimension);
    const auto& announced = columns_[dimension].announced;
    return announced.empty() || announced[plane] >= static_cast<double>(parts);
}

/// One instance after the other, all dimensions of it: its facts are looked up while they are at hand.
void DimensionValues::readFrom(std::size_t first, std::size_t last) {
    const auto valuesOf = [&](const Frame& frame, const std::vector<std::string_view>& names) {
        std::vector<FrameValues> values;
        for (const auto name : names) values.push_back(attributes_[frame.instance].values(name));
        return values;
    };
    std::vector<std::vector<FrameValues>> sources(columns_.size());
    std::vector<std::vector<FrameValues>> counts(columns_.size());
    const Frame* before = nullptr;
    for (const Frame& frame : table_.frames()) {
        const bool next_instance = !before || before->instance != frame.instance;
        const bool next_frame = next_instance || before->frame != frame.frame;
        for (std::size_t i = first; i < last; ++i) {
            const SplitDimension& dimension = splitDimensions()[i];
            if (next_instance) sources[i] = valuesOf(frame, dimension.sources);
            if (next_instance) counts[i] = valuesOf(frame, dimension.counts);
            if (next_frame || dimension.name == kMatrix) {
                readPlane(i, frame, sources[i], counts[i]);
                continue;
            }
            ColumnOfValues& column = columns_[i];  // another tile of the same mosaic
            column.of_plane.push_back(column.of_plane.back());
            if (!column.announced.empty()) column.announced.push_back(column.announced.back());
        }
        before = &frame;
    }
    for (std::size_t i = first; i < last; ++i) sortValues(columns_[i]);
}

void DimensionValues::readPlane(std::size_t index, const Frame& frame,
                                const std::vector<FrameValues>& sources,
                                const std::vector<FrameValues>& counts) {
    const SplitDimension& dimension = splitDimensions()[index];
    ColumnOfValues& column = columns_[index];
    std::string_view value;
    for (const FrameValues& source : sources)
        if (value.empty()) value = source.at(frame.frame).value_or("");
    std::string text(value);
    if (dimension.name == kMatrix) text = spelled(table_.matrices()[frame.matrix]);
    if (dimension.name == kDerivation || dimension.name == kContent)
        text = partsOfType(dimension.name, value);
    const auto [known, fresh] =
        column.known.try_emplace(std::move(text), static_cast<std::uint32_t>(column.known.size()));
    if (fresh) column.texts.push_back(known->first);
    column.of_plane.push_back(known->second);
    if (counts.empty()) return;
    double announced = 0;
    for (const FrameValues& count : counts)
        announced = std::max(announced, oneNumber(count.at(frame.frame)).value_or(0));
    column.announced.push_back(announced);
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
