#include "pixel_plan.hpp"

#include <algorithm>
#include <map>

#include "gantry/imaging/allowed_text.hpp"
#include "gantry/imaging/text_finder.hpp"
#include "pixel_views.hpp"
#include "ultrasound_regions.hpp"

namespace gantry::imaging {
namespace {

constexpr int kSureOfReading = 70;          ///< percent, of every word of a line that is spared
constexpr int kPlausible = 25;              ///< percent; what is read with less is no text
constexpr double kWholeWidth = 0.75;        ///< of a line that was read, so that nothing of it was overlooked
constexpr std::size_t kMostLinesRead = 60;  ///< of one view
constexpr double kMostText = 0.30;          ///< of the image; more than this is no text, or a page of it
constexpr int kSmallSide = 128;             ///< pixels; of a shorter image one line of text is a large part

std::string pixelsOf(const Gray& view, const Box& box) {
    std::string out(reinterpret_cast<const char*>(&box), sizeof(box));
    for (int r = box.first_row; r <= box.last_row; ++r) {
        const auto* line =
            view.pixels.data() + static_cast<std::size_t>(r) * static_cast<std::size_t>(view.columns);
        out.append(reinterpret_cast<const char*>(line) + box.first_column,
                   static_cast<std::size_t>(box.last_column - box.first_column + 1));
    }
    return out;
}

bool isText(const ReadLine& line) {
    const auto letters =
        std::ranges::count_if(line.text, [](unsigned char c) { return c > 0x7F || std::isalnum(c); });
    return line.confidence >= kPlausible && letters >= 2;
}

class Planner {
public:
    Planner(const ImageFile& file, const PixelWish& wish, TextReader& reader)
        : file_(file), wish_(wish), reader_(reader) {
        const auto& format = file.frames().front().format;
        out_.blank = {format.rows, format.columns, std::vector<std::uint8_t>(format.pixels(), 0)};
    }

    Result<PixelPlan> run() {
        for (const auto& region : wish_.regions) add(region, "region");
        const auto regions = ultrasoundRegions(file_.file().dataset, out_.blank.rows, out_.blank.columns);
        if (!regions.empty())
            for (const auto& box : outsideOf(regions, out_.blank.rows, out_.blank.columns))
                add(box, "outside");
        if (wish_.drawn) {
            out_.shown = GANTRY_TRY(viewsOf(file_, file_.frames().size() / 2)).front();
            for (const auto& box : *wish_.drawn) add(box, "drawn");
            return std::move(out_);
        }
        before_text_ = out_.blank;
        GANTRY_CHECK(eachView(file_, [&](const Gray& view) {
            if (out_.shown.pixels.empty()) out_.shown = view;
            lookAt(view);
        }));
        settle();
        return std::move(out_);
    }

private:
    Box inImage(const Box& box) const {
        return {std::clamp(box.first_row, 0, out_.blank.rows),
                std::clamp(box.last_row, -1, out_.blank.rows - 1),
                std::clamp(box.first_column, 0, out_.blank.columns),
                std::clamp(box.last_column, -1, out_.blank.columns - 1)};
    }

    void add(const Box& wanted, std::string_view kind) {
        const auto box = inImage(wanted);
        if (box.last_row < box.first_row || box.last_column < box.first_column) return;
        for (int r = box.first_row; r <= box.last_row; ++r) {
            auto* line = out_.blank.on.data() +
                         static_cast<std::size_t>(r) * static_cast<std::size_t>(out_.blank.columns);
            std::fill(line + box.first_column, line + box.last_column + 1, std::uint8_t{1});
        }
        out_.findings.push_back({box, kind, ""});
    }

    void lookAt(const Gray& view) {
        const auto lines = findText(view);
        const bool may_read = lines.size() <= kMostLinesRead;
        for (const auto& line : lines) {
            if (isBlankAlready(line.box)) continue;
            const auto read = may_read ? readOnce(view, line.box) : ReadLine{};
            if (!line.sure && read.read && !isText(read)) continue;
            const bool certain = read.read && read.confidence >= kSureOfReading && read.width >= kWholeWidth;
            const auto allowed = certain ? allowedAs(read.text) : std::string_view();
            if (!allowed.empty())
                spared_.push_back({line.box, "text", allowed});
            else
                lines_.push_back(line);
        }
    }

    bool isBlankAlready(const Box& box) const {
        for (int r = box.first_row; r <= box.last_row; ++r)
            for (int c = box.first_column; c <= box.last_column; ++c)
                if (!before_text_.at(r, c)) return false;
        return true;
    }

    const ReadLine& readOnce(const Gray& view, const Box& box) {
        auto& known = read_[pixelsOf(view, box)];
        if (!known.read) known = reader_.read(view, box);
        return known;
    }

    /// What must go in one view goes in all.
    void settle() {
        for (const auto& line : lines_)
            if (!isCovered(line.box)) add(line.box, "text");
        std::vector<Box> told;
        for (const auto& finding : spared_) {
            const auto same = [&](const Box& box) {
                return box.first_row <= finding.box.last_row && finding.box.first_row <= box.last_row &&
                       box.first_column <= finding.box.last_column &&
                       finding.box.first_column <= box.last_column;
            };
            if (std::ranges::any_of(told, same) || isCovered(finding.box)) continue;
            told.push_back(finding.box);
            out_.findings.push_back(finding);
        }
        const auto before = before_text_.count(), now = out_.blank.count();
        if (std::min(out_.blank.rows, out_.blank.columns) < kSmallSide) return;
        if (static_cast<double>(now - before) > kMostText * static_cast<double>(out_.blank.on.size()))
            out_.doubt = "what looks like text covers more than 30 % of the image";
    }

    bool isCovered(const Box& box) const {
        for (int r = box.first_row; r <= box.last_row; ++r)
            for (int c = box.first_column; c <= box.last_column; ++c)
                if (!out_.blank.at(r, c)) return false;
        return true;
    }

    const ImageFile& file_;
    const PixelWish& wish_;
    TextReader& reader_;
    PixelPlan out_;
    Mask before_text_;
    std::vector<TextLine> lines_;
    std::vector<Finding> spared_;
    std::map<std::string, ReadLine> read_;
};

}  // namespace

bool PixelPlan::blanksAny() const {
    return std::ranges::find(blank.on, 1) != blank.on.end();
}

Result<PixelPlan> planPixels(const ImageFile& file, const PixelWish& wish, TextReader& reader) {
    return Planner(file, wish, reader).run();
}

}  // namespace gantry::imaging
