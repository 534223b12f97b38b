#pragma once
/// Reading DICOM data sets from untrusted bytes: bounded in depth, count and length, copying nothing.
/// Values stay views into the caller's bytes (usually a MappedFile), so the views live as long as those.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/files.hpp"
#include "gantry/core/result.hpp"

namespace gantry::dicom {

/// (gggg,eeee) as one number.
struct Tag {
    std::uint32_t value = 0;
    constexpr std::uint16_t group() const { return static_cast<std::uint16_t>(value >> 16); }
    constexpr std::uint16_t element() const { return static_cast<std::uint16_t>(value & 0xFFFF); }
    constexpr bool isPrivate() const { return (group() & 1) != 0; }
    friend constexpr auto operator<=>(Tag, Tag) = default;
};
constexpr Tag makeTag(std::uint16_t group, std::uint16_t element) {
    return {static_cast<std::uint32_t>(group) << 16 | element};
}
std::string toString(Tag tag);  ///< "(0010,0020)"

/// Two-letter value representation, PS3.5 6.2, as it stands in the bytes: Vr{"PN"}.
struct Vr {
    char code[2] = {'U', 'N'};
    constexpr Vr() = default;
    constexpr Vr(const char (&text)[3]) : code{text[0], text[1]} {}
    constexpr Vr(char a, char b) : code{a, b} {}
    friend constexpr bool operator==(const Vr&, const Vr&) = default;
    std::string_view text() const { return {code, 2}; }
};
bool isKnownVr(Vr vr);         ///< one of PS3.5 Table 6.2-1
bool hasLongLength(Vr vr);     ///< 32-bit length in explicit VR, PS3.5 Table 7.1-1
bool isTextVr(Vr vr);          ///< AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT
bool usesCharacterSet(Vr vr);  ///< SH LO ST PN LT UC UT: (0008,0005) applies

/// One row of PS3.6 (edition 2026c). Repeating groups (50xx, 60xx) are found by any of their groups.
struct DictionaryEntry {
    Tag tag;
    std::string_view vr;       ///< "CS", or alternatives "US or SS"
    std::string_view keyword;  ///< "PatientID"
    std::string_view vm;
    bool retired;
};
const DictionaryEntry* lookup(Tag tag);
const DictionaryEntry* lookup(std::string_view keyword);
/// Keyword, or "(gggg,eeee)" for what the dictionary does not know.
std::string nameOf(Tag tag);

enum class Encoding { ImplicitLittle, ExplicitLittle, ExplicitBig };

struct DataSet;

struct Element {
    Tag tag;
    Vr vr;        ///< as sent, or from the dictionary when implicit (first alternative; UN if unknown)
    Bytes value;  ///< value field; of encapsulated pixel data all items with their headers, without
                  ///< the closing delimiter; of a sequence its whole content
    bool encapsulated = false;  ///< pixel data of undefined length (PS3.5 A.4)
    bool sequence = false;      ///< items are in `items`
    bool undefined_length = false;
    std::vector<DataSet> items;  ///< empty items are data sets without elements
};

/// Elements in the order sent (which should be ascending; `find` does not rely on it).
struct DataSet {
    Encoding encoding = Encoding::ExplicitLittle;
    std::vector<Element> elements;
    const Element* find(Tag tag) const;
    /// Text of a text VR, padding and trailing blanks cut, character set untouched; "" when absent or empty.
    std::string_view text(Tag tag) const;
};

struct ReadLimits {
    int max_depth = 32;                      ///< of nested sequences
    std::uint32_t max_elements = 2'000'000;  ///< at all depths together
    bool stop_at_pixel_data = false;         ///< leave off before (7FE0,0010) and its float variants
};

struct DicomFile {
    DataSet meta;  ///< group 0002, explicit little endian
    DataSet dataset;
    std::string transfer_syntax_uid;
    Bytes dataset_bytes;   ///< from the first byte after the meta group to the end of the input
    Bytes trailing;        ///< bytes after the last whole element (should be empty)
    std::string inflated;  ///< owner of the bytes when the transfer syntax is deflated; else empty
};

Encoding encodingOf(std::string_view transfer_syntax_uid);
bool isDeflated(std::string_view transfer_syntax_uid);

/// A file of PS3.10: preamble, "DICM", meta group, data set.
/// @errors NotDicom (no DICM, broken element), DicomLimit, Unsupported (unknown transfer syntax kind never:
/// unknown
///         private syntaxes are read as explicit little endian, as PS3.5 A.4 asks of encapsulated ones)
Result<DicomFile> readFile(Bytes file, const ReadLimits& limits = {});
/// A bare data set. `trailing` receives what could not be an element when the caller wants to know, else it
/// is an error.
Result<DataSet> readDataSet(Bytes bytes, Encoding encoding, const ReadLimits& limits = {},
                            Bytes* trailing = nullptr);

/// PS3.5 9.1: 1 to 64 of [0-9.], no empty component, no leading zero.
bool isValidUid(std::string_view uid);

/// Numbers of a text value "a\b\c" (DS, IS): nullopt where a component is not one number.
std::vector<std::optional<double>> parseDecimals(std::string_view value);
std::vector<std::string_view> splitValues(
    std::string_view value);  ///< at backslashes, blanks cut around each

/// Binary numbers of US SS UL SL FL FD AT as numbers, in the data set's byte order.
std::vector<double> binaryNumbers(const Element& element, Encoding encoding);

/// Text of `element` in UTF-8 by (0008,0005) of its data set (PS3.5 6.1; "" means the default repertoire).
/// Bytes that are illegal there become U+FFFD; nothing is dropped silently.
std::string toUtf8(std::string_view value, std::string_view specific_character_set, Vr vr);

/// Builds the file meta group (PS3.10 7.1) with preamble and "DICM".
std::string fileMeta(std::string_view sop_class_uid, std::string_view sop_instance_uid,
                     std::string_view transfer_syntax_uid, std::string_view source_ae_title = {});

/// Appends elements in one encoding to a string; lengths are padded to even with the VR's pad byte.
class Writer {
public:
    Writer(std::string& out, Encoding encoding) : out_(out), encoding_(encoding) {}
    void element(Tag tag, Vr vr, Bytes value);
    void text(Tag tag, Vr vr, std::string_view value) { element(tag, vr, asBytes(value)); }
    /// Header alone, for a value that the caller copies itself; 0xFFFFFFFF for undefined length.
    void header(Tag tag, Vr vr, std::uint32_t length);
    /// Sequences and items are written with undefined length and closed by their delimiters.
    void beginSequence(Tag tag);
    void beginItem();
    void endItem();
    void endSequence();

private:
    void number16(std::uint16_t value);
    void number32(std::uint32_t value);
    std::string& out_;
    Encoding encoding_;
};

namespace tags {
inline constexpr Tag kTransferSyntaxUid{0x00020010};
inline constexpr Tag kSpecificCharacterSet{0x00080005};
inline constexpr Tag kImageType{0x00080008};
inline constexpr Tag kSopClassUid{0x00080016};
inline constexpr Tag kSopInstanceUid{0x00080018};
inline constexpr Tag kStudyDate{0x00080020};
inline constexpr Tag kStudyTime{0x00080030};
inline constexpr Tag kAccessionNumber{0x00080050};
inline constexpr Tag kModality{0x00080060};
inline constexpr Tag kStudyDescription{0x00081030};
inline constexpr Tag kSeriesDescription{0x0008103E};
inline constexpr Tag kPatientName{0x00100010};
inline constexpr Tag kPatientId{0x00100020};
inline constexpr Tag kPatientBirthDate{0x00100030};
inline constexpr Tag kPatientSex{0x00100040};
inline constexpr Tag kStudyInstanceUid{0x0020000D};
inline constexpr Tag kSeriesInstanceUid{0x0020000E};
inline constexpr Tag kInstanceNumber{0x00200013};
inline constexpr Tag kItem{0xFFFEE000};
inline constexpr Tag kItemDelimitation{0xFFFEE00D};
inline constexpr Tag kSequenceDelimitation{0xFFFEE0DD};
inline constexpr Tag kPixelData{0x7FE00010};
}  // namespace tags

}  // namespace gantry::dicom
