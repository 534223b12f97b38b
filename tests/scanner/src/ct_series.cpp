// Instances of a CT series, made one at a time when they are asked for.
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdatset.h>
#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcostrmb.h>

#include <algorithm>
#include <memory>

#include "body_phantom.hpp"
#include "ct_plan.hpp"
#include "gantry/core/dicom.hpp"
#include "seeded.hpp"

namespace gantry::scanner {

namespace {

constexpr double kBodyLengthMm = 600.0;
constexpr int kLargestSide = 4096;

std::vector<Slice> slicesOf(const SeriesSpec& spec) {
    std::vector<Slice> slices;
    for (int index = 0; index < spec.slices; ++index) {
        const bool out = std::find(spec.left_out.begin(), spec.left_out.end(), index) != spec.left_out.end();
        if (!out) slices.push_back({index, 0, index + 1, instanceUid(spec, index, 0)});
    }
    int copies = 0;
    for (const int index : spec.doubled)
        slices.push_back({index, ++copies, spec.slices + copies, instanceUid(spec, index, copies)});
    return slices;
}

void writeHeader(DcmItem& dataset, const CtPlan& plan, const Slice& slice, HeaderNotes& notes) {
    ItemWriter out(dataset, notes);
    writePatient(out, plan);
    writeStudy(out, plan);
    writeSeries(out, plan);
    writeEquipment(out, plan);
    writeImage(out, plan, slice);
    writeTechnique(out, plan, slice);
    writeVendorPrivate(out, plan, slice);
}

std::vector<std::uint16_t> pixelsOf(const CtPlan& plan, const Slice& slice) {
    const auto& spec = plan.spec;
    BodySlice body;
    body.rows = spec.rows;
    body.columns = spec.columns;
    body.field_of_view_mm = spec.field_of_view_mm;
    body.along_body = (slice.index + 0.5) * spec.thickness_mm / kBodyLengthMm;
    body.noise_hu = 11.0 + 2.0 * spec.pixel_variant;
    const auto label = slice.sop_instance_uid + "/noise/" + std::to_string(spec.pixel_variant);
    body.noise_seed = Seeded(spec.seed).number(label);
    return drawBody(body);
}

/// The data set alone, in the syntax of the series.
Result<std::string> encode(DcmDataset& dataset, std::string_view transfer_syntax_uid) {
    const auto syntax = DcmXfer(std::string(transfer_syntax_uid).c_str()).getXfer();
    const auto length = dataset.calcElementLength(syntax, EET_UndefinedLength);
    std::string bytes(length, '\0');
    DcmOutputBufferStream stream(bytes.data(), static_cast<offile_off_t>(bytes.size()));
    dataset.transferInit();
    const auto written = dataset.write(stream, syntax, EET_UndefinedLength, nullptr);
    dataset.transferEnd();
    if (written.bad()) return fail(Errc::Internal, std::string("encoding an instance: ") + written.text());
    bytes.resize(static_cast<std::size_t>(stream.tell()));
    return bytes;
}

Result<std::string> makeFile(const CtPlan& plan, const Slice& slice) {
    DcmDataset dataset;
    HeaderNotes notes;
    writeHeader(dataset, plan, slice, notes);
    if (!notes.first_failure.empty())
        return fail(Errc::Internal, "composing a header: " + notes.first_failure);
    const auto pixels = pixelsOf(plan, slice);
    const auto put = dataset.putAndInsertUint16Array(DCM_PixelData, pixels.data(),
                                                     static_cast<unsigned long>(pixels.size()));
    if (put.bad()) return fail(Errc::Internal, std::string("adding pixels: ") + put.text());
    const auto& syntax = plan.spec.transfer_syntax_uid;
    return dicom::fileMeta(kCtImageStorage, slice.sop_instance_uid, syntax) +
           GANTRY_TRY(encode(dataset, syntax));
}

Result<> validate(const SeriesSpec& spec) {
    const auto side = [](int pixels) { return pixels >= 16 && pixels <= kLargestSide; };
    if (spec.slices < 1 || !side(spec.rows) || !side(spec.columns))
        return fail(Errc::InvalidArgument, "a series needs a slice or more of 16 to 4096 rows and columns");
    if (!(spec.thickness_mm > 0) || !(spec.field_of_view_mm > 0))
        return fail(Errc::InvalidArgument, "thickness and field of view are above zero millimetres");
    if (spec.transfer_syntax_uid != kExplicitLittleEndian &&
        spec.transfer_syntax_uid != kImplicitLittleEndian)
        return fail(Errc::InvalidArgument,
                    "instances are made in uncompressed little endian, explicit or implicit");
    if (!spec.study_date.empty() && spec.study_date.size() != 8)
        return fail(Errc::InvalidArgument, "a study date is written YYYYMMDD");
    return {};
}

/// What the headers of these slices give away. Only UIDs and times differ between them.
Result<std::vector<PlantedValue>> plantedIn(const CtPlan& plan, const std::vector<Slice>& slices) {
    HeaderNotes notes;
    for (const auto& slice : slices) {
        DcmDataset dataset;
        if (&slice == &slices.front()) {
            writeHeader(dataset, plan, slice, notes);
        } else {
            ItemWriter out(dataset, notes);
            writeImage(out, plan, slice);
        }
    }
    if (!notes.first_failure.empty())
        return fail(Errc::Internal, "composing a header: " + notes.first_failure);
    return std::move(notes.planted);
}

}  // namespace

SeriesSpec localizerOf(const SeriesSpec& spec) {
    auto localizer = spec;
    localizer.series_number = 1;
    localizer.slices = 1;
    localizer.thickness_mm = 0.6;
    localizer.left_out.clear();
    localizer.doubled.clear();
    localizer.pixel_variant = 0;
    localizer.technique.series_description = "Topogram 0.6 T20f";
    localizer.technique.kernel = "T20f";
    localizer.technique.image_type = "ORIGINAL\\PRIMARY\\LOCALIZER\\CT_SOM5 TOP";
    localizer.technique.contrast_agent.clear();
    return localizer;
}

Result<Series> makeSeries(const SeriesSpec& spec) {
    GANTRY_CHECK(validate(spec));
    const auto plan = std::make_shared<const CtPlan>(planCt(spec));
    const auto slices = slicesOf(spec);
    if (slices.empty()) return fail(Errc::InvalidArgument, "every slice of the series is left out");
    Series series;
    series.patient = plan->patient;
    series.study_instance_uid = plan->uids.study;
    series.series_instance_uid = plan->uids.series;
    series.planted = GANTRY_TRY(plantedIn(*plan, slices));
    for (const auto& slice : slices) {
        auto file = [plan, slice] { return makeFile(*plan, slice); };
        series.instances.push_back({std::string(kCtImageStorage), slice.sop_instance_uid,
                                    spec.transfer_syntax_uid, slice.instance_number, std::move(file)});
    }
    return series;
}

}  // namespace gantry::scanner
