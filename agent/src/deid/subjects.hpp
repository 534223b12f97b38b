#pragma once
/// Who the patients of a folder are in the trial, and the secret that new UIDs and dates are made with.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "gantry/anonymizer/mapping.hpp"

namespace gantry::agent {

struct SubjectOfPatient {
    std::string subject;
    std::string visit;  ///< "" when the list does not say
};
/// By PatientID, blanks around it cut.
using SubjectList = std::map<std::string, SubjectOfPatient, std::less<>>;

/// Lines PatientID,subject or PatientID,subject,visit; a first line whose first value is "PatientID" in any
/// spelling is a header; values may stand in double quotes.
/// @errors ConfigInvalid with the numbers of all bad lines, never their values
Result<SubjectList> parseSubjects(std::string_view csv);

struct KeyFile {
    anonymizer::DeidKeys keys;
    bool others_can_read = false;
};
/// At least 32 bytes of any kind. 64 hex digits, as gantryd writes them, are read as the 32 bytes they say,
/// so that both give the same UIDs and dates.
/// @errors ConfigInvalid if shorter or longer than 64 KiB; what reading gives
Result<KeyFile> readKeyFile(const std::filesystem::path& file);

}  // namespace gantry::agent
