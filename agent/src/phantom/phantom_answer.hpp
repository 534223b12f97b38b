#pragma once
/// What gantry-worker says of a phantom study (docs/formats/worker.md), held against a set of limits.

#include <boost/json/array.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/qc/phantom_limits.hpp"
#include "gantry/qc/phantom_recognition.hpp"

namespace gantry::agent {

struct PhantomPicture {
    std::string file;  ///< in the folder that the worker was given
    std::string caption;
    double along_mm = 0;
    int rows = 0, columns = 0;
    double row_mm = 0, column_mm = 0;
    boost::json::array regions;  ///< as the worker tells them
};

struct PhantomTest {
    struct Value {
        qc::PhantomMetric metric;
        qc::PhantomJudged judged;
    };
    std::string id, title;
    std::string why;  ///< "" when it was measured
    double seconds = 0;
    std::vector<std::string> notes;
    std::vector<Value> values;
    std::vector<PhantomPicture> pictures;
};

struct PhantomAnalysis {
    std::string outcome;  ///< "analysed" "not_phantom" "cannot_analyse"
    std::string kind, variant, why;
    std::string series_instance_uid, description, modality, acquired, kernel;
    int number = 0;
    std::size_t images = 0;
    std::optional<double> echo_ms, field_t, kvp;
    std::string manufacturer, model, serial, software;
    double seconds = 0;
    std::string limits;  ///< name of the set; "" where there is none for this kind
    std::vector<PhantomTest> tests;
    std::vector<PhantomPicture> pictures;  ///< what shows why it is none
    qc::PhantomVerdict verdict() const;
};

struct PhantomReading {
    std::string outcome;
    std::size_t unreadable_files = 0;
    std::vector<PhantomAnalysis> analyses;
    qc::PhantomVerdict verdict() const;
    std::vector<qc::PhantomSeen> seen() const;
};

/// @errors BadFormat for what is no answer of the worker
Result<PhantomReading> parsePhantomAnswer(std::string_view json);
/// @param set  name of a set of limits; "" or one without limits for a kind: what is usual for that kind
void judgeReading(PhantomReading& reading, std::string_view set);

}  // namespace gantry::agent
