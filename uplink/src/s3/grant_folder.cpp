#include "s3/grant_folder.hpp"

#include <algorithm>

#include "gantry/core/crypto.hpp"
#include "gantry/core/files.hpp"
#include "gantry/core/log.hpp"
#include "json_fields.hpp"
#include "s3/part_plan.hpp"

namespace gantry::uplink::s3 {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostGrantBytes = 8u << 20;
constexpr std::uint64_t kMostTakenBytes = 64u << 10;
constexpr auto kInUse = "in use", kServed = "served", kGivenUp = "given up";
constexpr UnixMillis kLeastLeft = 60'000;                        // less time is not worth beginning with
constexpr UnixMillis kKept = UnixMillis(30) * 24 * 3600 * 1000;  // after it has run out
// A grant that comes again must not be used again: it is known for longer than any can hold.
constexpr auto kRemembered = std::chrono::hours(24 * 60);

std::vector<fs::path> filesOf(const fs::path& folder, std::string_view extension) {
    std::vector<fs::path> out;
    std::error_code ec;
    for (fs::directory_iterator entry(folder, ec), end; !ec && entry != end; entry.increment(ec))
        if (entry->path().extension() == extension) out.push_back(entry->path());
    std::sort(out.begin(), out.end());
    return out;
}

bool holds(const Grant& grant, std::uint64_t bytes) {
    return planParts(bytes, kLeastPart, static_cast<int>(grant.parts.size())).has_value();
}

// Fewer are better; those that would need larger parts come behind all others, the largest first.
int partsToSpare(const Grant& grant, int wanted) {
    const auto parts = static_cast<int>(grant.parts.size());
    return parts >= wanted ? parts - wanted : 2 * kMostGrantParts - parts;
}

Error noGrant(bool ran_out, bool too_small) {
    if (ran_out)
        return fail(Errc::NoGrant,
                    "the permission to upload it has run out; the central team sends a new one");
    if (too_small)
        return fail(
            Errc::NoGrant,
            "no permission to upload that is left is large enough for it; the central team sends new ones");
    return fail(Errc::NoGrant, "no permission to upload is left; the central team sends new ones");
}

}  // namespace

fs::path GrantFolder::takenFile(const std::string& upload_id) const {
    return folder_ / (toHex(sha256(asBytes(upload_id))).substr(0, 32) + ".taken");
}

Result<> GrantFolder::write(const Taken& taken) const {
    return writeFileDurably(
        takenFile(taken.upload_id),
        asBytes(boost::json::serialize(boost::json::object{
            {"object_name", taken.object_name}, {"upload_id", taken.upload_id}, {"state", taken.state}})));
}

std::vector<Grant> GrantFolder::readGrants() const {
    std::vector<Grant> out;
    for (const auto& file : filesOf(folder_, ".json")) {
        const auto text = readFile(file, kMostGrantBytes);
        auto grant = text ? readGrant(*text) : Result<Grant>(text.error());
        std::error_code ignored;
        if (!grant)
            log::warning("grant.unreadable",
                         {{"file", file.filename().string()}, {"reason", grant.error().message()}});
        else if (grant->expires_at + kKept < clock_->nowMillis())
            fs::remove(file, ignored);
        else
            out.push_back(*std::move(grant));
    }
    return out;
}

Result<GrantFolder::Taken> GrantFolder::read(const fs::path& file) {
    const auto document = GANTRY_TRY(parseJson(GANTRY_TRY(readFile(file, kMostTakenBytes)), "taken grant"));
    const auto fields = GANTRY_TRY(Fields::of(document, "taken grant"));
    auto object_name = GANTRY_TRY(fields.text("object_name"));
    auto upload_id = GANTRY_TRY(fields.text("upload_id"));
    auto state = GANTRY_TRY(fields.text("state"));
    return Taken{std::move(object_name), std::move(upload_id), std::move(state)};
}

std::vector<GrantFolder::Taken> GrantFolder::readTaken() const {
    std::vector<Taken> out;
    for (const auto& file : filesOf(folder_, ".taken")) {
        auto taken = read(file);
        std::error_code ignored;
        const auto age = fs::file_time_type::clock::now() - fs::last_write_time(file, ignored);
        if (!taken)
            log::error("grant.unreadable",
                       {{"file", file.filename().string()}, {"reason", taken.error().message()}});
        else if (taken->state != kInUse && age > kRemembered)
            fs::remove(file, ignored);
        else
            out.push_back(*std::move(taken));
    }
    return out;
}

bool GrantFolder::hasServed(const std::string& upload_id) const {
    const auto taken = read(takenFile(upload_id));
    return taken && taken->state == kServed;
}

// Of the uploads that were begun, the grant that holds longest; nullptr when all have run out.
const Grant* GrantFolder::newestOf(const std::vector<Grant>& all, const std::vector<Taken>& begun,
                                   UnixMillis now) {
    const Grant* newest = nullptr;
    for (const auto& grant : all) {
        const bool is_begun = std::any_of(begun.begin(), begun.end(), [&](const Taken& entry) {
            return entry.upload_id == grant.upload_id;
        });
        if (!is_begun || grant.expires_at <= now) continue;
        if (newest == nullptr || grant.expires_at > newest->expires_at) newest = &grant;
    }
    return newest;
}

bool GrantFolder::isFree(const Grant& grant) const {
    return grant.expires_at >= clock_->nowMillis() + kLeastLeft && !fs::exists(takenFile(grant.upload_id));
}

Result<Grant> GrantFolder::grantFor(const std::string& object_name, std::uint64_t bytes,
                                    std::uint64_t part_bytes) {
    GANTRY_CHECK(makeDirectory(folder_));
    const auto all = readGrants();
    auto taken = readTaken();
    std::erase_if(
        taken, [&](const Taken& entry) { return entry.object_name != object_name || entry.state != kInUse; });
    if (const auto* begun = newestOf(all, taken, clock_->nowMillis())) return *begun;
    auto free = all;
    std::erase_if(free, [this](const Grant& grant) { return !isFree(grant); });
    const bool some_are_free = !free.empty();
    std::erase_if(free, [&](const Grant& grant) { return !holds(grant, bytes); });
    if (free.empty()) return noGrant(!taken.empty(), some_are_free);
    const auto wanted = PartPlan{bytes, part_bytes}.count();
    const auto best = std::min_element(free.begin(), free.end(), [&](const Grant& a, const Grant& b) {
        return std::pair(partsToSpare(a, wanted), a.expires_at) <
               std::pair(partsToSpare(b, wanted), b.expires_at);
    });
    for (const auto& entry : taken) GANTRY_CHECK(end(object_name, entry.upload_id, End::GivenUp));
    GANTRY_CHECK(write({object_name, best->upload_id, kInUse}));
    return *best;
}

Result<> GrantFolder::end(const std::string& object_name, const std::string& upload_id, End how) {
    return write({object_name, upload_id, how == End::Served ? kServed : kGivenUp});
}

}  // namespace gantry::uplink::s3
