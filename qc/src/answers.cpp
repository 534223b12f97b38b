#include "gantry/qc/answers.hpp"

#include <algorithm>

#include "moments.hpp"
#include "units.hpp"

namespace gantry::qc {

namespace {

Result<std::string> normalNumber(const Question& question, const std::string& text) {
    const auto quantity = parseQuantity(text);
    if (!quantity) return fail(Errc::InvalidArgument, "the answer must be a number with its unit");
    if (!quantity->unit) return question.unit.empty() ? text : text + " " + question.unit;
    const std::string symbol(quantity->unit->symbol);
    if (symbol == question.unit || std::ranges::find(question.also, symbol) != question.also.end())
        return text;
    std::string allowed = question.unit;
    for (const std::string& unit : question.also) allowed += ", " + unit;
    return fail(Errc::InvalidArgument,
                "got the unit '" + symbol + "'; allowed: " + (allowed.empty() ? "no unit" : allowed));
}

}  // namespace

Result<std::string> normalAnswer(const Question& question, std::string_view given) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const auto first = given.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return fail(Errc::InvalidArgument, "the answer is empty");
    std::string text(given.substr(first, given.find_last_not_of(kBlanks) - first + 1));
    if (question.type == "number") return normalNumber(question, text);
    if (question.type == "yes_no") {
        if (text == "true" || text == "false") return text;
        return fail(Errc::InvalidArgument, "got '" + text + "'; allowed: true, false");
    }
    if (question.type != "time") return text;
    std::erase(text, ':');
    const bool digits_only = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    if (digits_only && (text.size() == 4 || text.size() == 6) && secondsOfDay(text))
        return text.size() == 4 ? text + "00" : text;
    return fail(Errc::InvalidArgument, "the answer must be a time of day, such as 14:30");
}

}  // namespace gantry::qc
