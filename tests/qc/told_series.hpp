#pragma once
/// Series told image by image, and how a test reads their volumes.

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "series_view.hpp"

namespace gantry::test {

/// A series whose images are told one by one.
class Series {
public:
    /// An axial image at `z` mm.
    Series& image(double z, const Facts& more) {
        Facts facts{{"Modality", "MR"},
                    {"ImagePositionPatient", "-120\\-110\\" + std::to_string(z)},
                    {"ImageOrientationPatient", "1\\0\\0\\0\\1\\0"},
                    {"Rows", "256"},
                    {"Columns", "192"},
                    {"PixelSpacing", "0.9\\1.1"}};
        for (const auto& [name, value] : more) facts[name] = value;
        facts_.push_back(std::move(facts));
        return *this;
    }
    /// `count` axial images from 0 mm on, `spacing` apart.
    Series& stack(int count, double spacing, const Facts& more, const std::vector<int>& dropped = {}) {
        for (int i = 0; i < count; ++i)
            if (std::ranges::find(dropped, i) == dropped.end()) image(i * spacing, more);
        return *this;
    }
    Series& add(Facts facts) {
        facts_.push_back(std::move(facts));
        return *this;
    }
    std::vector<qc::SeriesView> views(bool reversed = false) const {
        qc::SeriesFacts series{"2.25.1", {}};
        for (const Facts& facts : facts_) series.instances.push_back({"", &facts});
        if (reversed) std::ranges::reverse(series.instances);
        qc::PackData pack;
        pack.attributes = {"EchoTime", "Gantry.BValue", "(0019,0C):SIEMENS MR HEADER",
                           "SourceSequence.ReferencedValue"};
        return qc::viewSeries(pack, series);
    }
    qc::SeriesView view() const { return views().front(); }

private:
    std::deque<Facts> facts_;
};

using Keys = std::vector<std::string>;
/// "EchoTime=10" of each volume, joined.
inline Keys keysOf(const qc::SeriesView& view) {
    Keys keys;
    for (const qc::Volume& volume : view.volumes) {
        std::string text;
        for (const auto& key : volume.keys)
            text += (text.empty() ? "" : " ") + std::string(key.attribute) + "=" + key.value;
        keys.push_back(text);
    }
    return keys;
}

}  // namespace gantry::test
