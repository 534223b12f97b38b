#include <algorithm>
#include <iterator>

#include "gantry/anonymizer/statement.hpp"
#include "sop_class_names.hpp"

namespace gantry::anonymizer {
namespace {

constexpr SopClassName kNames[] = {
#include "../data/sop_class_names.inc"
};
static_assert(std::ranges::is_sorted(kNames, {}, &SopClassName::uid));

}  // namespace

std::span<const SopClassName> sopClassNames() {
    return kNames;
}

std::string sopClassName(std::string_view uid) {
    const auto* found = std::ranges::lower_bound(kNames, uid, {}, &SopClassName::uid);
    return std::string(found != std::end(kNames) && found->uid == uid ? found->name : uid);
}

}  // namespace gantry::anonymizer
