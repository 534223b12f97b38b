#include "receive/association_dcmtk.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcostrma.h>
#include <dcmtk/dcmdata/dcuid.h>
#include <dcmtk/dcmnet/dimse.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "gantry/core/dicom.hpp"
#include "gantry/core/log.hpp"
#include "receive/allow_list.hpp"
#include "receive/transport_dcmtk.hpp"

namespace gantry::agent {
namespace {

constexpr int kRequestTimeoutSeconds = 10;  // ARTIM, PS3.8 9.1.5: for the association request to come
constexpr int kPollSeconds = 1;             // how soon a stop is noticed between messages

// Everything the sender writes goes on to the instance; there is nothing to buffer, and no error to report
// here.
class InstanceConsumer final : public DcmConsumer {
public:
    explicit InstanceConsumer(IncomingInstance* instance) : instance_(instance) {}
    OFBool good() const override { return OFTrue; }
    OFCondition status() const override { return EC_Normal; }
    OFBool isFlushed() const override { return OFTrue; }
    offile_off_t avail() const override { return 1 << 30; }
    offile_off_t write(const void* buffer, offile_off_t length) override {
        if (instance_)
            instance_->write(Bytes(static_cast<const std::byte*>(buffer), static_cast<std::size_t>(length)));
        return length;
    }
    void flush() override {}

private:
    IncomingInstance* instance_;  // null: the bytes are let go
};

class InstanceStream final : public DcmOutputStream {
public:
    explicit InstanceStream(IncomingInstance* instance) : DcmOutputStream(&consumer_), consumer_(instance) {}

private:
    InstanceConsumer consumer_;
};

// Lossy syntaxes are last: a sender that offers several must not be led to lose anything (PS3.5 Annex A).
bool isLossy(std::string_view uid) {
    static constexpr std::array<std::string_view, 5> kLossy = {
        "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.81",
        "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.4.93"};
    return std::ranges::find(kLossy, uid) != kLossy.end();
}

// What a peer calls itself or an object is shown, stored and logged: only plain characters go on (PS3.5 6.2).
std::string plain(std::string text) {
    std::ranges::replace_if(
        text, [](char c) { return c < 0x20 || c >= 0x7F; }, '?');
    return text;
}

class Association {
public:
    Association(AssociationServices& services, std::string address, const std::stop_token& stop)
        : services_(services), stop_(stop) {
        peer_.address = std::move(address);
    }
    ~Association() {
        if (association_) ASC_dropAssociation(association_);
        ASC_destroyAssociation(&association_);
        ASC_dropNetwork(&network_);
    }
    Association(const Association&) = delete;
    Association& operator=(const Association&) = delete;

    void serve(int socket) {
        if (!receiveRequest(socket) || !letIn() || !acknowledge()) return;
        const auto began = services_.catalogue.write(
            [&](Database& db) { return beginAssociation(db, peer_, services_.clock.nowMillis()); });
        if (!began) {
            log::error("association.not_recorded", {{"reason", began.error().message()}});
            ASC_abortAssociation(association_);
            return;
        }
        id_ = *began;
        log::info("association.begun", {{"association", id_}, {"calling", peer_.calling_ae_title}});
        end(handleMessages());
    }

private:
    bool receiveRequest(int socket) {
        const SocketHandOver hand_over(socket);
        const bool secure = !services_.config.dicom.tls.certificate.empty();
        auto condition = ASC_initializeNetwork(NET_ACCEPTOR, 0, kRequestTimeoutSeconds, &network_);
        if (condition.good()) condition = ASC_setTransportLayer(network_, &services_.transport, 0);
        if (condition.bad()) {
            ::close(socket);
            log::error("association.no_network", {{"reason", condition.text()}});
            return false;
        }
        condition = ASC_receiveAssociation(network_, &association_, services_.config.dicom.max_pdu_bytes,
                                           nullptr, nullptr, secure, DUL_NOBLOCK, kRequestTimeoutSeconds);
        if (condition.good()) return true;
        // Port checks of monitoring systems end here every minute: not worth a person's attention.
        log::info("association.no_request", {{"address", peer_.address}, {"reason", condition.text()}});
        return false;
    }

    bool letIn() {
        const auto& parameters = *association_->params;
        peer_.calling_ae_title = plain(parameters.DULparams.callingAPTitle);
        peer_.called_ae_title = plain(parameters.DULparams.calledAPTitle);
        const auto& config = services_.config;
        const auto trial = trialCalled();
        if (!trial)
            return reject(
                ASC_REASON_SU_CALLEDAETITLENOTRECOGNIZED, "called-ae-title",
                "A scanner called the AE title " + peer_.called_ae_title + ", which is not one of this box.",
                "Correct the AE title of this node at the scanner.");
        if (!isAllowed(config.dicom.allow, peer_.calling_ae_title, peer_.address))
            return reject(ASC_REASON_SU_CALLINGAETITLENOTRECOGNIZED, "calling-ae-title",
                          "A sender that is not on the list of allowed scanners was turned away.",
                          "If it is a scanner of the trial, site IT adds it under dicom.allow.");
        trial_id_ = *trial;
        return true;
    }

