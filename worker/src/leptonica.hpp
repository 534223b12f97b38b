#pragma once
/// Owners for Leptonica's objects; the only header of ours that knows them.

#include <leptonica/allheaders.h>

#include <memory>

#include "gantry/imaging/gray.hpp"
#include "gantry/imaging/mask.hpp"

namespace gantry::imaging {

struct FreePix {
    void operator()(Pix* pix) const noexcept { pixDestroy(&pix); }
};
struct FreeBoxes {
    void operator()(Boxa* boxes) const noexcept { boxaDestroy(&boxes); }
};
using PixPtr = std::unique_ptr<Pix, FreePix>;
using BoxesPtr = std::unique_ptr<Boxa, FreeBoxes>;

/// 8 bits a pixel; nullptr without memory.
inline PixPtr toPix(const Gray& gray) {
    PixPtr out(pixCreate(gray.columns, gray.rows, 8));
    if (!out) return out;
    auto* data = pixGetData(out.get());
    const auto words = pixGetWpl(out.get());
    const auto* from = gray.pixels.data();
    for (int r = 0; r < gray.rows; ++r) {
        auto* line = data + static_cast<std::ptrdiff_t>(r) * words;
        for (int c = 0; c < gray.columns; ++c) SET_DATA_BYTE(line, c, *from++);
    }
    return out;
}

}  // namespace gantry::imaging
