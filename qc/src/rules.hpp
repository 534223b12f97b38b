#pragma once
/// Rules on scopes: overrides, guards, missing inputs, and the finding that comes of it.

#include <string>
#include <vector>

#include "evaluate.hpp"
#include "sentences.hpp"

namespace gantry::qc {

/// The pack as it reads for one scope after its overrides.
class Effective {
public:
    Effective(const Scope& scope);
    /// Parameters after overrides; lives as long as this object.
    const Parameters& parameters() const { return parameters_; }
    Rule ruleFor(const Rule& rule) const;
    /// Two overrides in force set something this rule reads.
    bool isContested(const Rule& rule) const;
    const std::vector<const Override*>& applied() const { return applied_; }

private:
    Parameters parameters_;
    std::vector<const Override*> applied_;
    std::vector<const Patch*> patches_;
    std::vector<std::string> contested_;
};

/// Whether an override sets something of this rule, or a parameter that it reads.
bool touches(const Override& one, const Rule& rule);

/// Judges one rule on one scope (one series, or several together).
Judged judgeRule(const Rule& rule, const Scope& scope);
/// The sets of series that a rule is judged on, as `over` says.
std::vector<std::vector<const SeriesView*>> setsOver(const Rule& rule,
                                                     const std::vector<const SeriesView*>& series);
/// Judges a slot's rule on its series as `over` says.
std::vector<Judged> judgeOver(const Rule& rule, const Scope& base,
                              const std::vector<const SeriesView*>& series);

}  // namespace gantry::qc
