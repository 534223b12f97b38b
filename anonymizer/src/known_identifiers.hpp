#pragma once
/// What the original says of its people, so that text which stays does not repeat it.

#include <string>
#include <vector>

#include "gantry/core/dicom.hpp"

namespace gantry::anonymizer {

class KnownIdentifiers {
public:
    /// Names at every depth, numbers and places of the main data set.
    /// @param institution_retained  the institution's name may stand there
    KnownIdentifiers(const dicom::DataSet& dataset, bool institution_retained);
    /// Whether a name part, number or place of the original stands in `text`, in any case of letters.
    bool standIn(std::string_view text) const;
    /// `text` with a blank for each of them.
    std::string cutFrom(std::string_view text) const;

private:
    void add(std::string_view value, bool person);
    void addWords(std::string_view value, std::size_t shortest, bool person);
    void addNames(const dicom::DataSet& dataset, int depth);
    std::size_t findIn(const std::string& lower, const std::string& word, std::size_t from) const;
    std::vector<std::string> words_;  ///< lower case, longest first
};

}  // namespace gantry::anonymizer
