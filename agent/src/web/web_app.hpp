#pragma once
/// The page and its API (docs/formats/api.md).

#include <boost/json/object.hpp>
#include <functional>
#include <string>
#include <variant>

#include "catalogue/board.hpp"
#include "catalogue/catalogue.hpp"
#include "gantry/core/http_server.hpp"
#include "inbox/site_inbox.hpp"
#include "people/people.hpp"
#include "receive/spool.hpp"
#include "web/caller.hpp"
#include "web/outbox_views.hpp"
#include "workflow/trials_in_force.hpp"

namespace gantry::agent {

class WebApp final : public http::Handler {
public:
    struct Parts {
        const Config& config;
        Catalogue& catalogue;
        const Spool& spool;
        const Clock& clock;
        const TrialsInForce& trials;
        std::uint16_t dicom_port;
        std::function<UploadsUnderWay()> uploads;
        std::function<void()> decided;
        People& people;
        std::string console_token;   ///< who shows it works at this machine: gantryctl
        SiteInbox* inbox = nullptr;  ///< null: no trials by enrolment
    };
    explicit WebApp(Parts parts);

    http::Response handle(const http::Request& request) override;
    void studyChanged(StudyId study);
    /// Something came from a sponsor, or was tried to be got.
    void inboxChanged();

private:
    using Parameters = std::vector<std::int64_t>;
    /// Answers JSON; `who` in the body is the person of the session.
    using Action = Result<std::string> (WebApp::*)(const http::Request&, const Parameters&);
    /// Answers anything; knows the caller.
    using CallerAction = Result<http::Response> (WebApp::*)(const http::Request&, const Parameters&, const Caller&);
    struct Route {
        std::string_view method;
        std::string_view pattern;  ///< "{id}" stands for a number, "{name}" for any one segment
        Roles roles;
        std::variant<Action, CallerAction> action;
        std::string_view what;           ///< for the description of the API
        Door door = Door::Open;
        std::string_view decision = "";  ///< what a pack may ask a signature for
    };
    static const std::vector<Route>& routes();

    http::Response asset(const http::Request& request);
    bool hostIsOurs(const http::Request& request) const;
    // web_app_doors.cpp
    http::Response api(const http::Request& request);
    Result<Caller> callerOf(const http::Request& request);
    std::optional<http::Response> refusal(const http::Request& request, const Route& route, const Caller& caller);
    http::Response answerOf(const Route& route, const http::Request& request, const Parameters& parameters,
                            const Caller& caller);
    Result<std::string> bodyBy(const Caller& caller, const Route& route, const http::Request& request,
                               const Parameters& parameters);
    Result<std::string> signatureMeaning(const Route& route, const Parameters& parameters);
    // web_app_people.cpp
    Result<http::Response> sessionShow(const http::Request&, const Parameters&, const Caller&);
    Result<http::Response> signIn(const http::Request&, const Parameters&, const Caller&);
    Result<http::Response> setUp(const http::Request&, const Parameters&, const Caller&);
    Result<http::Response> signOut(const http::Request&, const Parameters&, const Caller&);
    Result<http::Response> lockSession(const http::Request&, const Parameters&, const Caller&);
    Result<http::Response> unlockSession(const http::Request&, const Parameters&, const Caller&);
    Result<http::Response> stayAwake(const http::Request&, const Parameters&, const Caller&);
    Result<http::Response> changePassword(const http::Request&, const Parameters&, const Caller&);
    Result<http::Response> setPin(const http::Request&, const Parameters&, const Caller&);
    Result<http::Response> startCodes(const http::Request&, const Parameters&, const Caller&);
    Result<http::Response> confirmCodes(const http::Request&, const Parameters&, const Caller&);
    Result<http::Response> dropCodes(const http::Request&, const Parameters&, const Caller&);
    Result<std::string> peopleList(const http::Request&, const Parameters&);
    Result<std::string> personAdd(const http::Request&, const Parameters&);
    Result<std::string> personRole(const http::Request&, const Parameters&);
    Result<std::string> personLeft(const http::Request&, const Parameters&);
    Result<std::string> personPassword(const http::Request&, const Parameters&);
    Result<boost::json::object> waitingNumbers();
    Result<http::Response> sessionAnswer(const http::Request& request, const Session& session);
    // web_app_audit.cpp
    Result<std::string> auditCheck(const http::Request&, const Parameters&);
    Result<std::string> auditList(const http::Request&, const Parameters&);
    Result<std::string> auditCsv(const http::Request&, const Parameters&);
    Result<http::Response> openApi(const http::Request&, const Parameters&, const Caller&);
    // files and the event stream
    Result<http::Response> events(const http::Request&, const Parameters&, const Caller&);
    // web_app_system.cpp
    Result<std::string> systemShow(const http::Request&, const Parameters&);
    Result<std::string> systemEcho(const http::Request&, const Parameters&);
    Result<http::Response> systemLog(const http::Request&, const Parameters&, const Caller&);
    // web_app_viewer.cpp
    Result<std::string> frameList(const http::Request&, const Parameters&);
    Result<http::Response> frameShow(const http::Request&, const Parameters&, const Caller&);
    Result<http::Response> picture(const http::Request&, const Parameters&, const Caller&);

