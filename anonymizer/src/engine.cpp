#include "gantry/anonymizer/engine.hpp"

#include <fcntl.h>

#include <algorithm>
#include <set>
#include <span>

#include "content_classes.hpp"
#include "documents.hpp"
#include "output_file.hpp"
#include "report.hpp"
#include "sop_classes.hpp"
#include "transform.hpp"
#include "trial_values.hpp"

namespace gantry::anonymizer {
namespace {

constexpr std::string_view kExplicitLittle = "1.2.840.10008.1.2.1";

/// Deflated data sets go out inflated, implicit VR explicit; everything else in the syntax it came in.
std::string outputSyntax(const dicom::DicomFile& file) {
    const bool implicit = file.dataset.encoding == dicom::Encoding::ImplicitLittle;
    return implicit || dicom::isDeflated(file.transfer_syntax_uid) ? std::string(kExplicitLittle)
                                                                   : file.transfer_syntax_uid;
}

Result<> requireUids(const dicom::DataSet& dataset) {
    for (const auto tag :
         {dicom::tags::kSopInstanceUid, dicom::tags::kStudyInstanceUid, dicom::tags::kSeriesInstanceUid})
        if (dataset.text(tag).empty()) return fail(Errc::NotDicom, "there is no " + dicom::nameOf(tag));
    return {};
}

/// All files begin to be written out before the first is waited for.
Result<> syncFiles(std::span<const std::filesystem::path> paths) {
    std::vector<UniqueFd> files;
    for (const auto& path : paths) {
        files.push_back(GANTRY_TRY(openFile(path, OpenMode::Read)));
        ::sync_file_range(files.back().get(), 0, 0,
                          SYNC_FILE_RANGE_WRITE);  // a hint: fdatasync tells of failures
    }
    for (const auto& file : files) GANTRY_CHECK(syncData(file.get()));
    return {};
}

}  // namespace

Result<DeidReport> deidentify(const DeidInput& input, const DeidPolicy& policy, const DeidKeys& keys,
                              const SubjectIdentity& subject, const std::filesystem::path& out) {
    GANTRY_CHECK(validate(policy));
    GANTRY_CHECK(validate(subject));
    const auto source = GANTRY_TRY(MappedFile::open(input.path, input.offset, input.length));
    const auto file = GANTRY_TRY(dicom::readFile(source.bytes()));
    const auto* sop_class = GANTRY_TRY(admissible(file, policy, input.pixels));
    GANTRY_CHECK(requireOptions(*sop_class, policy));
    GANTRY_CHECK(requireUids(file.dataset));
    const auto document = makeDocument(file.dataset, *sop_class, policy);

    OutputFile output;
    ReportBuilder builder;
    const auto made = GANTRY_TRY(
        transform({file, policy, keys, subject, *sop_class, input.pixels, document}, output, builder));
    DeidReport report;
    report.sop_class_uid = sop_class->uid;
    report.transfer_syntax_uid = outputSyntax(file);
    report.sop_instance_uid = made.sop_instance_uid;
    report.series_instance_uid = made.series_instance_uid;
    report.study_instance_uid = made.study_instance_uid;
    report.already_deidentified = made.already_ours;
    builder.fill(report);
    const auto head =
        dicom::fileMeta(report.sop_class_uid, report.sop_instance_uid, report.transfer_syntax_uid) +
        made.character_set;
    const auto written = GANTRY_TRY(output.write(head, source, out));
    report.sha256 = written.sha256;
    report.size_bytes = written.size_bytes;
    return report;
}

Result<> syncOutputs(const std::vector<std::filesystem::path>& outputs) {
    constexpr std::size_t kOpenAtOnce = 128;
    std::set<std::filesystem::path> directories;
    for (std::size_t begin = 0; begin < outputs.size(); begin += kOpenAtOnce) {
        const auto count = std::min(kOpenAtOnce, outputs.size() - begin);
        GANTRY_CHECK(syncFiles(std::span(outputs).subspan(begin, count)));
    }
    for (const auto& path : outputs) directories.insert(path.parent_path());
    for (const auto& directory : directories) GANTRY_CHECK(syncDirectory(directory));
    return {};
}

}  // namespace gantry::anonymizer
