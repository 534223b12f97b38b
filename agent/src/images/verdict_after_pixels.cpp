#include <algorithm>

#include "images/images.hpp"

namespace gantry::agent {
namespace {

bool reopenedByPixels(const std::string& last_event) {
    return last_event == toString(Event::PixelsMeasured);
}

Result<std::string> lastEvent(Database& db, StudyId study) {
    auto select =
        GANTRY_TRY(db.prepare("SELECT event FROM audit WHERE study_id = ? ORDER BY id DESC LIMIT 1"));
    select.bind(study);
    return GANTRY_TRY(select.step()) ? select.text(0) : std::string();
}

// What a person or a sponsor would see a difference in.
bool saysTheSame(const Verdict& a, const Verdict& b) {
    const auto same = [](const Finding& x, const Finding& y) {
        return x.rule_id == y.rule_id && x.slot_id == y.slot_id &&
               x.series_instance_uid == y.series_instance_uid && x.result == y.result &&
               x.severity == y.severity && x.expected == y.expected && x.found == y.found;
    };
    const auto place = [](const SeriesSummary& x, const SeriesSummary& y) {
        return x.series_instance_uid == y.series_instance_uid && x.slot_id == y.slot_id &&
               x.instances == y.instances;
    };
    return a.outcome == b.outcome && a.pack_id == b.pack_id && a.pack_version == b.pack_version &&
           a.headline == b.headline && a.advice == b.advice &&
           std::ranges::equal(a.findings, b.findings, same) && std::ranges::equal(a.series, b.series, place);
}

}  // namespace

Result<int> issueVerdict(Database& db, StudyId study, const Verdict& verdict, bool must_hold,
                         UnixMillis now) {
    if (reopenedByPixels(GANTRY_TRY(lastEvent(db, study)))) {
        const auto last = GANTRY_TRY(latestVerdict(db, study));
        if (last && last->must_hold == must_hold && saysTheSame(last->verdict, verdict)) return last->number;
    }
    return addVerdict(db, study, verdict, must_hold, now);
}

}  // namespace gantry::agent
