#pragma once
/// Values of one attribute over the frames of an enhanced object, in one text that facts can hold.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gantry {

inline constexpr std::size_t kMaxFrames = 100'000;  ///< of one instance; frames beyond are left out

/// Writes a list. Entries are separated by DEL, which no DICOM text may hold (PS3.5 6.1.3): "=value", "~" for
/// a frame without the attribute, "*n" when the entry before holds for n more frames.
class FrameListWriter {
public:
    /// Frames must come in ascending order; those between are without the attribute.
    void put(std::size_t frame, std::string_view value);
    /// The list of `frames` frames. Call once, last.
    std::string finish(std::size_t frames);
    std::size_t bytes() const { return text_.size(); }

private:
    void entry(std::string_view text, std::size_t times);
    void closeRun();
    std::string text_;
    std::string last_;  ///< entry that the run repeats
    std::size_t repeats_ = 0;
    std::size_t frames_ = 0;  ///< told so far
};

/// What FrameListWriter wrote; nullopt where the attribute is absent. Views into `list`. What is not an entry
/// ends the list; never more than kMaxFrames.
std::vector<std::optional<std::string_view>> readFrameList(std::string_view list);

}  // namespace gantry
