#include "leak_scanner.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <deque>

namespace gantry::anonymizer::leak {
namespace {

constexpr std::uint32_t kHasOutputs = 0x80000000;
constexpr std::uint32_t kNowhere = 0xFFFFFFFF;
constexpr std::size_t kBlock = 8u << 20;  // bytes scanned before their pages are released
constexpr std::size_t kWorthLanes = 16u << 10;

void releasePages(Bytes bytes) {
    const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    const auto begin = (reinterpret_cast<std::uintptr_t>(bytes.data()) + page - 1) / page * page;
    const auto end = reinterpret_cast<std::uintptr_t>(bytes.data() + bytes.size()) / page * page;
    if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

}  // namespace

Scanner::Scanner(const std::vector<Pattern>& patterns) {
    unsigned columns = 1;  // column 0: every byte that is in no pattern
    for (const auto& pattern : patterns) {
        lengths_.push_back(static_cast<std::uint32_t>(pattern.bytes.size()));
        longest_ = std::max(longest_, pattern.bytes.size());
        for (const char c : pattern.bytes)
            if (auto& column = classes_[static_cast<unsigned char>(c)]; column == 0)
                column = static_cast<std::uint8_t>(columns++);
    }
    for (unsigned c = 'A'; c <= 'Z'; ++c) classes_[c] = classes_[c - 'A' + 'a'];
    // A byte column holds up to 255 classes; patterns of bytes that all differ would need 230 at most.
    shift_ = static_cast<unsigned>(std::bit_width(columns - 1));
    const std::size_t width = std::size_t{1} << shift_;

    std::vector<std::vector<std::uint32_t>> outputs(1);
    std::vector<std::uint32_t> tree(width, kNowhere);
    for (std::uint32_t index = 0; index < patterns.size(); ++index) {
        std::uint32_t state = 0;
        for (const char c : patterns[index].bytes) {
            auto& to = tree[state * width + classes_[static_cast<unsigned char>(c)]];
            if (to == kNowhere) {
                to = static_cast<std::uint32_t>(outputs.size());
                state = to;
                outputs.emplace_back();
                tree.resize(tree.size() + width, kNowhere);
            } else {
                state = to;
            }
        }
        outputs[state].push_back(index);
    }

    // Breadth first: the state a failure leads to is complete before it is needed.
    std::vector<std::uint32_t> failure(outputs.size(), 0);
    std::deque<std::uint32_t> queue;
    for (std::size_t column = 0; column < width; ++column) {
        auto& to = tree[column];
        if (to == kNowhere)
            to = 0;
        else
            queue.push_back(to);
    }
    while (!queue.empty()) {
        const auto state = queue.front();
        queue.pop_front();
        const auto& inherited = outputs[failure[state]];
        outputs[state].insert(outputs[state].end(), inherited.begin(), inherited.end());
        for (std::size_t column = 0; column < width; ++column) {
            auto& to = tree[state * width + column];
            const auto fallback = tree[failure[state] * width + column];
            if (to == kNowhere) {
                to = fallback;
            } else {
                failure[to] = fallback;
                queue.push_back(to);
            }
        }
    }

    next_.resize(tree.size());
    for (std::size_t i = 0; i < tree.size(); ++i)
        next_[i] = tree[i] << shift_ | (outputs[tree[i]].empty() ? 0 : kHasOutputs);
    for (const auto& of_state : outputs) {
        output_begin_.push_back(static_cast<std::uint32_t>(outputs_.size()));
        outputs_.insert(outputs_.end(), of_state.begin(), of_state.end());
    }
    output_begin_.push_back(static_cast<std::uint32_t>(outputs_.size()));
}

void Scanner::scan(Bytes bytes, bool mapped, const Found& found) const {
    if (lengths_.empty()) return;
    for (std::size_t begin = 0; begin < bytes.size(); begin += kBlock) {
        const auto end = std::min(begin + kBlock, bytes.size());
        scanBlock(bytes, begin, end, found);
        if (mapped && bytes.size() > kBlock) releasePages(bytes.subspan(begin, end - begin));
    }
}

void Scanner::report(std::uint32_t state, std::size_t end, std::size_t first_begin, std::size_t last_begin,
                     const Found& found) const {
    const auto index = (state & ~kHasOutputs) >> shift_;
    for (auto i = output_begin_[index]; i < output_begin_[index + 1]; ++i) {
        const auto begin = end - lengths_[outputs_[i]];
        if (begin >= first_begin && begin < last_begin) found(outputs_[i], begin);
    }
}

/// Occurrences that begin in [begin, end). Several lanes run side by side, because each step of one waits for
/// memory.
void Scanner::scanBlock(Bytes bytes, std::size_t begin, std::size_t end, const Found& found) const {
    const std::size_t lanes = end - begin >= kWorthLanes ? kLanes : 1;
    const auto share = (end - begin) / lanes;
    std::array<std::size_t, kLanes + 1> starts{};
    for (std::size_t lane = 0; lane <= lanes; ++lane)
        starts[lane] = lane == lanes ? end : begin + lane * share;

    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    const auto* next = next_.data();
    std::array<std::uint32_t, kLanes> states{};
    if (lanes == kLanes) {
        for (std::size_t i = 0; i < share; ++i)
            for (std::size_t lane = 0; lane < kLanes; ++lane) {
                const auto at = starts[lane] + i;
                const auto state = next[(states[lane] & ~kHasOutputs) | classes_[data[at]]];
                states[lane] = state;
                if ((state & kHasOutputs) != 0) [[unlikely]]
                    report(state, at + 1, starts[lane], starts[lane + 1], found);
            }
    }
    // The rest of each lane, and what begins in it and ends behind it.
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        auto state = states[lane];
        const auto from = starts[lane] + (lanes == kLanes ? share : 0);
        const auto until = std::min(starts[lane + 1] + longest_ - 1, bytes.size());
        for (auto at = from; at < until; ++at) {
            state = next[(state & ~kHasOutputs) | classes_[data[at]]];
            if ((state & kHasOutputs) != 0) report(state, at + 1, starts[lane], starts[lane + 1], found);
        }
    }
}

}  // namespace gantry::anonymizer::leak
