#include "transport.hpp"

#include <dcmtk/dcmtls/tlsciphr.h>
#include <dcmtk/dcmtls/tlslayer.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace gantry::scanner {

namespace {

/// Layer is DCMTK's plain or TLS layer; DCMTK itself leaves Nagle's algorithm as the system has it.
template <class Layer>
class QuickLayer final : public Layer {
public:
    template <class... Arguments>
    explicit QuickLayer(bool nagle, Arguments... arguments) : Layer(arguments...), nagle_(nagle) {}

    DcmTransportConnection* createConnection(DcmNativeSocketType socket, OFBool secure) override {
        const int no_delay = nagle_ ? 0 : 1;
        // A failure only costs speed: the connection works all the same.
        (void)::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &no_delay, sizeof no_delay);
        return Layer::createConnection(socket, secure);
    }

private:
    bool nagle_;
};

using TlsLayer = QuickLayer<DcmTLSTransportLayer>;

Result<> tlsStep(OFCondition condition, const std::string& what) {
    if (condition.bad()) return fail(Errc::Crypto, what + ": " + condition.text());
    return {};
}

Result<> configure(TlsLayer& layer, const TlsFiles& files) {
    GANTRY_CHECK(tlsStep(layer.setTLSProfile(TSP_Profile_BCP195), "choosing the TLS profile"));
    GANTRY_CHECK(tlsStep(layer.activateCipherSuites(), "choosing cipher suites"));
    GANTRY_CHECK(
        tlsStep(layer.addTrustedCertificateFile(files.trusted_certificates.c_str(), DCF_Filetype_PEM),
                "reading " + files.trusted_certificates));
    layer.setCertificateVerification(DCV_requireCertificate);
    if (files.certificate.empty()) return {};
    GANTRY_CHECK(
        tlsStep(layer.setPrivateKeyFile(files.key.c_str(), DCF_Filetype_PEM), "reading " + files.key));
    GANTRY_CHECK(tlsStep(layer.setCertificateFile(files.certificate.c_str(), DCF_Filetype_PEM),
                         "reading " + files.certificate));
    if (!layer.checkPrivateKeyMatchesCertificate())
        return fail(Errc::Crypto, files.key + " is not the key of " + files.certificate);
    return {};
}

}  // namespace

Result<std::unique_ptr<DcmTransportLayer>> makeTransport(const std::optional<TlsFiles>& tls, bool nagle) {
    if (!tls)
        return std::unique_ptr<DcmTransportLayer>(std::make_unique<QuickLayer<DcmTransportLayer>>(nagle));
    const char* no_random_file = nullptr;
    auto layer = std::make_unique<TlsLayer>(nagle, NET_REQUESTOR, no_random_file, OFTrue);
    GANTRY_CHECK(configure(*layer, *tls));
    return std::unique_ptr<DcmTransportLayer>(std::move(layer));
}

}  // namespace gantry::scanner
