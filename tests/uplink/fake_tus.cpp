#include "fake_tus.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>

namespace gantry::test {
namespace {

ScriptedAnswer status(int code) {
    return {code, {}, "", false};
}

// "Upload-Offset" as "uPLOAD-oFFSET", its value with blanks around.
void makeOdd(ScriptedAnswer& answer) {
    for (auto& [name, value] : answer.headers) {
        for (auto& c : name)
            c = static_cast<char>(std::isupper(static_cast<unsigned char>(c)) ? std::tolower(c)
                                                                              : std::toupper(c));
        value = "  " + value + " \t";
    }
}

std::string asText(std::uint64_t number) {
    return std::to_string(number);
}

// "final;http://h/files/u1 /files/u2" as {"/files/u1", "/files/u2"}.
std::vector<std::string> targetsOf(const std::string& concat) {
    std::istringstream urls(concat.substr(concat.find(';') + 1));
    std::vector<std::string> targets;
    for (std::string url; urls >> url;) {
        const auto host = url.find("://");
        targets.push_back(host == std::string::npos ? url : url.substr(url.find('/', host + 3)));
    }
    return targets;
}

}  // namespace

const std::string& FakeTus::last() const {
    return uploads.at(newest_);
}

bool FakeTus::offers(const std::string& extension) const {
    return ("," + extensions + ",").find("," + extension + ",") != std::string::npos;
}

ScriptedAnswer FakeTus::handle(const ScriptedRequest& request) {
    auto meant = request;
    if (const auto method = request.header("x-http-method-override");
        !method.empty() && request.method == "POST")
        meant.method = method;
    seen.push_back(request.body.empty() ? request.method
                                        : request.method + " " + std::to_string(request.body.size()));
    body_bytes += request.body.size();
    if (meant.method == "PATCH") patch_bytes += request.body.size();
    if (interfere)
        if (auto given = interfere(request)) return *given;
    if (!patch_as_method && (request.method == "PATCH" || request.method == "DELETE")) return status(405);
    if (request.body.size() > largest_body) return status(413);
    auto out = answer(meant);
    out.chunked = chunked;
    if (say_version) out.headers.emplace_back("Tus-Resumable", "1.0.0");
    if (!date.empty()) out.headers.emplace_back("Date", date);
    if (odd_case) makeOdd(out);
    return out;
}

ScriptedAnswer FakeTus::answer(const ScriptedRequest& request) {
    if (request.method == "OPTIONS") return options();
    if (request.method == "POST") return create(request);
    if (!uploads.contains(request.target)) return status(404);
    if (request.method == "HEAD") return head(request);
    if (request.method == "GET") return get(request);
    if (request.method == "DELETE") return remove(request);
    return patch(request);
}

ScriptedAnswer FakeTus::options() const {
    ScriptedAnswer out{204, {{"Tus-Extension", extensions}, {"Tus-Version", "1.0.0"}}, "", false};
    if (!checksum_algorithms.empty()) out.headers.emplace_back("Tus-Checksum-Algorithm", checksum_algorithms);
    if (!max_size.empty()) out.headers.emplace_back("Tus-Max-Size", max_size);
    return out;
}

ScriptedAnswer FakeTus::create(const ScriptedRequest& request) {
    last_create = request;
    const auto concat = request.header("upload-concat");
    const auto target = "/files/u" + std::to_string(++created_);
    auto& bytes = uploads[target];
    if (concat.starts_with("final")) {
        for (const auto& part : targetsOf(concat)) {
            if (!uploads.contains(part) || uploads[part].size() != lengths[part]) {
                uploads.erase(target);
                return status(400);
            }
            bytes += uploads[part];
        }
        lengths[target] = bytes.size();
        heads_until_together[target] = heads_per_final;
    } else {
        lengths[target] = std::stoull(request.header("upload-length"));
    }
    newest_ = target;
    metadata[target] = request.header("upload-metadata");
    ScriptedAnswer out{
        create_success, {{"Location", location ? location(target) : target}}, body_of_creation, false};
    if (!expires.empty()) out.headers.emplace_back("Upload-Expires", expires);
    if (!request.body.empty() && offers("creation-with-upload") && take_content_of_creation) {
        bytes = request.body;
        if (say_offset_of_patch) out.headers.emplace_back("Upload-Offset", asText(bytes.size()));
    }
    return out;
}

ScriptedAnswer FakeTus::head(const ScriptedRequest& request) {
    if (!answer_head) return status(405);
    ScriptedAnswer out{head_success, {}, "", false};
    auto& wait = heads_until_together[request.target];
    if (wait > 0)
        --wait;
    else if (say_offset_of_head)
        out.headers.emplace_back("Upload-Offset", asText(uploads[request.target].size()));
    if (say_length) out.headers.emplace_back("Upload-Length", asText(lengths[request.target]));
    if (!expires.empty()) out.headers.emplace_back("Upload-Expires", expires);
    return out;
}

ScriptedAnswer FakeTus::get(const ScriptedRequest& request) {
    if (!readable && answer_head) return status(404);
    ScriptedAnswer out{200, {}, readable ? uploads[request.target] : "", false};
    if (say_offset_of_head) out.headers.emplace_back("Upload-Offset", asText(uploads[request.target].size()));
    return out;
}

ScriptedAnswer FakeTus::patch(const ScriptedRequest& request) {
    auto& bytes = uploads[request.target];
    checksums.push_back(request.header("upload-checksum"));
    if (request.header("upload-offset") != asText(bytes.size())) return status(409);
    bytes += request.body;
    ScriptedAnswer out{patch_success, {}, "", false};
    if (say_offset_of_patch) out.headers.emplace_back("Upload-Offset", asText(bytes.size()));
    if (!expires.empty()) out.headers.emplace_back("Upload-Expires", expires);
    return out;
}

ScriptedAnswer FakeTus::remove(const ScriptedRequest& request) {
    if (!offers("termination")) return status(405);
    deleted.push_back(request.target);
    uploads.erase(request.target);
    lengths.erase(request.target);
    return status(204);
}

}  // namespace gantry::test
