#include "tus_read_back.hpp"

#include "gantry/core/crypto.hpp"

namespace gantry::uplink {

Result<ReadBackOutcome> readBack(const TusJob& job) {
    Sha256 digest;
    std::uint64_t came = 0;
    bool too_long = false;
    HttpRequest request;
    request.url = job.state.whole.url;
    request.take_body = [&](Bytes piece) -> Result<> {
        came += piece.size();
        too_long = came > job.object.bytes;
        if (too_long) return fail(Errc::BadFormat, "more than was sent");
        digest.update(piece);
        job.progress(job.object.bytes);
        return {};
    };
    request.max_answer_bytes = 1 << 20;  // of what is said instead
    const auto response = job.peer.ask(std::move(request), "reading back what was sent");
    // What has another size is something else, a page of words perhaps: the server said that it has all
    // bytes.
    if (too_long) return ReadBackOutcome::NotOffered;
    if (!response) return response.error();
    const int status = response->status;
    if (status == 408 || status == 425 || status == 429 || (status >= 500 && status != 501))
        return statusError(*response, "reading back what was sent");
    if (status != 200 || came != job.object.bytes) return ReadBackOutcome::NotOffered;
    return toHex(digest.finish()) == job.object.sha256_hex ? ReadBackOutcome::Same
                                                           : ReadBackOutcome::Different;
}

}  // namespace gantry::uplink
