#include "index_rows.hpp"

#include <array>
#include <iterator>
#include <sstream>

namespace gantry::central {
namespace {

constexpr std::array kUploadStates = {"receiving", "finishing", "done", "discarded"};
constexpr std::array kUploadKinds = {"", "partial", "final"};
constexpr std::array kObjectKinds = {"parcel", "message"};
constexpr std::array kParcelStates = {"received", "opened", "refused"};

template <class State, std::size_t N>
State stateNamed(const std::array<const char*, N>& names, std::string_view name) {
    std::size_t i = 0;
    while (i + 1 < N && name != names[i]) ++i;  // the table's CHECK admits these names alone
    return static_cast<State>(i);
}

std::optional<std::uint64_t> optionalUnsigned(const IndexStatement& row, int column) {
    const auto value = row.optionalInteger(column);
    return value ? std::optional(static_cast<std::uint64_t>(*value)) : std::nullopt;
}

std::vector<std::string> split(const std::string& ids) {
    std::istringstream words(ids);
    return {std::istream_iterator<std::string>(words), std::istream_iterator<std::string>()};
}

}  // namespace

const char* nameOf(UploadState state) {
    return kUploadStates.at(static_cast<std::size_t>(state));
}
const char* nameOf(UploadKind kind) {
    return kUploadKinds.at(static_cast<std::size_t>(kind));
}
const char* nameOf(ObjectKind kind) {
    return kObjectKinds.at(static_cast<std::size_t>(kind));
}
const char* nameOf(ParcelState state) {
    return kParcelStates.at(static_cast<std::size_t>(state));
}

std::string joined(const std::vector<std::string>& ids) {
    std::string out;
    for (const auto& id : ids) out += (out.empty() ? "" : " ") + id;
    return out;
}

UploadRow readUpload(const IndexStatement& row) {
    UploadRow out;
    out.id = row.text(0);
    out.site = row.text(1);
    out.length = optionalUnsigned(row, 2);
    out.metadata = row.text(3);
    out.parcel_id = row.text(4);
    out.sha256 = row.optionalText(5);
    out.state = stateNamed<UploadState>(kUploadStates, row.text(6));
    out.checked_bytes = optionalUnsigned(row, 7);
    out.reason = row.text(8);
    out.created_at = row.integer(9);
    out.kind = stateNamed<UploadKind>(kUploadKinds, row.text(10));
    out.parts = split(row.text(11));
    out.object_kind = stateNamed<ObjectKind>(kObjectKinds, row.text(12));
    return out;
}

ParcelRow readParcel(const IndexStatement& row) {
    ParcelRow out;
    out.site = row.text(0);
    out.parcel_id = row.text(1);
    out.sha256 = row.text(2);
    out.bytes = static_cast<std::uint64_t>(row.integer(3));
    out.state = stateNamed<ParcelState>(kParcelStates, row.text(4));
    out.reason_code = row.text(5);
    out.reason = row.text(6);
    out.trial = row.text(7);
    out.subject = row.text(8);
    out.visit = row.text(9);
    out.instances = row.integer(10);
    out.folder = row.text(11);
    out.received_at = row.integer(12);
    out.judged_at = row.integer(13);
    out.content = row.text(14);
    out.withdrawn_by = row.text(15);
    out.withdraw_reason = row.text(16);
    out.withdrawn_at = row.integer(17);
    out.object_kind = stateNamed<ObjectKind>(kObjectKinds, row.text(18));
    return out;
}

std::string_view toString(ParcelState state) {
    return nameOf(state);
}

}  // namespace gantry::central
