#include "dcm_codes.hpp"

#include <algorithm>
#include <iterator>

namespace gantry::anonymizer {
namespace {

struct DcmCode {
    std::string_view value;
    std::string_view meaning;
};
constexpr DcmCode kCodes[] = {
#include "dcm_codes.inc"
};

}  // namespace

std::string_view meaningOfDcmCode(std::string_view value) {
    const auto* found = std::ranges::lower_bound(kCodes, value, {}, &DcmCode::value);
    return found != std::end(kCodes) && found->value == value ? found->meaning : std::string_view{};
}

}  // namespace gantry::anonymizer
