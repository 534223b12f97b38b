/// Every call of the API, and who may make it. docs/formats/api-roles.md says the same to people; a test compares.
#include <charconv>

#include "web/route_match.hpp"
#include "web/web_app.hpp"

namespace gantry::agent {
namespace {

constexpr Roles kIt = static_cast<Roles>(Role::SiteIt);
constexpr Roles kItAndAuditor = Role::SiteIt | Role::Auditor;
constexpr Roles kClinic = Role::Technologist | Role::Investigator;
constexpr Roles kClinicAndIt = kClinic | Role::SiteIt;
constexpr Roles kRecords = Role::Investigator | Role::Auditor | Role::SiteIt;

std::string pathPart(std::string_view path, std::size_t& from) {
    const auto end = path.find('/', from);
    auto part = std::string(path.substr(from, end == std::string_view::npos ? end : end - from));
    from = end == std::string_view::npos ? path.size() + 1 : end + 1;
    return part;
}

}  // namespace

bool matches(std::string_view pattern, std::string_view path, std::vector<std::int64_t>& numbers) {
    numbers.clear();
    std::size_t p = 1;
    std::size_t q = 1;
    while (p <= pattern.size() && q <= path.size()) {
        const auto want = pathPart(pattern, p);
        const auto have = pathPart(path, q);
        if (want == "{id}") {
            std::int64_t number = 0;
            const auto [end, ec] = std::from_chars(have.data(), have.data() + have.size(), number);
            if (ec != std::errc() || end != have.data() + have.size()) return false;
            numbers.push_back(number);
        } else if (want.starts_with('{') ? have.empty() : want != have) {
            return false;
        }
    }
    return p > pattern.size() && q > path.size();
}

const std::vector<WebApp::Route>& WebApp::routes() {
    static const std::vector<Route> kRoutes = {
        {"GET", "/api/v1/session", kEverybody, &WebApp::sessionShow, "who is signed in, and what is to be done first", Door::Everybody},
        {"POST", "/api/v1/session", kEverybody, &WebApp::signIn, "sign in", Door::Everybody},
        {"POST", "/api/v1/setup", kEverybody, &WebApp::setUp, "make the first account, with the one-time code", Door::Everybody},
        {"POST", "/api/v1/session/end", kEverybody, &WebApp::signOut, "sign out", Door::Session},
        {"POST", "/api/v1/session/unlock", kEverybody, &WebApp::unlockSession, "unlock with the PIN, or the password", Door::Session},
        {"POST", "/api/v1/session/lock", kEverybody, &WebApp::lockSession, "lock the page", Door::Account},
        {"POST", "/api/v1/session/alive", kEverybody, &WebApp::stayAwake, "somebody is at the page", Door::Account},
        {"POST", "/api/v1/account/password", kEverybody, &WebApp::changePassword, "change the own password", Door::Account},
        {"POST", "/api/v1/account/pin", kEverybody, &WebApp::setPin, "set or remove the own PIN"},
        {"POST", "/api/v1/account/codes/start", kEverybody, &WebApp::startCodes, "begin with one-time codes of an app"},
        {"POST", "/api/v1/account/codes/confirm", kEverybody, &WebApp::confirmCodes, "ask for one-time codes from now on"},
        {"POST", "/api/v1/account/codes/drop", kEverybody, &WebApp::dropCodes, "ask for them no more"},
        {"GET", "/api/v1/people", kItAndAuditor, &WebApp::peopleList, "accounts"},
        {"POST", "/api/v1/people", kIt, &WebApp::personAdd, "add a person"},
        {"POST", "/api/v1/people/{id}/role", kIt, &WebApp::personRole, "change a role"},
        {"POST", "/api/v1/people/{id}/left", kIt, &WebApp::personLeft, "a person left, or is back"},
        {"POST", "/api/v1/people/{id}/password", kIt, &WebApp::personPassword, "a new password that the person must change"},
        {"GET", "/api/v1/audit", kRecords, &WebApp::auditList, "the audit, newest first"},
        {"GET", "/api/v1/audit.csv", kRecords, &WebApp::auditCsv, "the same as CSV"},
        {"GET", "/api/v1/audit/check", kRecords, &WebApp::auditCheck, "walk the audit's chain"},
        {"GET", "/api/v1/system", kEverybody, &WebApp::systemShow, "disk, nodes, certificates, versions"},
        {"POST", "/api/v1/system/echo", kClinicAndIt, &WebApp::systemEcho, "ask a DICOM node whether it is there"},
        {"GET", "/api/v1/system/log", kItAndAuditor, &WebApp::systemLog, "the last lines of the log, as text"},
        {"GET", "/api/v1/openapi.json", kEverybody, &WebApp::openApi, "this description"},
        {"GET", "/api/v1/events", kEverybody, &WebApp::events, "server-sent events", Door::Session},
        {"GET", "/api/v1/studies/{id}/series/{uid}/thumbnail.png", kEverybody, &WebApp::picture, "the middle image of a series"},
        {"GET", "/api/v1/studies/{id}/series/{uid}/pictures/{check}", kEverybody, &WebApp::picture, "where a check found trouble"},
        {"GET", "/api/v1/studies/{id}/frames", kEverybody, &WebApp::frameList, "its series as frames that can be looked at"},
        {"GET", "/api/v1/studies/{id}/frames/{id}/{id}", kEverybody, &WebApp::frameShow, "one frame of an instance"},
        {"GET", "/api/v1/studies/{id}/pixels/{picture}", kEverybody, &WebApp::picture, "an image that was looked at for text"},
        {"GET", "/api/v1/phantoms/{id}/pictures/{picture}", kEverybody, &WebApp::phantomPicture, "what was measured, drawn"},
        {"GET", "/api/v1/phantoms/{id}/statement.html", kEverybody, &WebApp::phantomPage, "its statement as a page to print"},
        {"GET", "/api/v1/status", kEverybody, &WebApp::status, "the appliance at a glance"},
        {"GET", "/api/v1/studies", kEverybody, &WebApp::studies, "the board, newest change first"},
        {"GET", "/api/v1/studies/{id}", kEverybody, &WebApp::study, "one study"},
        {"GET", "/api/v1/studies/{id}/deid", kEverybody, &WebApp::deid, "what was taken out of its headers"},
        {"GET", "/api/v1/studies/{id}/pixels", kEverybody, &WebApp::pixels, "what was looked at for burnt-in text"},
        {"POST", "/api/v1/studies/{id}/pixels", kClinic, &WebApp::sayPixels, "say where a doubtful image shows text", Door::Open, "pixels"},
        {"POST", "/api/v1/studies/{id}/assign", kClinic, &WebApp::assign, "say whose scan it is", Door::Open, "assign"},
        {"POST", "/api/v1/studies/{id}/release", kClinic, &WebApp::release, "send a held study with its deviation", Door::Open, "release"},
        {"POST", "/api/v1/studies/{id}/judge-again", kClinic, &WebApp::judgeAgain, "judge a held study anew", Door::Open, "judge-again"},
        {"POST", "/api/v1/studies/{id}/answer", kClinic, &WebApp::answer, "answer a question of the pack", Door::Open, "answer"},
        {"POST", "/api/v1/studies/{id}/place", kClinic, &WebApp::place, "say which slot a series is", Door::Open, "place"},
        {"POST", "/api/v1/studies/{id}/waive", kClinic, &WebApp::waive, "let a failed check pass under a deviation", Door::Open, "waive"},
        {"POST", "/api/v1/studies/{id}/correct", kClinic, &WebApp::correct, "propose whose scan it really is"},
        {"GET", "/api/v1/corrections", kEverybody, &WebApp::correctionList, "corrections, open ones first"},
        {"POST", "/api/v1/corrections/{id}/confirm", kClinic, &WebApp::confirmCorrected, "carry out a correction that another person proposed", Door::Open, "confirm-correction"},
        {"POST", "/api/v1/corrections/{id}/reject", kClinic, &WebApp::rejectCorrected, "reject a correction"},
        {"GET", "/api/v1/crosswalk", kClinic, &WebApp::crosswalkList, "subjects that are linked with a patient, without the patient"},
        {"POST", "/api/v1/crosswalk/import", kClinicAndIt, &WebApp::crosswalkImport, "link subjects with patients from CSV"},
        {"POST", "/api/v1/crosswalk/export", kClinic, &WebApp::crosswalkExport, "all links of a trial with their patients"},
        {"POST", "/api/v1/crosswalk/{id}/show", kClinic, &WebApp::crosswalkShow, "one link with its patient"},
        {"GET", "/api/v1/visits", kEverybody, &WebApp::visits, "expected visits against received scans"},
        {"GET", "/api/v1/scanners", kEverybody, &WebApp::scannerList, "the scanners seen here"},
        {"POST", "/api/v1/scanners/{id}/qualify", kClinic, &WebApp::qualify, "qualify a scanner, or take it back"},
        {"POST", "/api/v1/scanners/{id}/phantom", kClinic, &WebApp::phantom, "say that a phantom scan passed"},
        {"GET", "/api/v1/phantoms", kEverybody, &WebApp::phantomList, "the ledger of phantoms"},
        {"GET", "/api/v1/phantoms/{id}", kEverybody, &WebApp::phantomShow, "one phantom scan"},
        {"GET", "/api/v1/phantoms/{id}/statement", kEverybody, &WebApp::phantomStatementShow, "its statement"},
        {"POST", "/api/v1/phantoms/{id}/say", kClinic, &WebApp::phantomSay, "say whether it is a phantom or a patient"},
        {"POST", "/api/v1/phantoms/{id}/confirm", kClinic, &WebApp::phantomConfirm, "a person's reading of the pictures"},
        {"POST", "/api/v1/phantoms/{id}/form", kClinic, &WebApp::phantomType, "what the site knows of a filling"},
        {"POST", "/api/v1/phantoms/{id}/sign", kClinic, &WebApp::phantomSign, "sign the statement", Door::Open, "phantom"},
        {"GET", "/api/v1/placements", kEverybody, &WebApp::placements, "choices that are remembered"},
        {"POST", "/api/v1/placements/{id}/forget", kClinic, &WebApp::forget, "forget one of them"},
        {"POST", "/api/v1/leaks/{id}/remove", kClinic, &WebApp::removeAttribute, "take an attribute out that the leak gate found"},
        {"POST", "/api/v1/leaks/{id}/withhold", kClinic, &WebApp::withholdObjects, "keep objects here that the leak gate found"},
        {"GET", "/api/v1/proposals", kEverybody, &WebApp::proposalList, "attributes that people removed"},
        {"POST", "/api/v1/parcels/make-again", kClinic, &WebApp::makeAgain, "make parcels again for the recipients of now"},
        {"GET", "/api/v1/outbox", kEverybody, &WebApp::outbox, "what goes to the sponsors"},
        {"POST", "/api/v1/outbox/pause", kClinicAndIt, &WebApp::pauseOutbox, "pause an object, a trial or everything"},
        {"POST", "/api/v1/outbox/resume", kClinicAndIt, &WebApp::resumeOutbox, "go on, or try at once"},
        {"POST", "/api/v1/outbox/order", kClinicAndIt, &WebApp::orderOutbox, "change the order"},
        {"POST", "/api/v1/outbox/cancel", kClinicAndIt, &WebApp::cancelOutbox, "send an object no further"},
        {"POST", "/api/v1/outbox/line", kClinicAndIt, &WebApp::limitLine, "bound the line"},
        {"GET", "/api/v1/transfers", kEverybody, &WebApp::transferList, "everything that went into the outbox"},
        {"GET", "/api/v1/transfers.csv", kEverybody, &WebApp::transferCsv, "the same as CSV"},
        {"GET", "/api/v1/refusals", kEverybody, &WebApp::refusalList, "objects that were refused, ignored, duplicate or in conflict"},
        {"POST", "/api/v1/refusals/{id}/acknowledge", kClinicAndIt, &WebApp::acknowledge, "take note of one of them"},
        {"GET", "/api/v1/inbox", kEverybody, &WebApp::inboxState, "trials by enrolment and what came for them"},
        {"POST", "/api/v1/inbox/pull", kClinicAndIt, &WebApp::inboxPull, "look into the inbox now"},
        {"GET", "/api/v1/packs", kEverybody, &WebApp::packList, "packs that came from sponsors"},
        {"POST", "/api/v1/packs/{id}/acknowledge", kClinic, &WebApp::packAcknowledge, "say that a pack was read"},
        {"GET", "/api/v1/queries", kEverybody, &WebApp::queryList, "questions of the central teams"},
        {"GET", "/api/v1/queries/{id}", kEverybody, &WebApp::queryShow, "one question"},
        {"POST", "/api/v1/queries/{id}/read", kClinic, &WebApp::queryRead, "nothing in it is new any more"},
        {"POST", "/api/v1/queries/{id}/answer", kClinic, &WebApp::queryAnswer, "answer it"},
        {"POST", "/api/v1/enrolments", kIt, &WebApp::enrol, "begin the enrolment of a trial"},
        {"GET", "/api/v1/enrolments/request", kIt, &WebApp::enrolmentRequest, "the request, to be sent by hand"},
        {"POST", "/api/v1/enrolments/answer", kIt, &WebApp::enrolmentAnswer, "the answer that came by hand"},
    };
    return kRoutes;
}

}  // namespace gantry::agent
