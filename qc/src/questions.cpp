#include "questions.hpp"

#include <algorithm>

#include "moments.hpp"

namespace gantry::qc {

namespace {

bool asksContrastTime(const CheckName& check) {
    const auto& inputs = check.inputs;
    return std::ranges::find(inputs, "ContrastBolusStartTime") != inputs.end() &&
           check.name != "derived.study_duration";
}

const ConsoleAnswer* answerTo(const JudgeContext& context, const std::string& id) {
    const auto found = std::ranges::find(context.answers, id, &ConsoleAnswer::question_id);
    return found == context.answers.end() || found->value.empty() ? nullptr : &*found;
}

std::string capitalised(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

/// A question about one check, by what kind of value it has.
Question aboutCheck(std::string id, const CheckName& check, Operator op) {
    Question question{std::move(id), capitalised(check.label), "text", "", {}, "if_not_in_header", "", ""};
    if (check.kind == Kind::Flag || op == Operator::Present || op == Operator::Absent) {
        question.type = "yes_no";
        question.ask += "?";
    } else if (check.kind == Kind::Number) {
        question.type = "number";
        if (check.native) question.unit = check.native->symbol;
    }
    return question;
}

const Condition* consoleCondition(const Rule& rule) {
    for (const Condition& condition : rule.conditions)
        if (condition.check.origin == Origin::Console) return &condition;
    return nullptr;
}

/// The pack's own words when it declares the question, else words made from the name.
Question declared(const PackData& pack, const Condition& condition) {
    const std::string id = condition.check.name.substr(8);
    const auto found = std::ranges::find(pack.questions, id, &Question::id);
    if (found != pack.questions.end()) return *found;
    Question question = aboutCheck(id, condition.check, condition.op);
    const auto& items = condition.value.items;
    const bool flag = std::ranges::all_of(
        items, [](const Scalar& item) { return item.text == "true" || item.text == "false"; });
    if (flag && !items.empty()) question.type = "yes_no";
    return question;
}

}  // namespace

std::optional<Question> questionOf(const Rule& rule, const PackData& pack) {
    if (const Condition* console = consoleCondition(rule)) return declared(pack, *console);
    if (rule.missing != Missing::Ask || rule.conditions.empty()) return std::nullopt;
    const Condition& first = rule.conditions.front();
    if (asksContrastTime(first.check))
        return Question{std::string(kContrastTimeQuestion),
                        "When was contrast injected?",
                        "time",
                        "",
                        {},
                        "if_not_in_header",
                        "",
                        ""};
    return aboutCheck("ask." + rule.id, first.check, first.op);
}

Given answersFor(const Rule& rule, const Scope& scope) {
    Given given;
    const auto question = questionOf(rule, scope.pack);
    if (!question || !question->id.starts_with("ask.")) return given;
    if (const auto* answer = answerTo(scope.context, question->id))
        given[rule.conditions.front().check.name] = {answer->value};
    return given;
}

std::vector<Question> questionsOf(const PackData& pack, const JudgeContext& context,
                                  const std::vector<Judged>& judged) {
    std::vector<Question> questions = pack.questions;
    for (const Judged& one : judged) {
        if (!one.question) continue;
        const bool open = one.finding.result == RuleResult::CannotTell;
        const bool known = std::ranges::find(questions, one.question->id, &Question::id) != questions.end();
        if (!known && (open || answerTo(context, one.question->id))) questions.push_back(*one.question);
    }
    for (Question& question : questions)
        if (const auto* answer = answerTo(context, question.id)) {
            question.answer = answer->value;
            question.answered_by = answer->who;
        }
    return questions;
}

std::vector<Judged> judgeUnanswered(const PackData& pack, const JudgeContext& context) {
    std::vector<Judged> found;
    for (const Question& question : pack.questions) {
        const bool wanted = question.needed == "before_release" || question.needed == "always";
        if (!wanted || answerTo(context, question.id)) continue;
        Judged one;
        one.finding.rule_id = "ask." + question.id;
        one.finding.label = question.ask;
        one.finding.expected = "an answer";
        one.finding.found = "nobody has answered yet";
        one.finding.result = RuleResult::CannotTell;
        one.finding.severity = Severity::Query;
        one.finding.repair = Repair::Enter;
        one.finding.question = question.id;
        one.finding.why = "The images do not say it, and the trial needs it.";
        one.finding.advice = "Answer the question \"" + question.ask + "\".";
        one.clause = "\"" + question.ask + "\" is not answered";
        found.push_back(std::move(one));
    }
    return found;
}

}  // namespace gantry::qc
