#include "exempt.hpp"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

namespace gantry::canary {
namespace {

std::vector<std::string> cells(const std::string& line) {
    std::vector<std::string> out(1);
    bool quoted = false;
    for (const char c : line) {
        if (c == '"')
            quoted = !quoted;
        else if (c == ',' && !quoted)
            out.emplace_back();
        else if (c != '\r')
            out.back() += c;
    }
    return out;
}

std::set<std::string> keptKeywords(const std::filesystem::path& table,
                                   const std::vector<std::string>& columns) {
    std::ifstream in(table);
    std::string line;
    std::getline(in, line);
    const auto head = cells(line);
    const auto keyword = std::ranges::find(head, "keyword") - head.begin();
    std::set<std::string> out;
    while (std::getline(in, line)) {
        const auto row = cells(line);
        for (std::size_t i = 0; i < std::min(head.size(), row.size()); ++i)
            if (row[i] == "K" && std::ranges::find(columns, head[i]) != columns.end())
                out.insert(row[static_cast<std::size_t>(keyword)]);
    }
    return out;
}

}  // namespace

void exemptKept(Corpus& corpus, const std::filesystem::path& table, const std::vector<std::string>& columns) {
    const auto kept = keptKeywords(table, columns);
    for (auto& file : corpus.files)
        for (auto& mark : file.marks) {
            const auto last = mark.place.rfind(" > ");
            const auto keyword = last == std::string::npos ? mark.place : mark.place.substr(last + 3);
            // Inside a sequence that goes, nothing may stay.
            if (last == std::string::npos && kept.contains(keyword)) mark.may_stay = true;
        }
}

}  // namespace gantry::canary
