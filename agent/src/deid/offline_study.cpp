#include "deid/offline_study.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <map>
#include <mutex>
#include <set>

#include "deid/all_cores.hpp"
#include "gantry/anonymizer/gate_options.hpp"
#include "gantry/anonymizer/own_output.hpp"
#include "images/pixel_cleaning.hpp"
#include "images/pixel_reading.hpp"
#include "images/worker_process.hpp"

namespace gantry::agent {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kGroup = 16;  // objects that one worker looks at

/// Errors of the machine or of the call: every other object would meet them too.
bool endsTheRun(Errc code) {
    return code == Errc::Io || code == Errc::DiskFull || code == Errc::InvalidArgument;
}

std::string refusal(const Error& error) {
    if (error.code == Errc::Unsupported) return error.context;
    return error.message();
}

}  // namespace

OfflineStudy::OfflineStudy(const OfflineRequest& request, std::span<const FoundObject> objects,
                           SubjectOfPatient subject, fs::path work)
    : request_(request),
      objects_(objects),
      subject_{request.trial, request.site, subject.subject, subject.visit, ""},
      work_(std::move(work)),
      outcomes_(objects.size()),
      ours_(objects.size()) {
    for (std::size_t i = 0; i < objects.size(); ++i) {
        outcomes_[i].name = objects[i].name;
        outcomes_[i].sop_class_uid = objects[i].sop_class_uid;
        outcomes_[i].subject = subject;
    }
}

void OfflineStudy::hold(std::size_t index, std::string reason) {
    outcomes_[index].status = ObjectStatus::Held;
    if (outcomes_[index].reason.empty()) outcomes_[index].reason = std::move(reason);
    std::error_code ec;
    fs::remove(made(index), ec);
    fs::remove(cleaned(index), ec);
}

Result<std::vector<ObjectOutcome>> OfflineStudy::run() {
    const auto gate = anonymizer::LeakGate::build(identifying());
    GANTRY_CHECK(deidentifyAll(gate));
    if (leaking_ && request_.hold == HoldScope::Study)
        for (std::size_t i = 0; i < objects_.size(); ++i)
            if (isSafe(i)) hold(i, "the leak gate refused another object of this study");
    GANTRY_CHECK(publish());
    return std::move(outcomes_);
}

/// As gantryd's dispatch does it. Objects that are held count too. Our own outputs are no originals: what
/// stands in them may stand there.
anonymizer::IdentifyingValues OfflineStudy::identifying() {
    anonymizer::IdentifyingValues values;
    values.options = anonymizer::gateOptions(request_.policy, request_.keys, subject_.subject_id);
    std::mutex guard;
    const auto collectOne = [&](std::size_t i) -> Result<> {
        const auto map = GANTRY_TRY(MappedFile::open(objects_[i].path));
        const auto file = GANTRY_TRY(dicom::readFile(map.bytes()));
        ours_[i] = anonymizer::isOwnOutput(file, request_.keys, subject_);
        if (ours_[i]) return {};
        const auto found = anonymizer::collect(file);
        const std::lock_guard lock(guard);
        values.merge(found);
        return {};
    };
    forEachOnAllCores(objects_.size(), {}, [&](std::size_t i) {
        if (const auto read = collectOne(i); !read) hold(i, refusal(read.error()));
    });
    for (std::size_t i = 0; i < objects_.size(); ++i)
        if (!ours_[i]) values.add(anonymizer::ValueKind::PatientId, objects_[i].patient_id);
    for (const auto& text : {subject_.trial_id, subject_.site_id, subject_.subject_id, subject_.visit_id})
        if (!text.empty()) values.allow(text);
    return values;
}

/// A few at a time: one gantry-worker looks at the pixels of all of them, and their cleaned copies go at
/// once.
Result<> OfflineStudy::deidentifyAll(const anonymizer::LeakGate& gate) {
    const auto groups = (objects_.size() + kGroup - 1) / kGroup;
    std::vector<std::optional<Error>> fatal(groups);
    forEachOnAllCores(groups, {}, [&](std::size_t group) {
        const auto first = group * kGroup;
        const auto done = deidentifyGroup(first, std::min(first + kGroup, objects_.size()), gate);
        if (!done) fatal[group] = done.error();
    });
    for (const auto& error : fatal)
        if (error) return *error;
    return {};
}

