#include "gantry/anonymizer/mapping.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "gantry/core/dicom.hpp"

namespace gantry::anonymizer {
namespace {

constexpr std::size_t kMinTrialKeyBytes = 32;
constexpr std::string_view kDerivationSalt = "gantry de-identification 1";

constexpr std::size_t kLongestUid = 64;   // PS3.5 9.1
constexpr std::size_t kLongestRoot = 38;  // leaves 25 digits: 83 bits

__extension__ using Uint128 = unsigned __int128;

/// RFC 9562 section 5.8: version 8, variant 10; the other 122 bits are the caller's.
Uint128 asUuid(const Digest& digest) {
    Uint128 number = 0;
    for (std::size_t i = 0; i < 16; ++i) {
        auto byte = std::to_integer<unsigned>(digest[i]);
        if (i == 6) byte = (byte & 0x0Fu) | 0x80u;
        if (i == 8) byte = (byte & 0x3Fu) | 0x80u;
        number = number << 8 | byte;
    }
    return number;
}

std::string decimal(Uint128 number) {
    std::string digits;
    do {
        digits.push_back(static_cast<char>('0' + static_cast<int>(number % 10)));
        number /= 10;
    } while (number != 0);
    std::ranges::reverse(digits);
    return digits;
}

bool allDigits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

int number(std::string_view digits) {
    int value = 0;
    for (const char c : digits) value = value * 10 + (c - '0');
    return value;
}

std::optional<std::chrono::sys_days> parseDate(std::string_view yyyymmdd) {
    if (yyyymmdd.size() != 8 || !allDigits(yyyymmdd)) return std::nullopt;
    const std::chrono::year_month_day date{
        std::chrono::year{number(yyyymmdd.substr(0, 4))},
        std::chrono::month{static_cast<unsigned>(number(yyyymmdd.substr(4, 2)))},
        std::chrono::day{static_cast<unsigned>(number(yyyymmdd.substr(6, 2)))}};
    constexpr std::chrono::year kFirst{1850};
    constexpr std::chrono::year kLast{2200};
    if (!date.ok() || date.year() < kFirst || date.year() > kLast) return std::nullopt;
    return std::chrono::sys_days{date};
}

std::string formatDate(std::chrono::sys_days days) {
    const std::chrono::year_month_day date{days};
    const auto packed = static_cast<unsigned>(static_cast<int>(date.year())) * 10000u +
                        static_cast<unsigned>(date.month()) * 100u + static_cast<unsigned>(date.day());
    return std::to_string(packed);
}

/// The part of a DT after the date: [HH[MM[SS[.F{1,6}]]]][&ZZXX], PS3.5 Table 6.2-1.
bool isTimeAndZone(std::string_view rest) {
    const auto zone_at = rest.find_first_of("+-");
    auto time = rest.substr(0, zone_at);
    if (zone_at != std::string_view::npos) {
        const auto zone = rest.substr(zone_at + 1);
        if (zone.size() != 4 || !allDigits(zone) || number(zone) > 1400 || number(zone) % 100 > 59)
            return false;
    }
    if (const auto point = time.find('.'); point != std::string_view::npos) {
        const auto fraction = time.substr(point + 1);
        if (point != 6 || fraction.size() > 6 || !allDigits(fraction)) return false;
        time = time.substr(0, point);
    }
    if (time.empty()) return true;
    if (time.size() > 6 || time.size() % 2 != 0 || !allDigits(time)) return false;
    constexpr std::array<int, 3> kLimits{23, 59, 60};  // 60: a leap second
    for (std::size_t i = 0; i < time.size(); i += 2)
        if (number(time.substr(i, 2)) > kLimits[i / 2]) return false;
    return true;
}

}  // namespace

Result<DeidKeys> DeidKeys::fromTrialKey(Bytes trial_key) {
    if (trial_key.size() < kMinTrialKeyBytes)
        return fail(Errc::InvalidArgument, "the trial key is shorter than 32 bytes");
    return DeidKeys{hkdfSha256(trial_key, asBytes(kDerivationSalt), "uid"),
                    hkdfSha256(trial_key, asBytes(kDerivationSalt), "date"),
                    hkdfSha256(trial_key, asBytes(kDerivationSalt), "proof")};
}

bool isWellKnownUid(std::string_view uid) {
    constexpr std::string_view kRoot = "1.2.840.10008.";
    constexpr std::size_t kLongest = 36;
    constexpr std::size_t kLongestComponent = 4;
    if (!uid.starts_with(kRoot) || uid.size() > kLongest || !dicom::isValidUid(uid)) return false;
    std::size_t run = 0;
    for (const char c : uid.substr(kRoot.size())) {
        run = c == '.' ? 0 : run + 1;
        if (run > kLongestComponent) return false;
    }
    return true;
}

std::string mapUid(const DeidKeys& keys, std::string_view uid, std::string_view root) {
    if (isWellKnownUid(uid)) return std::string(uid);
    auto digits = decimal(asUuid(hmacSha256(keys.uid_key, asBytes(uid))));
    const auto room = kLongestUid - std::min(root.size() + 1, kLongestUid);
    if (digits.size() > room) digits.erase(0, digits.size() - room);
    digits.erase(0,
                 std::min(digits.find_first_not_of('0'), digits.size() - 1));  // no leading zero, PS3.5 9.1
    return std::string(root) + "." + digits;
}

Result<> validateUidRoot(std::string_view root) {
    if (!dicom::isValidUid(root) || (std::string(root) + ".").starts_with("1.2.840.10008."))
        return fail(Errc::InvalidArgument, "the UID root is no UID, or it is DICOM's own");
    if (root.size() > kLongestRoot)
        return fail(Errc::InvalidArgument,
                    "the UID root has more than 38 characters: too few digits would be left");
    return {};
}

int dateOffsetDays(const DeidKeys& keys, std::string_view subject_id) {
    const auto digest = hmacSha256(keys.date_key, asBytes(subject_id));
    std::uint64_t drawn = 0;
    for (std::size_t i = 0; i < sizeof drawn; ++i)
        drawn = drawn << 8 | std::to_integer<std::uint64_t>(digest[i]);
    constexpr std::uint64_t kChoices = kMaxOffsetDays - kMinOffsetDays + 1;
    return kMinOffsetDays + static_cast<int>(drawn % kChoices);
}

std::optional<std::string> shiftDate(std::string_view da, int days_back) {
    std::string plain(da);
    if (plain.size() == 10 && plain[4] == '.' && plain[7] == '.') std::erase(plain, '.');
    const auto date = parseDate(plain);
    if (!date) return std::nullopt;
    return formatDate(*date - std::chrono::days{days_back});
}

std::optional<std::string> shiftDateTime(std::string_view dt, int days_back) {
    if (dt.size() < 8 || !isTimeAndZone(dt.substr(8))) return std::nullopt;
    const auto date = parseDate(dt.substr(0, 8));
    if (!date) return std::nullopt;
    return formatDate(*date - std::chrono::days{days_back}) + std::string(dt.substr(8));
}

}  // namespace gantry::anonymizer
