#pragma once
/// What sets apart images at one position: echo, b-value, phase of the heart, time.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "frame_table.hpp"

namespace gantry::qc {

/// How far a dimension is trusted to part a series.
enum class DimensionKind {
    Geometry,  ///< parts of the series that need not cover the same positions: declared stacks, derived
               ///< images
    Declared,  ///< the header says that these images are of another kind or moment
    Implied    ///< times and counters, which also differ for other reasons
};

struct SplitDimension {
    std::string_view name;                  ///< the attribute that stands in a volume's key
    std::vector<std::string_view> sources;  ///< the first that an image has is taken
    DimensionKind kind;
    bool ranked = false;  ///< also tried by rank: nth value at each position, for times that differ by slice
    /// Attributes of which one must say how many parts there are, for counters that mean something else
    /// without.
    std::vector<std::string_view> counts = {};
};

/// In the order in which they are tried.
std::span<const SplitDimension> splitDimensions();

/// Values of dimensions over the planes of a table. The declared stack is read for every series, the others
/// all at once when one of them is asked for: most series are one volume.
class DimensionValues {
public:
    static constexpr std::size_t kStackId = 0;  ///< of splitDimensions()

    /// @param attributes  of the instances, in the order they were added to the table; both outlive this
    DimensionValues(const FrameTable& table, std::deque<Attributes>& attributes);

    /// A number for each plane: equal where the value is equal, ascending: numbers by size, then texts.
    /// Absent is a value of its own.
    const std::vector<std::uint32_t>& of(std::size_t dimension);
    /// The value behind such a number; "" when absent.
    const std::string& text(std::size_t dimension, std::uint32_t value);
    /// Whether the header of that plane speaks of at least so many parts; true where the dimension need not.
    bool announced(std::size_t dimension, std::uint32_t plane, std::size_t parts);

private:
    struct ColumnOfValues {
        std::vector<std::uint32_t> of_plane;
        std::vector<std::string> texts;
        std::vector<double> announced;  ///< parts the header speaks of, by plane; empty where nobody asks
        std::unordered_map<std::string, std::uint32_t> known;
    };
    void readFrom(std::size_t first, std::size_t last);
    void readPlane(std::size_t dimension, const Frame& frame, const std::vector<FrameValues>& sources,
                   const std::vector<FrameValues>& counts);
    void sortValues(ColumnOfValues& column);
    void need(std::size_t dimension);

    const FrameTable& table_;
    std::deque<Attributes>& attributes_;
    std::vector<ColumnOfValues> columns_;
    bool all_read_ = false;
};

}  // namespace gantry::qc
