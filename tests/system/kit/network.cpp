#include "network.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>

#include "gantry/core/files.hpp"
#include "wait.hpp"

namespace gantry::test {

namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

struct CurlFree {
    void operator()(CURL* curl) const noexcept { curl_easy_cleanup(curl); }
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using Curl = std::unique_ptr<CURL, CurlFree>;
using CurlList = std::unique_ptr<curl_slist, CurlFree>;

std::size_t collect(char* data, std::size_t size, std::size_t count, void* out) noexcept {
    static_cast<std::string*>(out)->append(data, size * count);
    return size * count;
}

CurlList listOf(const std::vector<std::string>& texts) {
    curl_slist* list = nullptr;
    for (const auto& text : texts) list = curl_slist_append(list, text.c_str());
    return CurlList(list);
}

std::vector<std::string> cookiesOf(CURL* curl) {
    curl_slist* raw = nullptr;
    curl_easy_getinfo(curl, CURLINFO_COOKIELIST, &raw);
    const CurlList list(raw);
    std::vector<std::string> cookies;
    for (const auto* entry = list.get(); entry != nullptr; entry = entry->next)
        cookies.emplace_back(entry->data);
    return cookies;
}

Result<boost::json::value> jsonOf(const Result<HttpAnswer>& answer, const std::string& path) {
    if (!answer) return answer.error();
    if (answer->status != 200 && answer->status != 201)
        return fail(Errc::PeerRefused,
                    path + " was answered " + std::to_string(answer->status) + " " + answer->body);
    boost::system::error_code error;
    auto value = boost::json::parse(answer->body, error);
    if (error) return fail(Errc::BadFormat, path + ": " + error.message());
    return value;
}

}  // namespace

bool listens(std::uint16_t port) {
    const UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto address = loopback(port);
    return ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool waitForPort(std::uint16_t port, std::chrono::milliseconds within) {
    return waitUntil([port] { return listens(port); }, within);
}

HttpClient::HttpClient(std::string base, std::string authority)
    : base_(std::move(base)), authority_(std::move(authority)) {
    static const auto started = curl_global_init(CURL_GLOBAL_DEFAULT);
    (void)started;
}

Result<HttpAnswer> HttpClient::perform(const std::string& path, const std::string* body,
                                       std::vector<std::string> headers) {
    if (!bearer_.empty()) headers.push_back(bearer_);
    const Curl curl(curl_easy_init());
    const auto header_list = listOf(headers);
    HttpAnswer answer;
    curl_easy_setopt(curl.get(), CURLOPT_URL, (base_ + path).c_str());
    curl_easy_setopt(curl.get(), CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 20L);
    curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, header_list.get());
    curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer.body);
    curl_easy_setopt(curl.get(), CURLOPT_COOKIEFILE, "");
    for (const auto& cookie : cookies_) curl_easy_setopt(curl.get(), CURLOPT_COOKIELIST, cookie.c_str());
    if (!authority_.empty()) curl_easy_setopt(curl.get(), CURLOPT_CAINFO, authority_.c_str());
    if (body != nullptr) {
        curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(body->size()));
        curl_easy_setopt(curl.get(), CURLOPT_COPYPOSTFIELDS, body->c_str());
    }
    const auto done = curl_easy_perform(curl.get());
    if (done != CURLE_OK) return fail(Errc::NetworkDown, base_ + path + ": " + curl_easy_strerror(done));
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &answer.status);
    cookies_ = cookiesOf(curl.get());
    return answer;
}

Result<HttpAnswer> HttpClient::get(const std::string& path) {
    return perform(path, nullptr, {});
}

Result<HttpAnswer> HttpClient::post(const std::string& path, const std::string& body,
                                    std::vector<std::string> headers) {
    return perform(path, &body, headers);
}

Result<boost::json::value> HttpClient::getJson(const std::string& path) {
    return jsonOf(get(path), path);
}

Result<boost::json::value> HttpClient::postJson(const std::string& path, const boost::json::value& body) {
    return jsonOf(post(path, boost::json::serialize(body)), path);
}

}  // namespace gantry::test
