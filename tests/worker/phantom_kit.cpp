#include "phantom_kit.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>

namespace gantry::test {

namespace {

namespace fs = std::filesystem;
using namespace imaging::phantom;

class Collector final : public AnalysisSink {
public:
    explicit Collector(PhantomReading& out) : out_(out) {}
    void take(const Analysis& analysis, const Images&) override {
        for (const auto& test : analysis.tests)
            for (const auto& metric : test.findings.metrics) keep(metric);
        out_.analyses.push_back(analysis);
    }

private:
    void keep(const Metric& metric) {
        if (metric.parts.empty()) out_.metrics.emplace(metric.name, metric);
        for (const auto& part : metric.parts) {
            auto one = metric;
            one.value = part.value;
            one.uncertainty = part.uncertainty;
            one.parts.clear();
            out_.metrics.emplace(metric.name + "." + part.label, one);
        }
    }
    PhantomReading& out_;
};

}  // namespace

double PhantomReading::value(const std::string& name) const {
    const auto found = metrics.find(name);
    return found == metrics.end() ? std::nan("") : found->second.value;
}

std::string PhantomReading::why(const std::string& test) const {
    for (const auto& analysis : analyses)
        for (const auto& one : analysis.tests)
            if (one.id == test) return one.findings.why;
    return "no such test was run";
}

std::string PhantomReading::kind() const {
    for (const auto& analysis : analyses)
        if (analysis.kind) return std::string(nameOf(*analysis.kind));
    return {};
}

PhantomReading readFiles(const std::vector<fs::path>& files, const std::string& kind, const Form& form) {
    std::vector<imaging::FileRange> ranges;
    for (const auto& file : files) ranges.push_back({file, 0, std::nullopt});
    PhantomReading out;
    Collector collector(out);
    const auto begin = std::chrono::steady_clock::now();
    auto study = openStudy(ranges);
    analyse(study, kindNamed(kind), form, collector);
    out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return out;
}

PhantomReading readFolder(const fs::path& folder, const std::string& kind, const Form& form) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) files.push_back(entry.path());
    std::ranges::sort(files);
    return readFiles(files, kind, form);
}

std::vector<fs::path> writePhantom(const scanner::PhantomStudy& study, const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& series : study.series)
        for (const auto& image : series.images) {
            const auto path = folder / ("IMA" + std::to_string(files.size()) + ".dcm");
            const auto bytes = *image.file(scanner::kExplicitLittleEndian);
            std::ofstream(path, std::ios::binary)
                .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
            files.push_back(path);
        }
    return files;
}

ReadPhantom readPhantom(std::string_view kind, const scanner::PhantomSetup& setup, const Form& form) {
    const auto folder = TemporaryDirectory::create(fs::temp_directory_path(), "gantry-phantom-");
    const auto study = scanner::phantomKindNamed(kind)->make({}, setup);
    imaging::phantom::Form typed(study.form.begin(), study.form.end());
    for (const auto& [name, value] : form) typed[name] = value;
    return {study.truth, readFiles(writePhantom(study, folder->path()), "", typed)};
}

}  // namespace gantry::test
