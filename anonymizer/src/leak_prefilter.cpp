#include "leak_prefilter.hpp"

#include <bit>

#include "leak_text.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace gantry::anonymizer::leak {
namespace {

/// Patterns that begin alike share one of eight groups, so that each group lets few bytes pass.
unsigned groupOf(const std::string& pattern) {
    const auto isDigit = [&](std::size_t i) { return isAsciiDigit(pattern[i]); };
    if (pattern[1] == '\0') return isDigit(0) ? 0 : 1;  // UTF-16, low byte first
    if (pattern[0] == '\0') return 2;                   // UTF-16, high byte first
    if (static_cast<unsigned char>(pattern[0]) >= 0x80) return 3;
    if (isDigit(0)) return isDigit(1) ? 4 : 5;
    if (!isAsciiLetter(pattern[0])) return 5;
    return (pattern[0] | 0x20) < 'n' ? 6 : 7;
}

#if defined(__x86_64__)
/// One bit a place.
void put(std::size_t at, std::uint64_t some, Prefilter::Places& places) {
    for (; some != 0; some &= some - 1)
        places.push_back(static_cast<std::uint32_t>(at + static_cast<unsigned>(std::countr_zero(some))));
}
#endif

}  // namespace

void Prefilter::add(const std::string& pattern) {
    const auto group = static_cast<std::uint8_t>(1u << groupOf(pattern));
    for (std::size_t i = 0; i < kPrefix; ++i) {
        const auto byte = static_cast<unsigned char>(pattern[i]);
        const unsigned other = isAsciiLetter(pattern[i]) ? byte ^ 0x20u : byte;
        for (const unsigned b : {unsigned{byte}, other}) {
            low_[i][b & 15u] |= group;
            high_[i][b >> 4] |= group;
        }
    }
}

bool Prefilter::mayBegin(const unsigned char* at) const {
    unsigned groups = 0xFF;
    for (std::size_t i = 0; i < kPrefix; ++i) groups &= low_[i][at[i] & 15u] & unsigned{high_[i][at[i] >> 4]};
    return groups != 0;
}

#if defined(__x86_64__)

// The same steps in three widths: a shuffle looks up 16, 32 or 64 halves of bytes at once.

__attribute__((target("ssse3"))) std::size_t Prefilter::sixteens(const unsigned char* data, std::size_t begin,
                                                                 std::size_t end, Places& places) const {
    __m128i low[kPrefix];
    __m128i high[kPrefix];
    for (std::size_t i = 0; i < kPrefix; ++i) {
        low[i] = _mm_load_si128(reinterpret_cast<const __m128i*>(low_[i].data()));
        high[i] = _mm_load_si128(reinterpret_cast<const __m128i*>(high_[i].data()));
    }
    const auto half = _mm_set1_epi8(15);
    auto at = begin;
    for (; at + 16 <= end; at += 16) {
        auto groups = _mm_set1_epi8(-1);
        for (std::size_t i = 0; i < kPrefix; ++i) {
            const auto bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(data + at + i));
            const auto by_low = _mm_shuffle_epi8(low[i], _mm_and_si128(bytes, half));
            const auto by_high = _mm_shuffle_epi8(high[i], _mm_and_si128(_mm_srli_epi16(bytes, 4), half));
            groups = _mm_and_si128(groups, _mm_and_si128(by_low, by_high));
        }
        const auto none = _mm_cmpeq_epi8(groups, _mm_setzero_si128());
        put(at, ~static_cast<unsigned>(_mm_movemask_epi8(none)) & 0xFFFFu, places);
    }
    return at;
}

__attribute__((target("avx2"))) std::size_t Prefilter::thirtytwos(const unsigned char* data,
                                                                  std::size_t begin, std::size_t end,
                                                                  Places& places) const {
    __m256i low[kPrefix];
    __m256i high[kPrefix];
    for (std::size_t i = 0; i < kPrefix; ++i) {
        low[i] =
            _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(low_[i].data())));
        high[i] =
            _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(high_[i].data())));
    }
    const auto half = _mm256_set1_epi8(15);
    auto at = begin;
    for (; at + 32 <= end; at += 32) {
        auto groups = _mm256_set1_epi8(-1);
        for (std::size_t i = 0; i < kPrefix; ++i) {
            const auto bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(data + at + i));
            const auto by_low = _mm256_shuffle_epi8(low[i], _mm256_and_si256(bytes, half));
            const auto by_high =
                _mm256_shuffle_epi8(high[i], _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half));
            groups = _mm256_and_si256(groups, _mm256_and_si256(by_low, by_high));
        }
        const auto none = _mm256_cmpeq_epi8(groups, _mm256_setzero_si256());
        put(at, ~static_cast<unsigned>(_mm256_movemask_epi8(none)), places);
    }
    return at;
}

__attribute__((target("avx512f,avx512bw"))) std::size_t Prefilter::sixtyfours(const unsigned char* data,
                                                                              std::size_t begin,
                                                                              std::size_t end,
                                                                              Places& places) const {
    constexpr __mmask16 kAll = 0xFFFF;  // g++ 12 calls the variant without a mask uninitialized
    __m512i low[kPrefix];
    __m512i high[kPrefix];
    for (std::size_t i = 0; i < kPrefix; ++i) {
        low[i] = _mm512_maskz_broadcast_i32x4(
            kAll, _mm_load_si128(reinterpret_cast<const __m128i*>(low_[i].data())));
        high[i] = _mm512_maskz_broadcast_i32x4(
            kAll, _mm_load_si128(reinterpret_cast<const __m128i*>(high_[i].data())));
    }
    const auto half = _mm512_set1_epi8(15);
    auto at = begin;
    for (; at + 64 <= end; at += 64) {
        auto groups = _mm512_set1_epi8(-1);
        for (std::size_t i = 0; i < kPrefix; ++i) {
            const auto bytes = _mm512_loadu_si512(data + at + i);
            const auto by_low = _mm512_shuffle_epi8(low[i], _mm512_and_si512(bytes, half));
            const auto by_high =
                _mm512_shuffle_epi8(high[i], _mm512_and_si512(_mm512_srli_epi16(bytes, 4), half));
            groups = _mm512_and_si512(groups, _mm512_and_si512(by_low, by_high));
        }
        put(at, _mm512_test_epi8_mask(groups, groups), places);
    }
    return at;
}

#endif

void Prefilter::candidates(const unsigned char* data, std::size_t begin, std::size_t end, Places& places,
                           Use use) const {
    places.clear();
#if defined(__x86_64__)
    static const bool widest = __builtin_cpu_supports("avx512bw") != 0;
    static const bool wide = __builtin_cpu_supports("avx2") != 0;
    static const bool narrow = __builtin_cpu_supports("ssse3") != 0;
    if (use == Use::Fastest && widest) begin = sixtyfours(data, begin, end, places);
    if (use <= Use::Wide && wide) begin = thirtytwos(data, begin, end, places);
    if (use != Use::Portable && narrow) begin = sixteens(data, begin, end, places);
#else
    static_cast<void>(use);
#endif
    for (; begin < end; ++begin)
        if (mayBegin(data + begin)) places.push_back(static_cast<std::uint32_t>(begin));
}

}  // namespace gantry::anonymizer::leak
