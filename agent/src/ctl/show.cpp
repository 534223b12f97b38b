#include "ctl/show.hpp"

#include "ctl/api.hpp"

namespace gantry::ctl {

namespace json = boost::json;

namespace {

const json::array& rows(const json::value& value) {
    static const json::array none;
    return value.is_array() ? value.get_array() : none;
}

std::string orElse(const std::string& text, const char* instead) {
    return text.empty() ? instead : text;
}

/// "2026-01-28" for "20260128".
std::string dateOf(const json::value& value, std::string_view key) {
    auto day = text(value, key);
    return day.size() == 8 ? day.substr(0, 4) + '-' + day.substr(4, 2) + '-' + day.substr(6) : day;
}

void showQualification(std::ostream& out, const json::value& scanner) {
    const auto qualified = text(scanner, "qualified");
    if (qualified.empty()) out << "not qualified yet";
    if (qualified == "false") out << "not qualified, says " << text(scanner, "qualified_by");
    if (qualified == "true")
        out << "qualified " << dateOf(scanner, "qualified_on") << " by " << text(scanner, "qualified_by");
    if (const auto standard = text(scanner, "standard"); !standard.empty()) out << ", " << standard;
    out << '\n';
}

void showScanner(std::ostream& out, const json::value& scanner) {
    out << text(scanner, "id") << "  " << text(scanner, "label") << "  trial " << text(scanner, "trial")
        << "  last seen " << timeOf(scanner, "last_seen") << "\n  ";
    showQualification(out, scanner);
    for (const auto& watched : list(scanner, "watched")) {
        const auto then = text(watched, "at_qualification");
        out << "  " << text(watched, "label") << ": " << text(watched, "now");
        if (!then.empty() && then != text(watched, "now")) out << " (when qualified: " << then << ")";
        out << '\n';
    }
    for (const auto& phantom : list(scanner, "phantoms"))
        out << "  phantom " << text(phantom, "id") << " passed " << dateOf(phantom, "passed_on") << '\n';
    for (const auto& change : list(scanner, "changes"))
        out << "  changed " << timeOf(change, "at") << "  " << text(change, "name") << ": "
            << text(change, "before") << " -> " << text(change, "now") << '\n';
}

}  // namespace

void showStatus(std::ostream& out, const json::value& status) {
    std::string titles;
    for (const auto& title : list(status, "ae_titles"))
        titles += (titles.empty() ? "" : ", ") + std::string(title.as_string());
    out << "Site " << text(status, "site") << ", Gantry " << text(status, "version") << '\n'
        << "Scanners send to " << (titles.empty() ? "no trial yet" : titles) << " at " << text(status, "dicom_address") << '\n'
        << "Disk free: " << status.at("disk_free_bytes").to_number<std::uint64_t>() / (1u << 20) << " MiB\n";
    const auto& problems = list(status, "problems");
    for (const auto& problem : problems)
        out << "! " << text(problem, "what") << ' ' << text(problem, "meaning") << ' ' << text(problem, "do")
            << '\n';
    if (problems.empty()) out << "All well.\n";
}

void showStudies(std::ostream& out, const json::value& studies) {
    for (const auto& study : rows(studies))
        out << text(study, "id") << "  " << text(study, "state") << "  " << text(study, "card") << "  "
            << orElse(text(study, "subject"), "no subject") << "  " << text(study, "instances") << " images  "
            << text(study, "headline") << '\n';
}

void showRefusals(std::ostream& out, const json::value& refusals) {
    for (const auto& refusal : rows(refusals))
        out << text(refusal, "id") << "  " << timeOf(refusal, "at") << "  " << text(refusal, "kind") << " x"
            << text(refusal, "count") << "  " << text(refusal, "sentence") << ' ' << text(refusal, "do")
            << '\n';
}

void showVisits(std::ostream& out, const json::value& subjects) {
    for (const auto& subject : rows(subjects)) {
        out << text(subject, "subject") << '\n';
        for (const auto& visit : list(subject, "visits")) {
            out << "  " << text(visit, "state") << "  " << text(visit, "id") << ", " << text(visit, "label");
            if (!text(visit, "from").empty())
                out << "  " << dateOf(visit, "from") << " to " << dateOf(visit, "to");
            for (const auto& study : list(visit, "studies"))
                out << "  study " << text(study, "id") << " of " << dateOf(study, "study_date") << ": "
                    << text(study, "state");
            out << '\n';
        }
    }
}

void showScanners(std::ostream& out, const json::value& scanners) {
    for (const auto& scanner : rows(scanners)) showScanner(out, scanner);
    if (rows(scanners).empty()) out << "No scanner was seen yet.\n";
}

void showPlacements(std::ostream& out, const json::value& placements) {
    for (const auto& place : rows(placements))
        out << text(place, "id") << "  " << text(place, "key") << "  is " << text(place, "slot_label") << "  "
            << text(place, "who") << ", " << timeOf(place, "at") << "  trial " << text(place, "trial")
            << '\n';
    if (rows(placements).empty()) out << "No choice is remembered.\n";
}

}  // namespace gantry::ctl
