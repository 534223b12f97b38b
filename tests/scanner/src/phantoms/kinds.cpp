#include "phantoms/kinds.hpp"

#include <algorithm>
#include <charconv>
#include <variant>

namespace gantry::scanner {

namespace {

using Member = std::variant<double PhantomSetup::*, int PhantomSetup::*, bool PhantomSetup::*,
                            std::string PhantomSetup::*, std::uint64_t PhantomSetup::*>;
struct Field {
    std::string_view name;
    Member member;
};
const Field kFields[] = {
    {"vendor", &PhantomSetup::vendor},
    {"plane", &PhantomSetup::plane},
    {"ids", &PhantomSetup::ids},
    {"matrix", &PhantomSetup::matrix},
    {"fov_mm", &PhantomSetup::fov_mm},
    {"field_t", &PhantomSetup::field_t},
    {"roll_deg", &PhantomSetup::roll_deg},
    {"tilt_deg", &PhantomSetup::tilt_deg},
    {"yaw_deg", &PhantomSetup::yaw_deg},
    {"reversed", &PhantomSetup::reversed},
    {"shift_x_mm", &PhantomSetup::shift_x_mm},
    {"shift_y_mm", &PhantomSetup::shift_y_mm},
    {"position_error_mm", &PhantomSetup::position_error_mm},
    {"spacing_error_mm", &PhantomSetup::spacing_error_mm},
    {"scale_x", &PhantomSetup::scale_x},
    {"scale_y", &PhantomSetup::scale_y},
    {"scale_z", &PhantomSetup::scale_z},
    {"thickness_mm", &PhantomSetup::thickness_mm},
    {"softness", &PhantomSetup::softness},
    {"snr", &PhantomSetup::snr},
    {"noise_hu", &PhantomSetup::noise_hu},
    {"noise", &PhantomSetup::noise},
    {"bias", &PhantomSetup::bias},
    {"bias_x_mm", &PhantomSetup::bias_x_mm},
    {"bias_y_mm", &PhantomSetup::bias_y_mm},
    {"ghost", &PhantomSetup::ghost},
    {"ghost_across", &PhantomSetup::ghost_across},
    {"hu_offset", &PhantomSetup::hu_offset},
    {"cupping_hu", &PhantomSetup::cupping_hu},
    {"ring_hu", &PhantomSetup::ring_hu},
    {"blur_mm", &PhantomSetup::blur_mm},
    {"suv_error", &PhantomSetup::suv_error},
    {"axial_slope", &PhantomSetup::axial_slope},
    {"adc_error", &PhantomSetup::adc_error},
    {"drift", &PhantomSetup::drift},
    {"noise_seed", &PhantomSetup::noise_seed},
};

bool read(std::string& out, std::string_view text) {
    out = text;
    return !text.empty();
}
bool read(bool& out, std::string_view text) {
    out = text == "yes";
    return out || text == "no";
}
template <class Number>
bool read(Number& out, std::string_view text) {
    const auto* end = text.data() + text.size();
    const auto done = std::from_chars(text.data(), end, out);
    return done.ec == std::errc() && done.ptr == end;
}

constexpr PhantomKind kPhantoms[] = {
    {"acr-mri", "the ACR's large MRI phantom: localizer and axial T1", acrMriLarge},
    {"acr-mri-medium", "the ACR's medium MRI phantom, the same", acrMriMedium},
    {"acr-ct-464", "the ACR's CT phantom, four modules", acrCt},
    {"ct-water", "a water cylinder for the daily CT test", ctWater},
    {"mr-uniform", "a bottle, scanned twice", mrUniform},
    {"dwi-ice", "a tube in ice water, five b-values four times", dwiIce},
    {"pet-uniform", "a cylinder of FDG", petUniform},
    {"nema-iq", "the NEMA image quality phantom, spheres 10 to 1", nemaIq},
};

}  // namespace

Result<> configure(PhantomSetup& setup, std::string_view assignment) {
    const auto equals = assignment.find('=');
    const auto name = assignment.substr(0, equals);
    const auto* field = std::ranges::find(kFields, name, &Field::name);
    if (equals == assignment.npos || field == std::end(kFields)) {
        std::string known;
        for (const auto& one : kFields) known += (known.empty() ? "" : ", ") + std::string(one.name);
        return fail(Errc::InvalidArgument, "want FIELD=VALUE with a field of: " + known);
    }
    const auto value = assignment.substr(equals + 1);
    const bool ok = std::visit([&](auto member) { return read(setup.*member, value); }, field->member);
    if (!ok)
        return fail(Errc::InvalidArgument, std::string(name) + " cannot be '" + std::string(value) + "'");
    return {};
}

std::span<const PhantomKind> phantomKinds() {
    return kPhantoms;
}

const PhantomKind* phantomKindNamed(std::string_view name) {
    const auto* kind = std::ranges::find(kPhantoms, name, &PhantomKind::name);
    return kind == std::end(kPhantoms) ? nullptr : kind;
}

}  // namespace gantry::scanner
