#include "series_view.hpp"

#include <algorithm>
#include <unordered_set>

#include "series_geometry.hpp"

namespace gantry::qc {

namespace {

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

/// Fills a column; what was met before is looked up, so that a value that differs in every image costs no
/// more.
class ColumnFiller {
public:
    void add(Column& column, FrameValue value, std::size_t frames) {
        column.total += frames;
        if (!value || value->empty()) {
            column.absent += frames;
        } else if (*value != last_) {
            last_ = *value;
            if (seen_.contains(*value)) return;
            seen_.emplace(*value);
            column.values.emplace_back(*value);
        }
    }

private:
    std::string last_;
    std::unordered_set<std::string, TextHash, std::equal_to<>> seen_;
};

/// A column named "A&B": the values of both in one frame, joined by '&'.
void addPair(Attributes& attributes, std::string_view first, std::string_view second, ColumnFiller& filler,
             Column& column) {
    const auto a = attributes.values(first);
    const auto b = attributes.values(second);
    const bool same = a.values.size() <= 1 && b.values.size() <= 1;
    for (std::size_t frame = 0; frame < (same ? 1 : attributes.frames()); ++frame) {
        const std::string both =
            std::string(a.at(frame).value_or("")) + "&" + std::string(b.at(frame).value_or(""));
        filler.add(column, both == "&" ? FrameValue() : FrameValue(both), same ? attributes.frames() : 1);
    }
}

void addInstance(Attributes& attributes, const std::string& name, ColumnFiller& filler, Column& column) {
    if (const auto pair = name.find('&'); pair != std::string::npos && !name.starts_with('('))
        return addPair(attributes, std::string_view(name).substr(0, pair),
                       std::string_view(name).substr(pair + 1), filler, column);
    const auto items = attributes.items(name);
    if (items.empty()) filler.add(column, std::nullopt, attributes.frames());
    for (const FrameValues& item : items) {
        const std::size_t frames = item.values.size() == 1 ? attributes.frames() : 1;
        for (const FrameValue& value : item.values) filler.add(column, value, frames);
    }
}

bool isLocalizer(const Facts& facts) {
    const auto found = facts.find("ImageType");
    return found != facts.end() && found->second.find("LOCALIZER") != std::string::npos;
}

SeriesView view(const PackData& pack, const std::string& uid, const std::vector<const Facts*>& instances) {
    SeriesView view;
    view.uid = uid;
    view.instances = static_cast<int>(instances.size());
    view.columns.resize(pack.attributes.size());
    std::vector<ColumnFiller> fillers(pack.attributes.size());
    std::deque<Attributes> attributes;
    for (const Facts* facts : instances) {
        Attributes& instance = attributes.emplace_back(*facts);
        for (std::size_t i = 0; i < pack.attributes.size(); ++i)
            addInstance(instance, pack.attributes[i], fillers[i], view.columns[i]);
        view.truncated = view.truncated || facts->contains("Gantry.FactsTruncated");
    }
    viewGeometry(view, attributes);
    return view;
}

}  // namespace

const Column& SeriesView::column(const PackData& pack, std::string_view attribute) const {
    static const Column kEmpty;
    const auto found = std::ranges::find(pack.attributes, attribute);
    return found == pack.attributes.end()
               ? kEmpty
               : columns[static_cast<std::size_t>(found - pack.attributes.begin())];
}

std::string_view SeriesView::first(const PackData& pack, std::string_view attribute) const {
    const Column& values = column(pack, attribute);
    return values.values.empty() ? std::string_view{} : std::string_view(values.values.front());
}

std::string_view SeriesView::only(const PackData& pack, std::string_view attribute) const {
    const Column& values = column(pack, attribute);
    return values.values.size() == 1 ? std::string_view(values.values.front()) : std::string_view{};
}

std::string_view SeriesView::agreed(const PackData& pack, std::string_view attribute) const {
    return column(pack, attribute).absent == 0 ? only(pack, attribute) : std::string_view{};
}

std::vector<SeriesView> viewSeries(const PackData& pack, const SeriesFacts& series) {
    std::vector<const Facts*> images;
    std::vector<const Facts*> localizers;
    for (const InstanceFacts& instance : series.instances)
        (isLocalizer(*instance.facts) ? localizers : images).push_back(instance.facts);
    if (images.empty()) return {view(pack, series.series_instance_uid, localizers)};
    std::vector<SeriesView> views{view(pack, series.series_instance_uid, images)};
    if (!localizers.empty()) {
        views.push_back(view(pack, series.series_instance_uid, localizers));
        views.back().localizers = true;
    }
    return views;
}

}  // namespace gantry::qc
