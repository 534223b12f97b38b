#pragma once
/// Runs a function over untrusted bytes in a child process of its own, so that a parser's fault, its hunger
/// for memory or time stays there.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace gantry::anonymizer {

struct ApartLimits {
    std::uint64_t memory_bytes = 1u << 30;  ///< beyond what this process has mapped
    std::chrono::seconds cpu{30};
    std::chrono::seconds wall{60};
    std::size_t answer_bytes = 64u << 20;
};

/// What `work` returned in the child; nullopt when it returned nullopt, threw, crashed, or met a limit. The
/// child has no open file but the way back, and writes nothing anywhere.
std::optional<std::string> runApart(const std::function<std::optional<std::string>()>& work,
                                    const ApartLimits& limits = {});

}  // namespace gantry::anonymizer
