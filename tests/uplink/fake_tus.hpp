#pragma once
/// A small tus server in memory, with what servers offer, and what they do wrong, as knobs.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scripted_http.hpp"

namespace gantry::test {

/// One request is handled at a time.
struct FakeTus {
    // What it holds.
    std::map<std::string, std::string> uploads;       ///< target to the bytes so far
    std::map<std::string, std::uint64_t> lengths;     ///< target to Upload-Length
    std::map<std::string, std::string> metadata;      ///< target to Upload-Metadata
    std::vector<std::string> deleted;                 ///< targets, in order
    std::map<std::string, int> heads_until_together;  ///< finals that are not finished yet

    // What it saw.
    std::vector<std::string> seen;  ///< "PATCH 65536", "HEAD", …
    ScriptedRequest last_create;
    std::vector<std::string> checksums;  ///< Upload-Checksum of each PATCH
    std::uint64_t patch_bytes = 0;       ///< of all bodies of PATCH together
    std::uint64_t body_bytes = 0;        ///< of all bodies

    // What it offers.
    std::string extensions = "creation", checksum_algorithms, max_size;
    bool readable = false;    ///< GET gives the bytes
    std::string expires;      ///< Upload-Expires of every answer about an upload
    std::string date;         ///< Date
    int heads_per_final = 0;  ///< a final is finished after so many questions

    // What it does oddly.
    bool say_version = true, say_offset_of_patch = true, say_offset_of_head = true, say_length = true;
    bool answer_head = true, patch_as_method = true, take_content_of_creation = true;
    int patch_success = 204, create_success = 201, head_success = 200;
    std::uint64_t largest_body = UINT64_MAX;  ///< more is answered 413
    bool chunked = false, odd_case = false;
    std::string body_of_creation;
    std::function<std::string(const std::string& target)>
        location;  ///< of a new upload; its target if not set
    /// Consulted first; answers by itself when it gives something.
    std::function<std::optional<ScriptedAnswer>(const ScriptedRequest&)> interfere;

    ScriptedAnswer handle(const ScriptedRequest& request);
    /// The one upload that is there, or that came last.
    const std::string& last() const;

private:
    ScriptedAnswer answer(const ScriptedRequest& request);
    ScriptedAnswer options() const;
    ScriptedAnswer create(const ScriptedRequest& request);
    ScriptedAnswer head(const ScriptedRequest& request);
    ScriptedAnswer patch(const ScriptedRequest& request);
    ScriptedAnswer get(const ScriptedRequest& request);
    ScriptedAnswer remove(const ScriptedRequest& request);
    bool offers(const std::string& extension) const;
    std::string newest_;
    int created_ = 0;
};

}  // namespace gantry::test
