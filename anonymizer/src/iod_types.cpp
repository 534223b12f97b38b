#include "iod_types.hpp"

#include <algorithm>

namespace gantry::anonymizer {
namespace {

constexpr unsigned of(Family family) {
    return 1u << static_cast<unsigned>(family);
}
constexpr unsigned kNested = 1u << 31;  ///< inside of items, whatever the object
constexpr unsigned kAll = ~kNested;
constexpr unsigned kRt = of(Family::Radiotherapy);
constexpr unsigned kNotRt = kAll & ~kRt;
constexpr unsigned kDocument = of(Family::Document);
constexpr unsigned kEnhanced = of(Family::Enhanced) | of(Family::Segmentation);
// SR Document General (C.17.2), Waveform Identification (C.10.8).
constexpr unsigned kDated = kEnhanced | of(Family::Report) | of(Family::Waveform);
constexpr unsigned kTimed = of(Family::Enhanced) | of(Family::Waveform);
constexpr unsigned kNumbered = kDated | kDocument | of(Family::Presentation);
// Multi-frame CT, MR, PET (C.8.13, C.8.15, C.8.22), DX Image (C.8.11.3), Encapsulated Document (C.24.2).
constexpr unsigned kBurned = of(Family::Enhanced) | of(Family::Projection) | kDocument;
constexpr unsigned kImage = of(Family::Classic) | of(Family::Pet) | of(Family::Nuclear) |
                            of(Family::Ultrasound) | of(Family::Capture) | of(Family::Projection) |
                            of(Family::Angiography) | kEnhanced;

struct TypeRow {
    std::uint32_t tag;
    unsigned families;
    Type type;
};
constexpr TypeRow kTypes[] = {
#include "iod_types.inc"
};

}  // namespace

Type typeOf(dicom::Tag tag, Family family, bool nested) {
    const auto wanted = of(family) | (nested ? kNested : 0);
    auto row = std::ranges::lower_bound(kTypes, tag.value, {}, &TypeRow::tag);
    for (; row != std::end(kTypes) && row->tag == tag.value; ++row)
        if ((row->families & wanted) != 0) return row->type;
    return Type::Three;
}

Action withoutValue(Type type) {
    if (type == Type::One) return Action::D;
    return type == Type::Two ? Action::Z : Action::X;
}

Action resolve(Action action, Type type) {
    switch (action) {
        case Action::XZ:
            return type == Type::Three ? Action::X : Action::Z;
        case Action::XD:
        case Action::XZD:
            return withoutValue(type);
        case Action::ZD:
            return type == Type::One ? Action::D : Action::Z;
        case Action::XZU:
            return Action::K;
        case Action::None:
            return Action::X;
        case Action::X:
        case Action::Z:
        case Action::D:
        case Action::K:
        case Action::C:
        case Action::U:
            return action;
    }
    return Action::X;
}

}  // namespace gantry::anonymizer
