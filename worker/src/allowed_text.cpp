#include "gantry/imaging/allowed_text.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace gantry::imaging {
namespace {

constexpr std::string_view kSides[] = {"L",       "R",        "A",        "P",           "H",       "F",
                                       "LT",      "RT",       "LEFT",     "RIGHT",       "AP",      "PA",
                                       "LAT",     "LATERAL",  "CC",       "MLO",         "RCC",     "LCC",
                                       "RMLO",    "LMLO",     "SUPINE",   "PRONE",       "UPRIGHT", "ERECT",
                                       "SITTING", "STANDING", "PORTABLE", "SEMI-UPRIGHT"};
constexpr std::string_view kUnits[] = {"CM",  "MM",   "MHZ", "KHZ", "HZ", "DB",  "FPS", "%",   "MS",
                                       "M/S", "CM/S", "KV",  "KVP", "MA", "MAS", "HU",  "BPM", "MM/S"};
constexpr std::string_view kLabels[] = {
    "MI",    "TI", "TIS", "TIB", "TIC", "GAIN", "GN", "DR", "DYN", "FR", "FRQ", "PRF", "PWR", "ZOOM",
    "DEPTH", "WW", "WL",  "WC",  "2D",  "THI",  "B",  "CF", "PW",  "CW", "WF",  "MAP", "RES", "PERSIST"};

template <std::size_t N>
bool isIn(const std::string_view (&all)[N], std::string_view text) {
    return std::ranges::find(all, text) != std::end(all);
}

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

/// Characters at the front that make a number: at most four digits, a point, three digits. 0: none.
std::size_t numberLength(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size() && isDigit(text[at])) ++at;
    constexpr std::size_t kWhole = 4, kFraction = 3;
    if (at == 0 || at > kWhole) return 0;
    if (at + 1 >= text.size() || (text[at] != '.' && text[at] != ',') || !isDigit(text[at + 1])) return at;
    std::size_t end = at + 1;
    while (end < text.size() && isDigit(text[end])) ++end;
    return end - at - 1 > kFraction ? 0 : end;
}

enum class Part { Number, Unit, Label, Side, Other };

/// A word cut where letters and numbers meet: "TIS0.0", "36Hz".
void cut(std::string_view word, std::vector<Part>& out) {
    const auto whole = [&](std::string_view text) {
        return isIn(kUnits, text)    ? Part::Unit
               : isIn(kLabels, text) ? Part::Label
               : isIn(kSides, text)  ? Part::Side
                                     : Part::Other;
    };
    if (whole(word) != Part::Other) return out.push_back(whole(word));
    if (const auto length = numberLength(word); length > 0) {
        out.push_back(Part::Number);
        if (length < word.size()) out.push_back(whole(word.substr(length)));
        return;
    }
    const auto digit = std::ranges::find_if(word, isDigit);
    const auto letters = static_cast<std::size_t>(digit - word.begin());
    const auto rest = word.substr(letters);
    if (letters == 0 || rest.empty() || numberLength(rest) != rest.size()) return out.push_back(Part::Other);
    out.push_back(whole(word.substr(0, letters)));
    out.push_back(Part::Number);
}

std::vector<Part> partsOf(std::string_view line) {
    std::vector<Part> out;
    std::string word;
    const auto close = [&] {
        if (!word.empty()) cut(word, out);
        word.clear();
    };
    for (const char c : line) {
        if (c == ' ' || c == '\n' || c == '\t' || c == ':' || c == '=') {
            close();
        } else {
            word += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        }
    }
    close();
    return out;
}

}  // namespace

std::string_view allowedAs(std::string_view line) {
    const auto parts = partsOf(line);
    if (parts.empty()) return "";
    if (std::ranges::all_of(parts, [](Part part) { return part == Part::Side; })) return "side";
    bool labels = false;
    std::size_t numbers = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto beside = [&](std::size_t at, Part part) { return at < parts.size() && parts[at] == part; };
        switch (parts[i]) {
            case Part::Number:
                ++numbers;
                if (!beside(i + 1, Part::Unit) && (i == 0 || !beside(i - 1, Part::Label))) return "";
                break;
            case Part::Unit:
                if (i == 0 || !beside(i - 1, Part::Number)) return "";
                break;
            case Part::Label:
                labels = true;
                break;
            default:
                return "";
        }
    }
    return labels ? "setting" : numbers > 0 ? "unit" : "";
}

}  // namespace gantry::imaging
