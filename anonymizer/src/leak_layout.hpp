#pragma once
/// Which element each byte of a file belongs to.

#include <string>
#include <vector>

#include "gantry/core/dicom.hpp"

namespace gantry::anonymizer::leak {

struct Leaf {
    std::size_t begin = 0;  ///< offset of the value in the file
    std::size_t end = 0;
    const dicom::Element* element = nullptr;
    std::uint32_t parent = 0;  ///< item it lies in, for pathOf()
    std::string_view character_set;
    bool is_meta = false;
};

/// The attribute that a person can have removed so that what lies in it is gone; 0 for what makes the object
/// what it is: pixels, documents, waveforms, identity, UIDs, and for what lies in no attribute.
dicom::Tag removableTag(const Leaf* leaf);
dicom::Tag removableTag(const dicom::Element& element);

class Layout {
public:
    /// Both must outlive the layout; `file` was read from `bytes`.
    Layout(Bytes bytes, const dicom::DicomFile& file);
    const std::vector<Leaf>& leaves() const { return leaves_; }  ///< ascending
    /// nullptr between values: headers, preamble, trailing bytes.
    const Leaf* at(std::size_t offset) const;
    std::string pathOf(const Leaf& leaf) const;  ///< "Sequence[2].Keyword"
    std::string pathOf(std::uint32_t parent, dicom::Tag tag) const;

private:
    struct Item {
        std::uint32_t parent;
        dicom::Tag sequence;
        std::size_t index;
    };
    void walk(const dicom::DataSet& dataset, std::uint32_t parent, std::string_view character_set,
              bool is_meta);

    Bytes bytes_;
    std::vector<Leaf> leaves_;
    std::vector<Item> items_{Item{}};  ///< 0 is the data set
};

}  // namespace gantry::anonymizer::leak
