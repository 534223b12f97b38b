#pragma once
/// One association as requestor, over DCMTK. Owned and used by one thread.

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmnet/assoc.h>
#include <dcmtk/dcmnet/dcmlayer.h>

#include <memory>
#include <span>
#include <string>

#include "gantry/scanner/send.hpp"

namespace gantry::scanner {

class Association {
public:
    /// Proposes Verification, and for each SOP class among `instances` its own transfer syntax and implicit
    /// VR little endian, the default every SCP must take (PS3.5 10.1).
    static Result<std::unique_ptr<Association>> request(const Destination& destination,
                                                        const SendOptions& options,
                                                        std::span<const Instance> instances);
    ~Association();
    Association(const Association&) = delete;
    Association& operator=(const Association&) = delete;

    Result<> echo();
    /// A status whenever the peer answered.
    SendStatus store(const Instance& instance);
    /// False after a failure that leaves nothing to go on with.
    bool alive() const { return alive_; }
    /// A-RELEASE; without it the destructor aborts.
    void release();

private:
    explicit Association(const SendOptions& options)
        : timeout_s_(static_cast<int>(options.timeout.count())) {}
    Result<> connect(const Destination& destination, const SendOptions& options,
                     std::span<const Instance> instances);
    T_ASC_PresentationContextID contextFor(const Instance& instance) const;

    int timeout_s_;
    bool alive_ = false;
    std::unique_ptr<DcmTransportLayer> layer_;  // outlives the network that borrows it
    T_ASC_Network* network_ = nullptr;
    T_ASC_Association* association_ = nullptr;
};

}  // namespace gantry::scanner
