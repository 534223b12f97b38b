#include "shared_objects.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "gantry/core/files.hpp"

namespace gantry::central {
namespace {

constexpr std::uint64_t kPieceBytes = 8u << 20;
constexpr int kPage = 1000;
constexpr std::size_t kDigits = 15;  // an upload has at most 16 TiB

struct Piece {
    std::string name;
    std::uint64_t from = 0, to = 0;
    UnixMillis modified = 0;
};

std::string folderOf(const std::string& id) {
    return "uploads/" + id + "/";
}

std::string padded(std::uint64_t number) {
    const auto text = std::to_string(number);
    return std::string(kDigits - std::min(kDigits, text.size()), '0') + text;
}

std::string parcelName(const std::string& site, const std::string& parcel_id, const std::string& sha256) {
    return "parcels/" + site + "/" + parcel_id + "-" + sha256 + ".age";
}

std::optional<Piece> pieceOf(const uplink::ObjectInfo& info) {
    Piece piece{info.name, 0, 0, info.modified};
    const auto name = std::string_view(info.name).substr(info.name.rfind('/') + 1);
    const auto dash = std::min(name.find('-'), name.size());
    const auto number = [](std::string_view text, std::uint64_t& out) {
        return std::from_chars(text.data(), text.data() + text.size(), out).ec == std::errc();
    };
    if (dash == name.size() || !number(name.substr(0, dash), piece.from) ||
        !number(name.substr(dash + 1), piece.to))
        return std::nullopt;
    return piece.to - piece.from == info.bytes ? std::optional(piece) : std::nullopt;
}

/// What the bucket says of this hub's credentials, address or clock is no word about the site that is asking.
Error ours(const Error& error) {
    const bool about_us = error.code == Errc::NotAllowed || error.code == Errc::PeerRefused ||
                          error.code == Errc::ClockWrong || error.code == Errc::InvalidArgument;
    return within("the bucket", about_us ? fail(Errc::Io, error.message()) : error);
}

template <class T>
Result<T> ours(Result<T> result) {
    return result ? result : Result<T>(ours(result.error()));
}

/// Ascending by where they begin.
Result<std::vector<Piece>> piecesOf(uplink::ObjectStore& store, const std::string& id) {
    std::vector<Piece> out;
    std::string after;
    for (bool more = true; more;) {
        const auto page = GANTRY_TRY(ours(store.list(folderOf(id), after, kPage)));
        for (const auto& info : page.objects)
            if (auto piece = pieceOf(info)) out.push_back(*std::move(piece));
        more = page.more && !page.objects.empty();
        if (more) after = page.objects.back().name;
    }
    return out;
}

std::uint64_t endOf(const std::vector<Piece>& pieces) {
    std::uint64_t end = 0;
    for (const auto& piece : pieces)
        if (piece.from <= end) end = std::max(end, piece.to);
    return end;
}

}  // namespace

Result<std::uint64_t> SharedObjects::uploadEnd(const std::string& id) {
    return endOf(GANTRY_TRY(piecesOf(*store_, id)));
}

Result<> SharedObjects::keepUpload(const std::string& id, int file, std::uint64_t from, std::uint64_t to) {
    while (from < to) {
        const auto bytes = std::min(kPieceBytes, to - from);
        const auto piece = GANTRY_TRY(readAt(file, from, static_cast<std::size_t>(bytes)));
        GANTRY_CHECK(ours(store_->put(folderOf(id) + padded(from) + "-" + padded(from + bytes),
                                      asBytes(piece), uplink::Existing::Replace)));
        from += bytes;
    }
    return {};
}

Result<> SharedObjects::readUpload(const std::string& id, std::uint64_t from, std::uint64_t to,
                                   const uplink::ByteSink& sink) {
    for (const auto& piece : GANTRY_TRY(piecesOf(*store_, id))) {
        if (piece.from > from || piece.to <= from || from >= to) continue;
        const auto end = std::min(piece.to, to);
        const auto got = store_->get(piece.name, {from - piece.from, end - from}, sink);
        if (!got && got.error().code == Errc::NotFound) break;
        GANTRY_CHECK(ours(got));
        from = end;
    }
    return from >= to ? Result<>() : fail(Errc::Busy, "another hub has just ended this upload");
}

Result<UnixMillis> SharedObjects::lastChange(const std::string& id) {
    UnixMillis last = 0;
    for (const auto& piece : GANTRY_TRY(piecesOf(*store_, id))) last = std::max(last, piece.modified);
    return last;
}

Result<> SharedObjects::forgetUpload(const std::string& id) {
    for (const auto& piece : GANTRY_TRY(piecesOf(*store_, id)))
        GANTRY_CHECK(ours(store_->remove(piece.name)));
    return {};
}

Result<> SharedObjects::keepParcel(const std::string& site, const std::string& parcel_id,
                                   const std::string& sha256, const std::filesystem::path& file) {
    return ours(store_->putFile(parcelName(site, parcel_id, sha256), file, uplink::Existing::Replace));
}

Result<> SharedObjects::fetchParcel(const ParcelRow& row, const std::filesystem::path& file) {
    GANTRY_CHECK(makeDirectory(file.parent_path()));
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
    const auto out = GANTRY_TRY(gantry::openFile(file, OpenMode::CreateNew));
    return ours(store_->get(parcelName(row.site, row.parcel_id, row.sha256), {},
                            [&](Bytes piece) { return writeAll(out.get(), piece); }));
}

Result<> SharedObjects::forgetParcel(const std::string& site, const std::string& parcel_id,
                                     const std::string& sha256) {
    return ours(store_->remove(parcelName(site, parcel_id, sha256)));
}

Result<std::unique_ptr<SharedObjects>> openSharedObjects(const std::filesystem::path& directory) {
    auto places = GANTRY_TRY(storagePlacesOf(directory));
    if (!places.objects) return std::unique_ptr<SharedObjects>();
    auto store = uplink::openS3Store(*std::move(places.objects));
    if (!store) return within("storage.yaml", store.error());
    return std::make_unique<SharedObjects>(*std::move(store));
}

}  // namespace gantry::central
