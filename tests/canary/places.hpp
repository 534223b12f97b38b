#pragma once
/// Files with marks in odd places, most of them CT images that are otherwise in order.

#include "corpus.hpp"

namespace gantry::canary {

void addHeaderPlaces(CorpusMaker& maker);      ///< preamble, file meta, command group, behind the data
void addPrivatePlaces(CorpusMaker& maker);     ///< private blocks of all kinds, safe ones too
void addPixelPlaces(CorpusMaker& maker);       ///< overlays, curves, icons, profiles
void addCompressedPlaces(CorpusMaker& maker);  ///< JPEG, JPEG 2000, RLE
void addShapePlaces(CorpusMaker& maker);       ///< wrong VRs, doubles, disorder, sequences of all encodings
void addTextPlaces(CorpusMaker& maker);        ///< character sets
void addValuePlaces(CorpusMaker& maker);       ///< marks inside and behind values that are needed
void addSpoiled(CorpusMaker& maker);           ///< each value that an object has, replaced by a mark

}  // namespace gantry::canary
