#pragma once
/// A storage SCU that says on the wire exactly what it is told to, also what no decent one says. PS3.8 9.3
/// and PS3.7 9.3, written without DCMTK.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/files.hpp"

namespace gantry::test {

inline constexpr std::string_view kVerification = "1.2.840.10008.1.1";
inline constexpr std::string_view kCt = "1.2.840.10008.5.1.4.1.1.2";
inline constexpr std::string_view kExplicitLittle = "1.2.840.10008.1.2.1";

struct Proposal {
    std::string abstract_syntax;
    std::vector<std::string> transfer_syntaxes;
};

struct AssociationWish {
    std::string called = "GANTRY";
    std::string calling = "CT1";
    std::vector<Proposal> proposals = {{std::string(kVerification), {"1.2.840.10008.1.2"}},
                                       {std::string(kCt), {std::string(kExplicitLittle)}}};
    std::uint32_t max_pdu_bytes = 16384;
};

struct Pdu {
    std::uint8_t type = 0;  ///< PS3.8 9.3.1; 0: the peer closed, 0xFF: nothing came in time
    std::string body;
};

class RawScu {
public:
    explicit RawScu(std::uint16_t port);
    void send(std::string_view bytes);
    /// Gives up after `within`.
    Pdu receive(std::chrono::milliseconds within = std::chrono::seconds(15));
    /// Asks for an association. @return the answer: 2 accepted, 3 rejected, 7 aborted
    Pdu associate(const AssociationWish& wish = {});
    /// Of the accepted association: transfer syntax by presentation context id (1, 3, 5, …); "" if refused.
    const std::map<int, std::string>& accepted() const { return accepted_; }
    std::uint32_t peerMaxPdu() const { return peer_max_pdu_; }

    /// C-ECHO or C-STORE; the status of the answer, nullopt if none came.
    std::optional<std::uint16_t> echo(int context = 1);
    std::optional<std::uint16_t> store(std::string_view sop_class, std::string_view sop_instance,
                                       std::string_view dataset, int context = 3);
    /// The request alone, without data set.
    void storeRequest(std::string_view sop_class, std::string_view sop_instance, int context = 3);
    /// One P-DATA-TF with a fragment of a data set.
    void fragment(std::string_view bytes, bool last, int context = 3);
    std::optional<std::uint16_t> status();
    /// True if the peer acknowledges the release.
    bool release();
    void abort();
    /// Ends the line with a reset.
    void cut();
    /// Whether the peer ended the line by a reset.
    bool wasReset() const { return was_reset_; }

private:
    void pdata(std::string_view bytes, bool command, bool last, int context);
    UniqueFd fd_;
    std::map<int, std::string> accepted_;
    std::uint32_t peer_max_pdu_ = 0;
    bool was_reset_ = false;
};

}  // namespace gantry::test
