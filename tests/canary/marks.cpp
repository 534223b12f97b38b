#include "marks.hpp"

#include <chrono>
#include <cstdio>

namespace gantry::canary {
namespace {

constexpr std::string_view kConsonants = "bcdfghjklmnpqrstvwxz";
constexpr std::string_view kVowels = "aeiou";
constexpr std::string_view kLettersAndDigits = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

std::string dateText(int days_since_1970) {
    const std::chrono::year_month_day day{std::chrono::sys_days(std::chrono::days(days_since_1970))};
    char text[16];
    std::snprintf(text, sizeof text, "%04d%02u%02u", static_cast<int>(day.year()),
                  static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
    return text;
}

}  // namespace

void MarkBook::note(MarkKind kind, std::string key, std::string_view category, std::string_view place) {
    marks.push_back({kind, std::move(key), std::string(category), std::string(place)});
}

std::string MarkBook::pick(std::string_view alphabet, std::size_t length) {
    std::string out;
    while (out.size() < length) out += alphabet[random_() % alphabet.size()];
    return out;
}

std::string MarkBook::token(std::string_view category, std::string_view place) {
    auto text = "QZ" + pick(kLettersAndDigits, 7) + "7";
    note(MarkKind::Text, text, category, place);
    return text;
}

std::string MarkBook::word(std::string_view category, std::string_view place) {
    std::string text;
    while (text.size() < 10) text += pick(kConsonants, 1) + pick(kVowels, 1);
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
    note(MarkKind::Text, text, category, place);
    return text;
}

std::string MarkBook::digits(std::string_view category, std::string_view place) {
    auto text = pick("123456789", 1) + pick("0123456789", 11);
    note(MarkKind::Text, text, category, place);
    return text;
}

std::string MarkBook::date(std::string_view category, std::string_view place) {
    constexpr int kFrom = -23741, kDays = 43000;  // 1905-01-01, to 2022
    int day = 0;
    do day = kFrom + static_cast<int>(random_() % kDays);
    while (!days_used_.insert(day).second && days_used_.size() < kDays);
    auto text = dateText(day);
    note(MarkKind::Date, text, category, place);
    return text;
}

std::string MarkBook::uid(std::string_view category, std::string_view place) {
    const auto unique = pick("123456789", 1) + pick("0123456789", 12);
    note(MarkKind::Uid, unique, category, place);
    return "1.2.826.0.1.3680043.9.7433." + unique + ".1";
}

std::string MarkBook::bytes(std::string_view category, std::string_view place) {
    std::string out;
    while (out.size() < 12) out += static_cast<char>(128 + random_() % 127);
    note(MarkKind::Bytes, out, category, place);
    return out;
}

void MarkBook::ownDate(std::string day, std::string_view category, std::string_view place) {
    note(MarkKind::Date, std::move(day), category, place);
}

std::string MarkBook::own(std::string value, std::string_view category, std::string_view place) {
    note(MarkKind::Text, value, category, place);
    return value;
}

std::string MarkBook::forVr(std::string_view vr, std::string_view category, std::string_view place) {
    if (vr == "UI") return uid(category, place);
    if (vr == "DA") return date(category, place);
    if (vr == "DT") return date(category, place) + "131415.250000+0100";
    if (vr == "PN") {
        const auto family = word(category, place);
        const auto given = word(category, place);
        return family + "^" + given + "^^" + "Dr.";
    }
    if (vr == "UR") return "https://pacs.example/" + token(category, place);
    if (vr == "AE" || vr == "LO" || vr == "SH" || vr == "CS" || vr == "DS" || vr == "IS")
        return random_() % 2 ? token(category, place) : word(category, place);
    if (vr == "ST" || vr == "LT" || vr == "UT" || vr == "UC") {
        const auto name = word(category, place);
        return "Seen with " + name + " on ward, number " + digits(category, place);
    }
    if (vr == "OB" || vr == "OW" || vr == "UN" || vr == "OF" || vr == "OD" || vr == "OL" || vr == "OV")
        return bytes(category, place) + bytes(category, place);
    return {};
}

}  // namespace gantry::canary
