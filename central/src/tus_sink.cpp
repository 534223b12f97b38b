#include "tus_sink.hpp"

#include "gantry/core/log.hpp"
#include "tus_handler.hpp"

namespace gantry::central {
namespace {

class TusSink final : public http::UploadSink {
public:
    TusSink(UploadStore& store, TusTransfer transfer) : store_(store), transfer_(std::move(transfer)) {}

    Result<> write(Bytes piece) override {
        const auto limit = transfer_.row.length.value_or(store_.limits().max_bytes);
        if (piece.size() > limit - transfer_.start - received_)
            return fail(Errc::InvalidArgument, "more bytes than the upload is long");
        received_ += piece.size();
        if (transfer_.checksum && !transfer_.checksum->ofPrefix()) transfer_.checksum->update(piece);
        GANTRY_CHECK(transfer_.file->append(transfer_.ticket, piece));
        // Bytes whose checksum is still to be compared are nobody else's yet.
        return transfer_.checksum ? Result<>() : transfer_.file->shareInSteps();
    }

    http::Response finish(bool complete) override {
        auto response = complete ? finishWhole() : finishBroken();
        transfer_.file->release(transfer_.ticket);
        return withTus(std::move(response));
    }

private:
    /// What came stays, unless its checksum was promised and never came to be compared.
    http::Response finishBroken() {
        if (transfer_.checksum)
            cut();
        else if (auto done = transfer_.file->share(); !done)
            log::warning("upload.share", {{"error", done.error().message()}});
        return http::text(400, "");
    }

    http::Response finishWhole() {
        const auto whole = isWhole();
        if (!whole) return http::problem(whole.error());
        if (!*whole) {
            log::warning("upload.checksum",
                         {{"site", transfer_.row.site}, {"parcel", transfer_.row.parcel_id}});
            cut();
            return http::text(kChecksumMismatch, "checksum mismatch\n");
        }
        auto taken = keep();
        return taken ? *std::move(taken) : http::problem(taken.error());
    }

    /// Whether what came is what its checksum promised.
    Result<bool> isWhole() {
        if (!transfer_.checksum) return true;
        if (!transfer_.checksum->ofPrefix()) return transfer_.checksum->matches();
        return transfer_.checksum->matches(GANTRY_TRY(transfer_.file->digest()));
    }

    void cut() {
        if (auto done = transfer_.file->cutTo(transfer_.ticket, transfer_.start); !done)
            log::error("upload.cut", {{"error", done.error().message()}});
    }

    Result<http::Response> keep() {
        const auto offset = GANTRY_TRY(transfer_.file->syncedOffset());
        if (transfer_.checksum) GANTRY_CHECK(store_.setCheckedBytes(transfer_.row, offset));
        const auto settled = GANTRY_TRY(store_.settle(transfer_.row, *transfer_.file));
        if (settled == Intake::Outcome::Mismatch) return http::text(kChecksumMismatch, "digest mismatch\n");
        if (settled == Intake::Outcome::Conflict)
            return http::text(422, "this parcel was received with another content\n");
        auto response = std::move(transfer_.success);
        response.headers.emplace_back("Upload-Offset", std::to_string(offset));
        if (!settled)
            response.headers.emplace_back("Upload-Expires", httpTime(store_.expiresAt(transfer_.row)));
        return response;
    }

    UploadStore& store_;
    TusTransfer transfer_;
    std::uint64_t received_ = 0;
};

}  // namespace

std::unique_ptr<http::UploadSink> receiving(UploadStore& store, TusTransfer transfer) {
    return std::make_unique<TusSink>(store, std::move(transfer));
}

}  // namespace gantry::central
