#include <tesseract/baseapi.h>
#include <tesseract/ocrclass.h>
#include <tesseract/resultiterator.h>

#include <algorithm>

#include "leptonica.hpp"
#include "text_reader.hpp"

namespace gantry::imaging {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kReadHeight = 40;  ///< pixels of a line that the reader likes best
constexpr int kFrame = 10;       ///< ground around it

/// Dark letters on white, the line as high as the reader likes it.
PixPtr prepared(const Gray& image, const Box& box) {
    Gray cut{box.last_row - box.first_row + 1, box.last_column - box.first_column + 1, {}};
    int low = 255, high = 0;
    double sum = 0;
    for (int r = box.first_row; r <= box.last_row; ++r)
        for (int c = box.first_column; c <= box.last_column; ++c) {
            const int value =
                image.pixels[static_cast<std::size_t>(r) * static_cast<std::size_t>(image.columns) +
                             static_cast<std::size_t>(c)];
            cut.pixels.push_back(static_cast<std::uint8_t>(value));
            low = std::min(low, value);
            high = std::max(high, value);
            sum += value;
        }
    const bool bright_letters = sum / static_cast<double>(cut.pixels.size()) < (low + high) / 2.0;
    for (auto& pixel : cut.pixels) {
        const int stretched = (pixel - low) * 255 / std::max(high - low, 1);
        pixel = static_cast<std::uint8_t>(bright_letters ? 255 - stretched : stretched);
    }
    const PixPtr small = toPix(cut);
    if (!small) return nullptr;
    const auto scale =
        std::clamp(static_cast<l_float32>(kReadHeight) / static_cast<l_float32>(cut.rows), 0.5F, 5.0F);
    const PixPtr scaled(pixScale(small.get(), scale, scale));
    return scaled ? PixPtr(pixAddBorder(scaled.get(), kFrame, 255)) : nullptr;
}

void gather(tesseract::TessBaseAPI& api, int width, ReadLine& out) {
    const std::unique_ptr<tesseract::ResultIterator> words(api.GetIterator());
    if (!words) return;
    int first = width, last = 0;
    out.confidence = 100;
    do {
        const std::unique_ptr<char[]> text(words->GetUTF8Text(tesseract::RIL_WORD));
        if (!text || text[0] == '\0' || text[0] == ' ') continue;
        int left = 0, top = 0, right = 0, bottom = 0;
        words->BoundingBox(tesseract::RIL_WORD, &left, &top, &right, &bottom);
        first = std::min(first, left);
        last = std::max(last, right);
        out.confidence = std::min(out.confidence, static_cast<int>(words->Confidence(tesseract::RIL_WORD)));
        out.text += (out.text.empty() ? "" : " ") + std::string(text.get());
    } while (words->Next(tesseract::RIL_WORD));
    if (out.text.empty()) out.confidence = 0;
    out.width = static_cast<double>(std::max(last - first, 0)) / std::max(width - 2 * kFrame, 1);
}

}  // namespace

struct TextReader::State {
    tesseract::TessBaseAPI api;
};

TextReader::TextReader(milliseconds longest) : longest_(longest) {}
TextReader::~TextReader() = default;

bool TextReader::start() {
    if (state_ || failed_) return state_ != nullptr;
    auto state = std::make_unique<State>();
    failed_ = state->api.Init(nullptr, "eng", tesseract::OEM_LSTM_ONLY) != 0;
    if (failed_) return false;
    state->api.SetVariable("debug_file", "/dev/null");
    state->api.SetPageSegMode(tesseract::PSM_SINGLE_LINE);
    state_ = std::move(state);
    return true;
}

ReadLine TextReader::read(const Gray& image, const Box& box) {
    ReadLine out;
    if (used_ >= longest_ || !start()) return out;
    const auto begin = steady_clock::now();
    const auto pix = prepared(image, box);
    if (!pix) return out;
    state_->api.SetImage(pix.get());
    state_->api.SetSourceResolution(150);
    tesseract::ETEXT_DESC monitor;
    monitor.set_deadline_msecs(static_cast<int32_t>((longest_ - used_).count()));
    const bool done = state_->api.Recognize(&monitor) == 0;
    used_ += duration_cast<milliseconds>(steady_clock::now() - begin);
    if (!done || used_ >= longest_) return out;
    out.read = true;
    gather(state_->api, pixGetWidth(pix.get()), out);
    return out;
}

}  // namespace gantry::imaging
