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

void addInstance(Attributes& attributes, const std::string& name, ColumnFiller& filler, Column& column) {
    const auto items = attributes.items(name);
    if (items.empty()) filler.add(column, std::nullopt, attributes.frames());
    for (const FrameValues& item : items) {
        const std::size_t frames = item.values.size() == 1 ? attributes.frames() : 1;
        for (const FrameValue& value : item.values) filler.add(column, value, frames);
    }
}

/// A column named "A&B": the values of both in one frame, joined by '&'; absent where both are.
void addPair(Attributes& attributes, const std::string& first, const std::string& second, ColumnFiller& filler,
             Column& column) {
    const FrameValues a = attributes.values(first), b = attributes.values(second);
    const std::size_t kinds = std::max(a.values.size(), b.values.size());
    for (std::size_t i = 0; i < kinds; ++i) {
        const auto one = a.at(i).value_or(std::string_view{}), other = b.at(i).value_or(std::string_view{});
        const std::string both = std::string(one) + "&" + std::string(other);
        const std::size_t frames = kinds == 1 ? attributes.frames() : 1;
        filler.add(column, both.size() == 1 ? FrameValue() : FrameValue(both), frames);
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
        for (std::size_t i = 0; i < pack.attributes.size(); ++i) {
            const std::string& name = pack.attributes[i];
            const auto pair = name.find('&');
            if (pair == std::string::npos)
                addInstance(instance, name, fillers[i], view.columns[i]);
            else
                addPair(instance, name.substr(0, pair), name.substr(pair + 1), fillers[i], view.columns[i]);
        }
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
