#pragma once
/// Inside of transform(): one object for one data set, its steps in transform*.cpp.

#include "code_items.hpp"
#include "content_rules.hpp"
#include "iod_types.hpp"
#include "keep_list.hpp"
#include "known_identifiers.hpp"
#include "transform.hpp"
#include "trial_values.hpp"

namespace gantry::anonymizer {

class Transformer {
public:
    Transformer(const TransformInput& input, OutputFile& output, ReportBuilder& report);
    Result<TransformResult> run();

private:
    using Node = ReportBuilder::Node;

    /// Where an element stands.
    struct Place {
        const dicom::DataSet& dataset;
        Node node;
        int depth;
        const CodeJudgement& code;
    };

    // transform.cpp: what happens to one element
    Result<> writeElement(const dicom::Element& element, const Place& place);
    /// Attributes of the trial inside items: the patient's name and number there are the subject too.
    void writeTrialElsewhere(dicom::Tag tag, const Place& place);
    void substitute(const dicom::Element& element, const Place& place, Action action,
                    std::string_view reason);
    void writeEmpty(dicom::Tag tag, dicom::Vr vr);
    void reject(const dicom::Element& element, const Place& place, std::string_view reason);
    void note(const Place& place, dicom::Tag tag, Done done, std::string_view reason);

    // transform_sequences.cpp: data sets and items
    Result<> writeDataSet(const dicom::DataSet& dataset, Node node, int depth);
    bool lookedAt() const;  ///< at the pixels, for burnt-in text
    void writeTrial(const TrialValue& value);
    void writeCode(std::string_view value, std::string_view scheme, std::string_view meaning);
    void writeContent(const dicom::Element& element, const Place& place, const ContentDecision& decided);
    Result<> writeSequence(const dicom::Element& element, const Place& place, Type type,
                           std::string_view reason);

    // transform_values.cpp: UIDs, dates, numbers, text, character sets
    std::string outputUid(std::string_view uid) const;
    static bool isPlainWellKnown(std::string_view uid);
    void writeUid(const dicom::Element& element, const Place& place, bool keep, std::string_view reason);
    void writeShifted(const dicom::Element& element, const Place& place, dicom::Vr vr,
                      std::string_view reason);
    Result<> writeKept(const dicom::Element& element, const Place& place, dicom::Vr vr, const Rule& rule);
    void writeChecked(const dicom::Element& element, const Place& place, dicom::Vr vr,
                      const std::string& value, Done done, std::string_view reason);
    void writeCodePart(const dicom::Element& element, const Place& place, dicom::Vr vr);
    bool characterSetIsSound() const;
    void judgeCharacterSet(const dicom::Element& element, const Place& place);

    // transform_bytes.cpp: tables and pixels
    void writeLookupTable(const dicom::Element& element, const Place& place, dicom::Vr vr);
    Result<> writePixelBytes(const dicom::Element& element, const Place& place, dicom::Vr vr);
    std::string& appendBytes(Bytes bytes);

    const TransformInput& in_;
    OutputFile& out_;
    ReportBuilder& report_;
    dicom::Writer writer_;
    int days_back_;
    bool device_retained_;
    KnownIdentifiers identifiers_;
    ContentContext content_;
    std::string_view character_set_;
    bool needs_character_set_ = false;
};

}  // namespace gantry::anonymizer
