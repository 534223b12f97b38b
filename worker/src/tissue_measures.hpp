#pragma once
/// Measures that need to know what is body, gathered over the largest stack.

#include "gantry/imaging/slice_measures.hpp"
#include "gantry/imaging/survey.hpp"

namespace gantry::imaging {

class TissueMeasures {
public:
    /// @param ct     else MR
    /// @param level  above which MR is body; see mrBodyLevel()
    /// @param slices how many will be added: of long stacks only every n-th one tells the noise
    TissueMeasures(bool ct, float level, std::size_t slices)
        : ct_(ct), level_(level), noise_each_(slices / 128 + 1) {}
    void add(std::size_t index, const FrameHeader& header, const Frame& frame);
    void finish(Survey& out) const;

private:
    struct Slice {
        std::size_t frame = 0;
        double body_share = 0;  ///< of the image
        double area_mm2 = 0;
        std::optional<double> ghost, immerkaer_snr, air_snr, air_hu;
        double truncation = 0;
        Box box;
    };
    void addCt(const Frame& frame, const Mask& body, Slice& slice);
    void addMr(const FrameHeader& header, const Frame& frame, const Mask& body, Slice& slice) const;
    void finishBody(Survey& out, const std::vector<Slice>& body) const;
    void finishCt(Survey& out, const std::vector<Slice>& body) const;
    static void finishMr(Survey& out, const std::vector<Slice>& body);

    bool ct_;
    float level_;
    std::size_t noise_each_;
    std::vector<Slice> slices_;
    LocalSd local_sd_;
    double body_pixels_ = 0;
    double metal_pixels_ = 0;
    double most_metal_ = 0;
    std::optional<Place> metal_;
};

}  // namespace gantry::imaging
