#include "withdrawals.hpp"

#include <boost/json.hpp>

#include "gantry/core/files.hpp"

namespace gantry::central {

namespace fs = std::filesystem;
namespace json = boost::json;

Result<fs::path> Withdrawals::placeOf(const std::string& site, const std::string& parcel_id) const {
    return folder_ / GANTRY_TRY(folderName(site)) / parcel_id;
}

Result<> Withdrawals::note(const uplink::ParcelManifest& manifest, const std::string& site,
                           const Clock& clock) const {
    for (const auto& one : manifest.withdraws)
        GANTRY_CHECK(noteOne(one.parcel_id, one.reason, manifest, site, clock));
    for (const auto& id : manifest.supersedes) GANTRY_CHECK(noteOne(id, "superseded", manifest, site, clock));
    return {};
}

Result<> Withdrawals::noteOne(const std::string& parcel_id, const std::string& reason,
                              const uplink::ParcelManifest& manifest, const std::string& site,
                              const Clock& clock) const {
    auto file = GANTRY_TRY(placeOf(site, parcel_id));
    file += ".json";
    std::error_code ec;
    if (fs::exists(file, ec)) return {};
    GANTRY_CHECK(makeDirectory(file.parent_path()));
    const auto text = json::serialize(json::value{{"parcel_id", parcel_id},
                                                  {"withdrawn_by", manifest.parcel_id},
                                                  {"reason", reason},
                                                  {"site", site},
                                                  {"trial", manifest.trial},
                                                  {"study_instance_uid", manifest.study_instance_uid},
                                                  {"told_at", isoUtc(clock.nowMillis())}});
    return writeFileDurably(file, asBytes(text + "\n"));
}

Result<std::optional<Withdrawal>> Withdrawals::of(const std::string& site,
                                                  const std::string& parcel_id) const {
    auto file = GANTRY_TRY(placeOf(site, parcel_id));
    file += ".json";
    const auto text = readFile(file, 1u << 20);
    if (!text && text.error().code == Errc::NotFound) return std::optional<Withdrawal>();
    if (!text) return text.error();
    boost::system::error_code ec;
    const auto value = json::parse(*text, ec);
    const auto* object = ec ? nullptr : value.if_object();
    if (!object) return fail(Errc::BadFormat, "the note of a withdrawal cannot be read");
    const auto field = [&](std::string_view key) {
        const auto* member = object->if_contains(key);
        return member && member->is_string() ? std::string(member->get_string()) : std::string();
    };
    return std::optional(Withdrawal{field("withdrawn_by"), field("reason"), field("trial")});
}

Result<fs::path> Withdrawals::takeOut(const std::string& site, const std::string& parcel_id,
                                      const fs::path& opened) const {
    const auto place = GANTRY_TRY(placeOf(site, parcel_id));
    std::error_code ec;
    const bool there = fs::exists(opened, ec);
    if (files_ == WithdrawnFiles::Delete) {
        if (there) fs::remove_all(opened, ec);
        if (ec) return fail(Errc::Io, "removing a withdrawn parcel: " + ec.message());
        return fs::path();
    }
    if (fs::exists(place, ec)) {
        // It was moved before and opened once more since.
        if (there) fs::remove_all(opened, ec);
        return place;
    }
    if (there) {
        GANTRY_CHECK(makeDirectory(place.parent_path()));
        GANTRY_CHECK(renameDurably(opened, place));
    }
    return place;
}

}  // namespace gantry::central