Result<> OfflineStudy::deidentifyGroup(std::size_t first, std::size_t end, const anonymizer::LeakGate& gate) {
    std::vector<std::size_t> places;
    std::vector<PixelRequest> requests;
    for (auto i = first; i < end; ++i) {
        if (!outcomes_[i].reason.empty()) continue;
        PixelRequest request;
        request.original.path = objects_[i].path;
        if (ours_[i]) {
            request.original.pixels = anonymizer::PixelState::Clean;
            GANTRY_CHECK(deidentifyOne(i, request.original, gate));
            continue;
        }
        places.push_back(i);
        request.out = cleaned(i);
        requests.push_back(std::move(request));
    }
    const auto looks = cleanPixels(requests, request_.policy, {WorkerProcess::defaultProgram(), work_});
    if (!looks && endsTheRun(looks.error().code)) return looks.error();
    for (std::size_t k = 0; k < places.size(); ++k) {
        if (!looks)
            hold(places[k], refusal(looks.error()));
        else if (!(*looks)[k].usable())
            hold(places[k], (*looks)[k].reason);
        else
            GANTRY_CHECK(deidentifyOne(places[k], (*looks)[k].input, gate));
    }
    std::vector<std::size_t> looked_at;
    for (std::size_t k = 0; k < places.size() && looks; ++k)
        if ((*looks)[k].outcome != PixelOutcome::NotNeeded && isSafe(places[k]))
            looked_at.push_back(places[k]);
    return request_.policy.gate_reads_pixels ? readPictures(looked_at, gate) : Result<>();
}

Result<> OfflineStudy::readPictures(const std::vector<std::size_t>& places,
                                    const anonymizer::LeakGate& gate) {
    std::vector<fs::path> outputs;
    for (const auto i : places) outputs.push_back(made(i));
    const auto found = GANTRY_TRY(readPixels(outputs, gate, {WorkerProcess::defaultProgram(), work_}));
    for (std::size_t k = 0; k < places.size(); ++k) {
        if (!found[k]) continue;
        hold(places[k], "the leak gate refused it: " + found[k]->what + " in " + found[k]->where);
        leaking_ = true;
    }
    return {};
}

/// The gate reads what was just written, while it is at hand.
Result<> OfflineStudy::deidentifyOne(std::size_t index, const anonymizer::DeidInput& input,
                                     const anonymizer::LeakGate& gate) {
    auto report = anonymizer::deidentify(input, request_.policy, request_.keys, subject_, made(index));
    std::error_code ec;
    fs::remove(cleaned(index), ec);
    if (!report) {
        if (endsTheRun(report.error().code)) return report.error();
        hold(index, refusal(report.error()));
        return {};
    }
    outcomes_[index].report = *std::move(report);
    if (const auto checked = gate.check(made(index)); !checked) {
        hold(index, "the leak gate refused it: " + checked.error().context);
        leaking_ = true;
    }
    return {};
}

/// What was only tried is as if written, and goes.
Result<> OfflineStudy::drop(const std::vector<fs::path>& files) {
    std::error_code ec;
    for (const auto& file : files) fs::remove(file, ec);
    for (auto& outcome : outcomes_)
        if (!outcome.out.empty()) outcome.status = ObjectStatus::Written;
    return {};
}

/// Durable first, then by their names.
Result<> OfflineStudy::publish() {
    std::map<fs::path, std::size_t> places;  // two objects may claim one UID
    std::vector<fs::path> files;
    for (std::size_t i = 0; i < objects_.size(); ++i) {
        if (!isSafe(i)) continue;
        const auto& report = *outcomes_[i].report;
        const auto place = fs::path(subject_.subject_id) / report.study_instance_uid /
                           report.series_instance_uid / (report.sop_instance_uid + ".dcm");
        const auto [first, added] = places.emplace(place, i);
        if (!added && outcomes_[first->second].report->sha256 != report.sha256) {
            hold(i, "another object of the study has the same SOPInstanceUID and other content");
            continue;
        }
        outcomes_[i].out = place;
        files.push_back(made(i));
    }
    if (request_.out.empty()) return drop(files);
    GANTRY_CHECK(anonymizer::syncOutputs(files));
    std::set<fs::path> folders;
    for (std::size_t i = 0; i < objects_.size(); ++i) {
        if (outcomes_[i].out.empty()) continue;
        const auto target = request_.out / outcomes_[i].out;
        if (folders.insert(target.parent_path()).second) GANTRY_CHECK(makeDirectory(target.parent_path()));
        if (::rename(made(i).c_str(), target.c_str()) != 0)
            return failErrno("giving an output its name", errno);
        outcomes_[i].status = ObjectStatus::Written;
    }
    for (const auto& folder : folders) GANTRY_CHECK(syncDirectory(folder));
    return {};
}

}  // namespace gantry::agent
