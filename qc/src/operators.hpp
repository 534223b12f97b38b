#pragma once
/// The closed list of operators: their names, what they are given, what they mean.

#include <span>
#include <string_view>

#include "pack_data.hpp"

namespace gantry::qc {

enum class Takes { Nothing, One, Several, Range, Text, Count };
std::string_view toString(Takes takes);  ///< "one value", "[low, high] or {min, max}"

struct OperatorInfo {
    std::string_view name;
    Operator op;
    Takes takes;
    std::string_view meaning;
};
std::span<const OperatorInfo> operatorTable();
const OperatorInfo& infoOf(Operator op);

}  // namespace gantry::qc
