#pragma once
/// Which attributes may be in an output at all. Everything is closed that no option of the gate opens.

#include "leak_patterns.hpp"

namespace gantry::anonymizer::leak {

/// A content item of a report that tells which device made it.
bool namesDevice(const dicom::DataSet& item);

/// Attributes that an option keeps, cleaned or as they are.
bool staysByOption(dicom::Tag tag, const GateOptions& options);

class ClosedDoors {
public:
    /// `patterns` must outlive it.
    explicit ClosedDoors(const PatternSet& patterns) : patterns_(patterns), options_(patterns.options) {}

    /// What is wrong with this element being there, for people; "" when nothing is.
    std::string_view faultOf(const dicom::DataSet& dataset, const dicom::Element& element) const;

private:
    std::string_view privateFault(const dicom::DataSet& dataset, const dicom::Element& element) const;
    std::string_view standardFault(const dicom::DataSet& dataset, const dicom::Element& element) const;
    std::string_view uidFault(const dicom::Element& element) const;
    bool saysNothing(const dicom::Element& element) const;

    const PatternSet& patterns_;
    const GateOptions& options_;
};

}  // namespace gantry::anonymizer::leak
