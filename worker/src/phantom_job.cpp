#include "phantom_job.hpp"

#include <boost/json.hpp>

#include "gantry/core/files.hpp"
#include "phantom/drawing.hpp"

namespace gantry::imaging {

namespace {

namespace json = boost::json;
using namespace phantom;

json::object scannerJson(const SeriesFacts& facts) {
    return {{"manufacturer", facts.manufacturer},
            {"model", facts.model},
            {"serial", facts.serial},
            {"software", facts.software}};
}

json::value optional(const std::optional<double>& value) {
    return value ? json::value(*value) : json::value(nullptr);
}

json::object metricJson(const Metric& metric) {
    json::object out{{"name", metric.name}, {"unit", metric.unit}};
    if (metric.parts.empty()) {
        out["value"] = metric.value;
        out["uncertainty"] = metric.uncertainty;
    } else {
        json::array parts;
        for (const auto& part : metric.parts)
            parts.push_back(json::object{
                {"label", part.label}, {"value", part.value}, {"uncertainty", part.uncertainty}});
        out["parts"] = std::move(parts);
    }
    out["pre_score"] = metric.pre_score;
    return out;
}

json::array texts(const std::vector<std::string>& all) {
    json::array out;
    for (const auto& one : all) out.emplace_back(one);
    return out;
}

/// Draws each analysis while its images are there, and remembers what to tell.
class Writer final : public AnalysisSink {
public:
    explicit Writer(std::filesystem::path folder) : folder_(std::move(folder)) {}

    void take(const Analysis& analysis, const Images& images) override {
        const auto prefix = "p" + std::to_string(analyses_.size()) + "-";
        json::array tests;
        for (const auto& test : analysis.tests) tests.push_back(testJson(test, images, prefix));
        json::object out{{"outcome", nameOf(analysis.outcome)},
                         {"kind", analysis.kind ? nameOf(*analysis.kind) : ""},
                         {"variant", analysis.variant},
                         {"why", analysis.why},
                         {"series", analysis.series.uid},
                         {"number", analysis.series.number},
                         {"description", analysis.series.description},
                         {"modality", analysis.series.modality},
                         {"acquired", analysis.acquired},
                         {"images", analysis.images},
                         {"echo_ms", optional(analysis.echo_ms)},
                         {"field_t", optional(analysis.series.field_t)},
                         {"kvp", optional(analysis.series.kvp)},
                         {"kernel", analysis.series.kernel},
                         {"scanner", scannerJson(analysis.series)},
                         {"seconds", analysis.seconds},
                         {"tests", std::move(tests)}};
        json::array shown;
        if (analysis.shown) addPicture(*analysis.shown, images, prefix, shown);
        out["pictures"] = std::move(shown);
        analysed_ = analysed_ || analysis.outcome == Outcome::Analysed;
        unreadable_ = unreadable_ || analysis.outcome == Outcome::CannotAnalyse;
        analyses_.push_back(std::move(out));
    }

    json::object answer(std::size_t unreadable_files) {
        const auto outcome = analysed_                          ? Outcome::Analysed
                             : unreadable_ || analyses_.empty() ? Outcome::CannotAnalyse
                                                                : Outcome::NotPhantom;
        return {{"outcome", nameOf(outcome)},
                {"unreadable_files", unreadable_files},
                {"analyses", std::move(analyses_)}};
    }

private:
    json::object testJson(const TestResult& test, const Images& images, const std::string& prefix) {
        json::array metrics, pictures;
        for (const auto& metric : test.findings.metrics) metrics.push_back(metricJson(metric));
        for (const auto& figure : test.findings.figures) addPicture(figure, images, prefix, pictures);
        return {{"id", test.id},
                {"title", test.title},
                {"outcome", test.findings.why.empty() ? "measured" : "cannot_analyse"},
                {"why", test.findings.why},
                {"seconds", test.seconds},
                {"metrics", std::move(metrics)},
                {"pictures", std::move(pictures)},
                {"notes", texts(test.findings.notes)}};
    }

    // A picture that cannot be made is no reason to lose the numbers.
    void addPicture(const Figure& figure, const Images& images, const std::string& prefix, json::array& out) {
        if (figure.image >= images.frames.size()) return;
        const auto& frame = images.frames[figure.image];
        const auto png = drawn(frame, figure.window, figure.regions);
        const auto file = prefix + figure.name + ".png";
        if (!png || !write(folder_ / file, *png)) return;
        json::array regions;
        for (const auto& region : figure.regions) regions.push_back(toJson(region));
        out.push_back(json::object{{"file", file},
                                   {"caption", figure.caption},
                                   {"along_mm", images.along_mm[figure.image]},
                                   {"rows", frame.rows},
                                   {"columns", frame.columns},
                                   {"row_mm", frame.row_mm},
                                   {"column_mm", frame.column_mm},
                                   {"regions", std::move(regions)}});
    }

    // Pictures can be made again from the images: who asked for them decides whether they have to last.
    static bool write(const std::filesystem::path& path, const std::string& png) {
        const auto file = openFile(path, OpenMode::CreateOrTruncate);
        return file && writeAll(file->get(), asBytes(png)).has_value();
    }

    std::filesystem::path folder_;
    json::array analyses_;
    bool analysed_ = false, unreadable_ = false;
};

}  // namespace

Result<PhantomJob> parsePhantomJob(std::string_view text) try {
    const auto value = json::parse(text);
    const auto& object = value.as_object();
    PhantomJob out;
    out.out = std::string(object.at("out").as_string());
    for (const auto& one : object.at("files").as_array()) {
        const auto& file = one.as_object();
        FileRange range{std::string(file.at("path").as_string()), 0, std::nullopt};
        if (file.contains("offset")) range.offset = file.at("offset").to_number<std::uint64_t>();
        if (file.contains("length")) range.length = file.at("length").to_number<std::uint64_t>();
        out.files.push_back(std::move(range));
    }
    if (object.contains("kind") && !object.at("kind").as_string().empty()) {
        out.kind = kindNamed(object.at("kind").as_string());
        if (!out.kind) return fail(Errc::BadFormat, "no phantom is called that");
    }
    if (object.contains("form"))
        for (const auto& [name, typed] : object.at("form").as_object())
            out.form[std::string(name)] = std::string(typed.as_string());
    if (object.contains("only_read")) out.only_read = object.at("only_read").as_bool();
    return out;
} catch (const std::exception&) {
    return fail(Errc::BadFormat, "the request is not as docs/formats/worker.md says");
}

std::string runPhantomJob(const PhantomJob& job) {
    if (job.only_read) {
        SeriesSource source(job.files);
        std::size_t decoded = 0;
        for (std::size_t i = 0; i < source.headers().size(); ++i) decoded += source.frame(i).has_value();
        return json::serialize(json::value{{"decoded", decoded}});
    }
    auto study = openStudy(job.files);
    Writer writer(job.out);
    analyse(study, job.kind, job.form, writer);
    return json::serialize(writer.answer(study.unreadable_files));
}

}  // namespace gantry::imaging
