#include "deid/preview.hpp"

#include <array>
#include <ostream>

#include "gantry/anonymizer/statement.hpp"

namespace gantry::agent {
namespace {

using anonymizer::Done;

// What goes is told first: that is what a reader looks for.
constexpr std::array kOrder = {Done::Removed,   Done::Emptied,     Done::Replaced,   Done::Cleaned,
                               Done::UidMapped, Done::DateShifted, Done::TrialValue, Done::Kept};

}  // namespace

void Preview::study(const std::vector<ObjectOutcome>& outcomes) {
    for (const auto& outcome : outcomes) {
        if (outcome.status == ObjectStatus::NotDicom) {
            ++not_dicom_;
            continue;
        }
        auto& kind = kinds_[outcome.sop_class_uid.empty() ? "unreadable" : outcome.sop_class_uid];
        if (outcome.status == ObjectStatus::Held) {
            ++kind.held[outcome.reason];
            continue;
        }
        ++kind.written;
        if (!outcome.report) continue;
        for (const auto& line : outcome.report->lines)
            kind.lines[{line.where, line.done, std::string(line.reason)}] += line.count;
    }
}

void Preview::print(std::ostream& out) const {
    for (const auto& [sop_class, kind] : kinds_) {
        std::size_t held = 0;
        for (const auto& [reason, count] : kind.held) held += count;
        out << anonymizer::sopClassName(sop_class) << ": " << kind.written << " would be written, " << held
            << " held\n";
        for (const auto& [reason, count] : kind.held) out << "  held " << count << ": " << reason << '\n';
        for (const auto done : kOrder)
            for (const auto& [key, count] : kind.lines)
                if (std::get<1>(key) == done)
                    out << "  " << toString(done) << ' ' << count << "x " << std::get<0>(key) << ": "
                        << std::get<2>(key) << '\n';
    }
    if (not_dicom_ > 0) out << not_dicom_ << " files are not an image\n";
}

}  // namespace gantry::agent
