#include "phantom/analysis.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>

#include "phantom/recognition.hpp"

namespace gantry::imaging::phantom {

namespace {

struct KindRow {
    Kind kind;
    std::string_view name;
    std::string_view in_packs;
};
constexpr KindRow kKindTable[] = {
    {Kind::AcrMri, "acr_mri", "acr_mri_large"},
    {Kind::AcrMri, "acr_mri", "acr_mri_medium"},
    {Kind::AcrCt464, "acr_ct_464", "acr_ct_464"},
    {Kind::CtWater, "ct_water", "ct_water_cylinder"},
    {Kind::MrUniform, "mr_uniform", "mr_uniform"},
    {Kind::DwiIce, "dwi_ice", "dwi_ice_water"},
    {Kind::PetUniform, "pet_uniform", "pet_uniform_cylinder"},
    {Kind::NemaIq, "nema_iq", "pet_nema_iq"},
};

using Test = std::function<Findings()>;
struct NamedTest {
    const char* id;
    const char* title;
    Test run;
};

/// Each test alone: what one of them throws is its own failure.
std::vector<TestResult> runAll(const std::vector<NamedTest>& tests) {
    std::vector<TestResult> out;
    for (const auto& test : tests) {
        const auto begin = std::chrono::steady_clock::now();
        TestResult result{test.id, test.title, {}, 0};
        try {
            result.findings = test.run();
        } catch (const std::exception&) {
            result.findings = cannot("This test met values that it cannot handle.");
        }
        // A number that is none is no result.
        std::erase_if(result.findings.metrics, [](const Metric& metric) {
            return !std::isfinite(metric.value) || !std::isfinite(metric.uncertainty) ||
                   std::ranges::any_of(metric.parts, [](const Metric::Part& part) {
                       return !std::isfinite(part.value) || !std::isfinite(part.uncertainty);
                   });
        });
        if (result.findings.why.empty() && result.findings.metrics.empty())
            result.findings.why = "The images give no value for this test.";
        result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        out.push_back(std::move(result));
    }
    return out;
}

/// What the tests of one analysis need besides its phantom.
struct Around {
    const SeriesFacts& facts;
    const Images& images;
    const Form& form;
    std::vector<const Frame*> repeats;  ///< of a bottle: the same place again
};

std::vector<NamedTest> testsOf(const AcrMri& phantom, const Around& around) {
    return {{"acr_mri.geometry", "Geometric accuracy", [&] { return acrGeometry(phantom); }},
            {"acr_mri.resolution", "High-contrast resolution", [&] { return acrResolution(phantom); }},
            {"acr_mri.thickness", "Slice thickness",
             [&] { return acrThickness(phantom, around.facts.thickness_mm); }},
            {"acr_mri.position", "Slice position", [&] { return acrPosition(phantom); }},
            {"acr_mri.uniformity", "Intensity uniformity", [&] { return acrUniformity(phantom); }},
            {"acr_mri.ghosting", "Signal ghosting", [&] { return acrGhosting(phantom); }},
            {"acr_mri.contrast", "Low-contrast detectability", [&] { return acrContrast(phantom); }},
            {"acr_mri.noise", "Signal to noise", [&] { return acrNoise(phantom); }}};
}

std::vector<NamedTest> testsOf(const AcrSection& section, const Around& around) {
    return {{"acr_mri.length", "Geometric accuracy along the axis",
             [&] { return acrLength(around.images, section.size); }}};
}

std::vector<NamedTest> testsOf(const AcrCt& phantom, const Around& around) {
    return {{"acr464.numbers", "CT numbers", [&] { return acrCtNumbers(phantom); }},
            {"acr464.slice_width", "Slice width",
             [&] { return acrCtSliceWidth(phantom, around.facts.thickness_mm); }},
            {"acr464.contrast", "Contrast to noise", [&] { return acrCtContrast(phantom); }},
            {"acr464.uniformity", "Uniformity and noise", [&] { return acrCtUniformity(phantom); }},
            {"acr464.beads", "Distance in the plane", [&] { return acrCtBeads(phantom); }},
            {"acr464.sharpness", "Transfer function", [&] { return acrCtSharpness(phantom); }},
            {"acr464.bars", "High-contrast resolution", [&] { return acrCtBars(phantom); }}};
}

std::vector<NamedTest> testsOf(const CtWater& phantom, const Around&) {
    return {{"ct.water", "CT number, noise and uniformity of water", [&] { return ctWaterNumbers(phantom); }},
            {"ct.rings", "Ring artefacts", [&] { return ctWaterRings(phantom); }}};
}

std::vector<NamedTest> testsOf(const MrBottle& phantom, const Around& around) {
    return {{"mr.noise", "Signal to noise", [&] { return mrNoise(around.images, phantom, around.repeats); }},
            {"mr.uniformity", "Uniformity", [&] { return mrUniformity(around.images, phantom); }}};
}

std::vector<NamedTest> testsOf(const IceWater& phantom, const Around&) {
    return {{"dwi.diffusion", "Diffusion of water at 0 degrees", [&] { return iceDiffusion(phantom); }},
            {"dwi.repeats", "Repeatability", [&] { return iceRepeats(phantom); }}};
}

std::vector<NamedTest> testsOf(const PetCylinder& phantom, const Around& around) {
    return {{"pet.uptake", "Calibration", [&] { return petUptake(phantom, around.facts, around.form); }},
            {"pet.uniformity", "Uniformity", [&] { return petUniformity(phantom); }},
            {"pet.clock", "Clocks", [&] { return petClock(around.form); }}};
}

std::vector<NamedTest> testsOf(const NemaIq& phantom, const Around& around) {
    return {{"pet.recovery", "Recovery of the spheres",
             [&] { return nemaRecovery(phantom, around.facts, around.form); }},
            {"pet.background", "Background and lung insert",
             [&] { return nemaBackground(phantom, around.facts, around.form); }}};
}

std::vector<NamedTest> testsOf(const std::monostate&, const Around&) {
    return {};
}

std::string variantOf(const Recognised& one) {
    if (const auto* acr = std::get_if<AcrMri>(&one.phantom)) return std::string(acr->size.name);
    if (std::holds_alternative<AcrSection>(one.phantom)) return "along";
    return {};
}

/// Whether two images were made alike: the same place, size and timing.
bool sameScan(const Recognised& a, std::size_t image, const Recognised& b, std::size_t other) {
    const auto &fa = a.images->frames[image], &fb = b.images->frames[other];
    const auto &ia = a.images->facts[image], &ib = b.images->facts[other];
    const auto near = [](double x, double y, double most) { return std::abs(x - y) <= most; };
    return fa.rows == fb.rows && fa.columns == fb.columns && near(fa.row_mm, fb.row_mm, 1e-4) &&
           near(fa.column_mm, fb.column_mm, 1e-4) &&
           near(a.images->along_mm[image], b.images->along_mm[other], 0.1) &&
           a.images->placed == b.images->placed && ia.echo_ms == ib.echo_ms &&
           ia.repetition_ms == ib.repetition_ms;
}

/// The same place scanned again, for noise by difference.
std::vector<const Frame*> repeatsOf(const std::vector<Recognised>& all, std::size_t index) {
    std::vector<const Frame*> out;
    const auto* bottle = std::get_if<MrBottle>(&all[index].phantom);
    if (!bottle) return out;
    for (std::size_t k = 0; k < all.size(); ++k) {
        if (k == index || !std::holds_alternative<MrBottle>(all[k].phantom)) continue;
        for (std::size_t i = 0; i < all[k].images->frames.size(); ++i)
            if (sameScan(all[index], bottle->image, all[k], i)) out.push_back(&all[k].images->frames[i]);
    }
    return out;
}

/// Whether an earlier stack of the same series shows the same: it is told once, with its repeats.
bool isRepeat(const std::vector<Recognised>& all, std::size_t index) {
    const auto image = std::get<MrBottle>(all[index].phantom).image;
    for (std::size_t k = 0; k < index; ++k)
        if (all[k].series == all[index].series &&
            sameScan(all[k], std::get<MrBottle>(all[k].phantom).image, all[index], image))
            return true;
    return false;
}

Analysis begun(const Study& study, const Recognised& one) {
    Analysis out;
    out.kind = one.kind;
    out.variant = variantOf(one);
    out.why = one.why;
    out.outcome = one.kind         ? Outcome::Analysed
                  : one.unreadable ? Outcome::CannotAnalyse
                                   : Outcome::NotPhantom;
    out.series = study.series[one.series].facts;
    out.shown = one.shown;
    out.seconds = one.seconds;
    if (!one.images) return out;
    out.images = one.images->frames.size();
    for (const auto& facts : one.images->facts) {
        if (!out.echo_ms) out.echo_ms = facts.echo_ms;
        if (!facts.acquired.empty() && (out.acquired.empty() || facts.acquired < out.acquired))
            out.acquired = facts.acquired;
    }
    return out;
}

}  // namespace

std::string_view nameOf(Kind kind) {
    return std::ranges::find(kKindTable, kind, &KindRow::kind)->name;
}

std::optional<Kind> kindNamed(std::string_view name) {
    for (const auto& row : kKindTable)
        if (row.name == name || row.in_packs == name) return row.kind;
    return std::nullopt;
}

std::string_view nameOf(Outcome outcome) {
    constexpr std::string_view kNames[] = {"analysed", "not_phantom", "cannot_analyse"};
    return kNames[static_cast<std::size_t>(outcome)];
}

void analyse(Study& study, std::optional<Kind> kind, const Form& form, AnalysisSink& sink) {
    const Images none;
    // Only bottles need each other's images; what is no phantom, or was analysed, is let go at once.
    std::vector<Recognised> bottles;
    const auto finish = [&](const std::vector<Recognised>& all, std::size_t index) {
        const auto& one = all[index];
        auto analysis = begun(study, one);
        if (one.kind) {
            const Around around{study.series[one.series].facts, *one.images, form, repeatsOf(all, index)};
            const auto begin = std::chrono::steady_clock::now();
            analysis.tests = runAll(
                std::visit([&](const auto& phantom) { return testsOf(phantom, around); }, one.phantom));
            analysis.seconds +=
                std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        }
        sink.take(analysis, one.images ? *one.images : none);
    };
    for (std::size_t i = 0; i < study.series.size(); ++i) {
        auto found = recognise(study.series[i], i, kind);
        for (std::size_t k = 0; k < found.size(); ++k) {
            if (std::holds_alternative<MrBottle>(found[k].phantom))
                bottles.push_back(std::move(found[k]));
            else
                finish(found, k);
        }
    }
    for (std::size_t k = 0; k < bottles.size(); ++k)
        if (!isRepeat(bottles, k)) finish(bottles, k);
}

}  // namespace gantry::imaging::phantom
