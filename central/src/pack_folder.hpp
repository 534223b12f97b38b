#pragma once
/// DICOM files of a folder, taken for what a site's appliance would have received: studies of series of
/// instances with their facts. For those who try a pack on images they have.

#include <filesystem>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "gantry/core/facts.hpp"
#include "gantry/qc/judge.hpp"

namespace gantry::central {

/// Files of one study, in the order of their paths.
struct StudyFiles {
    std::string study_instance_uid;
    std::vector<std::filesystem::path> files;
    std::size_t broken_beside =
        0;  ///< files of the same folders that are DICOM and do not say whose they are
};

struct FolderIndex {
    std::vector<StudyFiles> studies;  ///< by study instance UID
    std::size_t files = 0;            ///< all that were looked at
    std::size_t not_dicom = 0;
    std::size_t unreadable = 0;  ///< DICOM by its preamble and broken behind it, or a file nobody may open
    std::size_t no_image = 0;    ///< DICOM that names no study, series or instance: a DICOMDIR for example
};

/// Looks at every file in `folder` and below, links to folders not followed. A file that is no DICOM is
/// counted.
/// @errors NotFound and Io when the folder cannot be read, InvalidArgument above 500 000 files
Result<FolderIndex> indexFolder(const std::filesystem::path& folder);

/// Files of one series, without those that are there twice.
struct SeriesFiles {
    std::string series_instance_uid;
    std::string modality;
    std::vector<std::filesystem::path> files;
};

/// One study with the facts it points to.
class FolderStudy {
public:
    /// Most facts of one study that are held in memory: some hundred thousand images of usual size.
    static constexpr std::size_t kMostBytes = std::size_t{4} << 30;
    /// Reads all files of the study. Those that cannot be read to their end, lie beyond kMostBytes, or lie
    /// beside it and may belong to it are counted as unreadable; of instances that are there twice the first
    /// is taken.
    static FolderStudy read(const StudyFiles& study);
    const qc::StudyFacts& facts() const { return facts_; }
    const std::vector<SeriesFiles>& files() const { return files_; }
    std::size_t instances() const { return owned_.size(); }
    std::size_t unreadable() const { return static_cast<std::size_t>(facts_.unreadable); }
    std::size_t duplicates() const { return duplicates_; }
    /// First value of an attribute in any instance; "" when there is none.
    std::string first(std::string_view keyword) const;

private:
    void add(Facts facts, const std::filesystem::path& path);
    qc::StudyFacts facts_;
    std::vector<SeriesFiles> files_;
    std::vector<std::unique_ptr<Facts>> owned_;
    std::unordered_set<std::string> seen_;  // SOP instance UIDs
    std::size_t bytes_ = 0;
    std::size_t duplicates_ = 0;
};

/// As if the subject were enrolled, of the sex the header says: a folder knows no roster. The number in the
/// header is not taken over, since findings name the subject.
qc::JudgeContext contextOf(const FolderStudy& study, const std::string& visit_id);

}  // namespace gantry::central
