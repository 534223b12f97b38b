#pragma once
/// The gate that every output passes before it may leave: it knows what identifies this patient and refuses a
/// file in which any of it still stands. Separate from the engine: they share the DICOM reader of core and
/// nothing else.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/dicom.hpp"
#include "gantry/core/result.hpp"

namespace gantry::anonymizer {

/// Kinds of identifying values; a hit names the kind, never the value.
enum class ValueKind : std::uint8_t {
    PatientName,
    PatientId,
    AccessionNumber,
    OrderOrAdmissionId,
    BirthDate,
    Date,
    Address,
    Telephone,
    PersonName,
    Institution,
    Device,
    Uid,
    FreeText,
    Other,
};
std::string_view toString(ValueKind kind);  ///< "patient name", ...

struct IdentifyingValue {
    ValueKind kind;
    std::string text;  ///< UTF-8
    std::string raw;   ///< bytes as sent, when they differ from `text`
    dicom::Tag tag{};  ///< where it stood; 0 when the caller gave it
    friend auto operator<=>(const IdentifyingValue&, const IdentifyingValue&) = default;
};

/// A private attribute: its creator as it stands in (gggg,00bb), and its tag without the block bb.
struct PrivateKey {
    std::string creator;
    std::uint32_t group_and_element = 0;  ///< 0x00190008 for (0019,xx08)
    friend auto operator<=>(const PrivateKey&, const PrivateKey&) = default;
};

/// What may stand in an output on purpose. The default is closed: nothing of this kind may.
struct GateOptions {
    bool device_retained = false;
    bool institution_retained = false;
    bool dates_retained = false;
    bool uids_retained = false;
    bool patient_retained = false;          ///< characteristics such as sex, age and weight
    bool descriptors = false;               ///< cleaned descriptions and comments
    bool structured_content = false;        ///< content trees of reports
    bool graphics = false;                  ///< overlays, graphic annotations and their text
    bool documents = false;                 ///< encapsulated documents, whose text is read
    std::set<PrivateKey> private_retained;  ///< private attributes that are known to be safe
    std::set<std::uint32_t> kept;           ///< standard attributes that the pack needs besides
    std::string uid_root = "2.25";          ///< of all UIDs that were mapped
    int days_back = 0;  ///< by which dates were moved; 0: not told. What explains a date that is also another
};

/// A set: the values of all instances of a study can be merged, and one gate serves them all.
struct IdentifyingValues {
    std::set<IdentifyingValue> values;
    std::set<std::string> allowed;  ///< values that may stand there: subject, trial, site, visit, sponsor
    std::set<std::string>
        technical;  ///< lower case; texts of attributes that stay: the same in others is no hit
    GateOptions options;

    /// From the crosswalk, the worklist, the roster; UTF-8, PN and DA as DICOM writes them.
    void add(ValueKind kind, std::string_view text);
    void allow(std::string_view text);
    void merge(const IdentifyingValues& other);
};

/// Everything in an original that identifies: names, numbers, dates, places, people, UIDs, at every depth,
/// and the texts of attributes that Table E.1-1 removes, private ones included.
IdentifyingValues collect(const dicom::DicomFile& original);

struct LeakHit {
    std::string where;  ///< "PatientComments", "Sequence[2].(0029,1010)", "byte 512301 (pixel data)"
    ValueKind kind = ValueKind::Other;
    std::string
        what;  ///< "patient name", "private element", "trailing bytes", ...: for people, no value in it
    dicom::Tag tag{};  ///< of the attribute without which the hit would be gone; 0 where there is none
};

/// `where` without the numbers of items and bytes, so that the hits of many instances can be counted
/// together: "Sequence[].Keyword", "bytes of PixelData".
std::string placeOf(const LeakHit& hit);

class LeakGate {
public:
    static LeakGate build(const IdentifyingValues& values);
    LeakGate(LeakGate&&) noexcept;
    LeakGate& operator=(LeakGate&&) noexcept;
    ~LeakGate();

    /// All hits (at most 100). Empty means that the file may leave.
    /// @errors Io, NotFound, NotDicom, DicomLimit: it could not be read and must not leave
    Result<std::vector<LeakHit>> scan(const std::filesystem::path& output) const;
    /// Whether a text that goes beside the files, such as what a person typed, tells any of it.
    bool findsIn(std::string_view utf8) const;
    /// @errors LeakFound with the first hit's place and kind, also for what cannot be read: closed
    Result<> check(const std::filesystem::path& output) const;

private:
    struct Impl;
    explicit LeakGate(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace gantry::anonymizer
