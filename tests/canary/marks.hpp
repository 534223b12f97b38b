#pragma once
/// Unique marks: values that stand in one place of the canary corpus and nowhere else, so that whatever is
/// found of one in an output has come from that place.

#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gantry::canary {

enum class MarkKind : std::uint8_t {
    Text,   ///< looked for in every byte and every decoded text, case ignored
    Date,   ///< YYYYMMDD; must not stand at its own place nor in any text
    Uid,    ///< a component of a UID that no other UID has
    Bytes,  ///< looked for as it is and with its byte pairs swapped
};

struct Mark {
    MarkKind kind;
    std::string key;       ///< what is looked for; at least 8 bytes
    std::string category;  ///< "dictionary text", "private block", ...: a line of the table
    std::string place;     ///< "PatientName", "Seq > (0029,1010)"
};

/// Makes marks of one file. Same seed, same marks.
class MarkBook {
public:
    explicit MarkBook(std::uint64_t seed) : random_(seed) {}

    std::string token(std::string_view category, std::string_view place);  ///< 10 letters and digits
    std::string word(std::string_view category, std::string_view place);   ///< 9 letters, like a name
    std::string digits(std::string_view category,
                       std::string_view place);  ///< 12 digits: fewer turn up by chance in UIDs
    std::string date(std::string_view category, std::string_view place);  ///< YYYYMMDD
    std::string uid(std::string_view category, std::string_view place);
    std::string bytes(std::string_view category, std::string_view place);  ///< 12 bytes
    /// A mark in the form that its place asks for by value representation; empty where it can hold none.
    std::string forVr(std::string_view vr, std::string_view category, std::string_view place);
    /// A date of the caller's own, YYYYMMDD.
    void ownDate(std::string day, std::string_view category, std::string_view place);
    /// A value of the caller's own, at least 8 bytes.
    std::string own(std::string value, std::string_view category, std::string_view place);

    std::vector<Mark> marks;

private:
    std::string pick(std::string_view alphabet, std::size_t length);
    void note(MarkKind kind, std::string key, std::string_view category, std::string_view place);
    std::mt19937_64 random_;
    std::set<int> days_used_;
};

}  // namespace gantry::canary
