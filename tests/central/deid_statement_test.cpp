// `gantry-central deid statement`: held against the standard's own table, not against ours.
#include <algorithm>
#include <map>
#include <regex>
#include <sstream>

#include "pack_kit.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

std::string statementOf(const std::filesystem::path& file, int exit_code = 0) {
    const auto said =
        runCommand(std::string(GANTRY_BIN_DIR) + "/gantry-central deid statement " + file.string() + " 2>&1");
    CAPTURE(said.output);
    CHECK(said.exit_code == exit_code);
    return said.output;
}

/// Cells of the rows between this heading and the next.
std::vector<std::vector<std::string>> tableUnder(const std::string& text, const std::string& heading) {
    const auto begin = text.find("## " + heading);
    REQUIRE(begin != std::string::npos);
    const auto end = std::min(text.find("\n## ", begin), text.size());
    std::vector<std::vector<std::string>> rows;
    std::istringstream lines(text.substr(begin, end - begin));
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("| ")) continue;
        std::vector<std::string> cells;
        for (std::size_t at = 2; at < line.size();) {
            const auto stop = line.find(" |", at);
            if (stop == std::string::npos) break;
            cells.push_back(line.substr(at, stop - at));
            at = stop + 3;
        }
        rows.push_back(std::move(cells));
    }
    REQUIRE(rows.size() > 2);
    rows.erase(rows.begin(), rows.begin() + 2);  // its head
    return rows;
}

/// Fields of one line of a CSV whose fields may be quoted.
std::vector<std::string> fieldsOf(const std::string& line) {
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (const char c : line) {
        if (c == '"')
            quoted = !quoted;
        else if (c == ',' && !quoted)
            fields.emplace_back();
        else if (c != '\r')
            fields.back() += c;
    }
    return fields;
}

const std::string kSection =
    "deidentification:\n"
    "  options: [retain_longitudinal_modified_dates, retain_patient_characteristics]\n"
    "  remove: [ProtocolName]\n"
    "  age_cap_years: 80\n"
    "examples:";

}  // namespace

TEST_CASE("the statement has each attribute of the standard's table with the standard's action",
          "[pack][statement]") {
    const auto shared = sharedFolder();
    if (!shared) return skipLoudly("no shared folder with the standard's table");
    std::map<std::string, std::string> basic;
    std::istringstream csv(must(readFile(*shared / "facts/ps3_15_e1.csv")));
    std::string line;
    std::getline(csv, line);
    const auto header = fieldsOf(line);
    const auto column = [&](const std::string& part) {
        for (std::size_t i = 0; i < header.size(); ++i)
            if (header[i].find(part) != std::string::npos) return i;
        FAIL("no column " << part);
        return std::size_t{0};
    };
    const auto tag = column("tag"), action = column("basic");
    while (std::getline(csv, line)) {
        const auto fields = fieldsOf(line);
        if (std::regex_match(fields[tag], std::regex("[0-9A-F]{4},[0-9A-F]{4}")))
            basic["(" + fields[tag] + ")"] = fields[action];
    }
    REQUIRE(basic.size() > 600);
    const auto folder = temporaryDirectory();
    const auto text = statementOf(written(folder, "p.yaml", smallPackWith("examples:", kSection)));
    std::map<std::string, std::string> stated;
    for (const auto& cells : tableUnder(text, "Attributes of Table E.1-1")) {
        REQUIRE(cells.size() == 5);
        stated[cells[0]] = cells[2];
    }
    for (const auto& [one, want] : basic) {
        CAPTURE(one);
        CHECK(stated[one] == want);
    }
}

TEST_CASE("the statement says what this pack does", "[pack][statement]") {
    const auto folder = temporaryDirectory();
    const auto text = statementOf(written(folder, "p.yaml", smallPackWith("examples:", kSection)));
    std::map<std::string, std::string> in_force;
    for (const auto& cells : tableUnder(text, "Profile and options")) in_force[cells[0]] = cells[2];
    CHECK(in_force["113100"] == "yes");  // CID 7050: Basic Application Confidentiality Profile
    CHECK(in_force["113107"] == "yes");  // Modified Dates
    CHECK(in_force["113108"] == "yes");  // Patient Characteristics
    CHECK(in_force["113110"] == "no");   // UIDs
    std::map<std::string, std::vector<std::string>> rows;
    for (const auto& cells : tableUnder(text, "Attributes of Table E.1-1")) rows[cells[1]] = cells;
    CHECK(rows["PatientSex"][3] == "K");
    CHECK(rows["StudyInstanceUID"][3] == "U");
    CHECK(rows["PatientAddress"][3] == "X");
    for (const auto& cells : tableUnder(text, "Storage classes"))
        if (cells[0] == "1.2.840.10008.5.1.4.1.1.2") CHECK(cells[2] == "sent");
    for (const auto* says : {"ProtocolName (0018,1030)", "Ages above 80 years are told as 81 years.",
                             "All dates of one subject move", "small 1.0.0", "edition 2026c"})
        CHECK(text.find(says) != std::string::npos);
}

TEST_CASE("there is no statement of a pack with mistakes", "[pack][statement]") {
    const auto folder = temporaryDirectory();
    const auto file = written(folder, "p.yaml",
                              smallPackWith("examples:", "deidentification: {options: [all]}\nexamples:"));
    CHECK(statementOf(file, describe(Errc::ConfigInvalid).exit_code).find("got 'all'; allowed:") !=
          std::string::npos);
}

TEST_CASE("lint names what the sites' engines would refuse", "[pack][statement]") {
    const auto folder = temporaryDirectory();
    const auto [section, says] = GENERATE(table<std::string, std::string>({
        {"{options: [clean_recognizable_visual_features]}", "is not offered"},
        {"{options: [], keep: [PatientID]}", "PatientID is decided by PS3.15 Table E.1-1"},
        {"{options: [retain_longitudinal_full_dates, retain_longitudinal_modified_dates]}",
         "dates cannot be both kept in full and modified"},
    }));
    const auto file =
        written(folder, "p.yaml", smallPackWith("examples:", "deidentification: " + section + "\nexamples:"));
    const auto said = pack("lint " + file.string());
    CAPTURE(said.output);
    CHECK(said.exit_code == 1);
    CHECK(said.output.find("deidentification: ") != std::string::npos);
    CHECK(said.output.find(says) != std::string::npos);
}
