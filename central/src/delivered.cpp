#include "delivered.hpp"

#include <algorithm>
#include <map>

#include "gantry/core/files.hpp"
#include "gantry/uplink/parcel.hpp"

namespace gantry::central {
namespace {

constexpr std::size_t kMostManifestBytes = 64u << 20;

/// {opened}/{trial}/{subject}/{study}/{parcel}, or where a withdrawn parcel lies.
std::optional<uplink::ParcelManifest> manifestOf(const ParcelRow& row, const std::filesystem::path& directory) {
    if (row.folder.empty()) return std::nullopt;
    const auto text = readFile(directory / row.folder / "manifest.json", kMostManifestBytes);
    if (!text) return std::nullopt;
    auto manifest = uplink::manifestFromJson(*text);
    return manifest ? std::optional(*std::move(manifest)) : std::nullopt;
}

void add(DeliveredStudy& study, const ParcelRow& row, const std::optional<uplink::ParcelManifest>& manifest) {
    if (study.received_day.empty() && row.content == "images") study.received_day = dayOf(row.received_at);
    if (row.content == "images") study.withdrawn = row.withdrawn_by.empty() ? "" : row.withdraw_reason;
    if (row.withdrawn_by.empty() && manifest && manifest->verdict)
        study.verdict = std::string(toString(manifest->verdict->outcome));
}

}  // namespace

std::string dayOf(UnixMillis at) {
    auto day = isoUtc(at).substr(0, 10);
    std::erase(day, '-');
    return day;
}

Result<std::vector<DeliveredStudy>> deliveredStudies(Index& index, const std::filesystem::path& directory) {
    std::map<std::string, std::size_t> known;  // by site, subject, visit and study
    std::vector<DeliveredStudy> out;
    for (const auto& row : GANTRY_TRY(index.parcels(ParcelState::Opened))) {
        if (row.object_kind != ObjectKind::Parcel || row.content == "withdrawal") continue;
        const auto manifest = manifestOf(row, directory);
        const auto study = manifest ? manifest->study_instance_uid : row.parcel_id;
        const auto key = row.site + '\n' + row.subject + '\n' + row.visit + '\n' + study;
        const auto [found, first] = known.try_emplace(key, out.size());
        if (first) out.push_back({row.site, row.subject, row.visit, study, "", "", ""});
        add(out[found->second], row, manifest);
    }
    // A verdict alone, of a study whose images stay at the site, is no delivery.
    std::erase_if(out, [](const DeliveredStudy& study) { return study.received_day.empty(); });
    return out;
}

}  // namespace gantry::central
