#include <algorithm>
#include <charconv>

#include "images/frame_view.hpp"

namespace gantry::agent {
namespace {

int numberIn(const Facts& facts, std::string_view name, int fallback) {
    const auto found = facts.find(name);
    if (found == facts.end()) return fallback;
    int number = fallback;
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), number);
    return number;
}

}  // namespace

Result<std::vector<ViewedSeries>> seriesToView(Database& db, StudyId study) {
    GANTRY_TRY(studyById(db, study));
    auto select = GANTRY_TRY(
        db.prepare("SELECT s.id, s.series_instance_uid, s.facts_base, i.id, i.facts_delta FROM instance i "
                   "JOIN series s ON s.id = i.series_id WHERE i.study_id = ? AND i.conflict_of IS NULL "
                   "ORDER BY s.id, i.id"));
    select.bind(study);
    std::vector<ViewedSeries> out;
    std::vector<std::pair<int, ViewedInstance>> ordered;
    const auto close = [&] {
        std::ranges::stable_sort(ordered, {}, [](const auto& one) { return one.first; });
        for (const auto& [number, instance] : ordered) out.back().instances.push_back(instance);
        ordered.clear();
    };
    std::int64_t current = -1;
    Facts base;
    while (GANTRY_TRY(select.step())) {
        if (select.integer(0) != current) {
            if (!out.empty()) close();
            current = select.integer(0);
            base = GANTRY_TRY(decodeFactsDelta({}, select.text(2)));
            out.push_back({select.text(1), {}});
        }
        const auto facts = GANTRY_TRY(decodeFactsDelta(base, select.text(4)));
        const auto frames = std::max(numberIn(facts, "NumberOfFrames", 1), 1);
        ordered.push_back({numberIn(facts, "InstanceNumber", 0), {select.integer(3), frames}});
    }
    if (!out.empty()) close();
    return out;
}

Result<OutgoingInstance> instanceToView(Database& db, StudyId study, std::int64_t instance) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT i.id, g.name, i.segment_id, i.byte_offset, i.byte_length, i.meta_bytes FROM instance i "
        "JOIN segment g ON g.id = i.segment_id JOIN study s ON s.id = i.study_id "
        "WHERE i.id = ? AND i.study_id = ? AND s.state <> 'purged'"));
    select.bind(instance).bind(study);
    if (!GANTRY_TRY(select.step())) return fail(Errc::NotFound, "there is no such image here any more");
    const auto size = [&](int column) { return static_cast<std::uint64_t>(select.integer(column)); };
    return OutgoingInstance{select.integer(0), select.text(1), {select.integer(2), size(3), size(4), size(5)}, ""};
}

}  // namespace gantry::agent
