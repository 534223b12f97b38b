#include "images/pixel_looks.hpp"

#include <boost/json.hpp>
#include <charconv>

#include "images/images.hpp"

namespace gantry::agent {
namespace {

namespace json = boost::json;

std::string findingsText(const std::vector<PixelFinding>& findings) {
    json::array out;
    for (const auto& one : findings)
        out.push_back({{"x", one.box.x},
                       {"y", one.box.y},
                       {"width", one.box.width},
                       {"height", one.box.height},
                       {"kind", one.kind},
                       {"spared", one.spared}});
    return json::serialize(out);
}

std::vector<PixelFinding> findingsFrom(std::string_view text) {
    boost::system::error_code ec;
    const auto parsed = json::parse(text, ec);
    std::vector<PixelFinding> out;
    if (ec || !parsed.is_array()) return out;
    for (const auto& one : parsed.get_array()) {
        const auto number = [&](const char* name) { return one.at(name).to_number<int>(); };
        out.push_back({{number("x"), number("y"), number("width"), number("height")},
                       std::string(one.at("kind").as_string()),
                       std::string(one.at("spared").as_string())});
    }
    return out;
}

PixelOutcome outcomeFrom(std::string_view text) {
    for (const auto one : {PixelOutcome::Clean, PixelOutcome::Blanked, PixelOutcome::Doubtful})
        if (toString(one) == text) return one;
    return PixelOutcome::Cannot;
}

Result<PixelBox> boxFrom(std::string_view text) {
    PixelBox out;
    const auto* at = text.data();
    const auto* end = text.data() + text.size();
    for (auto* number : {&out.x, &out.y, &out.width, &out.height}) {
        const auto [next, ec] = std::from_chars(at, end, *number);
        const bool last = number == &out.height;
        if (ec != std::errc() || (last ? next != end : next == end || *next != ','))
            return fail(Errc::InvalidArgument, "a box is x,y,width,height in whole pixels");
        at = next + 1;
    }
    constexpr int kMost = 65535;
    if (out.x < 0 || out.y < 0 || out.width < 1 || out.height < 1 || out.x > kMost || out.y > kMost ||
        out.width > kMost || out.height > kMost)
        return fail(Errc::InvalidArgument, "a box lies outside of every image");
    return out;
}

}  // namespace

Result<std::vector<PixelBox>> parseBoxes(std::string_view text) {
    std::vector<PixelBox> out;
    while (!text.empty()) {
        const auto end = text.find(' ');
        if (end != 0) out.push_back(GANTRY_TRY(boxFrom(text.substr(0, end))));
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    return out;
}

std::string formatBoxes(const std::vector<PixelBox>& boxes) {
    std::string out;
    for (const auto& box : boxes) {
        if (!out.empty()) out += ' ';
        out += std::to_string(box.x) + "," + std::to_string(box.y) + "," + std::to_string(box.width) + "," +
               std::to_string(box.height);
    }
    return out;
}

Result<> storeLook(Database& db, StudyId study, InstanceId instance, const PixelAnswer& answer,
                   UnixMillis now) {
    auto insert = GANTRY_TRY(db.prepare(
        "INSERT INTO pixel_look (instance_id, study_id, outcome, reason, findings, frames, image_rows, "
        "image_columns, has_picture, looked_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (instance_id) DO UPDATE SET outcome = excluded.outcome, reason = excluded.reason, "
        "findings = excluded.findings, frames = excluded.frames, image_rows = excluded.image_rows, "
        "image_columns = excluded.image_columns, has_picture = excluded.has_picture, looked_at_ms = "
        "excluded.looked_at_ms"));
    insert.bind(instance).bind(study).bind(std::string(toString(answer.outcome))).bind(answer.reason);
    insert.bind(findingsText(answer.findings)).bind(answer.frames).bind(answer.rows).bind(answer.columns);
    return insert.bind(answer.has_picture).bind(now).run();
}

Result<std::vector<PixelLook>> looksOf(Database& db, StudyId study, int limit) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT l.instance_id, s.series_instance_uid, l.outcome, l.reason, l.findings, l.frames, "
        "l.image_rows, "
        "l.image_columns, l.has_picture, l.looked_at_ms FROM pixel_look l JOIN instance i ON i.id = "
        "l.instance_id "
        "JOIN series s ON s.id = i.series_id WHERE l.study_id = ? ORDER BY l.outcome = 'doubtful' DESC, "
        "l.outcome = 'cannot' DESC, l.outcome = 'blanked' DESC, l.instance_id LIMIT ?"));
    select.bind(study).bind(limit);
    std::vector<PixelLook> out;
    const auto number = [&](int column) { return static_cast<int>(select.integer(column)); };
    while (GANTRY_TRY(select.step()))
        out.push_back({select.integer(0), select.text(1), outcomeFrom(select.text(2)), select.text(3),
                       findingsFrom(select.text(4)), number(5), number(6), number(7), number(8) != 0,
                       select.integer(9)});
    return out;
}

Result<std::vector<PixelWord>> wordsAbout(Database& db, StudyId study) {
    auto select =
        GANTRY_TRY(db.prepare("SELECT instance_id, boxes, who, at_ms FROM pixel_word WHERE study_id = ?"));
    select.bind(study);
    std::vector<PixelWord> out;
    while (GANTRY_TRY(select.step())) {
        auto boxes = GANTRY_TRY(parseBoxes(select.text(1)));
        out.push_back({select.integer(0), std::move(boxes), select.text(2), select.integer(3)});
    }
    return out;
}

Result<> storeWord(Database& db, StudyId study, const PixelWord& word) {
    auto insert = GANTRY_TRY(db.prepare(
        "INSERT INTO pixel_word (instance_id, study_id, boxes, who, at_ms) VALUES (?, ?, ?, ?, ?) ON "
        "CONFLICT (instance_id) DO UPDATE SET boxes = excluded.boxes, who = excluded.who, at_ms = "
        "excluded.at_ms"));
    return insert.bind(word.instance)
        .bind(study)
        .bind(formatBoxes(word.boxes))
        .bind(word.who)
        .bind(word.at)
        .run();
}

Result<int> openDoubts(Database& db, StudyId study) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT count(*) FROM pixel_look l WHERE l.study_id = ? AND l.outcome = 'doubtful' AND NOT "
        "EXISTS (SELECT 1 FROM pixel_word w WHERE w.instance_id = l.instance_id)"));
    select.bind(study);
    GANTRY_TRY(select.step());
    return static_cast<int>(select.integer(0));
}

Result<bool> isHeldForPixels(Database& db, const StudyRow& study) {
    if (study.state != State::Held) return false;
    auto select = GANTRY_TRY(
        db.prepare("SELECT from_state FROM audit WHERE study_id = ? AND event = ? ORDER BY id DESC LIMIT 1"));
    select.bind(study.id).bind(std::string(toString(Event::Hold)));
    return GANTRY_TRY(select.step()) && select.text(0) == toString(State::Deidentifying);
}

std::filesystem::path pixelPicture(const std::filesystem::path& data_directory, StudyId study,
                                   InstanceId instance) {
    return pictureFolder(data_directory, study) / "pixels" / (std::to_string(instance) + ".png");
}

}  // namespace gantry::agent
