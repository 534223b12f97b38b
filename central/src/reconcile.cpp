#include "reconcile.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace gantry::central {
namespace {

std::string standingOf(const ReconcileLine& line, const std::string& left, const std::string& today) {
    if (!line.received_day.empty() && line.withdrawn.empty()) return "received";
    const bool over = !line.to.empty() && line.to < today;
    // What was to come before the subject left is missing all the same.
    if (!left.empty() && left <= today && (line.to.empty() || line.to >= left)) return "left";
    if (over) return "missing";
    if (line.from.empty() && line.to.empty()) return "open";
    return !line.from.empty() && today < line.from ? "coming" : "due";
}

void fill(ReconcileLine& line, const DeliveredStudy& study) {
    line.received_day = study.received_day;
    line.verdict = study.verdict;
    line.withdrawn = study.withdrawn;
    line.late = !line.to.empty() && study.received_day > line.to;
}

/// What was delivered, and whether a line tells of it already.
class Deliveries {
public:
    explicit Deliveries(const std::vector<DeliveredStudy>& all) {
        for (const auto& study : all) waiting_[{study.site, study.subject, study.visit}].push_back(&study);
    }
    /// The first study of that visit that nobody told of; one that stands before one that was withdrawn.
    const DeliveredStudy* take(const ReconcileLine& line) {
        const auto found = waiting_.find({line.site, line.subject, line.visit});
        if (found == waiting_.end() || found->second.empty()) return nullptr;
        auto& studies = found->second;
        auto chosen = std::ranges::find_if(studies, [](const auto* study) { return study->withdrawn.empty(); });
        if (chosen == studies.end()) chosen = studies.begin();
        const auto* out = *chosen;
        studies.erase(chosen);
        return out;
    }
    template <class F>
    void rest(F&& tell) const {
        for (const auto& [visit, studies] : waiting_)
            for (const auto* study : studies) tell(*study);
    }

private:
    std::map<std::tuple<std::string, std::string, std::string>, std::vector<const DeliveredStudy*>> waiting_;
};

std::string field(std::string text) {
    if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
        text.insert(text.begin(), '\'');
    if (text.find_first_of("\",\r\n") == std::string::npos) return text;
    std::string out = "\"";
    for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
    return out + '"';
}

}  // namespace

std::vector<ReconcileLine> reconcile(const std::vector<ExpectedSubject>& expected,
                                     const std::vector<DeliveredStudy>& deliveries, const std::string& today) {
    std::vector<ReconcileLine> out;
    Deliveries delivered(deliveries);
    for (const auto& subject : expected) {
        for (const auto& visit : subject.visits) {
            ReconcileLine line;
            line.site = subject.site;
            line.subject = subject.subject;
            line.visit = visit.visit;
            line.from = visit.from;
            line.to = visit.to;
            if (const auto* study = delivered.take(line)) fill(line, *study);
            line.standing = standingOf(line, subject.left, today);
            out.push_back(std::move(line));
        }
    }
    delivered.rest([&](const DeliveredStudy& study) {
        ReconcileLine line;
        line.site = study.site;
        line.subject = study.subject;
        line.visit = study.visit;
        line.expected = false;
        fill(line, study);
        line.standing = study.withdrawn.empty() ? "unexpected" : "withdrawn";
        out.push_back(std::move(line));
    });
    return out;
}

std::string toCsv(const std::vector<ReconcileLine>& lines) {
    std::string out = "site,subject,visit,expected,from,to,received,verdict,late,withdrawn,standing\r\n";
    for (const auto& line : lines) {
        const char* yes_or_no[] = {"no", "yes"};
        for (const auto& text : {line.site, line.subject, line.visit, std::string(yes_or_no[line.expected]), line.from,
                                 line.to, line.received_day, line.verdict, std::string(yes_or_no[line.late]),
                                 line.withdrawn})
            out += field(text) + ",";
        out += field(line.standing) + "\r\n";
    }
    return out;
}

}  // namespace gantry::central
