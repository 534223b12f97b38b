#pragma once
/// One series as the rules see it: distinct values per attribute, and its stack. Built once, in one pass.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/qc/geometry.hpp"
#include "gantry/qc/judge.hpp"
#include "pack_data.hpp"

namespace gantry::qc {

/// Values of one attribute over the frames of a series.
struct Column {
    std::vector<std::string> values;  ///< distinct, in order of first meeting
    std::size_t absent = 0;           ///< frames without it, or where it is empty
    std::size_t total = 0;            ///< frames
};

struct SeriesView {
    std::string uid;
    int instances = 0;
    bool localizers = false;      ///< the localizer images of a series that holds other images too
    bool truncated = false;       ///< a header was too large to be read whole
    std::vector<Column> columns;  ///< by PackData::attributes
    std::optional<Stack> stack;
    std::string no_stack;  ///< why there is none, in words

    const Column& column(const PackData& pack, std::string_view attribute) const;
    /// First value of an attribute; "" when there is none.
    std::string_view first(const PackData& pack, std::string_view attribute) const;
};

/// One view; a second one for the localizers of a mixed series.
std::vector<SeriesView> viewSeries(const PackData& pack, const SeriesFacts& series);

}  // namespace gantry::qc
