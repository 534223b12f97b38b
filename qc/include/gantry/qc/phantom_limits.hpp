#pragma once
/// Limits that measurements of phantoms are held against, in sets that have a name: which one was used stands
/// in every result. docs/phantoms.md says where each comes from.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gantry::qc {

/// One number that gantry-worker measured on a phantom.
struct PhantomMetric {
    struct Part {
        std::string label;  ///< of several: "37" (a sphere), "min"
        double value = 0;
        double uncertainty = 0;
    };
    std::string name;        ///< "acr_mri.piu"
    std::string unit;        ///< "mm", "%", "HU", "" for a plain number
    double value = 0;        ///< without meaning when there are parts
    double uncertainty = 0;  ///< one standard deviation
    std::vector<Part> parts;
    bool pre_score = false;  ///< software only suggests it; a person confirms
};

/// What limits depend on besides the metric.
struct PhantomContext {
    std::string kind;     ///< "acr_mri"
    std::string variant;  ///< "large", "medium"
    std::optional<double> field_t;
    std::optional<double> echo_ms;
};

/// Review: a pre-score that a person has to confirm. NoLimit: the set says nothing of it.
enum class PhantomVerdict { Pass, Warn, Fail, Review, NoLimit };
std::string_view toString(PhantomVerdict verdict);  ///< "pass" "warn" "fail" "review" "no_limit"

struct PhantomLimit {
    std::string part;                 ///< of a metric with parts; "" for all of them, or the only one
    std::optional<double> low, high;  ///< beyond: fail
    std::optional<double> warn_low, warn_high;  ///< beyond: warn
    std::string source;
};

struct PhantomJudged {
    PhantomVerdict verdict = PhantomVerdict::NoLimit;
    /// Of a pre-score: what the number alone would say.
    std::optional<PhantomVerdict> suggested{};
    std::vector<PhantomLimit> limits{};  ///< what it was held against
};

struct PhantomLimitSet {
    std::string_view name;   ///< "ACR-MR-2022"
    std::string_view title;  ///< for people
};
std::vector<PhantomLimitSet> phantomLimitSets();
bool isPhantomLimitSet(std::string_view name);
/// The set that holds where nobody names one; "" for a kind without limits of its own.
std::string_view usualLimitSet(std::string_view kind);

PhantomJudged judgePhantom(const PhantomMetric& metric, const PhantomContext& context, std::string_view set);
/// The verdict on a metric by these limits, each of which is met or is not.
PhantomJudged holdAgainst(const PhantomMetric& metric, std::vector<PhantomLimit> limits);
/// Of all metrics of an analysis: fail before warn before review before pass.
PhantomVerdict worstOf(const std::vector<PhantomVerdict>& verdicts);

/// "Intensity uniformity (PIU)" of "acr_mri.piu"; the name itself where there is no better word.
std::string phantomMetricLabel(std::string_view metric);

}  // namespace gantry::qc
