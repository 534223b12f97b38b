#pragma once
/// Results of phantom tests as JSON, for other programs.

#include <boost/json/object.hpp>

#include "phantom/phantom_answer.hpp"

namespace gantry::agent {

/// {"value", "unit", "uncertainty", "limits", "verdict", …}; of several parts value and uncertainty are
/// objects by label.
boost::json::object valueJson(const PhantomTest::Value& value, std::string_view limits);
/// One series: what it is, its tests, its pictures.
boost::json::object analysisJson(const PhantomAnalysis& analysis);
/// Every metric by its name; of several analyses the first that tells it.
boost::json::object metricsJson(const std::vector<const PhantomAnalysis*>& analyses);

}  // namespace gantry::agent
