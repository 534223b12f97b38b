#include "deid/deid_summary.hpp"

#include <boost/json.hpp>

namespace gantry::agent {

namespace json = boost::json;

void DeidSummary::add(const anonymizer::DeidReport& report) {
    ++images_;
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += report.counts[i];
    for (const auto& line : report.lines) lines_[{line.where, line.done, line.reason}] += line.count;
}

json::object DeidSummary::json() const {
    json::array lines;
    for (const auto& [key, count] : lines_)
        lines.push_back({{"where", std::get<0>(key)},
                         {"done", anonymizer::toString(std::get<1>(key))},
                         {"reason", std::get<2>(key)},
                         {"count", count}});
    return {{"images", images_}, {"elements", countsJson(counts_)}, {"lines", std::move(lines)}};
}

json::object countsJson(const std::array<std::uint64_t, anonymizer::kDoneKinds>& counts) {
    json::object out;
    for (std::size_t i = 0; i < counts.size(); ++i)
        out[anonymizer::toString(static_cast<anonymizer::Done>(i))] = counts[i];
    return out;
}

json::array optionsJson(const anonymizer::DeidPolicy& policy) {
    json::array out;
    for (const auto& name : anonymizer::policyNames(policy)) out.emplace_back(name);
    return out;
}

}  // namespace gantry::agent
