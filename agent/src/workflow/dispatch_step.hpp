#pragma once
/// From cleared to a parcel in the outbox: de-identification, leak gate, manifest, encryption.

#include <filesystem>

#include "catalogue/leaks.hpp"
#include "catalogue/parcels.hpp"
#include "deid/deid_summary.hpp"
#include "gantry/anonymizer/leak_gate.hpp"
#include "gantry/uplink/parcel.hpp"
#include "images/pixel_cleaning.hpp"
#include "workflow/judge_step.hpp"

namespace gantry::agent {

inline constexpr std::string_view kOutboxFolder = "outbox";
inline constexpr std::string_view kWorkFolder = "work";
inline constexpr std::string_view kSoftware = "gantryd " GANTRY_VERSION;  ///< as parcels tell who made them

/// The UID by which the sponsor knows what has this one at the site: the engine's, by the same policy.
std::string uidForSponsor(const Trial& trial, const std::string& uid);
/// The Study Instance UID as it stands in what the sponsor gets.
std::string studyUidForSponsor(const Trial& trial, const StudyRow& study);

class DispatchStep {
public:
    /// Removes what a stop left half-made: work folders, and outbox files that no parcel names.
    static Result<DispatchStep> open(Workshop& shop, std::filesystem::path spool_folder);
    /// Makes the parcels of all cleared studies. @return true if one was made or moved
    bool run(const std::stop_token& stop);
    const std::filesystem::path& spoolFolder() const { return spool_folder_; }

private:
    struct Packed {
        std::vector<InstanceId> instances;
        std::vector<uplink::ParcelFile> files;
        std::vector<uplink::ManifestFile> entries;
        std::vector<std::pair<InstanceId, std::string>> withheld;  // with the sentence that says why
        std::vector<std::size_t> looked_at;  // of files: burnt-in text was looked for in their pixels
        DeidSummary deid;
        std::string study_instance_uid;  // the new one
    };
    DispatchStep(Workshop& shop, std::filesystem::path spool_folder)
        : shop_(shop), spool_folder_(std::move(spool_folder)) {}

    Result<> dispatch(const StudyRow& study, const std::stop_token& stop);
    void tellWhy(const StudyRow& study, const Error& error);
    Result<> nothingNew(const StudyRow& study);
    Result<bool> verdictIsDue(const StudyRow& study);
    Result<> sendVerdict(const StudyRow& study, const Trial& trial);
    Result<> putInOutbox(const StudyRow& study, const Trial& trial, const Packed& packed,
                         const std::optional<ParcelRow>& before, const anonymizer::LeakGate& gate);
    Result<anonymizer::IdentifyingValues> identifying(const StudyRow& study, const Trial& trial,
                                                      const anonymizer::DeidPolicy& policy,
                                                      const std::vector<OutgoingInstance>& instances);
    Result<anonymizer::DeidPolicy> policyFor(const StudyRow& study, const Trial& trial);
    Result<Packed> deidentifyAll(const StudyRow& study, const Trial& trial,
                                 const anonymizer::DeidPolicy& policy,
                                 const std::vector<OutgoingInstance>& instances,
                                 const std::vector<PixelAnswer>& looks, const std::filesystem::path& folder,
                                 const std::stop_token& stop);
    /// Everything the gate found, each place and kind once; empty when all may leave. @errors Stopped
    static Result<std::vector<LeakRow>> passGate(const anonymizer::LeakGate& gate, const Packed& packed,
                                                 const std::stop_token& stop);
    /// Adds what the gate finds in the pixels of what was looked at. @errors Stopped, Io, DiskFull
    static Result<> passPictures(const anonymizer::LeakGate& gate, const Packed& packed,
                                 const std::filesystem::path& folder, std::vector<LeakRow>& leaks,
                                 const std::stop_token& stop);
    /// Makes the images smaller that can be without loss. @errors Stopped, Io, DiskFull
    static Result<> compress(const StudyRow& study, const anonymizer::LeakGate& gate,
                             const std::filesystem::path& folder, Packed& packed,
                             const std::stop_token& stop);
    Result<> holdForLeaks(const StudyRow& study, const std::vector<LeakRow>& leaks);
    /// @param gate  what it finds in a text of the manifest stays here
    Result<uplink::ParcelManifest> manifest(const StudyRow& study, const Trial& trial, const Packed& packed,
                                            const std::optional<ParcelRow>& before,
                                            const anonymizer::LeakGate& gate);
    Result<> withhold(const StudyRow& study, const Packed& packed);
    /// A person has to look at pixels first.
    Result<> hold(const StudyRow& study, const std::string& reason);
    Result<> quarantine(const StudyRow& study, const std::string& reason);

    Workshop& shop_;
    std::filesystem::path spool_folder_;
    std::map<StudyId, UnixMillis> not_before_;  // studies whose last attempt failed for a passing reason
};

}  // namespace gantry::agent
