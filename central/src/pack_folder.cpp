#include "pack_folder.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "gantry/core/dicom.hpp"
#include "gantry/core/files.hpp"

namespace gantry::central {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostFiles = 500'000;

/// Throws what std::filesystem throws.
std::vector<fs::path> filesBelow(const fs::path& folder) {
    std::vector<fs::path> files;
    constexpr auto kOptions = fs::directory_options::skip_permission_denied;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder, kOptions)) {
        std::error_code gone;
        if (!entry.is_regular_file(gone)) continue;
        files.push_back(entry.path());
        if (files.size() > kMostFiles) break;
    }
    std::ranges::sort(files);
    return files;
}

Result<std::vector<fs::path>> listFiles(const fs::path& folder) try {
    std::error_code error;
    if (!fs::exists(folder, error)) return fail(Errc::NotFound, folder.string());
    if (fs::is_regular_file(folder, error)) return std::vector{folder};
    auto files = filesBelow(folder);
    if (files.size() > kMostFiles)
        return fail(Errc::InvalidArgument,
                    folder.string() + " holds more than " + std::to_string(kMostFiles) + " files");
    return files;
} catch (const fs::filesystem_error& e) {
    return failErrno("reading " + folder.string(), e.code().value());
}

Result<Facts> readFacts(const fs::path& path) {
    const auto mapped = GANTRY_TRY(MappedFile::open(path));
    const auto file = GANTRY_TRY(dicom::readFile(mapped.bytes()));
    return extractFacts(file);
}

struct Identity {
    std::string study;
    std::string series;
    std::string instance;
    bool whole() const { return !study.empty() && !series.empty() && !instance.empty(); }
};

/// PS3.10 7.1: 128 bytes, then these four.
bool saysItIsDicom(Bytes bytes) {
    constexpr std::size_t kPreamble = 128;
    constexpr std::string_view kPrefix = "DICM";
    return bytes.size() >= kPreamble + kPrefix.size() &&
           asText(bytes.subspan(kPreamble, kPrefix.size())) == kPrefix;
}

/// Nullopt for what is no DICOM.
Result<std::optional<Identity>> readIdentity(const fs::path& path) {
    std::error_code gone;
    if (fs::file_size(path, gone) == 0) return std::nullopt;
    const auto mapped = GANTRY_TRY(MappedFile::open(path));
    if (!saysItIsDicom(mapped.bytes())) return std::nullopt;
    dicom::ReadLimits limits;
    limits.stop_at_pixel_data = true;
    const auto file = GANTRY_TRY(dicom::readFile(mapped.bytes(), limits));
    const auto text = [&](dicom::Tag tag) { return std::string(file.dataset.text(tag)); };
    return Identity{text(dicom::tags::kStudyInstanceUid), text(dicom::tags::kSeriesInstanceUid),
                    text(dicom::tags::kSopInstanceUid)};
}

std::string valueOf(const Facts& facts, std::string_view keyword) {
    const auto found = facts.find(keyword);
    return found == facts.end() ? std::string() : found->second;
}

}  // namespace

Result<FolderIndex> indexFolder(const fs::path& folder) {
    FolderIndex index;
    std::map<std::string, std::vector<fs::path>> studies;
    std::map<fs::path, std::size_t> broken;  // by folder
    for (fs::path& path : GANTRY_TRY(listFiles(folder))) {
        ++index.files;
        const auto identity = readIdentity(path);
        if (!identity) {
            ++index.unreadable;
            ++broken[path.parent_path()];
        } else if (!*identity) {
            ++index.not_dicom;
        } else if (!(*identity)->whole()) {
            ++index.no_image;
        } else {
            studies[(*identity)->study].push_back(std::move(path));
        }
    }
    for (auto& [uid, files] : studies) {
        StudyFiles study{uid, std::move(files)};
        std::set<fs::path> folders;
        for (const fs::path& file : study.files) folders.insert(file.parent_path());
        for (const fs::path& folder_of_study : folders)
            if (const auto found = broken.find(folder_of_study); found != broken.end())
                study.broken_beside += found->second;
        index.studies.push_back(std::move(study));
    }
    return index;
}

FolderStudy FolderStudy::read(const StudyFiles& files) {
    FolderStudy study;
    study.facts_.study_instance_uid = files.study_instance_uid;
    study.facts_.unreadable = static_cast<int>(files.broken_beside);
    for (const fs::path& path : files.files) {
        auto facts = study.bytes_ < kMostBytes
                         ? readFacts(path)
                         : fail(Errc::DicomLimit, "the study is too large to be judged");
        if (facts) study.add(*std::move(facts), path);
        if (!facts) ++study.facts_.unreadable;
    }
    return study;
}

void FolderStudy::add(Facts facts, const fs::path& path) {
    const std::string series_uid = valueOf(facts, "SeriesInstanceUID");
    const std::string instance_uid = valueOf(facts, "SOPInstanceUID");
    if (!seen_.insert(instance_uid).second) {
        ++duplicates_;
        return;
    }
    for (const auto& [name, value] : facts) bytes_ += name.size() + value.size();
    auto series = std::ranges::find(facts_.series, series_uid, &qc::SeriesFacts::series_instance_uid);
    if (series == facts_.series.end()) series = facts_.series.insert(series, {series_uid, {}});
    auto files = std::ranges::find(files_, series_uid, &SeriesFiles::series_instance_uid);
    if (files == files_.end()) files = files_.insert(files, {series_uid, valueOf(facts, "Modality"), {}});
    files->files.push_back(path);
    owned_.push_back(std::make_unique<Facts>(std::move(facts)));
    series->instances.push_back({instance_uid, owned_.back().get()});
}

std::string FolderStudy::first(std::string_view keyword) const {
    for (const auto& facts : owned_)
        if (auto value = valueOf(*facts, keyword); !value.empty()) return value;
    return {};
}

qc::JudgeContext contextOf(const FolderStudy& study, const std::string& visit_id) {
    qc::JudgeContext context;
    context.visit_id = visit_id;
    constexpr auto kSubject = "of this folder";  // findings name the subject: "subject of this folder"
    context.enrolled_subject_ids = {kSubject};
    context.enrolment = qc::Enrolment{kSubject, std::nullopt};
    if (const auto sex = study.first("PatientSex"); !sex.empty()) context.enrolment->sex = sex;
    return context;
}

}  // namespace gantry::central
