#include "series_view.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "gantry/core/dicom.hpp"

namespace gantry::qc {

namespace {

/// Values of one attribute in one instance: one for a classic object, one a frame for an enhanced one.
using FrameValues = std::vector<std::string_view>;

constexpr std::string_view kPerFrame = "PerFrameFunctionalGroupsSequence[";
constexpr std::string_view kShared = "SharedFunctionalGroupsSequence[0].";
constexpr std::size_t kMaxItems = 64;  // of a sequence that a check names

bool hasPrefix(const Facts& facts, std::string_view prefix) {
    const auto at = facts.lower_bound(prefix);
    return at != facts.end() && at->first.starts_with(prefix);
}

/// Reads one instance: per frame, then shared, then top level, as PS3.3 C.7.6.16 lays enhanced objects out.
class InstanceReader {
public:
    explicit InstanceReader(const Facts& facts) : facts_(facts) {
        if (!hasPrefix(facts, kPerFrame) && !hasPrefix(facts, kShared)) return;
        collect(kPerFrame, true);
        collect(kShared, false);
    }

    std::size_t frames() const { return std::max<std::size_t>(1, frame_count_); }

    FrameValues values(const std::string& attribute) const {
        if (const auto dot = attribute.find('.'); dot != std::string::npos)
            return nested(attribute.substr(0, dot), attribute.substr(dot + 1));
        if (const auto found = per_frame_.find(attribute); found != per_frame_.end()) return found->second;
        if (const auto found = shared_.find(attribute); found != shared_.end()) return {found->second};
        if (const auto found = facts_.find(attribute); found != facts_.end()) return {found->second};
        if (attribute.ends_with("Sequence") && hasPrefix(facts_, attribute + "[0].")) return {"present"};
        return {};
    }

private:
    FrameValues nested(const std::string& sequence, const std::string& keyword) const {
        FrameValues values;
        for (std::size_t i = 0; i < kMaxItems; ++i) {
            const auto found = facts_.find(sequence + "[" + std::to_string(i) + "]." + keyword);
            if (found == facts_.end()) break;
            values.push_back(found->second);
        }
        return values;
    }

    void collect(std::string_view prefix, bool per_frame) {
        for (auto at = facts_.lower_bound(prefix); at != facts_.end() && at->first.starts_with(prefix);
             ++at) {
            const std::string_view name = at->first;
            const std::string_view keyword = name.substr(name.rfind('.') + 1);
            if (!per_frame) {
                shared_.emplace(keyword, at->second);
                continue;
            }
            std::size_t frame = 0;
            for (std::size_t i = prefix.size(); i < name.size() && name[i] >= '0' && name[i] <= '9'; ++i)
                frame = frame * 10 + static_cast<std::size_t>(name[i] - '0');
            constexpr std::size_t kMaxFrames = 100'000;
            if (frame >= kMaxFrames) continue;
            frame_count_ = std::max(frame_count_, frame + 1);
            auto& values = per_frame_[keyword];
            if (values.size() <= frame) values.resize(frame + 1);
            values[frame] = at->second;
        }
    }

    const Facts& facts_;
    std::unordered_map<std::string_view, FrameValues> per_frame_;
    std::unordered_map<std::string_view, std::string_view> shared_;
    std::size_t frame_count_ = 0;
};

/// Fills a column; what was met before is looked up, so that a value that differs in every image costs no
/// more.
class ColumnFiller {
public:
    void add(Column& column, std::string_view value) {
        ++column.total;
        if (value.empty()) {
            ++column.absent;
        } else if (value != last_) {
            last_ = value;
            if (seen_.insert(value).second) column.values.emplace_back(value);
        }
    }

private:
    std::string_view last_;
    std::unordered_set<std::string_view> seen_;  // views into the facts
};

/// Columns named "A&B": the values of both in one frame, joined by '&'.
class PairFiller {
public:
    void add(Column& column, const FrameValues& first, const FrameValues& second) {
        const std::size_t frames = std::max<std::size_t>({1, first.size(), second.size()});
        for (std::size_t frame = 0; frame < frames; ++frame) {
            std::string both = std::string(valueAt(first, frame)) + "&" + std::string(valueAt(second, frame));
            ++column.total;
            if (both.size() == 1)
                ++column.absent;
            else if (seen_.insert(both).second)
                column.values.push_back(std::move(both));
        }
    }

private:
    static std::string_view valueAt(const FrameValues& values, std::size_t frame) {
        if (values.empty()) return {};
        return values.size() == 1      ? values.front()
               : frame < values.size() ? values[frame]
                                       : std::string_view{};
    }

