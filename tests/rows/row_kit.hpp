#pragma once
/// Rows of the check catalogue as tests: a rule in a small pack, images of a synthetic scanner that keep it,
/// and others that break it.

#include <functional>
#include <string>
#include <vector>

#include "gantry/qc/judge.hpp"
#include "gantry/scanner/examination.hpp"

namespace gantry::test {

/// What one case judges.
struct Sample {
    std::vector<scanner::ImageSeries> series;
    qc::JudgeContext context;
    /// The accepted scan of the baseline; when there is one, `series` are of the later visit W.
    std::vector<scanner::ImageSeries> baseline{};
    std::vector<qc::SeriesImages> baseline_images{};  ///< measures of its pixels
};

/// The examination of an enrolled subject on 2026-04-15, and what the appliance knows of her or him.
scanner::Examination examination(std::string_view vendor = "Siemens", std::string_view modality = "CT");
/// The same subject at the same scanner on 2026-03-30.
scanner::Examination baselineExamination(std::string_view vendor = "Siemens",
                                         std::string_view modality = "CT");
qc::JudgeContext context();
Sample sample(std::vector<scanner::ImageSeries> series);
Sample followUp(std::vector<scanner::ImageSeries> now, std::vector<scanner::ImageSeries> before);
/// The sample with a measure of its pixels, of the first series.
Sample measured(Sample sample, const std::string& check, double value);

/// Where a case's rule stands in its pack.
enum class Place { Identity, Slot, Baseline, Across };

struct RowCase {
    std::string row;    ///< "C1"
    std::string title;  ///< without commas and brackets: it becomes the name of two tests
    std::string rule;   ///< "check: …, op: …, value: …", the inside of a YAML flow map
    std::function<Sample()> good;
    std::function<Sample()> bad;
    Place place = Place::Slot;
    RuleResult when_bad = RuleResult::Fail;
    std::string more{};     ///< further top-level lines of the pack
    std::string slots{};    ///< lines below `slots:`; the rule goes to the last one; when empty, one slot "s"
                            ///< that takes every series
    std::string rule_id{};  ///< the finding to look at when it is not the rule's own: "SERIES"
    RuleResult when_good = RuleResult::Pass;
};

/// The names of the checks a case's rule looks at.
std::vector<std::string> checksOf(const RowCase& one);
/// "C1 slices are thin enough: kept" and "…: broken".
std::string testName(const RowCase& one, bool good);

/// The pack of a case, as YAML.
std::string packOf(const RowCase& one);
/// The facts of the sample's instances, as the appliance extracts them from their files, judged by the pack.
/// @return the worst result among findings of the rule: fail, cannot tell, pass, not applicable; not
///         applicable when a finding that is no rule's own is not there
RuleResult resultOf(const RowCase& one, const Sample& sample);

/// The whole table, in parts of a file each.
std::vector<RowCase> identityCases();
std::vector<RowCase> integrityCases();
std::vector<RowCase> geometryCases();
std::vector<RowCase> ctCases();
std::vector<RowCase> mrCases();
std::vector<RowCase> petCases();
std::vector<RowCase> otherCases();
std::vector<RowCase> contextCases();
std::vector<RowCase> objectCases();
std::vector<RowCase> baselineCases();
std::vector<RowCase> mrMeasureCases();
std::vector<RowCase> petMeasureCases();
std::vector<RowCase> scannerCases();
std::vector<RowCase> makerCases();
std::vector<RowCase> volumeCases();
std::vector<RowCase> fieldCases();
std::vector<RowCase> faultCases();
const std::vector<RowCase>& allCases();

/// A row of the catalogue.
struct CatalogueRow {
    std::string_view id;
    std::string_view title;
};
const std::vector<CatalogueRow>& catalogueRows();
/// docs/checks.md: each row with its checks and tests.
std::string catalogueText();

}  // namespace gantry::test
