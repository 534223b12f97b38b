#pragma once
/// The grants of a trial, and which of them is used for what.
///
///     NAME.json      a grant, as it came in; it is not changed, and may come again
///     DIGEST.taken   {"object_name", "upload_id", "state"}: the upload is for that object. DIGEST is of the
///     upload id, so
///                    that a grant which comes again or is renewed is known

#include <optional>
#include <string>
#include <vector>

#include "gantry/uplink/s3_presigned.hpp"

namespace gantry::uplink::s3 {

class GrantFolder {
public:
    /// @param clock  must outlive this
    GrantFolder(std::filesystem::path folder, const Clock& clock)
        : folder_(std::move(folder)), clock_(&clock) {}

    /// The grant that the object goes by: the one it began with or its renewal, else a free one, which is
    /// taken for it durably: with the fewest parts that do, then the one that runs out first. Files that ran
    /// out long ago are removed.
    /// @param part_bytes  wanted; where no grant has so many parts they become larger
    /// @errors NoGrant, with a sentence
    Result<Grant> grantFor(const std::string& object_name, std::uint64_t bytes, std::uint64_t part_bytes);
    enum class End { Served, GivenUp };
    /// No other object gets it, and this one not again.
    Result<> end(const std::string& object_name, const std::string& upload_id, End how);
    /// Whether the object of that upload is there, as far as we were told.
    bool hasServed(const std::string& upload_id) const;

private:
    struct Taken {
        std::string object_name, upload_id;
        std::string state;  ///< "in use", "served" or "given up"
    };
    std::filesystem::path takenFile(const std::string& upload_id) const;
    Result<> write(const Taken& taken) const;
    static Result<Taken> read(const std::filesystem::path& file);
    std::vector<Grant> readGrants() const;
    bool isFree(const Grant& grant) const;
    static const Grant* newestOf(const std::vector<Grant>& all, const std::vector<Taken>& begun,
                                 UnixMillis now);
    std::vector<Taken> readTaken() const;

    std::filesystem::path folder_;
    const Clock* clock_;
};

}  // namespace gantry::uplink::s3