    std::unordered_set<std::string> seen_;
};

std::optional<Vector3> vectorAt(const std::vector<std::optional<double>>& numbers, std::size_t from) {
    Vector3 vector{};
    for (std::size_t i = 0; i < 3; ++i) {
        if (!numbers[from + i]) return std::nullopt;
        vector[i] = *numbers[from + i];
    }
    return vector;
}

/// Gathers the planes of a series. The last orientation is kept parsed: in a stack it is the same throughout.
class PlaneCollector {
public:
    void add(const InstanceReader& reader) {
        const auto positions = reader.values("ImagePositionPatient");
        const auto orientations = reader.values("ImageOrientationPatient");
        for (std::size_t frame = 0; frame < reader.frames(); ++frame)
            addFrame(at(positions, frame), at(orientations, frame));
    }

    Result<Stack> stack() const {
        if (unreadable_ > 0 && planes_.empty())
            return fail(Errc::InvalidArgument, "the images have no readable position");
        if (unreadable_ > 0)
            return fail(Errc::InvalidArgument,
                        std::to_string(unreadable_) + " images have no readable position");
        return buildStack(planes_);
    }

private:
    static std::string_view at(const FrameValues& values, std::size_t frame) {
        if (values.size() == 1) return values.front();
        return frame < values.size() ? values[frame] : std::string_view{};
    }

    void addFrame(std::string_view position, std::string_view orientation) {
        if (orientation != orientation_text_) {
            orientation_text_ = orientation;
            row_.reset();
            const auto numbers = dicom::parseDecimals(orientation);
            if (numbers.size() == 6) {
                row_ = vectorAt(numbers, 0);
                column_ = vectorAt(numbers, 3);
            }
        }
        const auto numbers = dicom::parseDecimals(position);
        const auto place = numbers.size() == 3 ? vectorAt(numbers, 0) : std::nullopt;
        if (place && row_ && column_)
            planes_.push_back({*place, *row_, *column_});
        else
            ++unreadable_;
    }

    std::vector<SlicePlane> planes_;
    std::size_t unreadable_ = 0;
    std::string orientation_text_;
    std::optional<Vector3> row_;
    std::optional<Vector3> column_;
};

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
    std::vector<PairFiller> pairs(pack.attributes.size());
    PlaneCollector planes;
    for (const Facts* facts : instances) {
        const InstanceReader reader(*facts);
        for (std::size_t i = 0; i < pack.attributes.size(); ++i) {
            if (const auto pair = pack.attributes[i].find('&'); pair != std::string::npos) {
                pairs[i].add(view.columns[i], reader.values(pack.attributes[i].substr(0, pair)),
                             reader.values(pack.attributes[i].substr(pair + 1)));
                continue;
            }
            const auto values = reader.values(pack.attributes[i]);
            for (const auto value : values) fillers[i].add(view.columns[i], value);
            if (values.empty()) fillers[i].add(view.columns[i], {});
        }
        planes.add(reader);
        view.truncated = view.truncated || facts->contains("Gantry.FactsTruncated");
    }
    auto stack = planes.stack();
    if (view.truncated)
        view.no_stack = "the header is too large to be read whole";
    else if (stack)
        view.stack = *std::move(stack);
    else
        view.no_stack = stack.error().context;
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
