#pragma once
/// Types of attributes (PS3.5 7.4) in the modules of the objects the engine handles, as far as actions depend
/// on them.

#include "gantry/anonymizer/table.hpp"
#include "sop_classes.hpp"

namespace gantry::anonymizer {

enum class Type : unsigned char { One, Two, Three };

/// Type 3 for what is in no list: leaving it out keeps the object conformant.
/// @param nested  inside of an item
Type typeOf(dicom::Tag tag, Family family, bool nested = false);

/// X, Z, D, K, C or U: conditional actions resolved. X/Z/U* becomes K: the references inside stay, mapped.
Action resolve(Action action, Type type);
/// What an attribute becomes whose value must not stay: D for Type 1, Z for Type 2, X for Type 3.
Action withoutValue(Type type);

}  // namespace gantry::anonymizer
