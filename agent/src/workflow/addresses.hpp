#pragma once
/// The sponsor's addresses for one trial: the first that works is used (docs/formats/outbox-inbox.md).

#include <memory>
#include <string>
#include <vector>

#include "gantry/core/clock.hpp"
#include "gantry/uplink/destination.hpp"

namespace gantry::agent {

/// One thread's.
class Addresses {
public:
    /// @param others  tried in this order when the destination's own cannot be reached
    static Result<Addresses> open(const uplink::Destination& destination, const std::vector<std::string>& others);

    std::size_t inUse() const { return at_; }  ///< 0: the first
    uplink::Transport& transport() { return *ways_[at_].transport; }
    /// The last upload failed. @return true: it was the third in a row that did not get through, and the next address
    /// is used from now on
    bool failed(const Error& error, UnixMillis now);
    /// Bytes got through.
    void worked() { in_a_row_ = 0; }
    /// The first one is used again once it was left alone for half an hour.
    void lookBack(UnixMillis now);

    /// What an upload remembers is of one address: another one begins at the start.
    std::string stateFor(const std::string& stored) const;
    std::string storedFor(const std::string& state) const;

private:
    struct Way {
        std::string mark;  ///< "": the first
        std::unique_ptr<uplink::Transport> transport;
    };
    std::vector<Way> ways_;
    std::size_t at_ = 0;
    int in_a_row_ = 0;
    UnixMillis moved_at_ = 0;
};

}  // namespace gantry::agent
