#include "attributes_computed.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <set>
#include <span>

#include "frame_list.hpp"
#include "gantry/core/dicom.hpp"
#include "private_attributes.hpp"

namespace gantry {
namespace {

namespace from = private_attributes;

std::string decimal(double number) {
    char text[32];
    const auto [end, ec] = std::to_chars(text, text + sizeof text, number);
    return ec == std::errc() ? std::string(text, end) : std::string();
}

bool hasText(const FrameValue& value) {
    return value && !value->empty();
}

bool hasText(const FrameValues& values) {
    return std::ranges::any_of(values.values, [](const FrameValue& value) { return hasText(value); });
}

/// In each frame the first source that has a value there.
FrameValues firstOf(Attributes& attributes, std::span<const std::string_view> sources) {
    FrameValues best;
    for (const auto name : sources) {
        FrameValues next = attributes.values(name);
        if (best.values.empty() || (!hasText(best) && hasText(next))) {
            best = std::move(next);
            continue;
        }
        if (best.values.size() == 1 || next.values.empty()) continue;
        for (std::size_t frame = 0; frame < best.values.size(); ++frame)
            if (!hasText(best.values[frame]) && next.at(frame)) best.values[frame] = next.at(frame);
    }
    return best;
}

FrameValues firstOf(Attributes& attributes, std::initializer_list<std::string_view> sources) {
    return firstOf(attributes, std::span(sources.begin(), sources.size()));
}

/// The value each of several attributes has in a frame, made into one. A frame without any stays without.
using Combine = std::function<FrameValue(Attributes&, std::span<const FrameValue>)>;
FrameValues combined(Attributes& attributes, std::initializer_list<std::string_view> names,
                     const Combine& combine) {
    std::vector<FrameValues> sources;
    std::size_t frames = 0;
    for (const auto name : names) {
        sources.push_back(attributes.values(name));
        frames = std::max(frames, sources.back().values.size());
    }
    FrameValues result;
    std::vector<FrameValue> here(sources.size());
    for (std::size_t frame = 0; frame < frames; ++frame) {
        std::ranges::transform(sources, here.begin(), [&](const FrameValues& s) { return s.at(frame); });
        const bool any = std::ranges::any_of(here, [](const FrameValue& value) { return value.has_value(); });
        result.values.push_back(any ? combine(attributes, here) : FrameValue());
    }
    return result;
}

/// GE adds 10^9 and flags to the b-value: the first number modulo 10^6. What is no number stays as it is.
FrameValues geBValue(Attributes& attributes) {
    return combined(attributes, {from::kGeBValue},
                    [](Attributes& keeper, std::span<const FrameValue> values) {
                        const auto numbers = dicom::parseDecimals(*values.front());
                        if (numbers.empty() || !numbers.front()) return values.front();
                        constexpr double kFlags = 1e6;
                        return FrameValue(keeper.keep(decimal(std::fmod(*numbers.front(), kFlags))));
                    });
}

FrameValues orElse(FrameValues first, FrameValues second) {
    return hasText(first) || second.values.empty() ? std::move(first) : std::move(second);
}

FrameValues bValue(Attributes& attributes) {
    return orElse(
        firstOf(attributes, {"DiffusionBValue", "MRDiffusionSequence.DiffusionBValue", "Gantry.Csa.B_value",
                             from::kSiemensBValue, from::kPhilipsBValue, from::kUihBValue}),
        geBValue(attributes));
}

FrameValues threeComponents(Attributes& attributes, std::initializer_list<std::string_view> names) {
    return combined(attributes, names, [](Attributes& keeper, std::span<const FrameValue> values) {
        std::string text;
        for (const FrameValue& value : values) {
            if (!text.empty()) text += '\\';
            text += value.value_or("");
        }
        return FrameValue(keeper.keep(std::move(text)));
    });
}

FrameValues gradientDirection(Attributes& attributes) {
    auto direction =
        firstOf(attributes, {"DiffusionGradientOrientation", "Gantry.Csa.DiffusionGradientDirection",
                             from::kSiemensDirection, from::kUihDirection});
    if (hasText(direction)) return direction;
    direction = orElse(std::move(direction),
                       threeComponents(attributes, {from::kPhilipsDirectionX, from::kPhilipsDirectionY,
                                                    from::kPhilipsDirectionZ}));
    return orElse(std::move(direction), threeComponents(attributes, {from::kGeDirectionX, from::kGeDirectionY,
                                                                     from::kGeDirectionZ}));
}

FrameValues phaseEncodingPositive(Attributes& attributes) {
    auto positive = firstOf(attributes, {"Gantry.Csa.PhaseEncodingDirectionPositive",
                                         from::kSiemensPhasePositive, from::kUihPhasePositive});
    const auto manufacturer = attributes.values("Manufacturer").at(0).value_or("");
    if (hasText(positive) || !manufacturer.starts_with("GE")) return positive;
    return combined(attributes, {"RectilinearPhaseEncodeReordering"},
                    [](Attributes&, std::span<const FrameValue> values) {
                        if (*values.front() == "LINEAR") return FrameValue("1");
                        return *values.front() == "REVERSE_LINEAR" ? FrameValue("0") : values.front();
                    });
}

bool imageTypeHas(Attributes& attributes, std::string_view word) {
    const auto words = dicom::splitValues(attributes.values("ImageType").at(0).value_or(""));
    return std::ranges::find(words, word) != words.end();
}

FrameValues mosaicTiles(Attributes& attributes) {
    if (imageTypeHas(attributes, "MOSAIC"))
        return firstOf(attributes, {"Gantry.Csa.NumberOfImagesInMosaic", from::kSiemensTiles});
    if (imageTypeHas(attributes, "VFRAME")) return attributes.values(from::kUihTiles);
    return {};
}

/// "p2" or "p2 s2", "p2*2": in-plane, through-plane and simultaneous slices.
FrameValue siemensFactor(Attributes& keeper, std::string_view text) {
    double product = 1;
    std::size_t at = 0;
    while (at < text.size()) {
        if (std::string_view("ps*x ").find(text[at]) == std::string_view::npos) return text;
        if (text[at++] == ' ') continue;
        double factor = 0;
        const auto [end, ec] = std::from_chars(text.data() + at, text.data() + text.size(), factor);
        if (ec != std::errc()) return text;
        product *= factor;
        at = static_cast<std::size_t>(end - text.data());
    }
    return text.empty() ? text : keeper.keep(decimal(product));
}

FrameValues accelerationFactor(Attributes& attributes) {
    auto standard =
        combined(attributes, {"ParallelReductionFactorInPlane", "ParallelReductionFactorOutOfPlane"},
                 [](Attributes& keeper, std::span<const FrameValue> values) {
                     double product = 1;
                     for (const FrameValue& value : values) {
                         if (!hasText(value)) continue;
                         const auto numbers = dicom::parseDecimals(*value);
                         if (numbers.size() != 1 || !numbers.front()) return value;
                         product *= *numbers.front();
                     }
                     const bool any = hasText(values[0]) || hasText(values[1]);
                     return FrameValue(any ? keeper.keep(decimal(product)) : std::string_view());
                 });
    if (hasText(standard)) return standard;
    return orElse(std::move(standard), combined(attributes, {from::kSiemensAcceleration},
                                                [](Attributes& keeper, std::span<const FrameValue> values) {
                                                    return siemensFactor(keeper, *values.front());
                                                }));
}

/// Elements (gggg,0010) to (gggg,00FF) of odd groups name the creators, PS3.5 7.8.1.
bool namesCreator(std::string_view name) {
    constexpr std::size_t kTag = 11;  // "(0029,0010)"
    if (name.size() < kTag || name[name.size() - kTag] != '(' || name.back() != ')') return false;
    return name.substr(name.size() - 6, 3) == ",00" &&
           std::string_view("13579BDF").find(name[name.size() - 7]) != std::string_view::npos;
}

FrameValues privateBlocks(Attributes& attributes) {
    std::set<std::string_view> creators;
    for (const auto& [name, value] : attributes.facts()) {
        if (!namesCreator(name)) continue;
        const bool each_frame = name.starts_with("PerFrameFunctionalGroupsSequence[*]");
        for (const FrameValue& creator : each_frame ? readFrameList(value) : std::vector{FrameValue(value)})
            if (hasText(creator)) creators.insert(*creator);
    }
    if (creators.empty()) return {};
    std::string text;
    for (const auto creator : creators) (text += text.empty() ? "" : "\\") += creator;
    FrameValues all;
    all.values.push_back(attributes.keep(std::move(text)));
    return all;
}

template <const std::string_view& kName>
FrameValues same(Attributes& attributes) {
    return attributes.values(kName);
}

FrameValues sliceNormal(Attributes& attributes) {
    return attributes.values("Gantry.Csa.SliceNormalVector");
}

FrameValues coilElements(Attributes& attributes) {
    return firstOf(attributes, {from::kSiemensCoil, from::kSiemensCoilXa});
}

struct Row {
    std::string_view name;
    ComputedAttribute compute;
};

constexpr Row kRows[] = {
    {"Gantry.BValue", bValue},
    {"Gantry.GradientDirection", gradientDirection},
    {"Gantry.PhaseEncodingPositive", phaseEncodingPositive},
    {"Gantry.MosaicTiles", mosaicTiles},
    {"Gantry.SliceNormal", sliceNormal},
    {"Gantry.AccelerationFactor", accelerationFactor},
    {"Gantry.PhilipsSuvFactor", same<from::kPhilipsSuvFactor>},
    {"Gantry.PhilipsActivityFactor", same<from::kPhilipsActivityFactor>},
    {"Gantry.GePetScanStart", same<from::kGePetScanStart>},
    {"Gantry.CoilElements", coilElements},
    {"Gantry.PrivateBlocks", privateBlocks},
};

}  // namespace

ComputedAttribute computedAttribute(std::string_view name) {
    if (!name.starts_with("Gantry.")) return nullptr;
    const auto found = std::ranges::find(kRows, name, &Row::name);
    return found == std::end(kRows) ? nullptr : found->compute;
}

}  // namespace gantry
