#pragma once
/// A data set as a tree that is changed at will and written once: what the builders of images work on.

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/dicom.hpp"

namespace gantry::scanner {

/// Values joined by backslashes, ten digits at most, as DS wants them (PS3.5 6.2).
std::string joined(std::initializer_list<double> values);

class Header {
public:
    /// Sets an attribute by its PS3.6 keyword. Numbers of a binary VR are given in decimal, several values
    /// with backslashes; of OB and OW the bytes themselves. An unknown keyword is a bug and ends the program.
    Header& set(std::string_view keyword, std::string_view value);
    Header& set(std::string_view keyword, double value) { return set(keyword, joined({value})); }
    Header& set(std::string_view keyword, std::initializer_list<double> values) {
        return set(keyword, joined(values));
    }
    /// A private attribute with its full tag, "(0019,100C)", and the creator of its block (PS3.5 7.8.1).
    Header& setPrivate(dicom::Tag tag, std::string_view creator, dicom::Vr vr, std::string_view value);
    /// The item of a sequence at `index`; items up to it are made when they are not there.
    Header& item(std::string_view sequence, std::size_t index = 0);
    Header& remove(std::string_view keyword);
    /// The value as given to set(); "" when absent.
    std::string text(std::string_view keyword) const;
    bool has(std::string_view keyword) const;

    /// The data set alone, elements in ascending order. Of a binary VR a value that is no number is left out.
    std::string encode(dicom::Encoding encoding) const;
    /// The PS3.10 file. @errors InvalidArgument without SOPClassUID or SOPInstanceUID
    Result<std::string> file(std::string_view transfer_syntax_uid) const;

private:
    struct Field {
        dicom::Vr vr;
        std::string value;
        std::vector<Header> items;
    };
    void write(dicom::Writer& writer) const;
    std::map<dicom::Tag, Field> fields_;
};

}  // namespace gantry::scanner
