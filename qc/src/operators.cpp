#include "operators.hpp"

#include <algorithm>

namespace gantry::qc {

namespace {

constexpr OperatorInfo kOperators[] = {
    {"equals", Operator::Equals, Takes::Several, "every value is one of them"},
    {"in", Operator::In, Takes::Several, "every value is one of them"},
    {"between", Operator::Between, Takes::Range, "every value lies in it, ends included"},
    {"at_most", Operator::AtMost, Takes::One, "no value is larger"},
    {"at_least", Operator::AtLeast, Takes::One, "no value is smaller"},
    {"within", Operator::Within, Takes::One, "no value is farther from it than `tol`"},
    {"matches", Operator::Matches, Takes::Text, "the expression is found in a component of every value"},
    {"contains", Operator::Contains, Takes::Several, "all are among the components"},
    {"contains_all", Operator::ContainsAll, Takes::Several, "all are among the components"},
    {"contains_any", Operator::ContainsAny, Takes::Several, "one is among the components"},
    {"contains_none", Operator::ContainsNone, Takes::Several, "none is among the components"},
    {"superset", Operator::Superset, Takes::Several, "all are among the components, numbers within `tol`"},
    {"count_at_least", Operator::CountAtLeast, Takes::Count, "there are so many components"},
    {"present", Operator::Present, Takes::Nothing, "a value is there in some image"},
    {"absent", Operator::Absent, Takes::Nothing, "a value is there in no image"},
    {"constant", Operator::Constant, Takes::Nothing, "all images have one value"},
    {"same", Operator::Same, Takes::Nothing, "the value of the earlier visit, within `tol`"},
    {"same_as", Operator::SameAs, Takes::Nothing, "the value of the slot that `slot` names, within `tol`"},
    {"ratio", Operator::Ratio, Takes::Range, "the value divided by that of the earlier visit lies in it"},
    {"change_at_most", Operator::ChangeAtMost, Takes::One,
     "the value differs from that of the earlier visit by no more; % is of the earlier value"},
    {"sequence", Operator::Sequence, Takes::Several, "the components hold them in this order"},
    {"bounds", Operator::Bounds, Takes::Range, "of phantom tests: each lies in its bounds"},
    {"ratio_to_baseline", Operator::RatioToBaseline, Takes::Range,
     "of phantom tests: the value divided by that of the baseline lies in it"}};

}  // namespace

std::string_view toString(Takes takes) {
    switch (takes) {
        case Takes::Nothing:
            return "nothing";
        case Takes::One:
            return "one value";
        case Takes::Several:
            return "one value or a list";
        case Takes::Range:
            return "[low, high] or {min, max}";
        case Takes::Text:
            return "a regular expression (RE2)";
        case Takes::Count:
            return "a count";
    }
    return {};
}

std::span<const OperatorInfo> operatorTable() {
    return kOperators;
}

const OperatorInfo& infoOf(Operator op) {
    return *std::ranges::find(kOperators, op, &OperatorInfo::op);
}

std::string_view toString(Operator op) {
    return infoOf(op).name;
}

std::optional<Operator> parseOperator(std::string_view text) {
    const auto* row = std::ranges::find(kOperators, text, &OperatorInfo::name);
    return row == std::end(kOperators) ? std::nullopt : std::optional(row->op);
}

}  // namespace gantry::qc
