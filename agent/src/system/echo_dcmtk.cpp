#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmnet/scu.h>

#include "system/echo.hpp"

namespace gantry::agent {
namespace {

constexpr int kSeconds = 8;

Error refusedBy(const EchoWish& wish, const OFCondition& condition) {
    const bool there = condition == NET_EC_InvalidSCPAssociationProfile || condition == DUL_ASSOCIATIONREJECTED ||
                       condition == NET_EC_NoAcceptablePresentationContexts;
    const auto who = wish.called_ae_title + " at " + wish.host + ":" + std::to_string(wish.port);
    if (there)
        return fail(Errc::PeerRefused, who + " is there and does not let " + wish.calling_ae_title +
                                           " in: enter this box at the node, with its address and AE title");
    return fail(Errc::NetworkDown, who + " does not answer: see whether address and port are right, the node is on, and "
                                         "no firewall is between");
}

}  // namespace

Result<std::chrono::milliseconds> echo(const EchoWish& wish) {
    const auto begin = std::chrono::steady_clock::now();
    DcmSCU scu;
    scu.setAETitle(wish.calling_ae_title.c_str());
    scu.setPeerAETitle(wish.called_ae_title.c_str());
    scu.setPeerHostName(wish.host.c_str());
    scu.setPeerPort(wish.port);
    scu.setConnectionTimeout(kSeconds);
    scu.setACSETimeout(kSeconds);
    scu.setDIMSEBlockingMode(DIMSE_NONBLOCKING);
    scu.setDIMSETimeout(kSeconds);
    OFList<OFString> syntaxes;
    syntaxes.push_back(UID_LittleEndianImplicitTransferSyntax);  // the one that every node must take, PS3.5 10.1
    scu.addPresentationContext(UID_VerificationSOPClass, syntaxes);
    auto done = scu.initNetwork();
    if (done.good()) done = scu.negotiateAssociation();
    if (done.bad()) return refusedBy(wish, done);
    done = scu.sendECHORequest(0);
    if (done.bad()) return fail(Errc::PeerRefused, wish.called_ae_title + " let us in and did not answer the echo");
    scu.releaseAssociation();
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
}

}  // namespace gantry::agent
