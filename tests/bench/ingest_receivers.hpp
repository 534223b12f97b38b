#pragma once
/// The receivers that bench_ingest compares, each a real program.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "gantry/scanner/send.hpp"
#include "process.hpp"

namespace gantry::test {

class Receiver {
public:
    virtual ~Receiver() = default;
    virtual std::string name() const = 0;
    virtual const scanner::Destination& destination() const = 0;
    virtual Process& process() = 0;
};

/// storescp with TCP_NODELAY, storescp as it comes, and gantryd where it is built.
/// @errors NotFound, Timeout
Result<std::vector<std::unique_ptr<Receiver>>> startReceivers(const std::filesystem::path& folder);

}  // namespace gantry::test