    std::optional<std::string> trialCalled() const {
        if (services_.trial_of) return services_.trial_of(peer_.called_ae_title);
        const auto& trials = services_.config.trials;
        const auto found = std::ranges::find(trials, peer_.called_ae_title, &TrialConfig::ae_title);
        return found == trials.end() ? std::nullopt : std::optional(found->id);
    }

    bool reject(T_ASC_RejectParametersReason reason, std::string_view slug, const std::string& sentence,
                std::string_view advice) {
        const T_ASC_RejectParameters answer = {ASC_RESULT_REJECTEDPERMANENT, ASC_SOURCE_SERVICEUSER, reason};
        ASC_rejectAssociation(association_, &answer);
        refuseAssociation(services_, peer_, slug, sentence, advice);
        return false;
    }

    bool acknowledge() {
        bool any = false;
        const int contexts = ASC_countPresentationContexts(association_->params);
        for (int i = 0; i < contexts; ++i) {
            T_ASC_PresentationContext context;
            if (ASC_getPresentationContext(association_->params, i, &context).good())
                any |= acknowledge(context);
        }
        if (!any)
            return reject(ASC_REASON_SU_NOREASON, "nothing-to-store",
                          "A sender offered no kind of object that this box stores.",
                          "Private kinds can be added under dicom.extra_sop_classes.");
        return ASC_acknowledgeAssociation(association_).good();
    }

    bool acknowledge(const T_ASC_PresentationContext& context) {
        const std::string_view sop_class = context.abstractSyntax;
        if (sop_class != UID_VerificationSOPClass && !isStorageSopClass(services_.config.dicom, sop_class)) {
            ASC_refusePresentationContext(association_->params, context.presentationContextID,
                                          ASC_P_ABSTRACTSYNTAXNOTSUPPORTED);
            return false;
        }
        // The sender's own order, so that it need not convert what it has.
        const auto* chosen = context.proposedTransferSyntaxes[0];
        for (unsigned int i = 0; i < context.transferSyntaxCount; ++i)
            if (!isLossy(context.proposedTransferSyntaxes[i])) {
                chosen = context.proposedTransferSyntaxes[i];
                break;
            }
        return ASC_acceptPresentationContext(association_->params, context.presentationContextID, chosen)
            .good();
    }

    /// How it ended: released, aborted, timed-out.
    std::string_view handleMessages() {
        auto silent_seconds = std::chrono::seconds(0);
        while (true) {
            if (stop_.stop_requested()) {
                ASC_abortAssociation(association_);
                return "aborted";
            }
            T_DIMSE_Message message;
            T_ASC_PresentationContextID context = 0;
            const auto received = DIMSE_receiveCommand(association_, DIMSE_NONBLOCKING, kPollSeconds,
                                                       &context, &message, nullptr);
            if (received == DIMSE_NODATAAVAILABLE) {
                silent_seconds += std::chrono::seconds(kPollSeconds);
                if (silent_seconds < services_.config.dicom.timeout) continue;
                ASC_abortAssociation(association_);
                return "timed-out";
            }
            silent_seconds = std::chrono::seconds(0);
            if (received == DUL_PEERREQUESTEDRELEASE) {
                ASC_acknowledgeRelease(association_);
                return "released";
            }
            if (received.bad()) return broken(received);
            const auto handled = handle(message, context);
            if (handled.bad()) return broken(handled);
        }
    }

    std::string_view broken(const OFCondition& condition) {
        log::info("association.broken", {{"association", id_}, {"reason", condition.text()}});
        ASC_abortAssociation(association_);
        return "aborted";
    }

    OFCondition handle(T_DIMSE_Message& message, T_ASC_PresentationContextID context) {
        if (message.CommandField == DIMSE_C_ECHO_RQ)
            return DIMSE_sendEchoResponse(association_, context, &message.msg.CEchoRQ, STATUS_Success,
                                          nullptr);
        if (message.CommandField == DIMSE_C_STORE_RQ) return store(message.msg.CStoreRQ, context);
        log::warning("association.unknown_command", {{"association", id_}});
        return DIMSE_BADCOMMANDTYPE;
    }

    std::string transferSyntaxOf(T_ASC_PresentationContextID id) {
        T_ASC_PresentationContext context;
        if (ASC_findAcceptedPresentationContext(association_->params, id, &context).bad()) return {};
        return context.acceptedTransferSyntax;
    }

