#include "phantom/phantom_report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "gantry/core/crypto.hpp"
#include "gantry/core/files.hpp"
#include "gantry/core/html_text.hpp"

namespace gantry::agent {
namespace {

constexpr std::uint64_t kMostPicture = 8u << 20;

/// Digits by how sure the value is, and no more than four behind the point.
int digitsFor(double value, double uncertainty) {
    if (uncertainty > 0) return std::clamp(1 - static_cast<int>(std::floor(std::log10(uncertainty))), 0, 4);
    return value == std::round(value) ? 0 : 2;
}

std::string number(double value, int digits) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", digits, value == 0 ? 0.0 : value);
    return text;
}

std::string withUnit(std::string text, std::string_view unit) {
    return unit.empty() ? text : text + " " + std::string(unit);
}

/// Diffusion is told in thousandths, as everybody does.
struct Scale {
    double factor = 1;
    std::string unit;
};
Scale scaleOf(std::string_view unit) {
    if (unit == "mm2/s") return {1000, "10^-3 mm2/s"};
    return {1, std::string(unit)};
}

std::string oneValue(double value, double uncertainty, std::string_view unit) {
    const auto scale = scaleOf(unit);
    const int digits = digitsFor(scale.factor * value, scale.factor * uncertainty);
    auto text = number(scale.factor * value, digits);
    if (uncertainty > 0) text += " ± " + number(scale.factor * uncertainty, digits);
    return withUnit(std::move(text), scale.unit);
}

/// As short as it says the same.
std::string plain(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", value == 0 ? 0.0 : value);
    return text;
}

std::string verdictWord(qc::PhantomVerdict verdict) {
    switch (verdict) {
        case qc::PhantomVerdict::Pass:
            return "within limits";
        case qc::PhantomVerdict::Warn:
            return "near a limit";
        case qc::PhantomVerdict::Fail:
            return "beyond a limit";
        case qc::PhantomVerdict::Review:
            return "a person has to look";
        case qc::PhantomVerdict::NoLimit:
            break;
    }
    return "no limit";
}

std::string kindWord(std::string_view kind, std::string_view variant) {
    if (kind == "acr_mri" && variant == "along") return "ACR MRI phantom, section along its axis";
    if (kind == "acr_mri") return "ACR MRI phantom, " + std::string(variant);
    if (kind == "acr_ct_464") return "ACR CT phantom (464)";
    if (kind == "ct_water") return "CT water phantom";
    if (kind == "mr_uniform") return "uniform MR phantom";
    if (kind == "dwi_ice") return "ice-water phantom for diffusion";
    if (kind == "pet_uniform") return "uniform PET cylinder";
    if (kind == "nema_iq") return "NEMA image quality phantom";
    return "no known phantom";
}

std::string momentText(std::string_view acquired) {
    if (acquired.size() < 8) return "";
    auto out = std::string(acquired.substr(0, 4)) + "-" + std::string(acquired.substr(4, 2)) + "-" +
               std::string(acquired.substr(6, 2));
    if (acquired.size() >= 12)
        out += " " + std::string(acquired.substr(8, 2)) + ":" + std::string(acquired.substr(10, 2));
    return out;
}

void appendPictures(std::string& html, const std::vector<PhantomPicture>& pictures,
                    const std::filesystem::path& folder) {
    if (pictures.empty()) return;
    html += "<div class=\"pictures\">";
    for (const auto& picture : pictures) {
        const auto png = readFile(folder / picture.file, kMostPicture);
        if (!png) continue;
        html += "<figure><img alt=\"" + htmlText(picture.caption) + "\" src=\"data:image/png;base64," +
                toBase64(asBytes(*png)) + "\"><figcaption>" + htmlText(picture.caption) + "</figcaption></figure>";
    }
    html += "</div>\n";
}

void appendRow(std::string& html, const PhantomTest::Value& value) {
    const auto& metric = value.metric;
    std::string limits, sources;
    for (const auto& limit : value.judged.limits) {
        limits += (limits.empty() ? "" : "<br>") + (limit.part.empty() ? "" : htmlText(limit.part) + ": ") +
                  htmlText(phantomLimitText(limit, metric.unit));
        if (sources.find(limit.source) == sources.npos)
            sources += (sources.empty() ? "" : "; ") + limit.source;
    }
    std::string told;
    for (const auto& part : metric.parts)
        told += (told.empty() ? "" : "<br>") + htmlText(part.label) + ": " +
                htmlText(oneValue(part.value, part.uncertainty, metric.unit));
    if (metric.parts.empty()) told = htmlText(oneValue(metric.value, metric.uncertainty, metric.unit));
    auto verdict = verdictWord(value.judged.verdict);
    if (value.judged.suggested)
        verdict += " (the number alone: " + verdictWord(*value.judged.suggested) + ")";
    html += "<tr class=\"" + std::string(qc::toString(value.judged.verdict)) + "\"><th scope=\"row\">" +
            htmlText(qc::phantomMetricLabel(metric.name)) + "<br><small>" + htmlText(metric.name) +
            "</small></th><td>" + told + "</td><td>" + limits + "</td><td class=\"verdict\">" +
            htmlText(verdict) + "</td><td><small>" + htmlText(sources) + "</small></td></tr>\n";
}

void appendTest(std::string& html, const PhantomTest& test, const std::filesystem::path& folder) {
    html += "<section><h3>" + htmlText(test.title) + "</h3>\n";
    if (!test.why.empty()) html += "<p class=\"why\">Cannot be analysed. " + htmlText(test.why) + "</p>\n";
    if (!test.values.empty()) {
        html +=
            "<table><thead><tr><th>what</th><th>found</th><th>limits</th><th>verdict</th><th>limits "
            "from</th></tr></thead><tbody>\n";
        for (const auto& value : test.values) appendRow(html, value);
        html += "</tbody></table>\n";
    }
    for (const auto& note : test.notes) html += "<p class=\"note\">" + htmlText(note) + "</p>\n";
    appendPictures(html, test.pictures, folder);
    html += "</section>\n";
}

void appendAnalysis(std::string& html, const PhantomAnalysis& analysis, const std::filesystem::path& folder) {
    html += "<article><h2>Series " + std::to_string(analysis.number) +
            (analysis.description.empty() ? "" : ", " + htmlText(analysis.description)) + "</h2>\n<p>" +
            htmlText(analysis.kind.empty() ? "Not a phantom that is known here."
                                          : kindWord(analysis.kind, analysis.variant) + ".") +
            " " + htmlText(analysis.why) + "</p>\n";
    const auto fact = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) html += "<dt>" + std::string(name) + "</dt><dd>" + htmlText(value) + "</dd>";
    };
    html += "<dl>";
    fact("Scanner", analysis.manufacturer + " " + analysis.model +
                        (analysis.serial.empty() ? "" : ", serial " + analysis.serial));
    fact("Software", analysis.software);
    fact("Scanned", momentText(analysis.acquired));
    fact("Field", analysis.field_t ? plain(*analysis.field_t) + " T" : "");
    fact("Echo time", analysis.echo_ms ? plain(*analysis.echo_ms) + " ms" : "");
    fact("Tube voltage", analysis.kvp ? plain(*analysis.kvp) + " kV" : "");
    fact("Kernel", analysis.kernel);
    fact("Images", std::to_string(analysis.images));
    fact("Limits", analysis.limits);
    fact("Time taken", number(analysis.seconds, 1) + " s");
    html += "</dl>\n";
    for (const auto& test : analysis.tests) appendTest(html, test, folder);
    appendPictures(html, analysis.pictures, folder);
    html += "</article>\n";
}

