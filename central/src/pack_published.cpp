#include "pack_published.hpp"

#include <boost/json.hpp>
#include <charconv>

#include "gantry/uplink/iso_time.hpp"

namespace gantry::central {
namespace {

namespace json = boost::json;
constexpr std::uint64_t kMostBytes = 64u << 20;

bool isUsable(const uplink::tuf::TargetInfo& info, UnixMillis now) {
    if (info.custom.empty()) return true;
    const auto custom = json::parse(info.custom).as_object();
    if (custom.contains("withdrawn")) return false;
    const auto* at = custom.if_contains("in_force_at");
    if (at == nullptr || !at->is_string()) return true;
    const auto seconds = uplink::unixSeconds(at->get_string());
    return seconds && *seconds * 1000 <= now;
}

std::string_view versionIn(std::string_view path) {
    path.remove_prefix(path.rfind('/') + 1);
    return path.substr(0, path.rfind('.'));
}

}  // namespace

std::array<unsigned, 3> numbersOf(std::string_view version) {
    std::array<unsigned, 3> out{};
    const char* at = version.data();
    const char* end = version.data() + version.size();
    for (auto& number : out) {
        at = std::from_chars(at, end, number).ptr;
        if (at != end) ++at;
    }
    return out;
}

Result<std::optional<qc::Pack>> packInForce(Office& office, UnixMillis now) {
    const auto role = office.writer().role(kPacksRole);
    if (!role && role.error().code == Errc::NotFound) return std::optional<qc::Pack>();
    if (!role) return role.error();
    std::string highest;
    for (const auto& [path, info] : role->content.targets)
        if (isUsable(info, now) && (highest.empty() || numbersOf(versionIn(path)) > numbersOf(versionIn(highest))))
            highest = path;
    if (highest.empty()) return std::optional<qc::Pack>();
    const auto text =
        GANTRY_TRY(office.store().read(targetObject(highest, role->content.targets.at(highest)), kMostBytes));
    return std::optional(GANTRY_TRY(qc::Pack::fromJson(text)));
}

}  // namespace gantry::central
