#include "volumes.hpp"

#include <cmath>

namespace gantry::test {

constexpr int kSide = 256;

Volume::Volume(int slices, int side, double pixel_mm, const Value& value) {
    for (int s = 0; s < slices; ++s) {
        imaging::FrameHeader header;
        header.format.rows = header.format.columns = side;
        header.format.photometric = "MONOCHROME2";
        header.row_mm = header.column_mm = pixel_mm;
        header.plane = imaging::FramePlane{{0, 0, static_cast<double>(s)}, {1, 0, 0}, {0, 1, 0}};
        header.group = "one";
        header.order = s;
        about.push_back(header);
        imaging::Frame frame{side, side, pixel_mm, pixel_mm, {}, {}};
        for (int r = 0; r < side; ++r)
            for (int c = 0; c < side; ++c) frame.values.push_back(static_cast<float>(value(s, r, c)));
        frames.push_back(std::move(frame));
    }
}

Result<imaging::Frame> Volume::frame(std::size_t index) {
    return frames.at(index);
}

double fromCentre(int side, int row, int column) {
    return std::hypot(row - (side - 1) / 2.0, column - (side - 1) / 2.0);
}

Volume ctDisc(int slices, double radius, double noise_hu, double air_hu) {
    std::mt19937 seeded(7);
    std::normal_distribution<double> noise(0, noise_hu);
    return {slices, kSide, 1.0, [&](int s, int r, int c) {
                const double angle = s * 0.15;
                const double hole =
                    std::hypot(r - 128 - 40 * std::sin(angle), c - 128 - 40 * std::cos(angle));
                const double tissue = hole < 15 ? -800 : 40;
                return std::round((fromCentre(kSide, r, c) < radius ? tissue : air_hu) + noise(seeded));
            }};
}

Volume mrSquare(int slices, double noise, double ghost_share) {
    std::mt19937 seeded(11);
    std::normal_distribution<double> gauss(0, noise);
    const auto square = [](int r, int c) { return r >= 64 && r < 192 && c >= 64 && c < 192 ? 1000.0 : 0.0; };
    return {slices, kSide, 1.0, [&](int s, int r, int c) {
                const double angle = s * 0.15;
                const double spot =
                    std::hypot(r - 128 - 30 * std::sin(angle), c - 128 - 30 * std::cos(angle));
                // Half the matrix further along the columns: where the phase direction puts an N/2 ghost.
                const double signal =
                    square(r, c) * (spot < 12 ? 1.3 : 1) + ghost_share * square((r + kSide / 2) % kSide, c);
                return std::round(std::hypot(signal + gauss(seeded), gauss(seeded)));
            }};
}

}  // namespace gantry::test
