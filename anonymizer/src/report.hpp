#pragma once
/// Collects what was done, item after item, without the items' numbers and without any value.

#include <cstdint>
#include <map>
#include <tuple>
#include <unordered_map>

#include "gantry/anonymizer/engine.hpp"

namespace gantry::anonymizer {

class ReportBuilder {
public:
    using Node = std::uint32_t;  ///< a sequence on the way down; 0 is the data set itself
    static constexpr Node kRoot = 0;

    Node inside(Node parent, dicom::Tag sequence);
    void add(Node parent, dicom::Tag tag, Done done, std::string_view reason);
    /// Counts and lines, in the order of the tags' paths.
    void fill(DeidReport& report) const;

private:
    struct Step {
        Node parent = 0;
        dicom::Tag tag;
    };
    std::string pathOf(Node node) const;

    std::vector<Step> steps_{Step{}};
    std::unordered_map<std::uint64_t, Node> known_;
    std::map<std::tuple<Node, dicom::Tag, Done, std::string_view>, std::uint32_t> counts_;
};

}  // namespace gantry::anonymizer
