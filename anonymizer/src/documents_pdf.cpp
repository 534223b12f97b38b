#include "documents_pdf.hpp"
namespace gantry::anonymizer {
std::optional<std::string> cleanPdf(Bytes, const DeidPolicy&) {
    return std::nullopt;
}
}  // namespace gantry::anonymizer
