#include "frame_list.hpp"

#include <algorithm>
#include <charconv>

namespace gantry {
namespace {

constexpr char kSeparator = '\x7F';
constexpr char kValue = '=';
constexpr char kAbsent = '~';
constexpr char kRepeat = '*';

}  // namespace

void FrameListWriter::put(std::size_t frame, std::string_view value) {
    if (frame < frames_) return;  // the attribute twice in one frame: the first one counts
    if (frame > frames_) entry(std::string_view(&kAbsent, 1), frame - frames_);
    std::string text(1, kValue);
    for (const char c : value) {
        if (c == kSeparator)
            text += "\xEF\xBF\xBD";
        else
            text += c;
    }
    entry(text, 1);
}

std::string FrameListWriter::finish(std::size_t frames) {
    if (frames > frames_) entry(std::string_view(&kAbsent, 1), frames - frames_);
    closeRun();
    return std::move(text_);
}

void FrameListWriter::entry(std::string_view text, std::size_t times) {
    const bool repeated = frames_ > 0 && text == last_;
    frames_ += times;
    if (!repeated) {
        closeRun();
        if (!text_.empty()) text_ += kSeparator;
        text_ += text;
        last_ = text;
        --times;
    }
    repeats_ += times;
}

void FrameListWriter::closeRun() {
    if (repeats_ > 0) (text_ += kSeparator) += kRepeat + std::to_string(repeats_);
    repeats_ = 0;
}

std::vector<std::optional<std::string_view>> readFrameList(std::string_view list) {
    std::vector<std::optional<std::string_view>> values;
    for (std::size_t start = 0; start < list.size();) {
        const auto end = std::min(list.find(kSeparator, start), list.size());
        const auto text = list.substr(start, end - start);
        start = end + 1;
        std::size_t times = 1;
        if (text.starts_with(kRepeat)) {
            const auto [stop, ec] = std::from_chars(text.data() + 1, text.data() + text.size(), times);
            if (ec != std::errc() || stop != text.data() + text.size() || values.empty()) break;
        } else if (!text.starts_with(kValue) && text != std::string_view(&kAbsent, 1)) {
            break;
        }
        times = std::min(times, kMaxFrames - values.size());
        if (text.starts_with(kRepeat))
            values.resize(values.size() + times, std::optional(values.back()));
        else if (times > 0)
            values.push_back(text.starts_with(kValue) ? std::optional(text.substr(1)) : std::nullopt);
    }
    return values;
}

}  // namespace gantry
