#pragma once
/// What the original says of its people, so that text which stays does not repeat it.

#include <string>
#include <vector>

#include "gantry/core/dicom.hpp"

namespace gantry::anonymizer {

class KnownIdentifiers {
public:
    /// @param institution_retained  the institution's name may stand there
    KnownIdentifiers(const dicom::DataSet& dataset, bool institution_retained);
    /// Whether a name part, number or place of the original stands in `text`, in any case of letters.
    bool standIn(std::string_view text) const;

private:
    void add(std::string_view value);
    void addWords(std::string_view value, std::size_t shortest);
    std::vector<std::string> words_;  ///< lower case
};

}  // namespace gantry::anonymizer
