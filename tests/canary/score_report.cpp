#include <algorithm>
#include <cstdio>

#include "score.hpp"

namespace gantry::canary {
namespace {

std::string row(const std::string& name, std::size_t expected, std::size_t good) {
    char text[160];
    const double percent =
        expected == 0 ? 100 : 100.0 * static_cast<double>(good) / static_cast<double>(expected);
    std::snprintf(text, sizeof text, "  %-52s %7zu %7zu %8.2f %%\n", name.c_str(), expected, good, percent);
    return text;
}

struct Alike {
    std::size_t count = 0;
    std::string files;
};

}  // namespace

std::size_t Score::expected() const {
    std::size_t sum = 0;
    for (const auto& [name, tally] : by_category) sum += tally.expected;
    return sum;
}

std::size_t Score::good() const {
    std::size_t sum = 0;
    for (const auto& [name, tally] : by_category) sum += tally.good;
    return sum;
}

double Score::percent() const {
    return expected() == 0 ? 100 : 100.0 * static_cast<double>(good()) / static_cast<double>(expected());
}

std::string report(std::string_view title, const Score& score, std::size_t most_findings) {
    if (score.expected() == 0) return {};
    std::string out = std::string(title) + "\n";
    for (const auto& [name, tally] : score.by_category) out += row(name, tally.expected, tally.good);
    out += row("together", score.expected(), score.good());
    std::map<std::string, Alike> alike;
    for (const auto& finding : score.findings) {
        auto& entry = alike[finding.category + ": " + finding.place + ": " + finding.what];
        ++entry.count;
        if (entry.count <= 4) entry.files += " " + finding.file;
    }
    std::vector<std::pair<std::string, Alike>> sorted(alike.begin(), alike.end());
    std::ranges::stable_sort(sorted, std::greater<>(), [](const auto& one) { return one.second.count; });
    for (std::size_t i = 0; i < std::min(sorted.size(), most_findings); ++i)
        out += "    " + std::to_string(sorted[i].second.count) + " x " + sorted[i].first + " [" +
               sorted[i].second.files.substr(1) + "]\n";
    if (sorted.size() > most_findings)
        out += "    and " + std::to_string(sorted.size() - most_findings) + " more\n";
    return out;
}

}  // namespace gantry::canary