    OFCondition store(T_DIMSE_C_StoreRQ& request, T_ASC_PresentationContextID context) {
        Announced announced{id_,
                            peer_,
                            trial_id_,
                            plain(request.AffectedSOPClassUID),
                            plain(request.AffectedSOPInstanceUID),
                            transferSyntaxOf(context)};
        Result<std::unique_ptr<IncomingInstance>> incoming = admit(announced);
        InstanceStream stream(incoming ? incoming->get() : nullptr);
        T_ASC_PresentationContextID data_context = 0;
        const auto timeout = static_cast<int>(services_.config.dicom.timeout.count());
        const auto received = DIMSE_receiveDataSetInFile(association_, DIMSE_NONBLOCKING, timeout,
                                                         &data_context, &stream, nullptr, nullptr);
        if (received.bad()) return received;
        return respond(request, context,
                       incoming ? incoming->get()->finish() : Result<StoreOutcome>(incoming.error()));
    }

    Result<std::unique_ptr<IncomingInstance>> admit(const Announced& announced) {
        if (dicom::isValidUid(announced.sop_instance_uid) && dicom::isValidUid(announced.sop_class_uid))
            return services_.intake.begin(announced);
        const auto error = fail(Errc::DicomMismatch, "the request names no valid SOP class or instance UID");
        services_.intake.refuse(announced, error);
        return error;
    }

    OFCondition respond(const T_DIMSE_C_StoreRQ& request, T_ASC_PresentationContextID context,
                        const Result<StoreOutcome>& outcome) {
        T_DIMSE_C_StoreRSP response{};
        response.DimseStatus = outcome ? STATUS_Success : describe(outcome.error().code).dimse_status;
        if (outcome && outcome->stored != Stored::Duplicate) services_.arrived(outcome->study, id_);
        return DIMSE_sendStoreResponse(association_, context, &request, &response, nullptr);
    }

    void end(std::string_view how) {
        const auto now = services_.clock.nowMillis();
        const auto closed = services_.catalogue.write([&](Database& db) -> Result<> {
            GANTRY_CHECK(endAssociation(db, id_, how, now));
            if (how == "released") return {};
            Refusal refusal;
            refusal.kind = "aborted";
            refusal.reason = how;
            refusal.sentence =
                "A transfer from " + peer_.calling_ae_title + " broke off. Images may be missing.";
            refusal.advice = "Check the scanner's queue and send the rest again.";
            refusal.peer = peer_;
            refusal.association = id_;
            GANTRY_TRY(recordRefusal(db, refusal, now));
            return {};
        });
        if (!closed) log::error("association.end_not_recorded", {{"reason", closed.error().message()}});
        log::info("association.ended", {{"association", id_}, {"by", how}});
        services_.ended(id_);
    }

    AssociationServices& services_;
    std::stop_token stop_;
    T_ASC_Network* network_ = nullptr;
    T_ASC_Association* association_ = nullptr;
    AssociationId id_ = 0;
    Peer peer_;
    std::string trial_id_;
};

}  // namespace

bool isStorageSopClass(const DicomConfig& config, std::string_view uid) {
    // PS3.4 B.5 puts the standard's storage classes under this root; a few specialised ones stand elsewhere.
    if (uid.starts_with("1.2.840.10008.5.1.4.1.1.")) return true;
    for (int i = 0; i < numberOfDcmAllStorageSOPClassUIDs; ++i)
        if (uid == dcmAllStorageSOPClassUIDs[i]) return true;
    return std::ranges::find(config.extra_sop_classes, uid) != config.extra_sop_classes.end();
}

void refuseAssociation(AssociationServices& services, const Peer& peer, std::string_view reason,
                       std::string_view sentence, std::string_view advice) {
    log::warning("association.rejected", {{"reason", reason}, {"address", peer.address}});
    Refusal refusal;
    refusal.kind = "rejected_association";
    refusal.reason = reason;
    refusal.sentence = sentence;
    refusal.advice = advice;
    refusal.peer = peer;
    const auto listed = services.catalogue.write(
        [&](Database& db) { return recordRefusal(db, refusal, services.clock.nowMillis()); });
    if (!listed) log::error("association.rejection_not_listed", {{"reason", listed.error().message()}});
}

void serveAssociation(AssociationServices& services, int socket, const std::string& address,
                      const std::stop_token& stop) {
    // DCMTK closes the socket, so it is woken by a descriptor of our own. Writing stays possible: the peer is
    // told.
    const UniqueFd own(::fcntl(socket, F_DUPFD_CLOEXEC, 0));
    const std::stop_callback wake(stop, [&] { ::shutdown(own.get(), SHUT_RD); });
    Association(services, address, stop).serve(socket);
}

}  // namespace gantry::agent
