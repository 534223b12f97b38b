#include "http_look_curl.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include "x509_openssl.hpp"

namespace gantry::uplink {
namespace {

using Stage = LineLook::Stage;

constexpr int kPollMillis = 200;

/// What callbacks note while one connection is made.
struct Notes {
    bool socket_opened = false;  ///< the name was found
    std::string port;            ///< that was connected to
    bool tls_begun = false;      ///< the connection stands
    std::string tls_version, cipher, certificate;
};

int notesIndex() {
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

std::string pemOf(X509* certificate) {
    const x509::Memory memory(BIO_new(BIO_s_mem()));
    if (!memory || PEM_write_bio_X509(memory.get(), certificate) != 1) return {};
    return x509::textOf(memory.get());
}

// OpenSSL tells each finished handshake; behind an https proxy the peer's is the last.
void noteHandshake(const SSL* ssl, int where, int) {
    if ((where & SSL_CB_HANDSHAKE_DONE) == 0) return;
    auto* notes = static_cast<Notes*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), notesIndex()));
    notes->tls_version = SSL_get_version(ssl);
    notes->cipher = SSL_get_cipher_name(ssl);
    if (auto* certificate = SSL_get0_peer_certificate(ssl)) notes->certificate = pemOf(certificate);
}

CURLcode watchTls(CURL*, void* context, void* self) {
    auto* ssl_context = static_cast<SSL_CTX*>(context);
    static_cast<Notes*>(self)->tls_begun = true;
    SSL_CTX_set_ex_data(ssl_context, notesIndex(), self);
    SSL_CTX_set_info_callback(ssl_context, noteHandshake);
    return CURLE_OK;
}

curl_socket_t openSocket(void* self, curlsocktype, curl_sockaddr* address) {
    auto& notes = *static_cast<Notes*>(self);
    notes.socket_opened = true;
    const auto* any = &address->addr;  // both kinds have the port at the same place
    notes.port = std::to_string(ntohs(reinterpret_cast<const sockaddr_in*>(any)->sin_port));
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::chrono::microseconds roundTripOf(CURL* easy) {
    curl_socket_t fd = CURL_SOCKET_BAD;
    tcp_info info{};
    socklen_t length = sizeof info;
    if (curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK || fd == CURL_SOCKET_BAD ||
        ::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) != 0)
        return {};
    return std::chrono::microseconds(info.tcpi_rtt);
}

bool isAboutCertificate(CURLcode code) {
    return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_ISSUER_ERROR ||
           code == CURLE_SSL_PINNEDPUBKEYNOTMATCH;
}

// libcurl does not tell whether it left a proxy out for this host.
bool wentByProxy(const CurlLine& line, const UrlParts& url, CURLcode code, const Notes& notes,
                 const LineLook& look) {
    if (!line.goesByProxy() || url.loopback() || code == CURLE_COULDNT_RESOLVE_HOST) return false;
    if (look.proxy_status != 0 || code == CURLE_COULDNT_RESOLVE_PROXY || !notes.socket_opened) return true;
    const auto proxy = partsOf(line.config().proxy.url);
    return proxy && notes.port == proxy->port && notes.port != url.port;
}

Stage stageOf(CURLcode code, const Notes& notes, const LineLook& look, bool by_proxy) {
    if (code == CURLE_OK) return Stage::Done;
    if (isAboutCertificate(code)) return Stage::Certificate;
    if (!notes.socket_opened) return Stage::Name;
    if (by_proxy && look.proxy_status != 0 && look.proxy_status / 100 != 2) return Stage::Proxy;
    if (notes.tls_begun) return Stage::Tls;
    return by_proxy && code != CURLE_COULDNT_CONNECT && !look.address.empty() ? Stage::Proxy : Stage::Reach;
}

