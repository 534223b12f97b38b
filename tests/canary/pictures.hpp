#pragma once
/// Files with text in the pixels. Only the program can clean them: the engine alone does not look at pixels.

#include "corpus.hpp"

namespace gantry::canary {

void addPictures(CorpusMaker& maker);

}  // namespace gantry::canary
