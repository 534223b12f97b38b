#pragma once
/// Functional groups of an enhanced object, found by the last part of an attribute's path.

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gantry/core/attributes.hpp"

namespace gantry {

/// Where among the functional groups an attribute was looked for.
enum class GroupReach {
    Macro,  ///< where the standard puts it: in a functional group macro, or by the path from there
    Deeper  ///< anywhere below, vendors' own sequences included
};

class FunctionalGroups {
public:
    /// Whether the facts are of an object that has any.
    static bool presentIn(const Facts& facts);
    explicit FunctionalGroups(const Facts& facts);

    std::size_t frames() const { return frames_; }
    /// One for each item of the path, per-frame groups before shared ones; empty when it is not there.
    /// @param name  keyword, path or private name
    std::vector<FrameValues> find(std::string_view name, GroupReach reach) const;

private:
    struct Entry {
        std::string path;  ///< without the group sequence and without item numbers
        std::vector<unsigned> items;
        bool per_frame;
        std::string_view text;           ///< of a shared value or a frame list
        std::vector<FrameValue> values;  ///< of facts that name each frame
    };
    void addList(std::string_view name, std::string_view list);
    void addFrame(std::string_view name, std::string_view value);
    Entry& entry(std::string_view name, bool per_frame);
    static FrameValues valuesOf(const Entry& entry);
    std::vector<FrameValues> presence(std::string_view sequence) const;

    std::deque<Entry> entries_;  ///< stay where they are: by_keyword_ looks into them
    std::unordered_map<std::string, std::size_t> by_name_;               ///< with item numbers, to entries_
    std::unordered_multimap<std::string_view, std::size_t> by_keyword_;  ///< last part of the path
    std::size_t frames_ = 1;
};

/// Start of the last part of a path; a dot parts only before a keyword or a private name, creators may hold
/// others.
std::size_t lastPart(std::string_view path);
/// The parts of a path.
std::vector<std::string_view> partsOf(std::string_view path);

}  // namespace gantry
