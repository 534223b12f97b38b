#include "association.hpp"

#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcfilefo.h>
#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcuid.h>
#include <dcmtk/dcmnet/dimse.h>

#include <mutex>
#include <set>

#include "transport.hpp"

namespace gantry::scanner {

namespace {

Error networkError(const std::string& doing, const OFCondition& condition) {
    const auto code = condition == DUL_ASSOCIATIONREJECTED ? Errc::PeerRefused
                      : condition == DIMSE_NODATAAVAILABLE || condition == DUL_READTIMEOUT
                          ? Errc::Timeout
                          : Errc::NetworkDown;
    return fail(code, doing + ": " + condition.text());
}

Result<> step(const OFCondition& condition, const std::string& doing) {
    if (condition.bad()) return networkError(doing, condition);
    return {};
}

/// (SOP class, transfer syntax) pairs that the instances need, each once.
std::set<std::pair<std::string, std::string>> proposals(std::span<const Instance> instances) {
    std::set<std::pair<std::string, std::string>> pairs;
    for (const auto& instance : instances) {
        pairs.emplace(instance.sop_class_uid, instance.transfer_syntax_uid);
        pairs.emplace(instance.sop_class_uid, std::string(kImplicitLittleEndian));
    }
    return pairs;
}

Result<> propose(T_ASC_Parameters* parameters, std::span<const Instance> instances) {
    T_ASC_PresentationContextID id = 1;
    const auto add = [&](const std::string& sop_class, const std::string& syntax) {
        const char* syntaxes[] = {syntax.c_str()};
        const auto added = ASC_addPresentationContext(parameters, id, sop_class.c_str(), syntaxes, 1);
        id = static_cast<T_ASC_PresentationContextID>(id + 2);  // odd numbers, PS3.8 9.3.2.2
        return step(added, "proposing " + sop_class);
    };
    GANTRY_CHECK(add(UID_VerificationSOPClass, std::string(kImplicitLittleEndian)));
    for (const auto& [sop_class, syntax] : proposals(instances)) GANTRY_CHECK(add(sop_class, syntax));
    return {};
}

Result<> describe(T_ASC_Parameters* parameters, const Destination& to) {
    GANTRY_CHECK(
        step(ASC_setAPTitles(parameters, to.calling_ae_title.c_str(), to.called_ae_title.c_str(), nullptr),
             "setting AE titles"));
    GANTRY_CHECK(step(ASC_setTransportLayerType(parameters, to.tls.has_value()), "choosing the transport"));
    const auto peer = to.host + ":" + std::to_string(to.port);
    return step(ASC_setPresentationAddresses(parameters, "localhost", peer.c_str()), "setting addresses");
}

/// The file as DCMTK's object. The bytes are copied by the read.
Result<> parse(DcmFileFormat& file, const std::string& bytes) {
    DcmInputBufferStream stream;
    stream.setBuffer(bytes.data(), static_cast<offile_off_t>(bytes.size()));
    stream.setEos();
    file.transferInit();
    const auto read = file.read(stream);
    file.transferEnd();
    if (read.bad()) return fail(Errc::NotDicom, std::string("reading an instance back: ") + read.text());
    return {};
}

std::string commentOf(DcmDataset* detail) {
    OFString comment;
    if (detail != nullptr) (void)detail->findAndGetOFString(DCM_ErrorComment, comment);
    return comment.c_str();
}

template <std::size_t N>
void copyUid(char (&out)[N], const std::string& uid) {
    OFStandard::strlcpy(out, uid.c_str(), N);
}

}  // namespace

Association::~Association() {
    if (association_ != nullptr) {
        if (alive_) (void)ASC_abortAssociation(association_);
        (void)ASC_destroyAssociation(&association_);
    }
    if (network_ != nullptr) (void)ASC_dropNetwork(&network_);
}

Result<std::unique_ptr<Association>> Association::request(const Destination& destination,
                                                          const SendOptions& options,
                                                          std::span<const Instance> instances) {
    std::unique_ptr<Association> association(new Association(options));
    GANTRY_CHECK(association->connect(destination, options, instances));
    return association;
}

Result<> Association::connect(const Destination& destination, const SendOptions& options,
                              std::span<const Instance> instances) {
    static std::once_flag connection_timeout;  // DCMTK keeps it in a global
    std::call_once(connection_timeout, [this] { dcmConnectionTimeout.set(timeout_s_); });
    layer_ = GANTRY_TRY(makeTransport(destination.tls, options.nagle));
    GANTRY_CHECK(
        step(ASC_initializeNetwork(NET_REQUESTOR, 0, timeout_s_, &network_), "starting the network"));
    GANTRY_CHECK(step(ASC_setTransportLayer(network_, layer_.get(), 0), "setting the transport"));
    T_ASC_Parameters* parameters = nullptr;
    GANTRY_CHECK(step(ASC_createAssociationParameters(&parameters, static_cast<long>(options.max_pdu_bytes)),
                      "preparing an association"));
    auto prepared = describe(parameters, destination);
    if (prepared) prepared = propose(parameters, instances);
    if (!prepared) {
        (void)ASC_destroyAssociationParameters(&parameters);
        return prepared.error();
    }
    // The association owns the parameters from here, also when the request fails.
    const auto requested = ASC_requestAssociation(network_, parameters, &association_);
    GANTRY_CHECK(step(requested, "requesting an association"));
    alive_ = true;
    return {};
}

Result<> Association::echo() {
    DIC_US status = 0xFFFF;
    const auto sent = DIMSE_echoUser(association_, association_->nextMsgID++, DIMSE_NONBLOCKING, timeout_s_,
                                     &status, nullptr);
    if (sent.bad()) alive_ = false;
    GANTRY_CHECK(step(sent, "C-ECHO"));
    if (status != STATUS_Success)
        return fail(Errc::PeerRefused, "C-ECHO was answered " + std::to_string(status));
    return {};
}

T_ASC_PresentationContextID Association::contextFor(const Instance& instance) const {
    const auto* sop_class = instance.sop_class_uid.c_str();
    const auto own =
        ASC_findAcceptedPresentationContextID(association_, sop_class, instance.transfer_syntax_uid.c_str());
    return own != 0 ? own
                    : ASC_findAcceptedPresentationContextID(association_, sop_class,
                                                            UID_LittleEndianImplicitTransferSyntax);
}

SendStatus Association::store(const Instance& instance) {
    SendStatus status{instance.sop_instance_uid, {}, {}};
    const auto context = contextFor(instance);
    if (context == 0) {
        status.problem = "the peer accepted no presentation context for it";
        return status;
    }
    const auto bytes = instance.file();
    DcmFileFormat file;
    const auto parsed = bytes ? parse(file, *bytes) : Result<>(bytes.error());
    if (!parsed) {
        status.problem = parsed.error().message();
        return status;
    }
    T_DIMSE_C_StoreRQ request{};
    request.MessageID = association_->nextMsgID++;
    copyUid(request.AffectedSOPClassUID, instance.sop_class_uid);
    copyUid(request.AffectedSOPInstanceUID, instance.sop_instance_uid);
    request.DataSetType = DIMSE_DATASET_PRESENT;
    request.Priority = DIMSE_PRIORITY_MEDIUM;
    T_DIMSE_C_StoreRSP response{};
    DcmDataset* detail = nullptr;
    const auto sent = DIMSE_storeUser(association_, context, &request, nullptr, file.getDataset(), nullptr,
                                      nullptr, DIMSE_NONBLOCKING, timeout_s_, &response, &detail);
    const std::unique_ptr<DcmDataset> owned_detail(detail);
    if (sent.bad()) {
        alive_ = false;
        status.problem = networkError("C-STORE", sent).message();
        return status;
    }
    status.dimse_status = response.DimseStatus;
    status.problem = commentOf(detail);
    return status;
}

void Association::release() {
    if (alive_) (void)ASC_releaseAssociation(association_);
    alive_ = false;
}

}  // namespace gantry::scanner
