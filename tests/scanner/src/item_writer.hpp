#pragma once
/// Puts elements into a DCMTK item and notes which of them give the patient away.

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcitem.h>
#include <dcmtk/dcmdata/dctag.h>

#include <string>
#include <string_view>
#include <vector>

#include "gantry/scanner/series.hpp"

namespace gantry::scanner {

struct HeaderNotes {
    std::vector<PlantedValue> planted;
    std::string first_failure;  ///< what DCMTK said of the first element it did not take; empty: none
};

class ItemWriter {
public:
    ItemWriter(DcmItem& item, HeaderNotes& notes) : item_(item), notes_(notes) {}

    void text(const DcmTagKey& key, std::string_view value);
    void decimal(const DcmTagKey& key, double value);
    void integer(const DcmTagKey& key, long value);
    void number16(const DcmTagKey& key, std::uint16_t value);
    /// Text that gives the patient away. Of a Person also each name component of four bytes or more is noted.
    void planted(const DcmTagKey& key, Gives gives, std::string_view value);
    /// A new item at the end of the sequence.
    ItemWriter item(const DcmTagKey& sequence);
    /// CodeValue, CodingSchemeDesignator, CodeMeaning (PS3.3 8.8).
    void code(std::string_view value, std::string_view scheme, std::string_view meaning);
    /// SOP class and instance, PS3.3 10.8.
    void reference(std::string_view sop_class_uid, std::string_view sop_instance_uid);

    void privateText(std::uint16_t group, std::uint16_t element, DcmEVR vr, std::string_view value);
    void privateBytes(std::uint16_t group, std::uint16_t element, std::string_view bytes);
    ItemWriter privateItem(std::uint16_t group, std::uint16_t element);
    void note(Gives gives, std::string_view attribute, std::string_view bytes);

private:
    void check(const OFCondition& condition, const DcmTagKey& key);
    ItemWriter appendItem(const DcmTag& sequence);
    DcmItem& item_;
    HeaderNotes& notes_;
};

}  // namespace gantry::scanner
