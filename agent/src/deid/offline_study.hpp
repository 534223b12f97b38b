#pragma once
/// One study of an offline run: the originals' identifying values, the engine, the gate, the final names.

#include <atomic>
#include <span>

#include "deid/offline_run.hpp"
#include "gantry/anonymizer/leak_gate.hpp"

namespace gantry::agent {

class OfflineStudy {
public:
    /// @param objects  of one study of one patient
    /// @param work     an empty folder on the file system of request.out
    OfflineStudy(const OfflineRequest& request, std::span<const FoundObject> objects,
                 SubjectOfPatient subject, std::filesystem::path work);
    /// What is wrong with an object holds the object; what is wrong with the machine ends the run.
    /// @errors Io, DiskFull, InvalidArgument
    Result<std::vector<ObjectOutcome>> run();

private:
    anonymizer::IdentifyingValues identifying();
    Result<> deidentifyAll(const anonymizer::LeakGate& gate);
    Result<> deidentifyGroup(std::size_t first, std::size_t end, const anonymizer::LeakGate& gate);
    /// Where the pack wants it, the gate also reads the pixels of what was looked at.
    Result<> readPictures(const std::vector<std::size_t>& places, const anonymizer::LeakGate& gate);
    Result<> deidentifyOne(std::size_t index, const anonymizer::DeidInput& input,
                           const anonymizer::LeakGate& gate);
    Result<> publish();
    Result<> drop(const std::vector<std::filesystem::path>& files);
    void hold(std::size_t index, std::string reason);
    std::filesystem::path made(std::size_t index) const { return work_ / std::to_string(index); }
    /// With burnt-in text blanked, on its way to the engine.
    std::filesystem::path cleaned(std::size_t index) const {
        return work_ / (std::to_string(index) + ".cleaned");
    }
    bool isSafe(std::size_t index) const {
        return outcomes_[index].report && outcomes_[index].reason.empty();
    }

    const OfflineRequest& request_;
    std::span<const FoundObject> objects_;
    anonymizer::SubjectIdentity subject_;
    std::filesystem::path work_;
    std::vector<ObjectOutcome> outcomes_;
    std::vector<char> ours_;  ///< outputs of ours for this subject; char: several threads write
    std::atomic<bool> leaking_{false};
};

}  // namespace gantry::agent
