#include "receive/transport_dcmtk.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmnet/dcmlayer.h>
#include <dcmtk/dcmnet/dcmtrans.h>
#include <dcmtk/dcmnet/dul.h>
#include <dcmtk/dcmtls/tlslayer.h>
#include <dcmtk/dcmtls/tlstrans.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

namespace gantry::agent {
namespace {

void setOption(int socket, int option) {
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, option, &on, sizeof on);
}

template <class Base>
class PromptConnection final : public Base {
public:
    template <class... Args>
    explicit PromptConnection(int socket, Args... args) : Base(socket, args...), socket_(socket) {
        setOption(socket_, TCP_NODELAY);
        setOption(socket_, TCP_QUICKACK);
    }
    ssize_t read(void* buffer, size_t bytes) override {
        setOption(socket_, TCP_QUICKACK);
        return Base::read(buffer, bytes);
    }

private:
    int socket_;
};

class PlainLayer final : public DcmTransportLayer {
public:
    DcmTransportConnection* createConnection(DcmNativeSocketType socket, OFBool use_secure_layer) override {
        SocketHandOver::done();
        return use_secure_layer ? nullptr : new PromptConnection<DcmTCPConnection>(socket);
    }
};

class TlsLayer final : public DcmTLSTransportLayer {
public:
    TlsLayer() : DcmTLSTransportLayer(NET_ACCEPTOR, nullptr, OFTrue) {}
    DcmTransportConnection* createConnection(DcmNativeSocketType socket, OFBool use_secure_layer) override {
        SocketHandOver::done();
        if (!use_secure_layer) return nullptr;
        SSL* session = SSL_new(getNativeHandle());
        if (!session) return nullptr;
        SSL_set_fd(session, socket);
        return new PromptConnection<DcmTLSConnection>(socket, session);
    }
};

Result<> require(OFCondition condition, const std::string& what) {
    if (condition.good()) return {};
    return fail(Errc::ConfigInvalid, what + ": " + condition.text());
}

std::mutex& handOverMutex() {
    static std::mutex mutex;
    return mutex;
}
thread_local std::unique_lock<std::mutex>* handing_over = nullptr;

}  // namespace

Result<std::unique_ptr<DcmTransportLayer>> makeTransportLayer(const DicomTlsConfig& tls) {
    if (tls.certificate.empty()) return std::unique_ptr<DcmTransportLayer>(std::make_unique<PlainLayer>());
    auto layer = std::make_unique<TlsLayer>();
    // PS3.15 B.12: the non-downgrading BCP 195 profile.
    GANTRY_CHECK(require(layer->setTLSProfile(TSP_Profile_BCP195_ND), "TLS profile"));
    GANTRY_CHECK(require(layer->activateCipherSuites(), "TLS cipher suites"));
    GANTRY_CHECK(require(layer->setPrivateKeyFile(tls.private_key.c_str(), DCF_Filetype_PEM),
                         "dicom.tls.private_key"));
    GANTRY_CHECK(require(layer->setCertificateFile(tls.certificate.c_str(), DCF_Filetype_PEM),
                         "dicom.tls.certificate"));
    if (!layer->checkPrivateKeyMatchesCertificate())
        return fail(Errc::ConfigInvalid, "dicom.tls.private_key does not belong to dicom.tls.certificate");
    layer->setCertificateVerification(tls.client_ca.empty() ? DCV_ignoreCertificate : DCV_requireCertificate);
    if (!tls.client_ca.empty())
        GANTRY_CHECK(require(layer->addTrustedCertificateFile(tls.client_ca.c_str(), DCF_Filetype_PEM),
                             "dicom.tls.client_ca"));
    return std::unique_ptr<DcmTransportLayer>(std::move(layer));
}

Result<> checkTransportLayer(const DicomTlsConfig& tls) {
    GANTRY_TRY(makeTransportLayer(tls));
    return {};
}

SocketHandOver::SocketHandOver(int socket) : lock_(handOverMutex()) {
    dcmExternalSocketHandle.set(socket);
    handing_over = &lock_;
}

SocketHandOver::~SocketHandOver() {
    handing_over = nullptr;
}

void SocketHandOver::done() {
    if (handing_over && handing_over->owns_lock()) handing_over->unlock();
}

}  // namespace gantry::agent
