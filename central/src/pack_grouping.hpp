#pragma once
/// Series of several studies that were made alike: what becomes a slot of a drafted pack.

#include "pack_technique.hpp"

namespace gantry::central {

struct TechniqueGroup {
    std::vector<SeriesTechnique> series;
    std::size_t studies() const;         ///< in which it is there
    std::size_t mostInOneStudy() const;  ///< series of it
    const SeriesTechnique& any() const { return series.front(); }
    bool allHave(std::string_view keyword) const;
    bool noneHas(std::string_view keyword) const;
};

/// Series with the same modality, plane, kind of image, contrast and coded technique (MRAcquisitionType,
/// ScanningSequence, SequenceVariant, ConvolutionKernel, Units, ReconstructionMethod) whose EchoTime,
/// RepetitionTime, InversionTime and SliceThickness leave no gap of more than a quarter (half for thickness).
/// Those in most studies come first.
std::vector<TechniqueGroup> groupByTechnique(std::vector<SeriesTechnique> series);

}  // namespace gantry::central
