#pragma once
/// DICOM files made for tests: invented patients, any encoding, marks wherever a test wants them.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "gantry/core/dicom.hpp"

namespace gantry::test {

/// A data set under construction; elements come out ascending.
class SetBuilder {
public:
    explicit SetBuilder(dicom::Encoding encoding) : encoding_(encoding) {}
    dicom::Encoding encoding() const { return encoding_; }
    SetBuilder& text(dicom::Tag tag, dicom::Vr vr, std::string_view value);
    SetBuilder& text(std::string_view keyword, std::string_view value);        ///< VR of the dictionary
    SetBuilder& number(std::string_view keyword, std::vector<double> values);  ///< US SS UL SL FL FD
    SetBuilder& bytes(dicom::Tag tag, dicom::Vr vr, std::string_view value);
    SetBuilder& sequence(dicom::Tag tag, const std::vector<SetBuilder>& items);
    SetBuilder& sequence(std::string_view keyword, const std::vector<SetBuilder>& items);
    /// A header of the caller's own making.
    SetBuilder& raw(dicom::Tag tag, std::string encoded);
    SetBuilder& remove(std::string_view keyword);
    bool has(dicom::Tag tag) const { return parts_.contains(tag); }
    std::string encoded() const;

private:
    dicom::Encoding encoding_;
    std::map<dicom::Tag, std::string> parts_;
};

inline constexpr std::string_view kImplicitLittle = "1.2.840.10008.1.2";
inline constexpr std::string_view kExplicitLittle = "1.2.840.10008.1.2.1";
inline constexpr std::string_view kExplicitBig = "1.2.840.10008.1.2.2";

/// A whole file. Preamble zeros unless given.
std::string fileOf(const SetBuilder& dataset, std::string_view transfer_syntax,
                   const std::string& preamble = {}, const std::string& trailing = {});

struct ImageOptions {
    dicom::Encoding encoding = dicom::Encoding::ExplicitLittle;
    int instance = 1;
    std::string study_uid = "1.3.12.2.1107.5.1.4.60001.30000026010107000000100000001";
    std::string study_date = "20260310";
    unsigned rows = 16;
    unsigned columns = 16;
};
/// CT, MR and PET images as scanners send them, full of an invented patient.
SetBuilder ctImage(const ImageOptions& options = {});
SetBuilder mrImage(const ImageOptions& options = {});
SetBuilder petImage(const ImageOptions& options = {});

std::string pixelsOf(const ImageOptions& options);  ///< 16 bits a pixel

}  // namespace gantry::test
