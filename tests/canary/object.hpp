#pragma once
/// DICOM objects under construction that know what of them must survive. They can also be illegal: elements
/// twice, out of order, of a wrong VR, in any encoding.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/dicom.hpp"

namespace gantry::canary {

/// What a trial needs of an element in the output.
enum class Keep : std::uint8_t {
    No,       ///< nothing; it may go
    Equal,    ///< the same value
    Present,  ///< some value
    Date,     ///< the same value, moved by the subject's days
    Uid,      ///< a new UID, the same wherever the old one stood
    Words,    ///< at least these words of it
};

struct Set;

struct Node {
    dicom::Tag tag;
    dicom::Vr vr;
    std::string value;       ///< numbers little-endian, text in the data set's character set
    std::vector<Set> items;  ///< of a sequence
    bool sequence = false;
    bool defined_length = false;     ///< of sequence and items
    bool as_un = false;              ///< written as UN with the items in implicit little endian (PS3.5 6.2.2)
    std::optional<std::string> raw;  ///< these bytes stand in place of the element
    Keep keep = Keep::No;
    std::vector<std::string> words;
};

struct Set {
    std::vector<Node> nodes;
    bool unsorted = false;  ///< written in the order given

    Node* find(dicom::Tag tag);
    bool has(dicom::Tag tag) const;
    /// Takes the place of an element of the same tag.
    Node& put(dicom::Tag tag, dicom::Vr vr, std::string value);
    Node& put(std::string_view keyword, std::string value);  ///< VR of the dictionary
    /// Besides whatever has the same tag.
    Node& add(dicom::Tag tag, dicom::Vr vr, std::string value);
    Node& keep(std::string_view keyword, std::string value);  ///< Equal, Date or Uid by its VR and value
    Node& keep(dicom::Tag tag, dicom::Vr vr, std::string value);
    Node& numbers(std::string_view keyword, const std::vector<double>& values);  ///< kept
    Node& sequence(std::string_view keyword, std::vector<Set> items);
    Node& sequence(dicom::Tag tag, std::vector<Set> items);
    /// Words of the value that a trial needs; the others need not stay.
    Node& words(std::string_view keyword, std::string value, std::vector<std::string> words);
    void remove(std::string_view keyword);
};

/// (0008,0100), (0008,0102), (0008,0104); all are to be kept.
Set codeItem(std::string value, std::string scheme, std::string meaning);
/// Little-endian bytes of numbers, as US SS UL SL FL FD ask.
std::string packNumbers(dicom::Vr vr, const std::vector<double>& values);

std::string encode(const Set& set, dicom::Encoding encoding);

/// One step down a data set: the element, and the item of it that the next step is in.
struct Step {
    dicom::Tag tag;
    std::string creator;  ///< of a private element: its block is found by this
    std::size_t item = 0;
};

struct Expectation {
    std::vector<Step> path;
    const Node* node;
};
/// Everything that must survive, with paths; the pointers live as long as `set`.
std::vector<Expectation> expectations(const Set& set);
std::string pathText(const std::vector<Step>& path);

}  // namespace gantry::canary
