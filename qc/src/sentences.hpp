#pragma once
/// What is said to a person: short clauses about findings, the headline, the advice.

#include <optional>
#include <string>
#include <vector>

#include "gantry/core/verdict.hpp"
#include "pack_data.hpp"

namespace gantry::qc {

/// A finding with the clause a headline is made of.
struct Judged {
    Finding finding;
    std::string clause;                     ///< "slices are 7.5 mm, at most 5 mm allowed"
    std::string where;                      ///< short label of the slot, "" for the study
    std::optional<Question> question = {};  ///< whose answer would settle it, or has settled it
};

/// "slices are 7.5 mm, at most 5 mm allowed"
std::string clauseOf(const Finding& finding, const CheckName& check, Operator op);
/// Replaces {found}, {limit}, {missing}, {slot}, {min}, {max}, {baseline} in a sentence of the pack.
std::string fillIn(std::string sentence, const std::vector<std::pair<std::string_view, std::string>>& values);

/// Worst first: fails by severity and by what they cost the patient, then what cannot be told, then the rest.
void sortWorstFirst(std::vector<Judged>& judged);
/// Sets outcome, headline and advice from sorted findings.
/// @param series_judged  whether the rules of any series could be judged
void conclude(Verdict& verdict, const std::vector<Judged>& judged, bool series_judged);

}  // namespace gantry::qc
