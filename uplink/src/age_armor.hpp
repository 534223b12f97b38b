#pragma once
/// The ASCII armor of age files: strict PEM (RFC 7468) with the label AGE ENCRYPTED FILE.

#include <memory>

#include "byte_reader.hpp"
#include "gantry/uplink/age.hpp"

namespace gantry::uplink {

/// True if the input begins, after white space, like armor.
Result<bool> looksArmored(ByteReader& reader);
/// The bytes inside the armor, decoded as they are asked for. `reader` must outlive the source.
/// The source fails with BadFormat on anything that is not strict armor, also behind its end.
ByteSource dearmor(ByteReader& reader);

}  // namespace gantry::uplink
