#include <algorithm>
#include <array>
#include <chrono>
#include <span>

#include "leak_sink.hpp"

namespace gantry::anonymizer::leak {
namespace {

using Months = std::array<std::string_view, 12>;

// UTF-8, small letters. The first language's short names are what machines write.
constexpr Months kEnglishShort = {"jan", "feb", "mar", "apr", "may", "jun",
                                  "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr Months kLong[] = {
    {"january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
     "november", "december"},
    {"januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober",
     "november", "dezember"},
    {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
     "novembre", "décembre"},
    {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
     "noviembre", "diciembre"},
    {"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre",
     "novembre", "dicembre"},
    {"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro",
     "novembro", "dezembro"},
    {"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
     "november", "december"},
};
constexpr Months kShort[] = {
    {"jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez"},
    {"janv", "févr", "mars", "avr", "mai", "juin", "juil", "août", "sept", "oct", "nov", "déc"},
    {"ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"},
};

// What consoles write where no date is known.
constexpr std::string_view kUnknown[] = {"19000101", "00010101", "00000000", "18000101", "99991231"};

std::string_view unpadded(const std::string& number) {
    return std::string_view(number).substr(number[0] == '0' ? 1 : 0);
}

std::string join(std::string_view a, std::string_view mark, std::string_view b, std::string_view c) {
    std::string out(a);
    out.append(mark).append(b).append(mark).append(c);
    return out;
}

/// One date in all its writings.
class Written {
public:
    Written(const std::string& plain, const IdentifyingValue& value, PatternSink& sink)
        : year_(plain.substr(0, 4)),
          short_year_(plain.substr(2, 2)),
          month_(plain.substr(4, 2)),
          day_(plain.substr(6, 2)),
          kind_(value.kind),
          sink_(sink) {
        sink.add(plain, kind_, Shape::PlainDate, false, value.tag.value);
        for (const bool big_endian : {false, true})
            sink.add(toUtf16(fromUtf8(plain), big_endian), kind_, Shape::Wide, true);
    }

    void add() {
        numbers();
        shortYears();
        const auto index = static_cast<std::size_t>(std::stoi(month_));
        if (index < 1 || index > kEnglishShort.size()) return;
        named(kEnglishShort[index - 1], true);
        // Of the many dates of a study the usual writings; of the birth date all.
        const bool all = kind_ == ValueKind::BirthDate;
        constexpr std::size_t kUsual = 4;
        for (const auto& language : std::span(kLong).first(all ? std::size(kLong) : kUsual))
            named(language[index - 1], false);
        if (!all) return;
        for (const auto& language : kShort) named(language[index - 1], false);
    }

private:
    void text(const std::string& text) { sink_.add(text, kind_, Shape::Date, true); }
    void wideText(const std::string& written) {
        text(written);
        for (const bool big_endian : {false, true})
            sink_.add(toUtf16(fromUtf8(written), big_endian), kind_, Shape::Wide, true);
    }

    void numbers() {
        for (const auto* mark : {"-", "/", "."}) {
            wideText(join(year_, mark, month_, day_));
            wideText(join(day_, mark, month_, year_));
            wideText(join(month_, mark, day_, year_));
        }
        for (const auto* mark : {" ", "_", ":", ". "}) {
            text(join(year_, mark, month_, day_));
            text(join(day_, mark, month_, year_));
            text(join(month_, mark, day_, year_));
        }
        for (const auto* mark : {"-", "/", ".", ". "}) {
            text(join(year_, mark, unpadded(month_), unpadded(day_)));
            text(join(unpadded(day_), mark, unpadded(month_), year_));
            text(join(unpadded(month_), mark, unpadded(day_), year_));
        }
        text(day_ + month_ + year_);
        text(month_ + day_ + year_);
        for (const auto* month : {month_.c_str(), unpadded(month_).data()})
            for (const auto* day : {day_.c_str(), unpadded(day_).data()})
                text(year_ + "年" + month + "月" + day + "日");
    }

