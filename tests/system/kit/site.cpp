#include "site.hpp"

#include "gantry/core/files.hpp"
#include "wait.hpp"

namespace gantry::test {

namespace {

constexpr auto kStartWithin = std::chrono::seconds(30);

std::string quoted(const std::string& text) {
    return boost::json::serialize(boost::json::string(text));
}

std::string rosterOf(const std::vector<RosterEntry>& entries) {
    std::string csv = "subject_id,patient_id,sex,visit_id,anchor:first_dose\n";
    for (const auto& entry : entries)
        csv += entry.subject + "," + entry.patient_id + "," + entry.sex + "," + entry.visit + "," +
               entry.first_dose + "\n";
    return csv;
}

std::string text(const boost::json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::int64_t number(const boost::json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_int64() ? value->as_int64() : 0;
}

const boost::json::array& list(const boost::json::object& object, std::string_view key) {
    static const boost::json::array empty;
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_array() ? value->as_array() : empty;
}

void addFinding(StudyView& study, const boost::json::object& finding) {
    const auto result = text(finding, "result");
    auto& worst = study.findings[text(finding, "rule")];
    if (worst.empty() || result == "fail" || (result == "cannot_tell" && worst == "pass")) worst = result;
}

StudyView viewOf(const boost::json::value& value) {
    StudyView study;
    if (!value.is_object()) return study;
    study.json = value.as_object();
    const auto& json = study.json;
    study.id = number(json, "id");
    study.state = text(json, "state");
    study.outcome = text(json, "outcome");
    study.card = text(json, "card");
    study.subject = text(json, "subject");
    study.study_instance_uid = text(json, "study_instance_uid");
    study.instances = number(json, "instances");
    study.verdict_number = number(json, "verdict_number");
    for (const auto& finding : list(json, "findings"))
        if (finding.is_object()) addFinding(study, finding.as_object());
    for (const auto& parcel : list(json, "parcels"))
        if (parcel.is_object() && text(parcel.as_object(), "state") == "confirmed")
            study.parcels.push_back(text(parcel.as_object(), "id"));
    return study;
}

/// The board is either the array itself or an object around it.
const boost::json::array& boardOf(const boost::json::value& value) {
    static const boost::json::array empty;
    if (value.is_array()) return value.as_array();
    return value.is_object() ? list(value.as_object(), "studies") : empty;
}

}  // namespace

Site::Site(SiteSetup setup, std::uint16_t dicom_port, std::uint16_t web_port)
    : setup_(std::move(setup)),
      dicom_port_(dicom_port),
      web_port_(web_port),
      api_("http://127.0.0.1:" + std::to_string(web_port)) {}

Result<Site> Site::prepare(const SiteSetup& setup, const Sponsor& sponsor) {
    Site site(setup, freePort(), freePort());
    GANTRY_CHECK(makeDirectory(setup.folder));
    GANTRY_CHECK(site.writeFiles(sponsor));
    return site;
}

Result<> Site::writeFiles(const Sponsor& sponsor) const {
    const auto& folder = setup_.folder;
    GANTRY_CHECK(writeFileDurably(folder / "roster.csv", asBytes(rosterOf(setup_.roster))));
    std::string further;
    for (const auto& line : setup_.trial_keys) further += "    " + line + "\n";
    const std::string config = "site: {id: " + quoted(setup_.site_id) + ", name: \"Test site\"}\n" +
                               "data_directory: data\n"
                               "disk: {reserve_mib: 64}\n"
                               "log: {level: info}\n"
                               "dicom:\n"
                               "  address: 127.0.0.1\n"
                               "  port: " +
                               std::to_string(dicom_port_) +
                               "\n"
                               "  allow: [{network: 127.0.0.1}]\n"
                               "completion: {after_release_ms: " +
                               std::to_string(setup_.after_release_ms) +
                               ", quiet_seconds: " + std::to_string(setup_.quiet_seconds) +
                               ", settle_seconds: " + std::to_string(setup_.settle_seconds) + "}\n" +
                               "web: {address: 127.0.0.1, port: " + std::to_string(web_port_) + "}\n" +
                               "uploads: {chunk_mib: 1, " +
                               setup_.uploads +
                               "}\n"
                               "trials:\n"
                               "  - id: " +
                               quoted(setup_.trial) +
                               "\n"
                               "    ae_title: GANTRY\n"
                               "    pack: " +
                               quoted(setup_.pack.string()) +
                               "\n"
                               "    roster: roster.csv\n"
                               "    key: trial.key\n"
                               "    recipients: [" +
                               quoted(sponsor.recipient()) +
                               "]\n"
                               "    receipt_keys: [" +
                               quoted(sponsor.receipt_key()) +
                               "]\n"
                               "    endpoint: " +
                               quoted(setup_.endpoint.empty() ? sponsor.endpoint() : setup_.endpoint) +
                               "\n"
                               "    inbox: " +
                               quoted(setup_.inbox.empty() ? sponsor.inbox() : setup_.inbox) +
                               "\n"
                               "    token: " +
                               quoted(sponsor.tokenFile().string()) + "\n" + further;
    return writeFileDurably(folder / "gantryd.yaml", asBytes(config));
}

Result<> Site::start() {
    Command command{
        "gantryd", {"--config", (setup_.folder / "gantryd.yaml").string()}, log(), setup_.environment};
    gantryd_ = GANTRY_TRY(Process::start(command));
    const auto ready = [this] {
        if (!gantryd_->running()) return true;
        const auto health = api_.get("/healthz");
        return health && health->status == 200 && listens(dicom_port_);
    };
    if (!waitUntil(ready, kStartWithin))
        return fail(Errc::Timeout, "waiting for gantryd; see " + log().string());
    if (!gantryd_->running())
        return fail(Errc::Internal, "gantryd ended at its start; see " + log().string());
    api_.authorise(GANTRY_TRY(consoleToken()));
    return {};
}

Result<std::string> Site::consoleToken() const {
    auto token = GANTRY_TRY(readFile(dataFolder() / "console.token"));
    while (!token.empty() && token.back() == '\n') token.pop_back();
    return token;
}

Result<std::string> Site::ctl(std::vector<std::string> arguments) {
    const auto output = setup_.folder / "gantryctl.out";
    std::error_code ignored;  // there is none before the first call
    std::filesystem::remove(output, ignored);
    arguments.insert(arguments.begin(), {"--url", pageUrl(), "--data-directory", dataFolder().string()});
    const auto code = GANTRY_TRY(runToEnd({"gantryctl", std::move(arguments), output, {}}));
    auto printed = GANTRY_TRY(readFile(output));
    if (code != 0) return fail(Errc::PeerRefused, printed);
    return printed;
}

scanner::Destination Site::destination(const std::string& calling) const {
    return {"GANTRY", calling, "127.0.0.1", dicom_port_, {}};
}

Result<std::vector<StudyView>> Site::studies() {
    const auto json = GANTRY_TRY(api_.getJson("/api/v1/studies?since=0&limit=1000"));
    std::vector<StudyView> views;
    for (const auto& entry : boardOf(json)) views.push_back(viewOf(entry));
    return views;
}

Result<StudyView> Site::study(std::int64_t id) {
    return viewOf(GANTRY_TRY(api_.getJson("/api/v1/studies/" + std::to_string(id))));
}

Result<StudyView> Site::studyOf(const std::string& study_instance_uid) {
    if (const auto known = known_ids_.find(study_instance_uid); known != known_ids_.end())
        return study(known->second);
    for (const auto& entry : GANTRY_TRY(studies())) {
        auto details = GANTRY_TRY(study(entry.id));
        known_ids_[details.study_instance_uid] = details.id;
        if (details.study_instance_uid == study_instance_uid) return details;
    }
    return fail(Errc::NotFound, "study " + study_instance_uid);
}

Result<StudyView> Site::waitForStudy(const std::string& study_instance_uid,
                                     const std::function<bool(const StudyView&)>& condition,
                                     std::chrono::seconds within) {
    std::optional<Result<StudyView>> last;
    bool stuck = false;  // only a person gets a study out of quarantine
    const bool reached = waitUntil(
        [&] {
            last = studyOf(study_instance_uid);
            stuck = *last && (*last)->state == "quarantined";
            return stuck || (*last && condition(**last));
        },
        within);
    if (reached && (!stuck || condition(**last))) return *std::move(*last);
    const auto where = *last ? boost::json::serialize((**last).json) : last->error().message();
    return fail(Errc::Timeout, "waiting for a study, which stands at " + where);
}

}  // namespace gantry::test
