#pragma once
/// De-identifies a folder without gantryd, by the same engine and the same gate, study by study.

#include <array>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "deid/found_objects.hpp"
#include "deid/subjects.hpp"
#include "gantry/anonymizer/engine.hpp"

namespace gantry::agent {

enum class ObjectStatus : std::uint8_t { Written, Held, NotDicom };
std::string_view toString(ObjectStatus status);  ///< "written", "held", "not_dicom"

/// What a hit of the gate holds back.
enum class HoldScope : std::uint8_t { Study, Object };

struct OfflineRequest {
    std::filesystem::path folder;  ///< or one file
    std::filesystem::path out;     ///< "": all is tried and nothing kept
    anonymizer::DeidPolicy policy;
    anonymizer::DeidKeys keys;
    std::string trial = {}, site = {};
    std::string subject = {};   ///< of every object; "": by the list
    SubjectList subjects = {};  ///< used when `subject` is empty
    HoldScope hold = HoldScope::Study;
};

/// One file of the folder. No original value stands in it but the file's name.
struct ObjectOutcome {
    std::filesystem::path name;  ///< below the folder
    std::string sop_class_uid;   ///< "" when the file could not be read
    ObjectStatus status = ObjectStatus::Held;
    std::string reason;         ///< why it is not written; "" when it is
    std::filesystem::path out;  ///< below `out`; "" unless written
    SubjectOfPatient subject;
    std::optional<anonymizer::DeidReport> report;  ///< of what was made, also when the gate held it
};

struct RunTotals {
    std::size_t files = 0;
    std::array<std::size_t, 3> by_status{};        ///< by ObjectStatus
    std::map<std::string, std::size_t> by_reason;  ///< of what is held
    std::size_t already = 0;                       ///< written as they were: outputs of a former run
    std::size_t patients = 0;                      ///< different PatientIDs that are not empty
    std::size_t count(ObjectStatus status) const { return by_status[static_cast<std::size_t>(status)]; }
};

/// Called once for each study, and once for all that belongs to none.
using StudySink = std::function<Result<>(const std::vector<ObjectOutcome>&)>;

/// Nothing appears in `out` before the gate has passed it, and then whole.
/// @errors NotFound, Io, DiskFull; InvalidArgument for a subject, trial or site that cannot stand in DICOM
Result<RunTotals> runOffline(const OfflineRequest& request, const StudySink& sink);

}  // namespace gantry::agent
