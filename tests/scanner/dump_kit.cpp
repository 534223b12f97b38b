#include "dump_kit.hpp"

#include <sstream>

#include "process.hpp"
#include "support.hpp"

namespace gantry::test {

std::string dumped(const scanner::Header& image, std::string_view transfer_syntax_uid) {
    const auto folder = temporaryDirectory();
    const auto path = folder.path() / "one.dcm";
    must(writeFileDurably(path, asBytes(must(image.file(transfer_syntax_uid)))));
    CHECK(must(runToEnd({"dcmftest", {path.string()}, {}, {}})) == 0);
    const auto log = folder.path() / "dump.txt";
    CHECK(must(runToEnd({"dcmdump", {"-q", "-E", "+uc", "+L", path.string()}, log, {}})) == 0);
    auto dump = must(readFile(log));
    CHECK(dump.find("E: ") == dump.npos);
    CHECK(dump.find("W: ") == dump.npos);
    return dump;
}

std::string dumpedValue(const std::string& dump, std::string_view tag) {
    std::istringstream lines(dump);
    std::string values;
    for (std::string line; std::getline(lines, line);) {
        const auto at = line.find(tag);
        if (at == line.npos || line.find_first_not_of(' ') != at) continue;
        auto value = line.substr(at + tag.size() + 4);  // behind " VR "
        value = value.substr(0, value.rfind('#'));
        value.erase(value.find_last_not_of(' ') + 1);
        if (value.starts_with('[')) value = value.substr(1, value.size() - 2);
        values += (values.empty() ? "" : " ") + value;
    }
    return values;
}

}  // namespace gantry::test
