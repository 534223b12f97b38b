#pragma once
/// Reports, presentation states, waveforms and documents made for tests, full of an invented patient. Every
/// place that could tell something holds a mark of its own, so that a test can look for them in the output.

#include "synthetic.hpp"

namespace gantry::test {

/// Marks handed out so far: 14 letters each, legal in every text VR.
class Marks {
public:
    std::string next();
    /// Those of the marks that stand in `bytes`.
    std::vector<std::string> in(const std::string& bytes) const;

private:
    std::vector<std::string> all_;
};

/// Patient, study, series and equipment, marked; of this SOP class.
SetBuilder contentHeader(std::string_view sop_class_uid, Marks& marks);

SetBuilder code(std::string_view value, std::string_view scheme, std::string_view meaning);
/// A content item with its concept name; the caller adds the value.
SetBuilder contentItem(std::string_view relationship, std::string_view value_type,
                       const SetBuilder& concept_name);
SetBuilder textItem(const SetBuilder& concept_name, std::string_view value);
SetBuilder numberItem(const SetBuilder& concept_name, std::string_view value, std::string_view ucum);

/// Comprehensive SR by TID 1500, 1501, 1001 with measurements, codes, references, coordinates, observers.
SetBuilder measurementReport(Marks& marks);
/// Grayscale softcopy presentation state with texts, shapes, a layer and an overlay.
SetBuilder presentationState(Marks& marks);
/// 12-lead ECG with annotations; `samples` of two channels of 16 bits.
SetBuilder ecg(Marks& marks, const std::string& samples);
/// Encapsulated PDF or CDA.
SetBuilder document(Marks& marks, std::string_view sop_class_uid, std::string_view mime,
                    const std::string& bytes);

}  // namespace gantry::test
