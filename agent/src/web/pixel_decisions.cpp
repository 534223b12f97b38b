#include "web/pixel_decisions.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

namespace gantry::agent {
namespace {

namespace json = boost::json;

json::object boxJson(const PixelBox& box) {
    return {{"x", box.x}, {"y", box.y}, {"width", box.width}, {"height", box.height}};
}

Result<PixelLook> lookAsked(Database& db, StudyId study, const std::string& instance) {
    InstanceId id = 0;
    const auto [end, ec] = std::from_chars(instance.data(), instance.data() + instance.size(), id);
    if (ec != std::errc() || end != instance.data() + instance.size())
        return fail(Errc::InvalidArgument, "'instance' must be the number of an image");
    const auto looks = GANTRY_TRY(looksOf(db, study, 100'000));
    const auto found = std::ranges::find(looks, id, &PixelLook::instance);
    if (found == looks.end()) return fail(Errc::NotFound, "this image was not looked at for text");
    return *found;
}

Result<std::vector<PixelBox>> boxesWithin(const std::string& text, const PixelLook& look) {
    auto boxes = GANTRY_TRY(parseBoxes(text == "none" ? "" : text));
    for (const auto& box : boxes)
        if (look.columns > 0 && (box.x >= look.columns || box.y >= look.rows))
            return fail(Errc::InvalidArgument, "a box lies outside of the image");
    return boxes;
}

}  // namespace

json::array looksJson(StudyId study, const std::vector<PixelLook>& looks,
                      const std::vector<PixelWord>& words) {
    json::array out;
    for (const auto& look : looks) {
        json::array boxes;
        for (const auto& finding : look.findings) {
            auto box = boxJson(finding.box);
            box["kind"] = finding.kind;
            box["spared"] = finding.spared;
            boxes.push_back(std::move(box));
        }
        json::object entry{{"instance", look.instance},
                           {"series_instance_uid", look.series_instance_uid},
                           {"outcome", toString(look.outcome)},
                           {"reason", look.reason},
                           {"frames", look.frames},
                           {"rows", look.rows},
                           {"columns", look.columns},
                           {"boxes", std::move(boxes)},
                           {"looked_at", look.looked_at},
                           {"picture", nullptr},
                           {"said", nullptr}};
        if (look.has_picture)
            entry["picture"] = "/api/v1/studies/" + std::to_string(study) + "/pixels/" +
                               std::to_string(look.instance) + ".png";
        const auto word = std::ranges::find(words, look.instance, &PixelWord::instance);
        if (word != words.end()) {
            json::array drawn;
            for (const auto& box : word->boxes) drawn.push_back(boxJson(box));
            entry["said"] = json::object{{"who", word->who}, {"at", word->at}, {"boxes", std::move(drawn)}};
        }
        out.push_back(std::move(entry));
    }
    return out;
}

Result<> sayWherePixelsShowText(Catalogue& catalogue, StudyId study, const DecisionInput& input,
                                UnixMillis now) {
    return catalogue.write([&](Database& db) -> Result<> {
        const auto row = GANTRY_TRY(studyById(db, study));
        if (row.state != State::Held)
            return fail(Errc::Conflict,
                        "the study is " + std::string(toString(row.state)) + "; this cannot be decided now");
        const auto look = GANTRY_TRY(lookAsked(db, study, textOf(input, "instance")));
        const auto boxes = GANTRY_TRY(boxesWithin(textOf(input, "boxes"), look));
        const auto who = textOf(input, "who");
        GANTRY_CHECK(storeWord(db, study, {look.instance, boxes, who, now}));
        const auto detail = boxes.empty() ? std::string("an image shows no text")
                                          : std::to_string(boxes.size()) + " places of an image are blanked";
        const auto verdict = GANTRY_TRY(latestVerdict(db, study));
        GANTRY_CHECK(addDecision(db, study, {now, "pixels", who, "", detail, verdict ? verdict->number : 0,
                          textOf(input, "signature")}));
        // The study was cleared before; it goes on from there once nothing is open.
        const bool goes_on = GANTRY_TRY(isHeldForPixels(db, row));
        if (!goes_on || GANTRY_TRY(openDoubts(db, study)) > 0)
            return appendAudit(db, {study, who, "pixels-said", "", "", detail}, now);
        GANTRY_TRY(applyEvent(db, study, Event::Released, {who, detail, ""}, now));
        return {};
    });
}

}  // namespace gantry::agent
