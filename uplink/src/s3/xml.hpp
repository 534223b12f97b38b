#pragma once
/// The XML that S3 answers with: elements and text, small, from a peer that is not trusted.

#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/result.hpp"

namespace gantry::uplink::s3 {

struct XmlElement {
    std::string name;  ///< without a prefix
    std::string text;
    std::vector<XmlElement> children;
    /// First child of that name; nullptr when there is none.
    const XmlElement* child(std::string_view child_name) const;
    /// Its text; "" when there is none.
    std::string textOf(std::string_view child_name) const;
};

/// Refused: document types (and so entities of their own), more than 16 MiB, 200,000 elements or 16 levels.
/// @errors BadFormat
Result<XmlElement> parseXml(std::string_view text);
/// With & < > as references.
std::string xmlEscaped(std::string_view text);

}  // namespace gantry::uplink::s3
