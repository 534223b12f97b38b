#pragma once
/// Scores outputs of the canary corpus: what of the marks is still there, what that a trial needs is not.
/// Knows nothing of the engine: it reads the outputs with core's reader and by their bytes.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "corpus.hpp"

namespace gantry::canary {

/// What came of one file: its bytes, or why it was held.
struct Outcome {
    std::optional<std::string> bytes;
    std::string held_because;
};

struct Finding {
    std::string category;
    std::string place;
    std::string file;
    std::string what;
};

struct Tally {
    std::size_t expected = 0;
    std::size_t good = 0;
};

struct Score {
    std::map<std::string, Tally> by_category;
    std::vector<Finding> findings;
    std::vector<std::string>
        unseen;  ///< places of marks that no output has; only told when each file came back
    std::size_t expected() const;
    std::size_t good() const;
    double percent() const;
};

/// Marks that are gone, by category; findings are the survivors.
/// @param outcomes  one for each file of the corpus, in its order
Score scorePrivacy(const Corpus& corpus, const std::vector<Outcome>& outcomes);

/// Needed attributes that are there, by kind of object; findings are the losses.
Score scoreUtility(const Corpus& corpus, const std::vector<Outcome>& outcomes);

/// A table, and the findings one a line (those alike together), the most frequent first.
std::string report(std::string_view title, const Score& score, std::size_t most_findings);

}  // namespace gantry::canary
