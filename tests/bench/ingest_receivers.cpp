#include "ingest_receivers.hpp"

#include "demo_pack.hpp"
#include "gantry/core/files.hpp"
#include "network.hpp"
#include "site.hpp"

namespace gantry::test {

namespace {

using scanner::Destination;

class Storescp final : public Receiver {
public:
    Storescp(std::string name, Destination destination, Process process)
        : name_(std::move(name)), destination_(std::move(destination)), process_(std::move(process)) {}
    std::string name() const override { return name_; }
    const Destination& destination() const override { return destination_; }
    Process& process() override { return process_; }

private:
    std::string name_;
    Destination destination_;
    Process process_;
};

/// One child an association, bytes written as its reader understood them: storescp's defaults besides --fork.
Result<std::unique_ptr<Receiver>> startStorescp(const std::string& name, const std::filesystem::path& folder,
                                                bool no_delay) {
    GANTRY_CHECK(makeDirectory(folder));
    const Destination destination{"PEER", "BENCH", "127.0.0.1", freePort(), {}};
    Command command{"storescp",
                    {"--fork", "-aet", "PEER", "-od", folder.string(), std::to_string(destination.port)},
                    {},
                    {}};
    if (no_delay) command.environment = {{"TCP_NODELAY", "1"}};
    auto process = GANTRY_TRY(Process::start(command));
    if (!waitForPort(destination.port)) return fail(Errc::Timeout, "waiting for storescp");
    return std::unique_ptr<Receiver>(std::make_unique<Storescp>(name, destination, std::move(process)));
}

/// Receives, gathers facts and judges; no sponsor answers, and what comes is of nobody in the trial.
class Gantryd final : public Receiver {
public:
    explicit Gantryd(Site site) : site_(std::move(site)), destination_(site_.destination("BENCH")) {}
    std::string name() const override { return "gantryd"; }
    const Destination& destination() const override { return destination_; }
    Process& process() override { return site_.process(); }

private:
    Site site_;
    Destination destination_;
};

Result<std::unique_ptr<Receiver>> startGantryd(const std::filesystem::path& folder) {
    const auto sponsor = GANTRY_TRY(Sponsor::prepare(folder / "sponsor", "0417"));
    SiteSetup setup;
    setup.folder = folder / "site";
    setup.pack = GANTRY_TRY(writeDemoPack(folder, {}));
    auto site = GANTRY_TRY(Site::prepare(setup, sponsor));
    GANTRY_CHECK(site.start());
    return std::unique_ptr<Receiver>(std::make_unique<Gantryd>(std::move(site)));
}

}  // namespace

Result<std::vector<std::unique_ptr<Receiver>>> startReceivers(const std::filesystem::path& folder) {
    std::vector<std::unique_ptr<Receiver>> receivers;
    receivers.push_back(GANTRY_TRY(startStorescp("storescp TCP_NODELAY=1", folder / "storescp", true)));
    receivers.push_back(GANTRY_TRY(startStorescp("storescp", folder / "storescp-stock", false)));
    if (findProgram("gantryd")) receivers.push_back(GANTRY_TRY(startGantryd(folder)));
    return receivers;
}

}  // namespace gantry::test
