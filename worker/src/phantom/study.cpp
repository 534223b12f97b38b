#include "phantom/study.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "gantry/core/attributes.hpp"

namespace gantry::imaging::phantom {

namespace {

std::string textOf(Attributes& attributes, std::string_view name, std::size_t frame = 0) {
    const auto value = attributes.values(name).at(frame);
    return value ? std::string(*value) : std::string();
}

std::vector<double> numbersOf(Attributes& attributes, std::string_view name, std::size_t frame = 0) {
    std::vector<double> out;
    for (const auto& one : dicom::parseDecimals(textOf(attributes, name, frame)))
        if (one && std::isfinite(*one)) out.push_back(*one);
    return out;
}

std::optional<double> numberOf(Attributes& attributes, std::string_view name, std::size_t frame = 0) {
    const auto all = numbersOf(attributes, name, frame);
    return all.empty() ? std::nullopt : std::optional(all.front());
}

/// The first of these date-times, or date and time, that is one.
std::optional<double> momentOf(Attributes& attributes, std::size_t frame, std::string_view both,
                               std::string_view date, std::string_view time) {
    if (const auto at = clockSeconds(textOf(attributes, both, frame), "")) return at;
    return clockSeconds(textOf(attributes, date, frame), textOf(attributes, time, frame));
}

void readTracer(Attributes& attributes, SeriesFacts& facts) {
    const std::string in = "RadiopharmaceuticalInformationSequence.";
    facts.dose_bq = numberOf(attributes, in + "RadionuclideTotalDose");
    facts.half_life_s = numberOf(attributes, in + "RadionuclideHalfLife");
    facts.injected_s = clockSeconds(textOf(attributes, in + "RadiopharmaceuticalStartDateTime"), "");
    if (!facts.injected_s)
        facts.injected_s = clockSeconds(textOf(attributes, "SeriesDate"),
                                        textOf(attributes, in + "RadiopharmaceuticalStartTime"));
    facts.scan_start_s = clockSeconds(textOf(attributes, "SeriesDate"), textOf(attributes, "SeriesTime"));
    facts.suv_factor = numberOf(attributes, "Gantry.PhilipsSuvFactor");
    facts.activity_factor = numberOf(attributes, "Gantry.PhilipsActivityFactor");
}

SeriesFacts seriesFacts(Attributes& attributes) {
    SeriesFacts facts;
    facts.uid = textOf(attributes, "SeriesInstanceUID");
    facts.modality = textOf(attributes, "Modality");
    facts.description = textOf(attributes, "SeriesDescription");
    facts.manufacturer = textOf(attributes, "Manufacturer");
    facts.model = textOf(attributes, "ManufacturerModelName");
    facts.serial = textOf(attributes, "DeviceSerialNumber");
    facts.software = textOf(attributes, "SoftwareVersions");
    facts.kernel = textOf(attributes, "ConvolutionKernel");
    facts.units = textOf(attributes, "Units");
    facts.decay_correction = textOf(attributes, "DecayCorrection");
    facts.number = static_cast<int>(std::clamp(numberOf(attributes, "SeriesNumber").value_or(0), -1e9, 1e9));
    facts.field_t = numberOf(attributes, "MagneticFieldStrength");
    facts.kvp = numberOf(attributes, "KVP");
    facts.thickness_mm = numberOf(attributes, "SliceThickness");
    facts.weight_kg = numberOf(attributes, "PatientWeight");
    if (facts.modality == "PT") readTracer(attributes, facts);
    return facts;
}

ImageFacts imageFacts(Attributes& attributes, std::size_t frame) {
    ImageFacts facts;
    facts.echo_ms = numberOf(attributes, "EchoTime", frame);
    facts.repetition_ms = numberOf(attributes, "RepetitionTime", frame);
    facts.b_value = numberOf(attributes, "Gantry.BValue", frame);
    const auto direction = numbersOf(attributes, "Gantry.GradientDirection", frame);
    if (direction.size() == 3) facts.direction = {direction[0], direction[1], direction[2]};
    facts.acquired_s =
        momentOf(attributes, frame, "AcquisitionDateTime", "AcquisitionDate", "AcquisitionTime");
    facts.frame_reference_ms = numberOf(attributes, "FrameReferenceTime", frame);
    facts.frame_ms = numberOf(attributes, "ActualFrameDuration", frame);
    facts.acquired = textOf(attributes, "AcquisitionDateTime", frame);
    if (facts.acquired.empty())
        facts.acquired =
            textOf(attributes, "AcquisitionDate", frame) + textOf(attributes, "AcquisitionTime", frame);
    facts.acquired = facts.acquired.substr(0, 14);
    facts.image_type = textOf(attributes, "ImageType", frame);
    return facts;
}

double alongNormal(const FramePlane& plane) {
    const auto &r = plane.row, &c = plane.column;
    const Vector3 n{r[1] * c[2] - r[2] * c[1], r[2] * c[0] - r[0] * c[2], r[0] * c[1] - r[1] * c[0]};
    return n[0] * plane.position[0] + n[1] * plane.position[1] + n[2] * plane.position[2];
}

/// What one file says of itself and of each of its frames.
struct FileFacts {
    SeriesFacts series;
    std::vector<ImageFacts> frames;
};
Result<FileFacts> factsOf(const FileRange& range) {
    const auto file = GANTRY_TRY(ImageFile::open(range));
    const auto facts = extractFacts(file.file());
    Attributes attributes(facts);
    FileFacts out{seriesFacts(attributes), {}};
    for (std::size_t i = 0; i < file.frames().size(); ++i) out.frames.push_back(imageFacts(attributes, i));
    return out;
}

void finish(StudySeries& series, const std::vector<FileFacts>& facts) {
    series.source = std::make_unique<SeriesSource>(series.files);
    for (std::size_t i = 0; i < series.source->headers().size(); ++i) {
        const auto place = series.source->placeOf(i);
        const auto& frames = facts[place.file].frames;
        series.images.push_back(place.frame < frames.size() ? frames[place.frame] : ImageFacts{});
    }
    series.stacks = stacksOf(series.source->headers());
}

}  // namespace

std::optional<double> clockSeconds(std::string_view date, std::string_view time) {
    std::string all(date);
    if (all.size() > 8 && time.empty()) {
        time = date.substr(8);
        all.resize(8);
    }
    const auto digits = [](std::string_view text, std::size_t at, std::size_t count) -> std::optional<int> {
        if (text.size() < at + count) return std::nullopt;
        int value = 0;
        for (const char one : text.substr(at, count)) {
            if (one < '0' || one > '9') return std::nullopt;
            value = value * 10 + one - '0';
        }
        return value;
    };
    const auto year = digits(all, 0, 4), month = digits(all, 4, 2), day = digits(all, 6, 2),
               hour = digits(time, 0, 2);
    if (!year || !month || !day || !hour) return std::nullopt;
    const std::chrono::year_month_day ymd{std::chrono::year(*year),
                                          std::chrono::month(static_cast<unsigned>(*month)),
                                          std::chrono::day(static_cast<unsigned>(*day))};
    if (!ymd.ok()) return std::nullopt;
    const auto days = static_cast<double>(std::chrono::sys_days(ymd).time_since_epoch().count());
    double second = digits(time, 4, 2).value_or(0);
    double part = 0.1;
    for (std::size_t i = 7; i < time.size() && time[6] == '.' && time[i] >= '0' && time[i] <= '9';
         ++i, part /= 10)
        second += part * (time[i] - '0');
    return days * 86400 + *hour * 3600 + digits(time, 2, 2).value_or(0) * 60 + second;
}

Study openStudy(const std::vector<FileRange>& files) {
    Study study;
    std::vector<std::vector<FileFacts>> facts;
    for (const auto& range : files) {
        auto file = factsOf(range);
        if (!file) {
            study.unreadable_files += file.error().code != Errc::Unsupported;
            continue;
        }
        const auto found = std::ranges::find_if(
            study.series, [&](const StudySeries& one) { return one.facts.uid == file->series.uid; });
        const auto index = static_cast<std::size_t>(found - study.series.begin());
        if (found == study.series.end()) {
            study.series.emplace_back().facts = file->series;
            facts.emplace_back();
        }
        study.series[index].files.push_back(range);
        facts[index].push_back(*std::move(file));
    }
    for (std::size_t i = 0; i < study.series.size(); ++i) finish(study.series[i], facts[i]);
    std::ranges::stable_sort(study.series, {}, [](const StudySeries& one) { return one.facts.number; });
    return study;
}

Images imagesOf(StudySeries& series, const FrameStack& stack, std::size_t most) {
    Images out;
    const auto& headers = series.source->headers();
    const std::size_t count = most == 0 ? stack.size() : std::min(most, stack.size());
    out.placed = true;
    for (std::size_t i = 0; i < count; ++i) {
        const auto index = stack[count == stack.size() ? i : (2 * i + 1) * stack.size() / (2 * count)];
        auto frame = series.source->frame(index);
        if (!frame) {
            ++out.undecodable;
            continue;
        }
        const auto& header = headers[index];
        out.placed = out.placed && header.plane.has_value();
        out.frames.push_back(*std::move(frame));
        out.facts.push_back(series.images[index]);
        out.headers.push_back(header);
        out.along_mm.push_back(header.plane ? alongNormal(*header.plane) : static_cast<double>(i));
    }
    if (!out.placed)
        for (std::size_t i = 0; i < out.along_mm.size(); ++i) out.along_mm[i] = static_cast<double>(i);
    return out;
}

}  // namespace gantry::imaging::phantom
