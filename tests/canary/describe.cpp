#include "describe.hpp"

#include <sstream>
#include <stdexcept>

namespace gantry::canary {
namespace {

using dicom::Vr;

bool isNumeric(Vr vr) {
    for (const char* code : {"US", "SS", "UL", "SL", "FL", "FD"})
        if (vr.text() == code) return true;
    return false;
}

std::string replacement(Draft& draft, const std::string& name, std::string_view category,
                        const std::string& place) {
    auto& book = draft.book;
    if (name == "w") return book.word(category, place);
    if (name == "t") return book.token(category, place);
    if (name == "n") return book.digits(category, place);
    if (name == "d") return book.date(category, place);
    if (name == "u") return book.uid(category, place);
    if (name == "x") return book.bytes(category, place);
    if (name.starts_with("uid ")) return draft.shared.uid(name.substr(4));
    if (name == "family") return draft.shared.family;
    if (name == "given") return draft.shared.given;
    if (name == "id") return draft.shared.patient_id;
    if (name == "birth") return draft.shared.birth_date;
    if (name == "accession") return draft.shared.accession;
    throw std::runtime_error("no placeholder " + name);
}

std::string filled(Draft& draft, std::string_view text, std::string_view category, const std::string& place) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto close = text[at] == '{' ? text.find('}', at) : std::string_view::npos;
        if (close == std::string_view::npos) {
            out += text[at++];
            continue;
        }
        out += replacement(draft, std::string(text.substr(at + 1, close - at - 1)), category, place);
        at = close + 1;
    }
    return out;
}

std::vector<std::string> wordsOf(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> out;
    for (std::string word; in >> word;) out.push_back(word);
    return out;
}

std::vector<double> numbersOf(std::string_view text) {
    std::vector<double> out;
    for (const auto& number : dicom::parseDecimals(text)) out.push_back(number.value());
    return out;
}

void describeLine(Draft& draft, Set& set, std::string_view line, std::string_view category) {
    const char sign = line.front();
    if (sign == '-' || sign == '~') line.remove_prefix(1);
    const auto equals = line.find('=');
    const std::string keyword(line.substr(0, equals));
    const auto* entry = dicom::lookup(std::string_view(keyword));
    if (entry == nullptr) throw std::runtime_error("no attribute " + keyword);
    const Vr vr(entry->vr[0], entry->vr[1]);
    const auto bar = sign == '~' ? line.rfind('|') : std::string_view::npos;
    auto value = filled(draft, line.substr(equals + 1, bar - equals - 1), category, keyword);
    if (isNumeric(vr)) value = packNumbers(vr, numbersOf(value));
    if (sign == '~')
        set.words(keyword, value, wordsOf(std::string(line.substr(bar + 1))));
    else if (sign == '-')
        set.put(keyword, value);
    else
        set.keep(keyword, value);
}

}  // namespace

std::string Shared::uid(const std::string& name) {
    const auto found = uids_.find(name);
    if (found != uids_.end()) return found->second;
    return uids_.emplace(name, book_.uid("UIDs of the corpus", name)).first->second;
}

void describe(Draft& draft, Set& set, std::string_view lines, std::string_view category) {
    while (!lines.empty()) {
        const auto end = lines.find('\n');
        auto line = lines.substr(0, end);
        lines = end == std::string_view::npos ? std::string_view() : lines.substr(end + 1);
        while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
        if (!line.empty()) describeLine(draft, set, line, category);
    }
}

Set item(Draft& draft, std::string_view lines, std::string_view category) {
    Set set;
    describe(draft, set, lines, category);
    return set;
}

}  // namespace gantry::canary
