#include "deid/found_objects.hpp"

#include <algorithm>

#include "deid/all_cores.hpp"
#include "deid/work_folder.hpp"
#include "gantry/core/dicom.hpp"
#include "gantry/core/files.hpp"

namespace gantry::agent {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kDirectorySopClass = "1.2.840.10008.1.3.10";
constexpr dicom::Tag kMediaStorageSopClassUid{0x00020002};
constexpr std::size_t kPreambleBytes = 128;

bool hasPrefix(Bytes file) {
    return file.size() >= kPreambleBytes + 4 && asText(file).substr(kPreambleBytes, 4) == "DICM";
}

void readHeader(FoundObject& found) {
    const auto none = [&](FoundKind kind, std::string why) {
        found.kind = kind;
        found.why = std::move(why);
    };
    const auto size = fs::file_size(found.path);
    if (size < kPreambleBytes + 4) return none(FoundKind::NotAnImage, "not a DICOM file");
    const auto map = MappedFile::open(found.path);
    if (!map) return none(FoundKind::Unreadable, map.error().message());
    if (!hasPrefix(map->bytes())) return none(FoundKind::NotAnImage, "not a DICOM file");
    dicom::ReadLimits limits;
    limits.stop_at_pixel_data = true;
    const auto file = dicom::readFile(map->bytes(), limits);
    if (!file) return none(FoundKind::Unreadable, file.error().message());
    if (file->meta.text(kMediaStorageSopClassUid) == kDirectorySopClass)
        return none(FoundKind::NotAnImage, "a DICOMDIR, not an image");
    const auto& data = file->dataset;
    found.sop_class_uid = std::string(data.text(dicom::tags::kSopClassUid));
    found.study_instance_uid = std::string(data.text(dicom::tags::kStudyInstanceUid));
    found.patient_id = dicom::toUtf8(data.text(dicom::tags::kPatientId),
                                     data.text(dicom::tags::kSpecificCharacterSet), dicom::Vr{"LO"});
    const auto begin = found.patient_id.find_first_not_of(' ');
    found.patient_id.erase(0, std::min(begin, found.patient_id.size()));
    found.patient_id.erase(found.patient_id.find_last_not_of(' ') + 1);
}

/// File systems throw; a file that goes away meanwhile is one that cannot be read.
void readHeaderSafely(FoundObject& found) try { readHeader(found); } catch (const std::exception&) {
    found.kind = FoundKind::Unreadable;
    found.why = "the file could not be read";
}

/// The outputs, and what a killed run left unfinished.
bool isOurs(const fs::path& folder, const fs::path& outside) {
    return folder.filename().string().starts_with(kWorkFolderPrefix) ||
           (!outside.empty() && fs::weakly_canonical(folder) == outside);
}

Result<std::vector<FoundObject>> listFiles(const fs::path& folder, const fs::path& outside) try {
    std::vector<FoundObject> files;
    if (fs::is_regular_file(folder)) {
        files.push_back({folder, folder.filename()});
        return files;
    }
    if (!fs::is_directory(folder)) return fail(Errc::NotFound, folder.string() + " is no folder and no file");
    for (auto entry = fs::recursive_directory_iterator(folder); entry != fs::recursive_directory_iterator();
         ++entry) {
        if (entry->is_directory() && isOurs(entry->path(), outside))
            entry.disable_recursion_pending();
        else if (entry->is_regular_file())
            files.push_back({entry->path(), entry->path().lexically_relative(folder)});
    }
    std::ranges::sort(files, {}, &FoundObject::name);
    return files;
} catch (const fs::filesystem_error& e) {
    return fail(Errc::Io, std::string("listing the folder: ") + e.code().message());
}

}  // namespace

Result<std::vector<FoundObject>> findObjects(const fs::path& folder, const fs::path& outside) {
    std::error_code ec;
    auto files = GANTRY_TRY(listFiles(folder, outside.empty() ? outside : fs::weakly_canonical(outside, ec)));
    forEachOnAllCores(files.size(), {}, [&](std::size_t i) { readHeaderSafely(files[i]); });
    return files;
}

}  // namespace gantry::agent
