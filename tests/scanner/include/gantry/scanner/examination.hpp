#pragma once
/// One visit of an invented person to one machine, and stacks of small images made there: what every builder
/// starts from. All follows from the seed.

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "gantry/scanner/header.hpp"
#include "gantry/scanner/series.hpp"

namespace gantry::scanner {

struct Examination {
    std::uint64_t seed = 1;  ///< person, place and UIDs
    int number = 1;          ///< which study of this person
    PatientSpec patient;
    std::string date = "20260415";  ///< YYYYMMDD
    int start_s = 36000;            ///< of the study, seconds after midnight
    ScannerSpec scanner;
    double weight_kg = 70;
    double height_m = 1.75;
};

/// A machine as it names itself, with a software of its own.
ScannerSpec machine(std::string_view vendor, std::string_view modality);

using Vector = std::array<double, 3>;  ///< mm or direction cosines, patient coordinates (PS3.3 C.7.6.2.1.1)

/// Where the images of a series lie.
struct ImageStack {
    int images = 5;
    Vector first{-120, -120, 0};
    Vector step{0, 0, 5};  ///< from one image to the next
    Vector row{1, 0, 0};
    Vector column{0, 1, 0};
    double thickness_mm = 5;
    double pixel_mm = 15;
    int rows = 16;
    int columns = 16;
};

struct SeriesIdentity {
    std::string modality;
    std::string sop_class_uid;
    std::string description;
    std::string image_type = "ORIGINAL\\PRIMARY";
    int number = 1;
    double after_s = 60;         ///< from the start of the study to the first image
    double seconds_each = 0.1;   ///< from one image to the next
    std::string frame = "main";  ///< series with the same word share their frame of reference
    int first_image = 0;         ///< images of the series before this stack
};

/// A series whose headers may still be changed.
struct ImageSeries {
    std::vector<Header> images;

    ImageSeries& setAll(std::string_view keyword, std::string_view value);
    ImageSeries& setAll(std::string_view keyword, double value);
    /// Calls `change` with each image and its place in the series.
    ImageSeries& each(const std::function<void(Header&, int)>& change);
    std::string uid() const { return images.front().text("SeriesInstanceUID"); }
};

/// Patient, study, series, equipment and image modules (PS3.3 C.7) for every image of the stack.
ImageSeries composeSeries(const Examination& examination, const SeriesIdentity& identity,
                          const ImageStack& stack);
/// The stack `times` over in one series, each `seconds` after the one before: echoes, phases, directions.
ImageSeries repeatStack(const Examination& examination, const SeriesIdentity& identity,
                        const ImageStack& stack, int times, double seconds);
/// The same without a place in the patient: one image as a document has it.
Header composeImage(const Examination& examination, const SeriesIdentity& identity, int index);
/// 16-bit pixels of a soft disc, the same for the same image: `bits` stored, unsigned.
void addPixels(Header& image, int rows, int columns, int frames = 1, int bits = 12);

/// As what a scanner sends: each instance's file is made when it is asked for.
std::vector<Instance> instancesOf(const ImageSeries& series,
                                  std::string_view transfer_syntax_uid = kExplicitLittleEndian);

}  // namespace gantry::scanner
