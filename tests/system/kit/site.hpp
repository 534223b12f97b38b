#pragma once
/// A site on loopback: one trial, a roster, gantryd as a process, and its API.

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gantry/scanner/send.hpp"
#include "network.hpp"
#include "process.hpp"
#include "sponsor.hpp"

namespace gantry::test {

struct RosterEntry {
    std::string subject;
    std::string patient_id;
    std::string sex;
    std::string visit;
    std::string first_dose{};  ///< YYYYMMDD, the date that visits are counted from; may be empty
};

struct SiteSetup {
    std::filesystem::path folder;
    std::string site_id = "0417";
    std::string trial = "onc-demo";
    std::filesystem::path pack;  ///< as the site receives it
    std::vector<RosterEntry> roster;
    std::string endpoint = {};                 ///< "" for the sponsor's hub
    std::string inbox = {};                    ///< "" for the sponsor's
    std::string uploads = "retry_first_seconds: 1, retry_cap_seconds: 2";  ///< besides chunks of 1 MiB
    std::vector<std::string> trial_keys = {};  ///< further lines of the trial, "credentials: FILE"
    int after_release_ms = 200;
    int quiet_seconds = 3;
    int settle_seconds = 1;
    std::vector<std::pair<std::string, std::string>> environment;
};

/// A study as the API tells it; docs/formats/api.md.
struct StudyView {
    std::int64_t id = 0;
    std::string state;
    std::string outcome;
    std::string card;
    std::string subject;
    std::string study_instance_uid;  ///< only in details
    std::int64_t instances = 0;
    std::int64_t verdict_number = 0;
    std::map<std::string, std::string> findings;  ///< rule to the worst of its results; only in details
    std::vector<std::string> parcels;             ///< ids of confirmed parcels; only in details
    boost::json::object json;
};

class Site {
public:
    static Result<Site> prepare(const SiteSetup& setup, const Sponsor& sponsor);

    /// Starts gantryd and waits until its API and its DICOM port answer.
    Result<> start();
    void kill() { gantryd_.reset(); }
    bool running() { return gantryd_ && gantryd_->running(); }
    Process& process() { return *gantryd_; }

    scanner::Destination destination(const std::string& calling = "CT1") const;
    std::uint16_t dicomPort() const { return dicom_port_; }
    std::string pageUrl() const { return "http://127.0.0.1:" + std::to_string(web_port_); }
    /// Calls with the token of the console.
    HttpClient& api() { return api_; }
    Result<std::string> consoleToken() const;
    std::filesystem::path log() const { return setup_.folder / "gantryd.log"; }
    /// Runs gantryctl on this site. @return what it printed. @errors PeerRefused with that, when it failed
    Result<std::string> ctl(std::vector<std::string> arguments);
    std::filesystem::path dataFolder() const { return setup_.folder / "data"; }

    Result<std::vector<StudyView>> studies();
    Result<StudyView> study(std::int64_t id);
    /// The study with this UID as the scanner sent it, or NotFound.
    Result<StudyView> studyOf(const std::string& study_instance_uid);
    /// Waits until the study is there and `condition` holds for it.
    /// @errors Timeout, saying where the study stands
    Result<StudyView> waitForStudy(const std::string& study_instance_uid,
                                   const std::function<bool(const StudyView&)>& condition,
                                   std::chrono::seconds within);

private:
    Site(SiteSetup setup, std::uint16_t dicom_port, std::uint16_t web_port);
    Result<> writeFiles(const Sponsor& sponsor) const;

    SiteSetup setup_;
    std::uint16_t dicom_port_;
    std::uint16_t web_port_;
    HttpClient api_;
    std::map<std::string, std::int64_t> known_ids_;  // by Study Instance UID
    std::optional<Process> gantryd_;
};

}  // namespace gantry::test
