#pragma once
/// Spool, catalogue and intake on a folder of their own, with a clock that moves when it is told to.

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>

#include "gantry/core/clock.hpp"
#include "objects.hpp"
#include "query.hpp"
#include "receive/intake.hpp"
#include "support.hpp"

namespace gantry::test {

class HandClock final : public Clock {
public:
    UnixMillis nowMillis() const override { return now_; }
    void advance(UnixMillis millis) { now_ += millis; }

private:
    std::atomic<UnixMillis> now_{1'764'000'000'000};
};

struct Box {
    explicit Box(std::uint64_t reserve_bytes = 1 << 20);
    /// On a folder that somebody else owns.
    Box(std::filesystem::path on, std::uint64_t reserve_bytes);
    ~Box();

    /// As a restart does. `crash`: segments are not closed, nothing is told to anybody (nothing is, anyway).
    void restart();

    /// What an association would announce.
    agent::Announced announced(const SplitFile& file, const std::string& trial = "onc-demo");
    /// One C-STORE without the network. The pieces have odd sizes on purpose.
    Result<agent::StoreOutcome> store(const SplitFile& file, const std::string& trial = "onc-demo");
    Result<agent::StoreOutcome> store(const agent::Announced& announced, std::string_view dataset);
    /// Stores all instances; fails the test if one is refused. @return the study's id
    agent::StudyId storeAll(const scanner::Series& series, const std::string& trial = "onc-demo");

    std::string state(agent::StudyId study);
    std::filesystem::path spoolFolder() const { return folder / "spool"; }
    /// Bytes in all segment files together.
    std::uint64_t spooledBytes() const;
    /// The data set of the first instance with this UID, of this study if one is named, as it stands in the
    /// spool.
    std::string spooledDataset(const std::string& sop_instance_uid, agent::StudyId study = 0);

    std::optional<TemporaryDirectory> own;
    std::filesystem::path folder;
    std::uint64_t reserve_bytes;
    HandClock clock;
    std::unique_ptr<agent::Catalogue> catalogue;
    std::unique_ptr<agent::Spool> spool;
    std::optional<agent::Intake> intake;
    agent::AssociationId association = 0;
};

}  // namespace gantry::test
