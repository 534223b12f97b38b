#pragma once
/// What the options Clean Structured Content and Clean Graphics, and the rules for waveforms, surfaces and
/// documents, say about single elements. Each decision needs the element and the item it stands in, no more.

#include <optional>
#include <string>

#include "documents.hpp"
#include "gantry/anonymizer/engine.hpp"
#include "known_identifiers.hpp"
#include "sop_classes.hpp"

namespace gantry::anonymizer {

struct PublicCode {
    std::string_view value;
    std::string_view scheme;
    std::string_view meaning;
};

struct ContentDecision {
    enum class As : unsigned char {
        Rule,   ///< the usual writing, by `rule` in place of the table's
        Value,  ///< `value` is written instead
        Bytes,  ///< `bytes` are written instead, padded to even
        Code,   ///< a sequence with the one item `code`
    };
    As as = As::Rule;
    Rule rule;
    std::string value;
    Bytes bytes;
    PublicCode code;
    Done done = Done::Kept;
    std::string_view reason;  ///< static storage
};

/// What decisions are made with. All of it must outlive them.
struct ContentContext {
    const dicom::DataSet& root;
    const SopClass& sop_class;
    const DeidPolicy& policy;
    const SubjectIdentity& subject;
    const KnownIdentifiers& identifiers;
    const Document& document;  ///< what takes the place of an encapsulated document
};

using Decided = std::optional<ContentDecision>;

/// Nullopt: the table and the keep list decide.
Decided decideContent(const dicom::Element& element, const dicom::DataSet& item,
                      const ContentContext& context);

// ---- parts of it, one file each

/// Content items (PS3.3 C.17.3, 10.2) and the SR document's header.
Decided decideContentTree(const dicom::Element&, const dicom::DataSet& item, const ContentContext&);
/// Graphic annotations, layers, displayed areas, fiducials, surfaces, tracks.
Decided decideGraphics(const dicom::Element&, const dicom::DataSet& item, const ContentContext&);
/// Palettes of pseudo-colour presentation states.
Decided decidePalette(const dicom::Element&, const dicom::DataSet& item, const ContentContext&);
/// PS3.3 C.10.9 and what describes it.
Decided decideWaveform(const dicom::Element&, const dicom::DataSet& item, const ContentContext&);
/// PS3.3 C.24.2
Decided decideDocument(const dicom::Element&, const ContentContext&);

// ---- decisions

ContentDecision keepByVr(std::string_view reason);
ContentDecision withAction(Action action, std::string_view reason);
ContentDecision withValue(std::string value, Done done, std::string_view reason);
/// Numbers, code strings, references and sequences of a standard attribute stay, checked as always; nullopt
/// for text, bytes and what PS3.6 does not know or has retired.
Decided keepUnlessText(const dicom::Element&, std::string_view reason);
/// Coded words of content trees, graphics and waveforms, beside the general vocabulary.
Decided keepContentTerm(const dicom::Element&);
/// The text where it is plain and nobody's, else REMOVED.
ContentDecision cleanedText(const dicom::Element&, const ContentContext&);

}  // namespace gantry::anonymizer
