#pragma once
/// What an attribute is in each frame of one instance, wherever the object keeps it: per-frame functional
/// groups, then shared ones, then the top level (PS3.3 C.7.6.16), sequences by path, private ones by creator,
/// and values that vendors keep in places of their own under one name.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/facts.hpp"

namespace gantry {

class FunctionalGroups;

/// Nullopt: absent. "": there without a value. UTF-8 text as facts hold it; what should be a number and is
/// none is there as its text.
using FrameValue = std::optional<std::string_view>;

/// One attribute over the frames of an instance: no element when it is absent throughout, one when it is the
/// same for all frames, else one a frame.
struct FrameValues {
    std::vector<FrameValue> values;
    /// @param frame  zero-based
    FrameValue at(std::size_t frame) const;
};

/// Reads the facts of one instance, which must outlive it. Cheap to make; what it returns lives as long as it
/// does. For one thread.
///
/// Names:
///   "EchoTime"                                 a keyword
///   "MRDiffusionSequence.DiffusionBValue"      in a sequence, at any depth, of every item
///   "(0019,0C):SIEMENS MR HEADER"              private, by block creator, wherever it stands
///   "Gantry.BValue"                            s/mm2, DICOM's or that of Siemens, GE, Philips, UIH
///   "Gantry.GradientDirection"                 unit vector "x\y\z" as the vendor gives it
///   "Gantry.PhaseEncodingPositive"             "1" or "0"; of GE "1" is LINEAR, "0" REVERSE_LINEAR
///   "Gantry.MosaicTiles"                       number of slices in a mosaic; absent from what is none
///   "Gantry.SliceNormal"                       "x\y\z", the way in which a mosaic's slices follow each other
///   "Gantry.AccelerationFactor"                product of the parallel reduction factors
///   "Gantry.PhilipsSuvFactor"                  SUV per stored unit
///   "Gantry.PhilipsActivityFactor"             Bq/ml per stored unit
///   "Gantry.GePetScanStart"                    DT
///   "Gantry.CoilElements"                      receive coil elements, Siemens
///   "Gantry.PrivateBlocks"                     creators of all private blocks, sorted, by backslash
/// A classic keyword also finds what enhanced objects call the same thing: "EchoTime" EffectiveEchoTime.
/// A sequence by its bare name is "present", or "" without items.
class Attributes {
public:
    explicit Attributes(const Facts& facts);
    ~Attributes();
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;

    /// Frames of the instance, 1 for a classic object.
    std::size_t frames() const;
    /// The attribute, of a path through several items the first.
    FrameValues values(std::string_view name);
    /// One for each item that the path goes through; empty when the attribute, or its sequence, is absent.
    std::vector<FrameValues> items(std::string_view name);
    /// Keeps a text for as long as this object lives.
    std::string_view keep(std::string text) { return kept_.emplace_back(std::move(text)); }

    const Facts& facts() const { return facts_; }

private:
    std::vector<FrameValues> outsideGroups(std::string_view name) const;
    std::optional<std::string_view> nestedPrivate(std::string_view name);

    const Facts& facts_;
    std::unique_ptr<FunctionalGroups> groups_;  ///< none in a classic object
    std::deque<std::string> kept_;
    /// Private attributes in sequences of the top level, name to value; collected when first asked for.
    std::optional<std::map<std::string_view, std::string_view>> nested_private_;
};

}  // namespace gantry
