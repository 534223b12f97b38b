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
    /// @param subject_id  the trial's own name for the patient is none of them
    KnownIdentifiers(const dicom::DataSet& dataset, bool institution_retained,
                     std::string_view subject_id = {});
    /// Whether a name part, number or place of the original stands in `text`, in any case of letters. Names
    /// that are words of the vocabulary do not count.
    bool standIn(std::string_view text) const;
    /// `text` with a blank for each of them, names that are words of the vocabulary included.
    std::string cutFrom(std::string_view text) const;

private:
    void add(std::string_view value, bool person);
    void addWords(std::string_view value, std::size_t shortest, bool person);
    void addNames(const dicom::DataSet& dataset, int depth);
    struct Word {
        std::string text;  ///< lower case
        bool everyday;     ///< of the vocabulary too
    };
    static std::size_t findIn(const std::string& lower, const Word& word, std::size_t from);
    std::string_view subject_id_;  ///< while the words are collected
    std::vector<Word> words_;      ///< longest first
};

}  // namespace gantry::anonymizer
