#include "phantom/phantom_ledger.hpp"

#include <algorithm>
#include <array>

namespace gantry::agent {
namespace {

struct KindLabel {
    std::string_view kind, label;
};
constexpr KindLabel kLabels[] = {{"acr_mri", "ACR MRI phantom"},     {"acr_ct_464", "ACR CT phantom"},
                                 {"ct_water", "Water cylinder"},     {"mr_uniform", "Uniform MR phantom"},
                                 {"dwi_ice", "Ice water phantom"},   {"pet_uniform", "PET cylinder"},
                                 {"nema_iq", "NEMA quality phantom"}};

/// The closest of several limits of a part; limits of one row are alike in what they mean.
void addLimits(const qc::PhantomJudged& judged, PhantomValueRow& row) {
    for (const auto& limit : judged.limits) {
        if (!limit.part.empty() && limit.part != row.part) continue;
        const auto low = limit.low ? limit.low : limit.warn_low;
        const auto high = limit.high ? limit.high : limit.warn_high;
        if (low) row.low = row.low ? std::max(*row.low, *low) : *low;
        if (high) row.high = row.high ? std::min(*row.high, *high) : *high;
    }
}

std::map<std::string, double> plainValues(const PhantomAnalysis& analysis) {
    std::map<std::string, double> out;
    for (const auto& test : analysis.tests)
        for (const auto& value : test.values)
            if (value.metric.parts.empty()) out.emplace(value.metric.name, value.metric.value);
    return out;
}

}  // namespace

void judgeByTrial(PhantomReading& reading, const qc::Pack& pack, const std::string& phantom_id,
                  const std::map<std::string, double>& baseline) {
    const auto plans = qc::phantomPlans(pack);
    const auto plan = std::ranges::find(plans, phantom_id, &qc::PhantomPlan::id);
    judgeReading(reading,
                 plan == plans.end() || !qc::isPhantomLimitSet(plan->criteria) ? "" : plan->criteria);
    if (plan == plans.end()) return;
    for (auto& analysis : reading.analyses) {
        if (analysis.kind != plan->kind) continue;
        const qc::PhantomContext context{analysis.kind, analysis.variant, analysis.field_t, analysis.echo_ms};
        const auto values = plainValues(analysis);
        for (auto& test : analysis.tests)
            for (auto& value : test.values) {
                const auto before = baseline.find(value.metric.name);
                if (auto judged = qc::judgeByPack(
                        pack, phantom_id, value.metric, context, values,
                        before == baseline.end() ? std::nullopt : std::optional(before->second)))
                    value.judged = *std::move(judged);
            }
        analysis.limits = pack.id() + " " + pack.version();
    }
}

std::vector<PhantomValueRow> valueRowsOf(const PhantomReading& reading) {
    std::vector<PhantomValueRow> out;
    const auto known = [&](const std::string& metric, const std::string& part) {
        return std::ranges::any_of(out,
                                   [&](const auto& row) { return row.metric == metric && row.part == part; });
    };
    const auto add = [&](const PhantomTest::Value& value, const std::string& part, double number,
                         double uncertainty) {
        if (known(value.metric.name, part)) return;
        PhantomValueRow row{value.metric.name, part, value.metric.unit, number, uncertainty, {}, {}, ""};
        addLimits(value.judged, row);
        row.verdict = qc::toString(value.judged.verdict);
        out.push_back(std::move(row));
    };
    for (const auto& analysis : reading.analyses)
        for (const auto& test : analysis.tests)
            for (const auto& value : test.values) {
                if (value.metric.parts.empty()) add(value, "", value.metric.value, value.metric.uncertainty);
                for (const auto& part : value.metric.parts)
                    add(value, part.label, part.value, part.uncertainty);
            }
    return out;
}

std::string verdictOf(const std::vector<PhantomValueRow>& values) {
    for (const std::string verdict : {"fail", "warn", "review", "pass"})
        if (std::ranges::find(values, verdict, &PhantomValueRow::verdict) != values.end()) {
            // What only warns does not hide that a person has to look.
            const bool open = std::ranges::find(values, "review", &PhantomValueRow::verdict) != values.end();
            return verdict == "warn" && open ? "review" : verdict;
        }
    return "no_limit";
}

bool passes(const std::string& verdict) {
    return verdict == "pass" || verdict == "warn" || verdict == "no_limit";
}

Result<> notePhantomPass(Database& db, const PhantomStudyRow& row, const std::string& who) {
    if (!row.scanner || row.phantom_id.empty() || row.acquired_on.empty() || row.is_what != "phantom")
        return {};
    const auto values = GANTRY_TRY(phantomValues(db, row.study));
    if (values.empty() || !passes(verdictOf(values))) return {};
    return addPhantomPass(db, *row.scanner, row.phantom_id, row.acquired_on, who);
}

Result<std::map<std::string, double>> phantomBaseline(Database& db, std::int64_t scanner,
                                                      const std::string& kind) {
    const auto changed = GANTRY_TRY(lastChangeOf(db, scanner));
    std::map<std::string, double> out;
    for (const auto& row : GANTRY_TRY(phantomsOfScanner(db, scanner))) {
        if (row.kind != kind || row.is_what != "phantom" || row.acquired_on < changed) continue;
        const auto values = GANTRY_TRY(phantomValues(db, row.study));
        if (!passes(verdictOf(values))) continue;
        for (const auto& value : values)
            if (value.part.empty()) out.emplace(value.metric, value.value);
        return out;
    }
    return out;
}

Result<std::vector<PhantomTrendRow>> phantomTrends(Database& db, std::int64_t scanner,
                                                   const std::string& kind, int every_days) {
    const auto changed = GANTRY_TRY(lastChangeOf(db, scanner));
    std::vector<PhantomTrendRow> out;
    for (const auto& row : GANTRY_TRY(phantomsOfScanner(db, scanner))) {
        if (row.kind != kind || row.is_what != "phantom") continue;
        for (const auto& value : GANTRY_TRY(phantomValues(db, row.study))) {
            auto found = std::ranges::find_if(out, [&](const PhantomTrendRow& one) {
                return one.metric == value.metric && one.part == value.part;
            });
            if (found == out.end())
                found = out.insert(out.end(), {value.metric, value.part, value.unit, {}, {}, {}, {}, {}});
            found->low = value.low;
            found->high = value.high;
            found->points.push_back({row.acquired_on, value.value, value.uncertainty});
            found->studies.push_back(row.study);
        }
    }
    for (auto& one : out) {
        auto since = one.points;
        std::erase_if(since, [&](const qc::TrendPoint& point) { return point.on < changed; });
        one.trend = qc::trendOf(since, one.low, one.high, every_days);
    }
    return out;
}

std::vector<std::string> phantomFormNames(const std::string& kind) {
    const std::vector<std::string> filling{"activity_mbq", "assay_time", "residual_mbq", "residual_time",
                                           "volume_ml"};
    std::vector<std::string> out;
    if (kind == "pet_uniform") {
        out = filling;
        out.emplace_back("clock_skew_s");
    }
    if (kind == "nema_iq")
        for (const auto* prefix : {"sphere_", "background_"})
            for (const auto& name : filling) out.push_back(prefix + name);
    return out;
}

std::string phantomKindLabel(const std::string& kind) {
    const auto* found = std::ranges::find(kLabels, kind, &KindLabel::kind);
    return std::string(found == std::end(kLabels) ? "Phantom" : found->label);
}

std::string phantomSentence(const std::string& kind, const std::string& verdict) {
    const auto label = phantomKindLabel(kind);
    if (verdict == "fail") return label + ": something is beyond its limit.";
    if (verdict == "warn") return label + ": within limits, something is near one.";
    if (verdict == "review") return label + ": a person has to look at the pictures and confirm.";
    if (verdict == "pass") return label + ": within limits.";
    return label + ": measured; there are no limits for it.";
}

}  // namespace gantry::agent
