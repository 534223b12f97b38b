#include "ctl/api.hpp"
#include "ctl/show.hpp"

namespace gantry::ctl {

namespace json = boost::json;

namespace {

std::string joined(const json::array& words) {
    std::string out;
    for (const auto& word : words) {
        if (!out.empty()) out += ", ";
        out += word.is_string() ? std::string(word.get_string()) : json::serialize(word);
    }
    return out;
}

/// Why a question cannot be left alone.
std::string_view whenNeeded(const std::string& needed) {
    if (needed == "before_release") return "answer it before anything is sent";
    if (needed == "always") return "answer it for every study";
    if (needed == "if_not_in_header") return "the images do not say it";
    return "if known";
}

void showQuestion(std::ostream& out, const json::value& question) {
    const auto answer = text(question, "answer");
    out << "  " << text(question, "id") << ": " << text(question, "ask");
    if (!answer.empty()) {
        out << " " << answer << ", says " << text(question, "answered_by") << '\n';
        return;
    }
    if (const auto unit = text(question, "unit"); !unit.empty()) out << " in " << unit;
    if (const auto& also = list(question, "also"); !also.empty()) out << " or " << joined(also);
    if (text(question, "type") == "yes_no") out << " true or false";
    if (text(question, "type") == "time") out << " HH:MM";
    out << "  (" << whenNeeded(text(question, "needed")) << ")\n";
}

std::string_view placedBy(const std::string& who) {
    if (who == "person") return "by a person";
    if (who == "memory") return "as remembered";
    return "by the pack";
}

void showOneSeries(std::ostream& out, const json::value& series) {
    const auto slot = text(series, "slot_id");
    const auto& candidates = list(series, "candidates");
    out << "  " << text(series, "modality") << "  " << text(series, "description") << ", "
        << text(series, "instances") << " images: ";
    if (!candidates.empty())
        out << "WHICH ONE IS IT? " << joined(candidates);
    else if (!slot.empty())
        out << slot << " (" << text(series, "slot_label") << "), " << placedBy(text(series, "placed_by"));
    else
        out << (text(series, "placed_by") == "person" ? "none of the trial's, by a person"
                                                      : "none of the trial's");
    if (text(series, "repeat") == "true") out << ", a repeat";
    out << "\n      " << text(series, "series_instance_uid") << '\n';
}

void showFinding(std::ostream& out, const json::value& finding) {
    out << "  " << text(finding, "result") << "  " << text(finding, "rule") << "  " << text(finding, "label")
        << ": expected " << text(finding, "expected") << ", found " << text(finding, "found");
    if (const auto waiver = text(finding, "waiver"); !waiver.empty()) out << ", waived under " << waiver;
    if (const auto question = text(finding, "question"); !question.empty())
        out << ", the answer to '" << question << "' would tell";
    out << '\n';
}

/// "What left: 12 images; 340 removed, 21 emptied, ..."
void showElements(std::ostream& out, const json::value& report) {
    out << "What left: " << text(report, "images") << " images";
    const auto* elements = report.as_object().if_contains("elements");
    const char* before = "; elements ";
    if (const auto* counts = elements ? elements->if_object() : nullptr)
        for (const auto& [done, count] : *counts) {
            if (json::serialize(count) == "0") continue;
            out << before << std::string_view(done) << ' ' << json::serialize(count);
            before = ", ";
        }
    if (const auto held = text(report, "withheld"); held != "0") out << "; " << held << " objects stay here";
    out << '\n';
}

/// What the gate found, without its value, and what can be done.
void showLeak(std::ostream& out, const json::value& leak) {
    out << "  " << text(leak, "id") << ": " << text(leak, "what") << " in " << text(leak, "place") << ", "
        << text(leak, "images") << " images of " << list(leak, "series").size() << " series";
    const auto settled = text(leak, "settled");
    if (settled == "removed")
        out << "; to be removed";
    else if (settled == "withheld")
        out << "; kept here";
    else
        out << (text(leak, "can_remove") == "true" ? "  (remove-attribute or withhold)" : "  (withhold)");
    out << '\n';
}

template <class Show>
void section(std::ostream& out, const char* title, const json::array& entries, Show show) {
    if (entries.empty()) return;
    out << title << '\n';
    for (const auto& entry : entries) show(out, entry);
}

}  // namespace

void showProposals(std::ostream& out, const json::value& proposals) {
    const auto* rows = proposals.if_array();
    if (rows == nullptr || rows->empty()) {
        out << "Nobody removed an attribute.\n";
        return;
    }
    for (const auto& row : *rows)
        out << text(row, "trial") << "  " << text(row, "attribute") << " " << text(row, "tag") << ": "
            << text(row, "kind") << ", " << text(row, "studies") << " studies. " << joined(list(row, "why"))
            << '\n';
}

void showStudy(std::ostream& out, const json::value& study) {
    out << text(study, "headline") << '\n' << text(study, "advice") << '\n';
    if (const auto waits = text(study, "waits"); !waits.empty()) out << waits << '\n';
    section(out, "The leak gate found", list(study, "leaks"), showLeak);
    section(out, "Questions", list(study, "questions"), showQuestion);
    section(out, "Series", list(study, "series"), showOneSeries);
    section(out, "The visit needs", list(study, "checklist"), [](std::ostream& to, const json::value& line) {
        to << "  " << text(line, "state") << "  " << text(line, "label") << ": " << text(line, "received")
           << " of " << text(line, "needed") << '\n';
    });
    section(out, "Findings", list(study, "findings"), showFinding);
    if (const auto unknown = text(study, "cannot_tell"); !unknown.empty() && unknown != "0")
        out << "  Rules that could not tell: " << unknown << '\n';
    if (const auto* deid = study.as_object().if_contains("deid"); deid && deid->is_object())
        showElements(out, *deid);
    section(out, "History", list(study, "timeline"), [](std::ostream& to, const json::value& event) {
        to << "  " << timeOf(event, "at") << "  " << text(event, "what") << "  " << text(event, "who")
           << '\n';
    });
}

void showWhatLeft(std::ostream& out, const json::value& reports) {
    if (reports.as_array().empty()) out << "Nothing of this study was made to leave yet.\n";
    for (const auto& report : reports.as_array()) {
        out << "Parcel " << text(report, "parcel") << ", " << timeOf(report, "made_at") << ", report sha256 "
            << text(report, "sha256") << '\n';
        showElements(out, report);
        for (const auto& line : list(report, "lines"))
            out << "  " << text(line, "where") << ": " << text(line, "done") << " (" << text(line, "count")
                << "): " << text(line, "reason") << '\n';
    }
}

void showPixels(std::ostream& out, const json::value& looks) {
    if (looks.as_array().empty()) out << "No image of this study was looked at for burnt-in text.\n";
    for (const auto& look : looks.as_array()) {
        out << "Image " << text(look, "instance") << ", " << text(look, "columns") << " x "
            << text(look, "rows") << ": " << text(look, "outcome");
        if (!text(look, "reason").empty()) out << ", " << text(look, "reason");
        out << '\n';
        for (const auto& box : list(look, "boxes"))
            out << "  " << text(box, "x") << ',' << text(box, "y") << ',' << text(box, "width") << ','
                << text(box, "height") << ' ' << text(box, "kind")
                << (text(box, "spared").empty() ? "" : ", stays: " + text(box, "spared")) << '\n';
        if (!look.at("said").is_null()) out << "  decided by " << text(look.at("said"), "who") << '\n';
    }
}

}  // namespace gantry::ctl