constexpr std::string_view kStyle = R"(
body{font:15px/1.45 system-ui,sans-serif;color:#1b1b1b;background:#fff;max-width:62rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.2rem;border-top:2px solid #444;padding-top:.8rem;margin-top:2rem}h3{font-size:1rem;margin:1.4rem 0 .3rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid #ccc}
thead th{font-weight:600;border-bottom:1px solid #444}tbody th{font-weight:400}small{color:#555}
tr.fail .verdict{font-weight:700;color:#8a0000}tr.warn .verdict{font-weight:600;color:#7a4b00}tr.review .verdict{font-weight:600}
.why{font-weight:600}.note{color:#444;margin:.3rem 0}dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem}dt{color:#555}dd{margin:0}
.pictures{display:flex;flex-wrap:wrap;gap:1rem;margin:.6rem 0}figure{margin:0;width:18rem}img{width:100%;height:auto;background:#000}
figcaption{font-size:.85rem;color:#444}.headline{font-size:1.15rem;font-weight:600}
@media print{body{margin:0;max-width:none}section,figure,tr{break-inside:avoid}}
)";

std::string headlineOf(const PhantomStudyReport& study) {
    if (!study.failure.empty()) return "This study " + study.failure + ".";
    switch (study.decision.is) {
        case qc::StudyIs::Patient:
            return "This is not a phantom.";
        case qc::StudyIs::NotThePhantom:
            return "This is not the phantom.";
        case qc::StudyIs::CannotAnalyse:
            return "This cannot be analysed.";
        case qc::StudyIs::Phantom:
            break;
    }
    switch (study.reading.verdict()) {
        case qc::PhantomVerdict::Fail:
            return "Something is beyond its limit.";
        case qc::PhantomVerdict::Warn:
            return "Within limits; something is near one.";
        case qc::PhantomVerdict::Review:
            return "Within limits, but for what a person has to look at.";
        case qc::PhantomVerdict::Pass:
            return "Everything that has a limit is within it.";
        case qc::PhantomVerdict::NoLimit:
            break;
    }
    return "Measured. There are no limits for it; compare it with earlier results.";
}

}  // namespace

std::string phantomValueText(const qc::PhantomMetric& metric) {
    if (metric.parts.empty()) return oneValue(metric.value, metric.uncertainty, metric.unit);
    std::string out;
    for (const auto& part : metric.parts)
        out += (out.empty() ? "" : ", ") + part.label + ": " +
               oneValue(part.value, part.uncertainty, metric.unit);
    return out;
}

std::string phantomLimitText(const qc::PhantomLimit& limit, std::string_view unit) {
    const auto scale = scaleOf(unit);
    const auto say = [&](double value) { return withUnit(plain(scale.factor * value), scale.unit); };
    if (limit.low && limit.high && *limit.low == -*limit.high) return "within ± " + say(*limit.high);
    if (limit.low && limit.high) return plain(scale.factor * *limit.low) + " to " + say(*limit.high);
    if (limit.low) return "at least " + say(*limit.low);
    if (limit.high) return "at most " + say(*limit.high);
    return {};
}

std::string phantomReport(const std::vector<PhantomStudyReport>& studies,
                          const std::filesystem::path& pictures) {
    std::string html =
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Phantom report</title>"
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><style>";
    html += kStyle;
    html += "</style></head><body><h1>Phantom report</h1>\n";
    for (const auto& study : studies) {
        html += "<p class=\"headline\">" + htmlText(headlineOf(study)) + "</p>\n";
        if (!study.decision.why.empty()) html += "<p>" + htmlText(study.decision.why) + "</p>\n";
        for (const auto& analysis : study.reading.analyses) appendAnalysis(html, analysis, pictures);
        if (study.reading.unreadable_files > 0)
            html +=
                "<p>" + std::to_string(study.reading.unreadable_files) + " files could not be read.</p>\n";
        if (!study.left_out.empty()) {
            html += "<h2>Left out</h2><ul>";
            for (const auto& one : study.left_out) html += "<li>" + htmlText(one) + "</li>";
            html += "</ul>\n";
        }
    }
    html +=
        "<p class=\"note\">Uncertainties are one standard deviation, from noise and sampling. How each "
        "number is measured, and "
        "where limits come from: docs/phantoms.md. Made by gantryctl " GANTRY_VERSION ".</p></body></html>\n";
    return html;
}

}  // namespace gantry::agent
