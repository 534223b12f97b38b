#include "s3/object_put.hpp"

#include <algorithm>

namespace gantry::uplink::s3 {
namespace {

constexpr int kMostUploads = 2;  // begun in one attempt: a server that forgets at once must not keep us busy

// nginx and others drop headers with an underscore, and would spoil the signature.
std::string headerName(std::string name) {
    std::replace(name.begin(), name.end(), '_', '-');
    return name;
}

}  // namespace

ObjectPut::ObjectPut(const ObjectPutInput& input)
    : in_(input),
      session_(in_.requests, in_.config.objects, Line(*in_.connections.front(), in_.stop, in_.wait),
               in_.abilities) {
    state_.key = in_.requests.keyOf(in_.object.name);
    if (auto known = UploadState::parse(in_.memory.resumeState(), state_.key)) state_ = *std::move(known);
    asked_before_ = state_.ending;
}

Result<> ObjectPut::run() {
    file_ = GANTRY_TRY(openFile(in_.object.file, OpenMode::Read));
    if (GANTRY_TRY(fileSize(file_.get())) != in_.object.bytes)
        return fail(Errc::InvalidArgument, in_.object.name + ": the file has another size than was said");
    sight_ = GANTRY_TRY(look());
    if (sight_ != Sight::Same) GANTRY_CHECK(isSmall() && state_.upload.id.empty() ? putWhole() : putParts());
    in_.memory.progress(in_.object.bytes, in_.object.bytes);
    return {};
}

NewObject ObjectPut::newObject() const {
    NewObject out{state_.key, {{"sha256", in_.object.sha256_hex}}};
    if (sight_ == Sight::CannotLook) out.replacing = Replacing::NotWhereKnown;
    for (const auto& [name, value] : in_.object.metadata) out.metadata.emplace_back(headerName(name), value);
    return out;
}

Result<ObjectPut::Sight> ObjectPut::look() {
    const auto head = session_.head(state_.key);
    if (!head) {
        const auto code = head.error().code;
        if (code == Errc::NotAllowed || code == Errc::Unsupported) return Sight::CannotLook;
        return head.error();
    }
    if (!*head) return Sight::Absent;
    if ((*head)->bytes != in_.object.bytes || (*head)->sha256_hex != in_.object.sha256_hex)
        return fail(Errc::Conflict, in_.object.name + ": other content is there under this name");
    if (isSmall() && (*head)->etag_is_md5) {
        // A server that checks no digest may hold what was damaged on the way, under a digest that was not.
        const auto digest = GANTRY_TRY(digestOf(wholeFile(), true));
        if (compare({(*head)->etag, ""}, digest) == Match::Different) return Sight::Absent;
    }
    if (!state_.upload.id.empty()) (void)session_.abortUpload(state_.key, state_.upload.id);
    return Sight::Same;
}

Result<> ObjectPut::putWhole() {
    const auto digest = GANTRY_TRY(digestOf(wholeFile(), true));
    if (sight_ == Sight::CannotLook) GANTRY_CHECK(remember());
    const auto sent = session_.putObject(newObject(), wholeFile(), digest, [this](std::uint64_t bytes) {
        in_.memory.progress(std::min(bytes, in_.object.bytes), in_.object.bytes);
    });
    return sent ? Result<>() : afterRefusal(sent.error());
}

// "It is there already" where we may not look: our own doing if we had asked for it before.
Result<> ObjectPut::afterRefusal(const Error& error) {
    if (error.code != Errc::Conflict) return error;
    if (!state_.upload.id.empty()) (void)session_.abortUpload(state_.key, state_.upload.id);
    return asked_before_ ? Result<>() : error;
}

// Before the object may come into being, where a lost answer could not be told from somebody else's object
// later.
Result<> ObjectPut::remember() {
    state_.ending = true;
    return in_.memory.saveResumeState(state_.text());
}

Result<> ObjectPut::putParts() {
    for (int uploads = 0;;) {
        if (state_.upload.id.empty()) {
            if (++uploads > kMostUploads)
                return fail(Errc::Gone, "the server forgets uploads as soon as they begin");
            GANTRY_CHECK(begin());
        }
        auto parts = sendParts();
        auto done = parts ? complete(*parts) : Result<>(parts.error());
        if (done || done.error().code != Errc::Gone) return done ? done : afterRefusal(done.error());
        // Completed by a request whose answer was lost, or expired, or without a part that was there.
        if (sight_ = GANTRY_TRY(look()); sight_ == Sight::Same) return {};
        (void)session_.abortUpload(state_.key, state_.upload.id);
        in_.verified.erase(state_.upload.id);
        state_.upload = {};
    }
}

Result<> ObjectPut::begin() {
    abortLeftovers();
    const auto plan = GANTRY_TRY(planParts(in_.object.bytes, in_.config.part_bytes, kMostParts));
    state_.upload = GANTRY_TRY(session_.createUpload(newObject()));
    state_.part_bytes = plan.part_bytes;
    in_.memory.progress(0, in_.object.bytes);
    return in_.memory.saveResumeState(state_.text());
}

// What a crash between "created" and "remembered" left behind, or a creation whose answer was lost and that
// the HTTP library sent again by itself. Not every key may list; behind those a rule of the bucket cleans up.
void ObjectPut::abortLeftovers() {
    if (!in_.abilities.leftovers) return;
    const auto uploads = session_.uploadsOf(state_.key);
    if (!uploads) {
        in_.abilities.leftovers = uploads.error().code != Errc::NotAllowed;
        return;
    }
    for (const auto& id : *uploads) (void)session_.abortUpload(state_.key, id);
}

Result<std::map<int, StoredPart>> ObjectPut::sendParts() {
    const SignedUpload requests(in_.requests, state_.key, state_.upload);
    const PartPlan plan{in_.object.bytes, state_.part_bytes};
    if (plan.count() > kMostParts)
        return fail(Errc::Gone, "the upload was begun with parts that are too small");
    auto there = session_.listParts(requests);
    if (!there && there.error().code != Errc::NotAllowed) return there.error();
    if (!there) there = std::map<int, ListedPart>();  // may not list: all of it goes again
    auto& verified = in_.verified[state_.upload.id];
    const auto known = verified;
    PartUpload upload(
        {requests,
         in_.connections.first(std::min(in_.connections.size(), static_cast<std::size_t>(plan.count()))),
         file_.get(), plan, !state_.upload.checksums, state_.upload.etag_is_md5, in_.wait,
         [this](std::uint64_t bytes) { in_.memory.progress(bytes, in_.object.bytes); },
         [&verified](int number, const StoredPart& part) -> Result<> {
             verified[number] = part;
             return {};
         }});
    return upload.run(*there, known, in_.stop);
}

Result<> ObjectPut::complete(const std::map<int, StoredPart>& parts) {
    asked_before_ = asked_before_ || state_.ending;
    if (sight_ == Sight::CannotLook) GANTRY_CHECK(remember());
    GANTRY_CHECK(session_.completeUpload(newObject(), state_.upload.id, parts));
    in_.verified.erase(state_.upload.id);
    abortLeftovers();
    return {};
}

}  // namespace gantry::uplink::s3
