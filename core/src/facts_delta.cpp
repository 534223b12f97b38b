#include <boost/json.hpp>

#include "gantry/core/facts.hpp"

namespace gantry {

namespace json = boost::json;

std::string encodeFactsDelta(const Facts& base, const Facts& facts) {
    json::object set;
    json::array gone;
    for (const auto& [name, value] : facts) {
        const auto known = base.find(name);
        if (known == base.end() || known->second != value) set[name] = value;
    }
    for (const auto& [name, value] : base)
        if (!facts.contains(name)) gone.emplace_back(name);
    json::object delta;
    if (!set.empty()) delta["set"] = std::move(set);
    if (!gone.empty()) delta["gone"] = std::move(gone);
    return json::serialize(delta);
}

Result<Facts> decodeFactsDelta(const Facts& base, std::string_view delta) {
    boost::system::error_code ec;
    const auto parsed = json::parse(delta, ec);
    const auto* object = ec ? nullptr : parsed.if_object();
    if (!object) return fail(Errc::BadFormat, "stored facts are not readable");
    Facts facts = base;
    if (const auto* set = object->if_contains("set"); set && set->is_object()) {
        for (const auto& [name, value] : set->get_object())
            if (value.is_string()) facts.insert_or_assign(std::string(name), std::string(value.get_string()));
    }
    if (const auto* gone = object->if_contains("gone"); gone && gone->is_array()) {
        for (const auto& name : gone->get_array())
            if (name.is_string()) facts.erase(std::string(name.get_string()));
    }
    return facts;
}

}  // namespace gantry
