#pragma once
/// Choices that depend on a seed and a label alone, so that adding one never changes the others.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace gantry::scanner {

class Seeded {
public:
    explicit Seeded(std::uint64_t seed) : seed_(seed) {}
    std::uint64_t number(std::string_view label) const;
    int between(std::string_view label, int low, int high) const;  ///< both ends included
    std::string digits(std::string_view label, int count) const;
    std::string_view pick(std::string_view label, std::span<const std::string_view> choices) const;
    /// A UID of the form 2.25.<UUID as an integer>, PS3.5 B.2.
    std::string uid(std::string_view label) const;

private:
    std::uint64_t seed_;
};

}  // namespace gantry::scanner
