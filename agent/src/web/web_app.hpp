#pragma once
/// The page and its API (docs/formats/api.md).

#include <boost/json/object.hpp>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "catalogue/board.hpp"
#include "catalogue/catalogue.hpp"
#include "gantry/core/http_server.hpp"
#include "inbox/site_inbox.hpp"
#include "receive/spool.hpp"
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
        std::function<std::uint64_t()> upload_rate;
        std::function<void()> decided;
        std::string access_code;     ///< "": no session is needed (loopback without a code)
        SiteInbox* inbox = nullptr;  ///< null: no trials by enrolment
    };
    explicit WebApp(Parts parts);

    http::Response handle(const http::Request& request) override;
    void studyChanged(StudyId study);
    /// Something came from a sponsor, or was tried to be got.
    void inboxChanged();

private:
    using Parameters = std::vector<std::int64_t>;
    using Action = Result<std::string> (WebApp::*)(const http::Request&, const Parameters&);
    struct Route {
        std::string_view method;
        std::string_view pattern;  ///< "{id}" stands for a number
        Action action;
    };
    static const std::vector<Route>& routes();

    http::Response api(const http::Request& request);
    http::Response asset(const http::Request& request);
    http::Response openSession(const http::Request& request);
    bool hostIsOurs(const http::Request& request) const;
    bool hasSession(const http::Request& request);

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
    Result<std::string> auditCheck(const http::Request&, const Parameters&);
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
    std::optional<http::Response> phantomFile(const http::Request& request);
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
    std::mutex sessions_mutex_;
    std::map<std::string, UnixMillis> sessions_;  // token to its end; guarded by sessions_mutex_
    int wrong_codes_ = 0;                         // guarded by sessions_mutex_
    UnixMillis locked_until_ = 0;                 // guarded by sessions_mutex_
};

}  // namespace gantry::agent
