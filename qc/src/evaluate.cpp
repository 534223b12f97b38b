#include "evaluate.hpp"

#include <algorithm>

#include "describe.hpp"
#include "limits.hpp"

namespace gantry::qc {

namespace {

bool oneOf(const Item& item, const std::vector<Scalar>& scalars, const Condition& condition,
           const Scope& scope) {
    return std::ranges::any_of(scalars, [&](const Scalar& s) { return equalTo(item, s, condition, scope); });
}

bool holdsValue(const std::vector<Item>& value, const Scalar& scalar, const Condition& condition,
                const Scope& scope) {
    return std::ranges::any_of(value,
                               [&](const Item& item) { return equalTo(item, scalar, condition, scope); });
}

bool inOrder(const std::vector<Item>& value, const std::vector<Scalar>& wanted, const Condition& condition,
             const Scope& scope) {
    std::size_t at = 0;
    for (const Item& item : value)
        if (at < wanted.size() && equalTo(item, wanted[at], condition, scope)) ++at;
    return at == wanted.size();
}

/// Whether one value (all its components) satisfies the condition.
bool satisfies(const std::vector<Item>& value, const Condition& condition, const Literal& literal,
               const Scope& scope) {
    const auto has = [&](const Scalar& scalar) { return holdsValue(value, scalar, condition, scope); };
    switch (condition.op) {
        case Operator::Equals:
        case Operator::In:
            if (condition.check.name == "derived.covers") return std::ranges::any_of(literal.items, has);
            return std::ranges::all_of(
                value, [&](const Item& i) { return oneOf(i, literal.items, condition, scope); });
        case Operator::Contains:
        case Operator::ContainsAll:
        case Operator::Superset:
            return std::ranges::all_of(literal.items, has);
        case Operator::ContainsAny:
            return std::ranges::any_of(literal.items, has);
        case Operator::ContainsNone:
            return std::ranges::none_of(literal.items, has);
        case Operator::CountAtLeast:
            return static_cast<double>(value.size()) >=
                   literal.items.front().quantity.value_or(Quantity{}).number;
        case Operator::Sequence:
            return inOrder(value, literal.items, condition, scope);
        case Operator::Matches:
            return std::ranges::any_of(value,
                                       [&](const Item& i) { return condition.pattern->foundIn(i.text); });
        default:
            break;
    }
    const auto limit = limitOf(condition, literal, scope);
    return limit && std::ranges::all_of(value, [&](const Item& item) {
               return item.number && *item.number >= limit->low && *item.number <= limit->high;
           });
}

Answer answerPresence(const Condition& condition, const Observation& seen, const Scope& scope) {
    const bool attribute = condition.check.origin == Origin::Attribute;
    // An attribute that cannot be read is there all the same; a measure that could not be made is not.
    bool present = !seen.values.empty() || (attribute && seen.partial);
    if (seen.denied) present = false;
    const bool sure = seen.denied || seen.none || attribute;
    const bool truncated =
        std::ranges::any_of(scope.series, [](const SeriesView* s) { return s->truncated; });
    if (!present && (truncated || scope.series.empty() || !sure))
        return {Tri::Unknown, seen.reason, false, true, {}};
    const bool holds = present == (condition.op == Operator::Present);
    return {holds ? Tri::Yes : Tri::No, present ? "given" : "not in the header", false, !present, {}};
}

Answer answerConstant(const Condition& condition, const Observation& seen, const Scope& scope) {
    if (seen.values.empty()) return {Tri::Unknown, seen.reason, false, true, {}};
    if (seen.values.size() > 1)
        return {Tri::No, describeFound(seen, condition, allOf(seen), scope), false, false, {}};
    if (seen.absent > 0 || seen.partial) return {Tri::Unknown, seen.reason, false, false, {}};
    return {Tri::Yes, "the same in all images", false, false, {}};
}

Answer answerSibling(const Condition& condition, const Observation& seen, const Scope& scope) {
    const auto found =
        scope.matched ? scope.matched->find(condition.sibling) : decltype(scope.matched->end()){};
    if (!scope.matched || found == scope.matched->end() || found->second.empty())
        return {Tri::Unknown, "the series to compare with is not there", false, false, {}};
    Scope other = scope;
    other.series = found->second;
    const Observation sibling = observe(other, condition.check);
    if (seen.values.empty() || sibling.values.empty() || seen.partial || sibling.partial)
        return {Tri::Unknown,
                seen.values.empty() || seen.partial ? seen.reason : sibling.reason,
                false,
                seen.values.empty(),
                {}};
    const bool same = std::ranges::all_of(seen.values, [&](const auto& value) {
        return std::ranges::any_of(sibling.values,
                                   [&](const auto& one) { return sameValue(value, one, condition, scope); });
    });
    if (same && seen.absent + sibling.absent > 0)
        return {Tri::Unknown, seen.absent > 0 ? seen.reason : sibling.reason, false, false, {}};
    return {same ? Tri::Yes : Tri::No, describeFound(seen, condition, allOf(seen), scope), false, false, {}};
}

bool contains(const std::vector<std::string>& list, const std::string& text) {
    return std::ranges::find(list, text) != list.end();
}

/// The subject of a study is what the caller assigned; a header may carry the hospital's number, but never
/// the number of another subject of the trial.
Answer answerSubject(const Observation& seen, const Scope& scope) {
    const auto& enrolled = scope.context.enrolled_subject_ids;
    if (enrolled.empty()) return {Tri::Unknown, "the list of enrolled subjects is empty", false, false, {}};
    const auto& enrolment = scope.context.enrolment;
    for (const auto& value : seen.values)
        if (enrolment && contains(enrolled, value.front().text) &&
            value.front().text != enrolment->subject_id)
            return {Tri::No, "that of another subject of this trial", false, false, {}};
    if (enrolment)
        return contains(enrolled, enrolment->subject_id)
                   ? Answer{Tri::Yes, "subject " + enrolment->subject_id, false, false, {}}
                   : Answer{Tri::No, "assigned to a subject who is not enrolled", false, false, {}};
    if (seen.values.empty() || seen.absent > 0) return {Tri::Unknown, seen.reason, false, true, {}};
    const bool all =
        std::ranges::all_of(seen.values, [&](const auto& v) { return contains(enrolled, v.front().text); });
    return all ? Answer{Tri::Yes, "an enrolled subject", false, false, {}}
               : Answer{Tri::No, "on no list of this trial", false, false, {}};
}

bool isBelow(const std::vector<Item>& value, const Condition& condition, const Literal& literal,
             const Scope& scope) {
    const auto limit = limitOf(condition, literal, scope);
    return limit &&
           std::ranges::any_of(value, [&](const Item& i) { return i.number && *i.number < limit->low; });
}

std::string absentMembers(const Observation& seen, const Condition& condition, const Literal& literal,
                          const Scope& scope) {
    std::string missing;
    for (const Scalar& wanted : literal.items) {
        const bool there = std::ranges::any_of(
            seen.values, [&](const auto& value) { return holdsValue(value, wanted, condition, scope); });
        if (!there) missing += (missing.empty() ? "" : ", ") + wanted.text;
    }
    return missing;
}

/// The items of a literal that names the context, such as the enrolled sex; nullopt when it is not known.
std::optional<Literal> fromContext(const Literal& literal, const Scope& scope, std::string& reason) {
    const Observation told = observe(scope, *literal.context);
    if (told.values.empty()) {
        reason = literal.context->label + " is not known";
        return std::nullopt;
    }
    Literal list;
    list.shape = Literal::Shape::List;
    for (const Item& item : told.values.front()) list.items.push_back(makeScalar(item.text));
    return list;
}

}  // namespace

Answer evaluate(const Condition& condition, const Scope& scope) {
    const Observation seen = observe(scope, condition.check);
    Literal literal = resolved(condition.value, scope);
    if (condition.op == Operator::Present || condition.op == Operator::Absent)
        return answerPresence(condition, seen, scope);
    if (condition.op == Operator::Constant) return answerConstant(condition, seen, scope);
    if (condition.op == Operator::SameAs) return answerSibling(condition, seen, scope);
    if (condition.reference != Reference::None) return answerReference(condition, seen, scope);
    if (literal.shape == Literal::Shape::Context) {
        const bool subjects =
            literal.context->told == Told::SubjectIds || literal.context->told == Told::SubjectId;
        if (subjects && condition.check.keyword == "PatientID") return answerSubject(seen, scope);
        std::string reason;
        auto told = fromContext(literal, scope, reason);
        if (!told) return {Tri::Unknown, reason, false, false, {}};
        literal = *std::move(told);
    }
    return compareAll(seen, condition, literal, scope);
}

Answer compareAll(const Observation& seen, const Condition& condition, const Literal& literal,
                  const Scope& scope) {
    if (seen.values.empty()) return {Tri::Unknown, seen.reason, false, true, {}};
    if (condition.op == Operator::Matches && !condition.pattern)
        return {Tri::Unknown, "no pattern", false, false, {}};
    std::vector<std::size_t> failing;
    Answer answer;
    for (std::size_t i = 0; i < seen.values.size(); ++i) {
        if (satisfies(seen.values[i], condition, literal, scope)) continue;
        failing.push_back(i);
        answer.too_low = answer.too_low || isBelow(seen.values[i], condition, literal, scope);
    }
    if (!failing.empty()) {
        answer.holds = Tri::No;
        answer.found = describeFound(seen, condition, failing, scope);
        if (condition.op == Operator::Superset)
            answer.missing = absentMembers(seen, condition, literal, scope);
    } else if (seen.absent > 0 || seen.partial) {
        answer.found = seen.reason;
    } else {
        answer.holds = Tri::Yes;
        answer.found = describeFound(seen, condition, allOf(seen), scope);
    }
    return answer;
}

}  // namespace gantry::qc
