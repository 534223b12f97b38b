#pragma once
/// Objects written down as lines, with marks where the lines ask for them.

#include <map>
#include <string>
#include <string_view>

#include "marks.hpp"
#include "object.hpp"

namespace gantry::canary {

/// What the objects of one corpus share: the patient, and UIDs by the name that the generator gives them.
class Shared {
public:
    explicit Shared(std::uint64_t seed) : book_(seed) {}
    /// The same name gives the same UID, so that references between files are whole.
    std::string uid(const std::string& name);
    /// Marks of the patient and of the UIDs.
    MarkBook& book() { return book_; }
    const std::map<std::string, std::string>& uids() const { return uids_; }

    std::string family = "Vandersloot", given = "Quinella", middle = "Aurelia";
    std::string patient_id = "KH48315526";
    std::string accession = "ACX7715523";
    std::string birth_date = "19511124";

private:
    MarkBook book_;
    std::map<std::string, std::string> uids_;
};

/// One file under construction.
struct Draft {
    Shared& shared;
    MarkBook& book;
    Set set = {};
    std::string sop_class = {};
    std::string study = "study1";
    std::string series = "series1";
    std::string instance = "1";
    std::string study_date = "20260310";
};

/// A line each: "Keyword=value" must survive, "-Keyword=value" need not, "~Keyword=value|words" must survive
/// in these words. In values, {w} {t} {n} {d} {u} {x} become a mark (word, token, digits, date, UID, bytes),
/// {uid NAME} a shared UID, {family} {given} {id} the patient's. Binary values are decimal numbers.
void describe(Draft& draft, Set& set, std::string_view lines, std::string_view category = "plain attributes");
inline void describe(Draft& draft, std::string_view lines) {
    describe(draft, draft.set, lines);
}
Set item(Draft& draft, std::string_view lines, std::string_view category = "plain attributes");

}  // namespace gantry::canary
