#pragma once
/// What a run over a folder would come to, by kind of object and by attribute.

#include <boost/json/object.hpp>
#include <iosfwd>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "deid/offline_run.hpp"

namespace gantry::agent {

class Preview {
public:
    void study(const std::vector<ObjectOutcome>& outcomes);
    void print(std::ostream& out) const;

private:
    struct Kind {
        std::size_t written = 0;
        std::map<std::string, std::size_t> held;  // by reason
        // where, done, reason -> elements
        std::map<std::tuple<std::string, anonymizer::Done, std::string>, std::uint64_t> lines;
    };
    std::map<std::string, Kind> kinds_;  // by SOP class
    std::size_t not_dicom_ = 0;
};

}  // namespace gantry::agent
