#pragma once
/// What the tests of `gantryctl deid` start from: a folder with a pack, a key and invented objects.

#include <boost/json.hpp>
#include <map>
#include <string>

#include "raw_http.hpp"
#include "support.hpp"
#include "synthetic.hpp"

namespace gantry::test {

inline constexpr auto kDeidPack = R"(pack: 1
id: deid-pack
version: 1.0.0
title: A pack for de-identification
sources: {TRIAL: {cite: "The trial's own decision"}}
visits: [{id: BL, label: Baseline, needs: [ct]}]
slots:
  ct:
    label: Any CT
    match: {must: [{check: Modality, op: equals, value: CT}], accept: {score: 0}}
deidentification: {options: [retain_longitudinal_modified_dates]}
)";

/// A folder with a pack, a key and objects; runs the command on it.
class Desk {
public:
    Desk() {
        put("pack.yaml", kDeidPack);
        put("key", "an invented trial key of more than 32 bytes");
        std::filesystem::create_directory(in());
    }
    std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }
    std::filesystem::path in() const { return path("in"); }
    std::filesystem::path out() const { return path("out"); }
    void put(const std::string& name, std::string_view bytes) const {
        std::filesystem::create_directories(path(name).parent_path());
        must(writeFileDurably(path(name), asBytes(bytes)));
    }
    void object(const std::string& name, const std::string& patient, const ImageOptions& options,
                bool burnt = false) const {
        auto image = ctImage(options);
        if (!patient.empty()) image.remove("PatientID").text("PatientID", patient);
        if (burnt) image.remove("BurnedInAnnotation").text("BurnedInAnnotation", "YES");
        put("in/" + name, fileOf(image, kExplicitLittle));
    }
    CommandOutcome run(const std::string& more, const std::string& out = "out") const {
        return runCommand(std::string(GANTRY_BIN_DIR) + "/gantryctl deid run " + in().string() + " --pack " +
                          path("pack.yaml").string() + " --key-file " + path("key").string() + " --out " +
                          path(out).string() + " --json " + path("report.json").string() + " " + more +
                          " 2>&1");
    }
    boost::json::value report() const { return boost::json::parse(must(readFile(path("report.json")))); }

private:
    TemporaryDirectory folder_ = temporaryDirectory();
};

inline ImageOptions instance(int number, const std::string& study = "1.2.826.0.1.1") {
    ImageOptions options;
    options.instance = number;
    options.study_uid = study;
    return options;
}

/// Content by path below `folder`; none where there is no such folder.
inline std::map<std::string, std::string> filesBelow(const std::filesystem::path& folder) {
    std::map<std::string, std::string> files;
    if (!std::filesystem::exists(folder)) return files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            files[entry.path().lexically_relative(folder).string()] = must(readFile(entry.path()));
    return files;
}

inline std::string textIn(const boost::json::value& value, const char* key) {
    const auto* found = value.as_object().if_contains(key);
    return found ? std::string(found->as_string()) : "";
}

/// The report's entry of one file.
inline boost::json::object entryOf(const boost::json::value& report, const std::string& file) {
    for (const auto& object : report.at("objects").as_array())
        if (textIn(object, "file") == file) return object.as_object();
    FAIL("no entry for " << file);
    return {};
}

inline std::string valueIn(const std::string& file, dicom::Tag tag) {
    return std::string(must(dicom::readFile(asBytes(file))).dataset.text(tag));
}

}  // namespace gantry::test