    Result<std::string> status(const http::Request&, const Parameters&);
    Result<std::string> studies(const http::Request&, const Parameters&);
    Result<std::string> study(const http::Request&, const Parameters&);
    Result<std::string> deid(const http::Request&, const Parameters&);
    Result<std::string> pixels(const http::Request&, const Parameters&);
    Result<std::string> sayPixels(const http::Request&, const Parameters&);
    Result<std::string> assign(const http::Request&, const Parameters&);
    Result<std::string> release(const http::Request&, const Parameters&);
    Result<std::string> judgeAgain(const http::Request&, const Parameters&);
    Result<std::string> refusalList(const http::Request&, const Parameters&);
    Result<std::string> acknowledge(const http::Request&, const Parameters&);
    // web_app_checks.cpp
    Result<std::string> answer(const http::Request&, const Parameters&);
    Result<std::string> place(const http::Request&, const Parameters&);
    Result<std::string> waive(const http::Request&, const Parameters&);
    Result<std::string> visits(const http::Request&, const Parameters&);
    Result<std::string> scannerList(const http::Request&, const Parameters&);
    Result<std::string> qualify(const http::Request&, const Parameters&);
    Result<std::string> phantom(const http::Request&, const Parameters&);
    Result<std::string> placements(const http::Request&, const Parameters&);
    Result<std::string> forget(const http::Request&, const Parameters&);
    // web_app_corrections.cpp
    Result<std::string> correct(const http::Request&, const Parameters&);
    Result<std::string> correctionList(const http::Request&, const Parameters&);
    Result<std::string> confirmCorrected(const http::Request&, const Parameters&);
    Result<std::string> rejectCorrected(const http::Request&, const Parameters&);
    Result<std::string> crosswalkList(const http::Request&, const Parameters&);
    Result<std::string> crosswalkShow(const http::Request&, const Parameters&);
    Result<std::string> crosswalkExport(const http::Request&, const Parameters&);
    Result<std::string> crosswalkImport(const http::Request&, const Parameters&);
    Result<Patient> patientOfLink(const LinkRow& link) const;
    // web_app_leaks.cpp
    Result<std::string> removeAttribute(const http::Request&, const Parameters&);
    Result<std::string> withholdObjects(const http::Request&, const Parameters&);
    Result<std::string> proposalList(const http::Request&, const Parameters&);
    Result<std::string> makeAgain(const http::Request&, const Parameters&);
    // web_app_inbox.cpp
    Result<std::string> inboxState(const http::Request&, const Parameters&);
    Result<std::string> inboxPull(const http::Request&, const Parameters&);
    Result<std::string> packList(const http::Request&, const Parameters&);
    Result<std::string> packAcknowledge(const http::Request&, const Parameters&);
    Result<std::string> queryList(const http::Request&, const Parameters&);
    Result<std::string> queryShow(const http::Request&, const Parameters&);
    Result<std::string> queryRead(const http::Request&, const Parameters&);
    Result<std::string> queryAnswer(const http::Request&, const Parameters&);
    Result<std::string> enrol(const http::Request&, const Parameters&);
    Result<std::string> enrolmentRequest(const http::Request&, const Parameters&);
    Result<std::string> enrolmentAnswer(const http::Request&, const Parameters&);
    Result<SiteInbox*> siteInbox() const;
    Result<boost::json::array> inboxProblems() const;
    Result<boost::json::object> queryCounts() const;
    // web_app_outbox.cpp
    Result<std::string> outbox(const http::Request&, const Parameters&);
    Result<std::string> pauseOutbox(const http::Request&, const Parameters&);
    Result<std::string> resumeOutbox(const http::Request&, const Parameters&);
    Result<std::string> orderOutbox(const http::Request&, const Parameters&);
    Result<std::string> cancelOutbox(const http::Request&, const Parameters&);
    Result<std::string> limitLine(const http::Request&, const Parameters&);
    Result<std::string> transferList(const http::Request&, const Parameters&);
    Result<std::string> transferCsv(const http::Request&, const Parameters&);
    Result<std::string> outboxNow();
    Result<std::string> outboxChanged();
    static Result<boost::json::array> openLeaks(Database& db, const StudyRow& study);

    // web_app_phantoms.cpp
    Result<http::Response> phantomPicture(const http::Request&, const Parameters&, const Caller&);
    Result<http::Response> phantomPage(const http::Request&, const Parameters&, const Caller&);
    Result<boost::json::object> statementOf(Database& db, StudyId study) const;
    Result<std::string> phantomStatementPage(StudyId study);
    Result<std::string> phantomList(const http::Request&, const Parameters&);
    Result<std::string> phantomShow(const http::Request&, const Parameters&);
    Result<std::string> phantomStatementShow(const http::Request&, const Parameters&);
    Result<std::string> phantomChanged(const http::Request&, const Parameters&);
    Result<std::string> phantomSay(const http::Request&, const Parameters&);
    Result<std::string> phantomConfirm(const http::Request&, const Parameters&);
    Result<std::string> phantomType(const http::Request&, const Parameters&);
    Result<std::string> phantomSign(const http::Request&, const Parameters&);

    Result<std::string> decided(const http::Request&, const Parameters&);
    Result<boost::json::object> checkParts(Database& db, const StudyRow& study) const;

    boost::json::object boardEntry(const BoardRow& row);

    Parts parts_;
    http::EventFeed feed_;
};

}  // namespace gantry::agent
