#include "receive/intake.hpp"

#include "gantry/core/dicom.hpp"
#include "gantry/core/log.hpp"

namespace gantry::agent {
namespace {

constexpr std::uint64_t kRoomStep =
    8u << 20;  // free space is looked at again after so many bytes of one instance

std::string adviceFor(Errc code) {
    switch (code) {
        case Errc::DiskFull:
            return "Tell site IT: the disk must be cleared. Then send again.";
        case Errc::NotDicom:
        case Errc::DicomLimit:
            return "Send it again. If it is refused again, the scanner sends a damaged object.";
        case Errc::DicomMismatch:
            return "Send it again. If it is refused again, tell the scanner's service.";
        default:
            return "Send it again. If it is refused again, tell site IT.";
    }
}

}  // namespace

Result<std::unique_ptr<IncomingInstance>> Intake::begin(Announced announced) {
    const auto ready = [&]() -> Result<std::unique_ptr<Segment>> {
        GANTRY_CHECK(spool_.roomFor(kRoomStep));
        return spool_.lend();
    };
    auto segment = ready();
    if (!segment) {
        refuse(announced, segment.error());
        return segment.error();
    }
    return std::unique_ptr<IncomingInstance>(
        new IncomingInstance(*this, std::move(announced), *std::move(segment)));
}

void Intake::refuse(const Announced& announced, const Error& error) {
    const auto& row = describe(error.code);
    log::warning("receive.refused", {{"reason", error.message()},
                                     {"instance", log::logId(announced.sop_instance_uid)},
                                     {"association", announced.association}});
    Refusal refusal;
    refusal.kind = "refused";
    refusal.reason = row.slug;
    refusal.sentence = "An image was not taken. " + std::string(row.sentence);
    refusal.advice = adviceFor(error.code);
    refusal.peer = announced.peer;
    refusal.sop_instance_uid = announced.sop_instance_uid;
    refusal.association = announced.association;
    const auto written =
        catalogue_.write([&](Database& db) { return recordRefusal(db, refusal, clock_.nowMillis()); });
    if (!written) log::error("receive.refusal_not_listed", {{"reason", written.error().message()}});
}

IncomingInstance::IncomingInstance(Intake& intake, Announced announced, std::unique_ptr<Segment> segment)
    : intake_(intake), announced_(std::move(announced)), segment_(std::move(segment)) {
    segment_->begin();
    segment_->hash().begin();
    const auto meta = dicom::fileMeta(announced_.sop_class_uid, announced_.sop_instance_uid,
                                      announced_.transfer_syntax_uid, announced_.peer.calling_ae_title);
    meta_bytes_ = meta.size();
    failed_ = segment_->append(asBytes(meta));
    next_room_check_ = segment_->end() + kRoomStep;
}

IncomingInstance::~IncomingInstance() {
    // Not yet kept: the sender broke off, or storing failed.
    if (segment_->end() != segment_->startOfInstance()) {
        if (auto taken = segment_->takeBack(); !taken)
            log::error("spool.tail_left", {{"reason", taken.error().message()}});
    }
    intake_.spool_.giveBack(std::move(segment_));
}

void IncomingInstance::write(Bytes piece) {
    if (!failed_) return;
    if (segment_->end() > next_room_check_) {
        next_room_check_ += kRoomStep;
        failed_ = intake_.spool_.roomFor(kRoomStep);
        if (!failed_) return;
    }
    segment_->hash().feed(piece);
    failed_ = segment_->append(piece);
}

Result<NewInstance> IncomingInstance::examine() {
    const SpoolRange range{segment_->id(), segment_->startOfInstance(),
                           segment_->end() - segment_->startOfInstance(), meta_bytes_};
    const auto map =
        GANTRY_TRY(MappedFile::open(intake_.spool_.pathOf(segment_->name()), range.offset, range.length));
    const auto file = GANTRY_TRY(dicom::readFile(map.bytes()));
    const auto& dataset = file.dataset;
    if (dataset.text(dicom::tags::kSopInstanceUid) != announced_.sop_instance_uid ||
        dataset.text(dicom::tags::kSopClassUid) != announced_.sop_class_uid)
        return fail(Errc::DicomMismatch, "SOP class or instance UID inside differ from those announced");
    for (const auto tag : {dicom::tags::kStudyInstanceUid, dicom::tags::kSeriesInstanceUid})
        if (!dicom::isValidUid(dataset.text(tag)))
            return fail(Errc::NotDicom, dicom::nameOf(tag) + " is missing or not a UID");
    NewInstance instance;
    instance.trial_id = announced_.trial_id;
    instance.association = announced_.association;
    instance.calling_ae_title = announced_.peer.calling_ae_title;
    instance.address = announced_.peer.address;
    instance.sop_class_uid = announced_.sop_class_uid;
    instance.sop_instance_uid = announced_.sop_instance_uid;
    instance.transfer_syntax_uid = announced_.transfer_syntax_uid;
    instance.range = range;
    instance.facts = extractFacts(file);
    return instance;
}

Result<StoreOutcome> IncomingInstance::store() {
    if (!failed_) return failed_.error();
    auto instance = GANTRY_TRY(examine());
    instance.dataset_sha256 = toHex(segment_->hash().finish());
    instance.received_at = intake_.clock_.nowMillis();
    // Bytes and row are synced side by side, so that a slow disk is waited for once. A row whose bytes did
    // not get there goes again, here or, after a power cut, at the next start.
    Result<> synced;
    auto outcome = intake_.catalogue_.write(
        [&](Database& db) {
            if (intake_.bases_stale_.exchange(false)) intake_.bases_.clear();
            return recordInstance(db, instance, intake_.bases_);
        },
        [&] { synced = segment_->sync(); });
    if (!outcome) {
        intake_.bases_stale_ = true;
        return outcome.error();
    }
    if (outcome->stored == Stored::Duplicate) {
        GANTRY_CHECK(syncEarlier(*outcome, instance));
        return outcome;
    }
    if (!synced) {
        forget(*outcome, instance);
        return synced.error();
    }
    segment_->keep();
    return outcome;
}

/// The first arrival of these bytes may still be at its sync, on another association.
Result<> IncomingInstance::syncEarlier(const StoreOutcome& outcome, const NewInstance& instance) {
    const auto row = GANTRY_TRY(intake_.catalogue_.read([&](Database& db) {
        return storedRow(db, outcome.study, instance.sop_instance_uid, instance.dataset_sha256);
    }));
    const auto fd = openFile(intake_.spool_.pathOf(row.segment_name), OpenMode::Read);
    if (!fd && fd.error().code == Errc::NotFound) return {};  // sent, confirmed and removed long since
    if (!fd) return fd.error();
    return syncData(fd->get());
}

void IncomingInstance::forget(const StoreOutcome& outcome, const NewInstance& instance) {
    const auto forgotten = intake_.catalogue_.write([&](Database& db) -> Result<> {
        const auto row =
            GANTRY_TRY(storedRow(db, outcome.study, instance.sop_instance_uid, instance.dataset_sha256));
        return forgetInstance(db, row.id);
    });
    intake_.bases_stale_ = true;
    if (!forgotten) log::error("receive.row_left", {{"reason", forgotten.error().message()}});
}

Result<StoreOutcome> IncomingInstance::finish() {
    auto outcome = store();
    if (!outcome) intake_.refuse(announced_, outcome.error());
    return outcome;
}

}  // namespace gantry::agent
