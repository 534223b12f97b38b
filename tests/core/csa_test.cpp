#include "csa.hpp"

#include "support.hpp"

using namespace gantry;

namespace {

void number(std::string& out, std::uint32_t value) {
    for (int i = 0; i < 4; ++i) out += static_cast<char>(value >> (8 * i));
}

struct Entry {
    std::string name;
    std::vector<std::string> items;
};

/// A header as the scanners write it: `newer` for CSA2.
std::string header(bool newer, const std::vector<Entry>& entries) {
    std::string out = newer ? std::string("SV10\4\3\2\1", 8) : "";
    number(out, static_cast<std::uint32_t>(entries.size()));
    number(out, 77);
    const auto items_of_first = static_cast<std::uint32_t>(entries.front().items.size());
    for (const Entry& entry : entries) {
        std::string name = entry.name;
        name.resize(64);
        out += name;
        number(out, static_cast<std::uint32_t>(entry.items.size()));
        out += std::string("IS\0\0", 4);
        number(out, 6);
        number(out, static_cast<std::uint32_t>(entry.items.size()));
        number(out, 77);
        for (const std::string& item : entry.items) {
            const auto length = static_cast<std::uint32_t>(item.size());
            number(out, newer ? 77 : length + items_of_first);
            number(out, length);
            number(out, 77);
            number(out, length);
            out += item;
            out.resize(out.size() + (4 - item.size() % 4) % 4);
        }
    }
    return out;
}

const std::vector<Entry> kEntries = {{"EchoLinePosition", {"32", "", ""}},
                                     {"B_value", {std::string("1000\0junk", 9)}},
                                     {"DiffusionGradientDirection", {"0.5 ", " -0.5", "0.70710678"}},
                                     {"NumberOfImagesInMosaic", {}}};
constexpr std::string_view kWanted[] = {"B_value", "DiffusionGradientDirection", "NumberOfImagesInMosaic"};

}  // namespace

TEST_CASE("both forms of a CSA header give the wanted values", "[csa]") {
    for (const bool newer : {true, false}) {
        CAPTURE(newer);
        const auto bytes = header(newer, kEntries);
        const auto values = test::must(readCsa(asBytes(bytes), kWanted));
        CHECK(values.at("B_value") == "1000");
        CHECK(values.at("DiffusionGradientDirection") == "0.5\\-0.5\\0.70710678");
        CHECK(values.size() == 2);
    }
}

TEST_CASE("a CSA header cut anywhere is refused or read as far as it goes, never beyond", "[csa]") {
    for (const bool newer : {true, false}) {
        const auto whole = header(newer, kEntries);
        for (std::size_t length = 0; length < whole.size(); ++length) {
            const std::string cut =
                whole.substr(0, length);  // its own memory: reading beyond is seen by asan
            CHECK_FALSE(readCsa(asBytes(cut), kWanted));
        }
    }
    CHECK_FALSE(readCsa(asBytes(std::string(200, '\xFF')), kWanted));
    CHECK_FALSE(readCsa(asBytes(std::string(200, '\0')), kWanted));
    auto boasting = header(true, kEntries);
    boasting[8] = '\x7F';  // 127 entries announced
    CHECK_FALSE(readCsa(asBytes(boasting), kWanted));
}
