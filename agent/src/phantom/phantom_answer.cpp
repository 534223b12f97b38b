#include "phantom/phantom_answer.hpp"

#include <boost/json.hpp>
#include <cmath>

namespace gantry::agent {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostAnalyses = 1000, kMostTests = 100, kMostPictures = 100;
constexpr std::size_t kLongestText = 1000;

std::string textAt(const json::object& object, std::string_view name) {
    return std::string(std::string_view(object.at(name).as_string()).substr(0, kLongestText));
}

double numberAt(const json::object& object, std::string_view name) {
    const double value = object.at(name).to_number<double>();
    if (!std::isfinite(value)) throw std::out_of_range("a number");
    return value;
}

std::optional<double> optionalAt(const json::object& object, std::string_view name) {
    if (object.at(name).is_null()) return std::nullopt;
    return numberAt(object, name);
}

const json::array& listAt(const json::object& object, std::string_view name, std::size_t most) {
    const auto& list = object.at(name).as_array();
    if (list.size() > most) throw std::out_of_range("a list");
    return list;
}

/// A name of our own making: no path, nothing hidden.
std::string fileAt(const json::object& object) {
    auto file = textAt(object, "file");
    const bool ok = file.size() > 4 && file.size() < 100 && file.ends_with(".png") && file.front() != '.' &&
                    file.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-.") == file.npos;
    if (!ok) throw std::out_of_range("a file name");
    return file;
}

std::vector<PhantomPicture> picturesAt(const json::object& object) {
    std::vector<PhantomPicture> out;
    for (const auto& one : listAt(object, "pictures", kMostPictures)) {
        const auto& picture = one.as_object();
        out.push_back({fileAt(picture), textAt(picture, "caption"), numberAt(picture, "along_mm"),
                       picture.at("rows").to_number<int>(), picture.at("columns").to_number<int>(),
                       numberAt(picture, "row_mm"), numberAt(picture, "column_mm"),
                       picture.at("regions").as_array()});
    }
    return out;
}

qc::PhantomMetric metricOf(const json::object& object) {
    qc::PhantomMetric out;
    out.name = textAt(object, "name");
    out.unit = textAt(object, "unit");
    out.pre_score = object.at("pre_score").as_bool();
    if (!object.contains("parts")) {
        out.value = numberAt(object, "value");
        out.uncertainty = numberAt(object, "uncertainty");
        return out;
    }
    for (const auto& one : listAt(object, "parts", 100)) {
        const auto& part = one.as_object();
        out.parts.push_back({textAt(part, "label"), numberAt(part, "value"), numberAt(part, "uncertainty")});
    }
    return out;
}

PhantomTest testOf(const json::object& object) {
    PhantomTest out;
    out.id = textAt(object, "id");
    out.title = textAt(object, "title");
    out.why = textAt(object, "why");
    out.seconds = numberAt(object, "seconds");
    for (const auto& note : listAt(object, "notes", 20)) out.notes.emplace_back(note.as_string());
    for (const auto& metric : listAt(object, "metrics", 100))
        out.values.push_back({metricOf(metric.as_object()), {}});
    out.pictures = picturesAt(object);
    return out;
}

PhantomAnalysis analysisOf(const json::object& object) {
    PhantomAnalysis out;
    out.outcome = textAt(object, "outcome");
    out.kind = textAt(object, "kind");
    out.variant = textAt(object, "variant");
    out.why = textAt(object, "why");
    out.series_instance_uid = textAt(object, "series");
    out.number = object.at("number").to_number<int>();
    out.description = textAt(object, "description");
    out.modality = textAt(object, "modality");
    out.acquired = textAt(object, "acquired");
    out.kernel = textAt(object, "kernel");
    out.images = object.at("images").to_number<std::size_t>();
    out.echo_ms = optionalAt(object, "echo_ms");
    out.field_t = optionalAt(object, "field_t");
    out.kvp = optionalAt(object, "kvp");
    const auto& scanner = object.at("scanner").as_object();
    out.manufacturer = textAt(scanner, "manufacturer");
    out.model = textAt(scanner, "model");
    out.serial = textAt(scanner, "serial");
    out.software = textAt(scanner, "software");
    out.seconds = numberAt(object, "seconds");
    for (const auto& test : listAt(object, "tests", kMostTests))
        out.tests.push_back(testOf(test.as_object()));
    out.pictures = picturesAt(object);
    return out;
}

}  // namespace

qc::PhantomVerdict PhantomAnalysis::verdict() const {
    std::vector<qc::PhantomVerdict> all;
    for (const auto& test : tests)
        for (const auto& value : test.values) all.push_back(value.judged.verdict);
    return qc::worstOf(all);
}

qc::PhantomVerdict PhantomReading::verdict() const {
    std::vector<qc::PhantomVerdict> all;
    for (const auto& analysis : analyses) all.push_back(analysis.verdict());
    return qc::worstOf(all);
}

std::vector<qc::PhantomSeen> PhantomReading::seen() const {
    std::vector<qc::PhantomSeen> out;
    for (const auto& analysis : analyses) out.push_back({analysis.outcome, analysis.kind, analysis.images});
    return out;
}

Result<PhantomReading> parsePhantomAnswer(std::string_view text) try {
    const auto parsed = json::parse(text);
    const auto& answer = parsed.as_object();
    PhantomReading out;
    out.outcome = textAt(answer, "outcome");
    out.unreadable_files = answer.at("unreadable_files").to_number<std::size_t>();
    for (const auto& one : listAt(answer, "analyses", kMostAnalyses))
        out.analyses.push_back(analysisOf(one.as_object()));
    return out;
} catch (const std::exception&) {
    return fail(Errc::BadFormat, "the worker's answer");
}

void judgeReading(PhantomReading& reading, std::string_view set) {
    const auto judge = [](PhantomAnalysis& analysis, std::string_view name) {
        const qc::PhantomContext context{analysis.kind, analysis.variant, analysis.field_t, analysis.echo_ms};
        bool any = false;
        for (auto& test : analysis.tests)
            for (auto& value : test.values) {
                value.judged = qc::judgePhantom(value.metric, context, name);
                any = any || value.judged.verdict != qc::PhantomVerdict::NoLimit;
            }
        return any;
    };
    for (auto& analysis : reading.analyses) {
        if (analysis.kind.empty()) continue;
        analysis.limits = set;
        if (!set.empty() && judge(analysis, set)) continue;
        analysis.limits = qc::usualLimitSet(analysis.kind);
        judge(analysis, analysis.limits);
    }
}

}  // namespace gantry::agent