    /// "12.03.61" could be a version too: it counts where nothing of its kind stands beside it.
    void shortYears() {
        const auto add = [&](const std::string& written) {
            sink_.add(written, kind_, Shape::ShortDate, true);
        };
        for (const auto* mark : {"/", ".", "-"}) {
            add(join(day_, mark, month_, short_year_));
            add(join(month_, mark, day_, short_year_));
            add(join(short_year_, mark, month_, day_));
            if (kind_ != ValueKind::BirthDate) continue;
            add(join(unpadded(day_), mark, unpadded(month_), short_year_));
            add(join(unpadded(month_), mark, unpadded(day_), short_year_));
        }
    }

    /// @param month  its name, small letters, UTF-8
    void named(std::string_view month, bool machines) {
        const auto letters = fromUtf8(month);
        for (const auto& spelled :
             {letters, toUpper(letters), withoutAccents(letters, false), withoutAccents(letters, true)}) {
            namedAs(toUtf8Bytes(spelled), machines);
            if (const auto latin = toLatin1(spelled); latin != toUtf8Bytes(spelled)) namedAs(latin, machines);
        }
    }

    void namedAs(const std::string& month, bool machines) {
        for (const auto& day : {day_, std::string(unpadded(day_))}) {
            for (const auto* mark : {" ", ". ", "-", ".", " de "}) text(join(day, mark, month, year_));
            text(day + ". " + month + " " + year_);
            text(month + " " + day + ", " + year_);
            text(month + " " + day + " " + year_);
            text(year_ + " " + month + " " + day);
            text(year_ + "-" + month + "-" + day);
            for (const auto* ending : {"st", "nd", "rd", "th"}) {
                text(month + " " + day + ending + ", " + year_);
                text(day + ending + " " + month + " " + year_);
            }
            text(day + " " + month + ". " + year_);
            text(month + ". " + day + ", " + year_);
            if (!machines) continue;
            for (const auto* mark : {"", "/", "_"}) text(join(day, mark, month, year_));
            for (const auto* mark : {"", " ", "-", "/"}) text(join(day, mark, month, short_year_));
            text(month + "-" + day + "-" + year_);
            text(year_ + month + day);
        }
    }

    std::string year_;
    std::string short_year_;
    std::string month_;
    std::string day_;
    ValueKind kind_;
    PatternSink& sink_;
};

}  // namespace

void addDate(const IdentifyingValue& value, PatternSink& sink) {
    constexpr std::size_t kDigits = 8;
    constexpr std::size_t kWithMarks = 10;  // YYYY.MM.DD of ACR-NEMA
    std::string plain;
    for (const char c : std::string_view(value.text).substr(0, kWithMarks))
        if (isAsciiDigit(c)) plain += c;
    if (plain.size() < kDigits) return;
    plain.resize(kDigits);
    if (std::ranges::find(kUnknown, plain) != std::end(kUnknown)) return;
    Written(plain, value, sink).add();
}

bool isMovedDate(const PatternSet& patterns, std::uint32_t tag, std::string_view yyyymmdd) {
    if (patterns.options.days_back == 0 || yyyymmdd.size() != 8 ||
        !std::ranges::all_of(yyyymmdd, isAsciiDigit))
        return false;
    const auto number = [&](std::size_t at, std::size_t length) {
        return static_cast<unsigned>(std::stoul(std::string(yyyymmdd.substr(at, length))));
    };
    const std::chrono::year_month_day moved{std::chrono::year{static_cast<int>(number(0, 4))},
                                            std::chrono::month{number(4, 2)}, std::chrono::day{number(6, 2)}};
    if (!moved.ok()) return false;
    const std::chrono::year_month_day was{std::chrono::sys_days{moved} +
                                          std::chrono::days{patterns.options.days_back}};
    const auto packed = static_cast<unsigned>(static_cast<int>(was.year())) * 10000u +
                        static_cast<unsigned>(was.month()) * 100u + static_cast<unsigned>(was.day());
    return patterns.dates.contains({tag, std::to_string(packed)});
}

}  // namespace gantry::anonymizer::leak
