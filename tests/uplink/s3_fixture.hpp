#pragma once
/// A small S3 in memory, with what servers do differently or wrong as knobs; and a transport to it.
/// Signatures are not verified here: a real S3 does that in tests/system.

#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gantry/uplink/s3.hpp"
#include "scripted_http.hpp"
#include "tus_fixture.hpp"

namespace gantry::test {

std::string md5Of(const std::string& bytes);  ///< 16 bytes
std::string s3Error(const std::string& code);

struct FakeS3 {
    struct Object {
        std::string bytes, etag;
        std::map<std::string, std::string> headers;  ///< that made it
    };
    struct Upload {
        std::string key;
        std::map<std::string, std::string> headers;
        std::map<int, std::string> parts;
        std::map<int, std::string> checksums;  ///< as they were sent
    };
    std::map<std::string, Object> objects;  ///< by key
    std::map<std::string, Upload> uploads;  ///< by id
    std::vector<std::string>
        seen;  ///< "HEAD", "CREATE", "PART 1", "LIST", "COMPLETE", "ABORT", "PUT", "GET", …
    std::vector<ScriptedRequest> requests;

    // As AWS does unless told otherwise.
    bool keeps_checksums = true;
    bool refuses_checksums = false;  ///< 501 for a header that it does not know
    bool may_look = true;            ///< HEAD and lists; else 403
    bool honours_if_none_match = true;
    bool refuses_if_none_match = false;
    bool opaque_etags = false;  ///< as with SSE-KMS
    bool checks_digests = true;
    std::size_t page = 1000;  ///< parts a page
    /// Consulted first; answers by itself when it gives something.
    std::function<std::optional<ScriptedAnswer>(const std::string& what, const ScriptedRequest&)> interfere;
    /// Changes a body on its way in.
    std::function<void(const std::string& what, std::string& body)> damage;

    ScriptedAnswer handle(const ScriptedRequest& request);
    int count(const std::string& what) const;
    std::size_t partBytes = 0;  ///< of all bodies of parts together

private:
    ScriptedAnswer answer(const std::string& what, ScriptedRequest& request);
    ScriptedAnswer put(const ScriptedRequest& request);
    ScriptedAnswer putPart(int number, const ScriptedRequest& request);
    ScriptedAnswer create(const ScriptedRequest& request);
    ScriptedAnswer listParts(const ScriptedRequest& request) const;
    ScriptedAnswer listUploads(const ScriptedRequest& request) const;
    ScriptedAnswer complete(const ScriptedRequest& request);
    ScriptedAnswer head(const std::string& key) const;
    ScriptedAnswer get(const ScriptedRequest& request) const;
    ScriptedAnswer list(const ScriptedRequest& request) const;
    std::optional<ScriptedAnswer> objection(const ScriptedRequest& request) const;
    std::string etagOf(const std::string& bytes) const;
    void makeObject(const std::string& key, Object object);
    int ids_ = 0;
};

/// "/bucket/key?query" taken apart; names and values decoded.
struct S3Target {
    std::string bucket, key;
    std::map<std::string, std::string> query;
    static S3Target of(const std::string& target);
};

/// The server, listening, and a transport to it.
struct S3Bench {
    FakeS3 fake;
    ScriptedHttp http{[this](const ScriptedRequest& request) { return fake.handle(request); }};
    RememberedUpload memory;
    std::unique_ptr<uplink::Transport> transport;

    S3Bench() { remake(); }
    uplink::S3Config config() const;
    void remake(const std::function<void(uplink::S3Config&)>& change = {});
    Result<> put(const TestObject& o, std::stop_token stop = {}) {
        return transport->put(o.object, memory, stop);
    }
    std::string keyOf(const TestObject& o) const { return "in/" + o.object.name; }
};

}  // namespace gantry::test
