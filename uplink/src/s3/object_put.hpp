#pragma once
/// One attempt to put one object into a bucket.

#include <map>
#include <string>

#include "gantry/core/files.hpp"
#include "s3/session.hpp"
#include "s3/upload_state.hpp"

namespace gantry::uplink::s3 {

/// Parts whose digest was compared with ours, by upload: they are not read again after the next break of the
/// line.
using VerifiedParts = std::map<std::string, std::map<int, StoredPart>>;

struct ObjectPutInput {
    const PutObject& object;
    UploadMemory& memory;
    std::stop_token stop;
    const Requests& requests;
    const S3Config& config;
    Connections connections;  ///< at least one
    Abilities& abilities;
    VerifiedParts& verified;
    WaitAsked& wait;
};

class ObjectPut {
public:
    explicit ObjectPut(const ObjectPutInput& input);
    /// Errors as Transport::put.
    Result<> run();

private:
    enum class Sight { Absent, Same, CannotLook };
    Result<Sight> look();
    Result<> putWhole();
    Result<> putParts();
    Result<> begin();
    Result<std::map<int, StoredPart>> sendParts();
    Result<> complete(const std::map<int, StoredPart>& parts);
    Result<> remember();
    Result<> afterRefusal(const Error& error);
    void abortLeftovers();
    bool isSmall() const { return in_.object.bytes <= in_.config.part_bytes; }
    FileRange wholeFile() const { return {file_.get(), 0, in_.object.bytes}; }
    NewObject newObject() const;

    const ObjectPutInput& in_;
    Session session_;
    UploadState state_;
    UniqueFd file_;
    Sight sight_ = Sight::Absent;
    bool asked_before_ = false;  // an earlier request may have made the object
};

}  // namespace gantry::uplink::s3
