#include "pack_kit.hpp"

#include <algorithm>

#include "gantry/core/dicom.hpp"

namespace gantry::test {

CommandOutcome packOutput(const std::string& arguments) {
    return runCommand(std::string(GANTRY_BIN_DIR) + "/gantry-central pack " + arguments);
}

CommandOutcome pack(const std::string& arguments) {
    return packOutput(arguments + " 2>&1");
}

std::filesystem::path shippedPack(const std::string& name) {
    return std::filesystem::path(GANTRY_SOURCE_DIR) / "packs" / (name + ".yaml");
}

std::vector<std::filesystem::path> shippedPacks() {
    std::vector<std::filesystem::path> packs;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(GANTRY_SOURCE_DIR) / "packs"))
        if (entry.path().extension() == ".yaml") packs.push_back(entry.path());
    std::ranges::sort(packs);
    return packs;
}

std::filesystem::path written(const TemporaryDirectory& folder, const std::string& name,
                              const std::string& text) {
    const auto path = folder.path() / name;
    must(writeFileDurably(path, asBytes(text)));
    return path;
}

std::string smallPackWith(const std::string& from, const std::string& to) {
    std::string yaml = kSmallPack;
    const auto at = yaml.find(from);
    REQUIRE(at != std::string::npos);
    return yaml.replace(at, from.size(), to);
}

namespace {
std::string shortLittle(int value) {
    return {static_cast<char>(value & 0xFF), static_cast<char>(value >> 8 & 0xFF)};
}
}  // namespace

void writeImage(const std::filesystem::path& file, const Header& header) {
    std::map<dicom::Tag, std::pair<dicom::Vr, std::string>> elements;
    for (const auto& [keyword, value] : header) {
        const auto* entry = dicom::lookup(keyword);
        REQUIRE(entry);
        elements[entry->tag] = {dicom::Vr(entry->vr[0], entry->vr[1]),
                                entry->vr == "US" ? shortLittle(std::stoi(value)) : value};
    }
    std::string bytes =
        dicom::fileMeta(header.at("SOPClassUID"), header.at("SOPInstanceUID"), "1.2.840.10008.1.2.1");
    dicom::Writer writer(bytes, dicom::Encoding::ExplicitLittle);
    for (const auto& [tag, element] : elements) writer.text(tag, element.first, element.second);
    must(makeDirectory(file.parent_path()));
    must(writeFileDurably(file, asBytes(bytes)));
}

void writeCtSeries(const std::filesystem::path& folder, const std::string& uid, int count,
                   const Header& header) {
    for (int i = 0; i < count; ++i) {
        Header slice{{"SOPClassUID", "1.2.840.10008.5.1.4.1.1.2"},
                     {"SOPInstanceUID", uid + "." + std::to_string(i + 1)},
                     {"StudyInstanceUID", "2.25.77"},
                     {"SeriesInstanceUID", uid},
                     {"FrameOfReferenceUID", "2.25.78"},
                     {"Modality", "CT"},
                     {"PatientName", "DOE^JANE"},
                     {"PatientID", "HN4711"},
                     {"PatientSex", "F"},
                     {"SeriesDescription", "Body"},
                     {"ImageType", "ORIGINAL\\PRIMARY\\AXIAL"},
                     {"SliceThickness", "5"},
                     {"KVP", "120"},
                     {"Rows", "512"},
                     {"ImageOrientationPatient", "1\\0\\0\\0\\1\\0"},
                     {"ImagePositionPatient", "0\\0\\" + std::to_string(5 * i)}};
        for (const auto& [keyword, value] : header) slice[keyword] = value;
        writeImage(folder / (uid + "-" + std::to_string(i + 1)), slice);
    }
}

}  // namespace gantry::test
