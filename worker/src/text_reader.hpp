#pragma once
/// Reads a line of text, so that it may be spared; the one place that meets Tesseract.

#include <chrono>
#include <memory>
#include <string>

#include "gantry/imaging/gray.hpp"
#include "gantry/imaging/mask.hpp"

namespace gantry::imaging {

struct ReadLine {
    bool read = false;   ///< false: no time left, or no reader: nothing may be concluded
    std::string text;    ///< "" when it saw no letters
    int confidence = 0;  ///< of the least certain word, 0 to 100
    double width = 0;    ///< share of the box's width that its words span
};

class TextReader {
public:
    /// @param longest  for all lines together; after that nothing is read any more
    explicit TextReader(std::chrono::milliseconds longest);
    ~TextReader();
    TextReader(const TextReader&) = delete;
    TextReader& operator=(const TextReader&) = delete;
    ReadLine read(const Gray& image, const Box& box);
    /// A fresh allowance, for the next image.
    void restart() { used_ = std::chrono::milliseconds(0); }

private:
    struct State;
    bool start();
    std::unique_ptr<State> state_;
    std::chrono::milliseconds longest_;
    std::chrono::milliseconds used_{0};
    bool failed_ = false;
};

}  // namespace gantry::imaging
