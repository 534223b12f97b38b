#pragma once
/// Inside of transform(): one object for one data set, its steps in transform*.cpp.

#include <deque>
#include <optional>
#include <span>

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
    void writeProof(const std::string& head);
    /// Whether nothing is left to do for this element.
    bool writeBurnedIn(const dicom::Element& element, const Place& place, Type type);
    void writeEmpty(dicom::Tag tag, dicom::Vr vr);
    void reject(const dicom::Element& element, const Place& place, std::string_view reason);
    void note(const Place& place, dicom::Tag tag, Done done, std::string_view reason);

    // transform_sequences.cpp: data sets and items
    Result<> writeDataSet(const dicom::DataSet& dataset, Node node, int depth);
    bool lookedAt() const;  ///< at the pixels, for burnt-in text
    void writeTrial(const TrialValue& value);
    /// The element itself, or read anew where a sequence was sent as UN (PS3.5 6.2.2); nullptr if it is none.
    const dicom::Element* asSequence(const dicom::Element& element, const Place& place);
    void writeCode(std::string_view value, std::string_view scheme, std::string_view meaning);
    void writeContent(const dicom::Element& element, const Place& place, const ContentDecision& decided);
    Result<> writeSequence(const dicom::Element& element, const Place& place, Type type,
                           std::string_view reason);

    // transform_private.cpp: safe private attributes (PS3.15 E.3.10)
    /// All attributes of one odd group, ascending; a creator is written if one of its attributes is.
    Result<> writePrivateGroup(std::span<const dicom::Element* const> group, const Place& place);
    Result<> writePrivate(const dicom::Element& sent, const Place& place, dicom::Vr listed);
    Result<> writePrivateDate(const dicom::Element& element, const Place& place, dicom::Vr vr);

    // transform_values.cpp: UIDs, dates, numbers, text, character sets
    std::string outputUid(std::string_view uid) const;
    void writeUid(const dicom::Element& element, const Place& place, bool keep, std::string_view reason);
    std::optional<std::string> shifted(std::string_view value, dicom::Vr vr) const;
    void writeShifted(const dicom::Element& element, const Place& place, dicom::Vr vr,
                      std::string_view reason);
    void writeCleaned(const dicom::Element& element, const Place& place, dicom::Vr vr,
                      std::string_view reason, bool products = false);
    Result<> writeKept(const dicom::Element& element, const Place& place, dicom::Vr vr, const Rule& rule);
    void writeChecked(const dicom::Element& element, const Place& place, dicom::Vr vr,
                      const std::string& value, Done done, std::string_view reason);
    std::string sameBytes(const dicom::Element& element, const Place& place, dicom::Vr vr) const;
    std::string withoutUids(const std::string& text) const;
    static bool isSchemeVersion(std::string_view text);
    void writeCodePart(const dicom::Element& element, const Place& place, dicom::Vr vr);
    bool characterSetIsSound() const;
    void judgeCharacterSet(const dicom::Element& element, const Place& place);

    // transform_bytes.cpp: tables, lists of numbers and pixels
    void writeNumberList(const dicom::Element& element, const Place& place, dicom::Vr vr);
    void writeLookupTable(const dicom::Element& element, const Place& place, dicom::Vr vr);
    Result<> writePixelBytes(const dicom::Element& element, const Place& place, dicom::Vr vr);
    std::string& appendBytes(Bytes bytes);

    const TransformInput& in_;
    OutputFile& out_;
    ReportBuilder& report_;
    dicom::Writer writer_;
    bool ours_;      ///< an output of ours for this subject: UIDs and dates are mapped and moved already
    int days_back_;  ///< 0 for our own output
    KnownIdentifiers identifiers_;
    ContentContext content_;
    std::string_view character_set_;
    std::size_t proof_at_ = 0;  ///< where the letters of the proof begin in the output's text
    std::optional<std::size_t> pixels_at_ = {};  ///< where the header of the pixel data begins there
    struct Opened {
        std::string bytes;
        dicom::DataSet dataset;
    };
    std::deque<Opened> opened_;  ///< sequences that were sent as UN
};

}  // namespace gantry::anonymizer
