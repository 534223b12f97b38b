#pragma once
/// Reports of many instances as one: what was removed, replaced, kept, and why, rule by rule.

#include <array>
#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <tuple>

#include "gantry/anonymizer/engine.hpp"

namespace gantry::agent {

class DeidSummary {
public:
    void add(const anonymizer::DeidReport& report);
    /// `images`, `elements` by what was done, and `lines` of {where, done, reason, count}. Places and rules
    /// are named; no value of an original stands in it.
    boost::json::object json() const;

private:
    std::size_t images_ = 0;
    std::array<std::uint64_t, anonymizer::kDoneKinds> counts_{};
    std::map<std::tuple<std::string, anonymizer::Done, std::string_view>, std::uint64_t> lines_;
};

boost::json::object countsJson(const std::array<std::uint64_t, anonymizer::kDoneKinds>& counts);
/// The names of the options in force, "basic_profile" first.
boost::json::array optionsJson(const anonymizer::DeidPolicy& policy);

}  // namespace gantry::agent
