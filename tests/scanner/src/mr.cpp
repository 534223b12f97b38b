#include "gantry/scanner/mr.hpp"

#include "ct_plan.hpp"

namespace gantry::scanner {

namespace {

constexpr std::string_view kMrImageStorage = "1.2.840.10008.5.1.4.1.1.4";
constexpr double kProtonMhzPerTesla = 42.577;

SeriesIdentity identityOf(const MrScan& scan) {
    SeriesIdentity identity{"MR", std::string(kMrImageStorage), scan.description};
    identity.image_type = scan.image_type;
    identity.number = scan.number;
    identity.after_s = scan.after_s;
    identity.seconds_each = scan.seconds_each;
    return identity;
}

void writeTiming(Header& image, const MrScan& scan) {
    image.set("RepetitionTime", scan.tr_ms)
        .set("EchoTime", scan.te_ms)
        .set("FlipAngle", scan.flip_deg)
        .set("NumberOfAverages", scan.averages)
        .set("EchoTrainLength", scan.echo_train)
        .set("EchoNumbers", 1)
        .set("PixelBandwidth", scan.bandwidth_hz)
        .set("AcquisitionDuration", scan.duration_s);
    if (scan.ti_ms > 0) image.set("InversionTime", scan.ti_ms);
}

void writeSequence(Header& image, const MrScan& scan) {
    image.set("MRAcquisitionType", scan.acquisition_type)
        .set("ScanningSequence", scan.scanning_sequence)
        .set("SequenceVariant", scan.variant)
        .set("ScanOptions", "PFP")
        .set("SequenceName", scan.sequence_name)
        .set("PulseSequenceName", scan.sequence_name)
        .set("ParallelReductionFactorInPlane", scan.acceleration);
}

void writeMr(Header& image, const MrScan& scan) {
    const double side = scan.stack.rows;
    const bool by_columns = scan.phase_axis == "COL";
    writeTiming(image, scan);
    writeSequence(image, scan);
    image.set("MagneticFieldStrength", scan.field_t)
        .set("ImagingFrequency", scan.field_t * kProtonMhzPerTesla)
        .set("ImagedNucleus", "1H")
        .set("ReceiveCoilName", scan.coil)
        .set("TransmitCoilName", "Body")
        .set("InPlanePhaseEncodingDirection", scan.phase_axis)
        .set("AcquisitionMatrix", by_columns ? joined({0, side, side, 0}) : joined({side, 0, 0, side}))
        .set("PercentPhaseFieldOfView", 100)
        .set("PercentSampling", 100)
        .set("SAR", 0.4)
        .set("BodyPartExamined", "HEAD");
}

void writeContrast(Header& image, const Examination& examination, const MrScan& scan) {
    if (scan.contrast_agent.empty()) return;
    image.set("ContrastBolusAgent", scan.contrast_agent)
        .set("ContrastBolusStartTime",
             timeOfDay(examination.start_s + scan.after_s - scan.contrast_before_s));
}

ImageSeries written(const Examination& examination, const MrScan& scan, ImageSeries series) {
    return series.each([&](Header& image, int) {
        writeMr(image, scan);
        writeContrast(image, examination, scan);
    });
}

}  // namespace

MrScan t1Mprage() {
    MrScan scan;
    scan.description = "t1_mprage_sag";
    scan.acquisition_type = "3D";
    scan.scanning_sequence = "GR\\IR";
    scan.variant = "SK\\SP\\MP";
    scan.sequence_name = "*tfl3d1_16ns";
    scan.tr_ms = 2300;
    scan.te_ms = 2.98;
    scan.ti_ms = 1000;
    scan.flip_deg = 9;
    scan.stack.row = {0, 1, 0};
    scan.stack.column = {0, 0, -1};
    scan.stack.first = {-2, -8, 8};
    scan.stack.step = {1, 0, 0};
    scan.stack.thickness_mm = scan.stack.pixel_mm = 1;
    return scan;
}

MrScan t2Tse() {
    MrScan scan;
    scan.number = 3;
    scan.description = "t2_tse_tra";
    scan.sequence_name = "*tse2d1_15";
    scan.variant = "SK\\SP\\OSP";
    scan.tr_ms = 5000;
    scan.te_ms = 100;
    scan.flip_deg = 150;
    scan.echo_train = 15;
    scan.after_s = 400;
    return scan;
}

MrScan flair() {
    MrScan scan = t2Tse();
    scan.number = 4;
    scan.description = "t2_flair_tra";
    scan.scanning_sequence = "SE\\IR";
    scan.variant = "SK\\SP\\MP";
    scan.sequence_name = "*tir2d1_16";
    scan.tr_ms = 9000;
    scan.te_ms = 120;
    scan.ti_ms = 2500;
    scan.after_s = 700;
    return scan;
}

ImageSeries mrSeries(const Examination& examination, const MrScan& scan) {
    return written(examination, scan, composeSeries(examination, identityOf(scan), scan.stack));
}

ImageSeries mrMultiEcho(const Examination& examination, const MrScan& scan,
                        const std::vector<double>& te_ms) {
    const auto echoes = static_cast<int>(te_ms.size());
    auto series =
        written(examination, scan, repeatStack(examination, identityOf(scan), scan.stack, echoes, 0));
    return series.each([&](Header& image, int place) {
        const int echo = place / scan.stack.images;
        image.set("EchoTime", te_ms[static_cast<std::size_t>(echo)]).set("EchoNumbers", echo + 1);
    });
}

ImageSeries mrDynamic(const Examination& examination, const MrScan& scan, int phases, double seconds) {
    auto identity = identityOf(scan);
    identity.seconds_each = 0;  // a 3D phase is acquired as a whole
    auto series = written(examination, scan, repeatStack(examination, identity, scan.stack, phases, seconds));
    return series.each([&](Header& image, int place) {
        const int phase = place / scan.stack.images;
        image.set("NumberOfTemporalPositions", phases)
            .set("TemporalPositionIdentifier", phase + 1)
            .set("TemporalResolution", seconds * 1000)
            .set("AcquisitionNumber", phase + 1);
        if (image.text("Manufacturer").starts_with("GE"))  // who counts phases in milliseconds there
            image.set("TriggerTime", phase * seconds * 1000);
    });
}

ImageSeries mrCine(const Examination& examination, const MrScan& scan, int phases, double interval_ms) {
    auto identity = identityOf(scan);
    auto series = written(examination, scan, repeatStack(examination, identity, scan.stack, phases, 0));
    return series.each([&](Header& image, int place) {
        const int phase = place / scan.stack.images;
        image.set("TriggerTime", phase * interval_ms / phases)
            .set("ScanOptions", "CG")
            .set("NominalInterval", interval_ms)
            .set("CardiacNumberOfImages", phases)
            .set("HeartRate", static_cast<int>(60000 / interval_ms));
    });
}

void setPhaseEncoding(ImageSeries& series, std::string_view axis, bool positive) {
    for (auto& image : series.images) {
        const auto manufacturer = image.text("Manufacturer");
        image.set("InPlanePhaseEncodingDirection", axis);
        if (manufacturer.starts_with("SIEMENS"))
            image.setPrivate(dicom::makeTag(0x0021, 0x111C), "SIEMENS MR SDI 02", "IS", positive ? "1" : "0");
        if (manufacturer.starts_with("GE"))
            image.set("RectilinearPhaseEncodeReordering", positive ? "LINEAR" : "REVERSE_LINEAR");
    }
}

}  // namespace gantry::scanner
