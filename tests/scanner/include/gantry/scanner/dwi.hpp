#pragma once
/// Diffusion series in each maker's own encoding of b-value and direction.

#include "gantry/scanner/mr.hpp"

namespace gantry::scanner {

/// b in s/mm2 with the direction in patient coordinates; no direction at b 0 or in a trace image.
struct DiffusionPoint {
    double b = 0;
    Vector direction{};
    bool directed() const { return direction != Vector{}; }
};

/// b 0, and `b` in `directions` axes that are spread over half a sphere.
std::vector<DiffusionPoint> diffusionPoints(const std::vector<double>& b, int directions);

enum class DiffusionCoding {
    Standard,    ///< DiffusionBValue, DiffusionGradientOrientation (C.8.13.5.9)
    SiemensCsa,  ///< (0029,1010) alone: "SV10" records B_value, DiffusionGradientDirection
    Siemens,     ///< (0019,100C), (0019,100E)
    Ge,          ///< (0043,1039) first value with 1e6 or 1e9 added, (0019,10BB..BD)
    Philips,     ///< (2001,1003) FL, (2005,10B0..B2)
    Uih,         ///< (0065,1009), (0065,1037)
};

MrScan dwiEpi();  ///< 2D echo planar, axial

/// Every position once for each point. The examination should be at a machine of the same maker.
ImageSeries mrDwi(const Examination& examination, const MrScan& scan,
                  const std::vector<DiffusionPoint>& points, DiffusionCoding coding);
/// One image for each point that tiles all positions of the stack, as Siemens' EPI writes it; ImageType
/// MOSAIC and a CSA header.
ImageSeries mrDwiMosaic(const Examination& examination, const MrScan& scan,
                        const std::vector<DiffusionPoint>& points);

/// What a CSA image header says. Laid out as "SV10" streams are in public readers of the format.
struct CsaElement {
    std::string name;
    std::string vr;
    std::vector<std::string> values;
};
std::string csaHeader(const std::vector<CsaElement>& elements);

}  // namespace gantry::scanner
