#pragma once
/// A hub of its own for each test: keys, two sites, and parcels as a site makes them.

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "gantry/central/hub.hpp"
#include "gantry/uplink/age.hpp"
#include "gantry/uplink/parcel.hpp"
#include "gantry/uplink/receipt.hpp"
#include "raw_http.hpp"
#include "support.hpp"

namespace gantry::test {

inline constexpr auto kSite = "0417";
inline constexpr auto kOtherSite = "0900";

/// A sponsor's directory: keys made, sites known, nothing running.
struct SponsorEnd {
    /// @param storage_yaml  where the index lies; "" for index.sqlite
    explicit SponsorEnd(const std::string& storage_yaml = "");
    TemporaryDirectory folder = temporaryDirectory();
    std::filesystem::path directory = folder.path() / "hub";
    std::string token;        ///< of kSite
    std::string other_token;  ///< of kOtherSite
    uplink::AgeIdentity identity = uplink::AgeIdentity::generate();
    Ed25519Seed seed = uplink::generateSigningKey();
    SystemClock clock;

    /// Plain HTTP on a free port, with both keys.
    central::HubConfig config() const;
    std::unique_ptr<central::Hub> start(const std::function<void(central::HubConfig&)>& change = {});
};

struct TestParcel {
    std::string id;
    std::filesystem::path file;
    std::string bytes;
    std::string sha256;
    std::string metadata;  ///< Upload-Metadata as our uplink sends it
};
struct ParcelWish {
    std::string id = "p1";
    std::string site = kSite;
    std::size_t instance_bytes = 100'000;
    std::string subject = "0417-001";
};
TestParcel makeTestParcel(const SponsorEnd& sponsor, const ParcelWish& wish = {});

/// "HEAD /tus/x HTTP/1.1" with the fields every request of tus has, those of `fields`, and the body's length.
std::string tusRequest(const std::string& method, const std::string& path, const std::string& token,
                       const std::string& fields = "", const std::string& body = "");
/// Creates an upload; its path. Fails the test unless the answer is 201.
std::string createUpload(RawClient& client, const std::string& token, std::size_t length,
                         const std::string& metadata = "");
RawAnswer patch(RawClient& client, const std::string& token, const std::string& path, std::size_t offset,
                const std::string& bytes, const std::string& fields = "");
RawAnswer head(RawClient& client, const std::string& token, const std::string& path);
/// The whole parcel in one PATCH; the status of its answer.
int deliver(RawClient& client, const std::string& token, const TestParcel& parcel);
RawAnswer getReceipt(RawClient& client, const std::string& token, const std::string& parcel_id,
                     const std::string& fields = "");
/// Asks until the receipt is there, at most ten seconds; "" if it never came.
std::string waitForReceipt(RawClient& client, const std::string& token, const std::string& parcel_id);

/// Polls until `holds`, at most ten seconds.
bool eventually(const std::function<bool()>& holds);

/// gantry-hub as a process, to be killed.
class HubProcess {
public:
    explicit HubProcess(const SponsorEnd& sponsor);
    /// One of several, with a directory of its own beside the first one's and no keys.
    HubProcess(const SponsorEnd& sponsor, const std::string& directory);
    ~HubProcess();
    void start();
    void kill(int signal);
    /// Exit status after a signal that lets it end.
    int wait();
    std::uint16_t port() const { return port_; }

private:
    std::filesystem::path config_;
    pid_t pid_ = -1;
    std::uint16_t port_ = 0;
};

}  // namespace gantry::test
