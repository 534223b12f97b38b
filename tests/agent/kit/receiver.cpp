#include "receiver.hpp"

#include "wait.hpp"

namespace gantry::test {

using namespace gantry::agent;

Receiver::Receiver(const std::function<void(Config&)>& adjust, std::uint64_t reserve_bytes)
    : box(reserve_bytes) {
    config.dicom.port = 0;
    config.dicom.timeout = std::chrono::seconds(2);
    config.dicom.allow = {{"", "127.0.0.1"}};
    for (const auto* title : {"GANTRY", "CARDIO"}) {
        TrialConfig trial;
        trial.id = title;
        trial.ae_title = title;
        config.trials.push_back(trial);
    }
    if (adjust) adjust(config);
    server = must(DicomServer::start({config, *box.catalogue, *box.intake, box.clock,
                                      [](StudyId, AssociationId) {}, [](AssociationId) {}}));
}

std::string Receiver::listed() {
    std::string out;
    for (const auto& one : columnOf(*box.catalogue, "SELECT kind || ':' || reason FROM refusal ORDER BY id"))
        out += (out.empty() ? "" : " ") + one;
    return out;
}

bool Receiver::waitForListed(const std::string& what) {
    return waitUntil([&] { return listed().find(what) != std::string::npos; }, std::chrono::seconds(15));
}

}  // namespace gantry::test