CURLcode run(CURLM* multi, CURL* easy, const std::stop_token& stop) {
    curl_multi_add_handle(multi, easy);
    const std::stop_callback wake(stop, [multi] { curl_multi_wakeup(multi); });
    auto code = CURLE_ABORTED_BY_CALLBACK;
    for (int running = 1; running != 0 && !stop.stop_requested();) {
        curl_multi_perform(multi, &running);
        if (running != 0) curl_multi_poll(multi, nullptr, 0, kPollMillis, nullptr);
    }
    int left = 0;
    while (const auto* message = curl_multi_info_read(multi, &left))
        if (message->msg == CURLMSG_DONE) code = message->data.result;
    return code;
}

void take(CURL* easy, LineLook& look) {
    const char* address = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &address);
    if (address != nullptr) look.address = address;
    long proxy = 0;
    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &proxy);
    look.proxy_status = static_cast<int>(proxy);
    curl_off_t name_micros = 0;
    curl_easy_getinfo(easy, CURLINFO_NAMELOOKUP_TIME_T, &name_micros);
    look.name_time = std::chrono::microseconds(name_micros);
    look.round_trip = roundTripOf(easy);
}

// One connection. @param verify  false: to see a certificate that was refused; nothing is sent over it.
LineLook connectOnce(const CurlLine& line, const std::string& url, const UrlParts& parts, bool verify,
                     const std::stop_token& stop) {
    LineLook look;
    Notes notes;
    const MultiHandle multi(curl_multi_init());
    const EasyHandle easy(curl_easy_init());
    if (!multi || !easy) {
        look.error = fail(Errc::Internal, "libcurl does not start");
        return look;
    }
    char reason[CURL_ERROR_SIZE] = {};
    line.applyTo(easy.get(), parts);
    set(easy.get(), CURLOPT_URL, url.c_str());
    set(easy.get(), CURLOPT_ERRORBUFFER, reason);
    set(easy.get(), CURLOPT_CONNECT_ONLY, 1L);
    set(easy.get(), CURLOPT_FRESH_CONNECT, 1L);
    set(easy.get(), CURLOPT_SSL_CTX_FUNCTION, watchTls);
    set(easy.get(), CURLOPT_SSL_CTX_DATA, static_cast<void*>(&notes));
    set(easy.get(), CURLOPT_OPENSOCKETFUNCTION, openSocket);
    set(easy.get(), CURLOPT_OPENSOCKETDATA, static_cast<void*>(&notes));
    if (!verify) {
        set(easy.get(), CURLOPT_SSL_VERIFYPEER, 0L);
        set(easy.get(), CURLOPT_SSL_VERIFYHOST, 0L);
        set(easy.get(), CURLOPT_PINNEDPUBLICKEY, static_cast<const char*>(nullptr));
    }
    const auto code = run(multi.get(), easy.get(), stop);
    take(easy.get(), look);
    look.tls_version = std::move(notes.tls_version);
    look.cipher = std::move(notes.cipher);
    look.certificate = std::move(notes.certificate);
    look.by_proxy = wentByProxy(line, parts, code, notes, look);
    look.stage = stageOf(code, notes, look, look.by_proxy);
    if (stop.stop_requested())
        look.error = fail(Errc::Stopped, "stopped while connecting");
    else if (code != CURLE_OK)
        look.error = curlError(easy.get(), code, reason);
    curl_multi_remove_handle(multi.get(), easy.get());
    return look;
}

}  // namespace

LineLook lookAlong(const CurlLine& line, const std::string& url, std::stop_token stop) {
    const auto parts = partsOf(url);
    if (!parts) {
        LineLook look;
        look.stage = Stage::Name;
        look.error = parts.error();
        return look;
    }
    auto look = connectOnce(line, url, *parts, true, stop);
    if (look.stage == Stage::Certificate) {
        const auto seen = connectOnce(line, url, *parts, false, stop);
        look.certificate = seen.certificate;
        look.tls_version = seen.tls_version;
        look.cipher = seen.cipher;
    }
    return look;
}

}  // namespace gantry::uplink
