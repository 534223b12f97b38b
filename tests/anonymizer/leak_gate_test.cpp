#include "gantry/anonymizer/leak_gate.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <random>

#include "support.hpp"
#include "synthetic.hpp"

using namespace gantry;
using namespace gantry::anonymizer;
using namespace gantry::test;
using dicom::Encoding;

namespace {

/// A file as the engine would leave it, made without the engine.
SetBuilder cleanImage(unsigned rows = 64, unsigned columns = 64) {
    SetBuilder set(Encoding::ExplicitLittle);
    set.text("ImageType", "ORIGINAL\\PRIMARY\\AXIAL")
        .text("SOPClassUID", "1.2.840.10008.5.1.4.1.1.2")
        .text("SOPInstanceUID", "2.25.100000000000000000000000000000000000001")
        .text("StudyDate", "20210115")
        .text("StudyTime", "101112")
        .text("Modality", "CT")
        .text("Manufacturer", "SIEMENS")
        .text("PatientName", "SUBJ-001")
        .text("PatientID", "SUBJ-001")
        .text("PatientIdentityRemoved", "YES")
        .text("KVP", "120")
        .text("BodyPartExamined", "HEAD")
        .text("ConvolutionKernel", "B30f")
        .text("InstanceNumber", "12")
        .number("Rows", {double(rows)})
        .number("Columns", {double(columns)})
        .number("BitsAllocated", {16});
    std::string pixels;
    std::mt19937 random(7);
    for (unsigned i = 0; i < rows * columns; ++i) {
        const auto value = 1000 + random() % 200;
        pixels += static_cast<char>(value & 0xFF);
        pixels += static_cast<char>(value >> 8);
    }
    return set.bytes(dicom::tags::kPixelData, "OW", pixels);
}

std::string cleanFile(const SetBuilder& set) {
    auto file = dicom::fileMeta("1.2.840.10008.5.1.4.1.1.2", "2.25.100000000000000000000000000000000000001",
                                kExplicitLittle);
    return file + set.encoded();
}

IdentifyingValues patient() {
    IdentifyingValues values;
    values.add(ValueKind::PatientName, "Brinkmann^Adelheid^M");
    values.add(ValueKind::PatientName, "Müller-Lee^Zoë");
    values.add(ValueKind::PatientId, "KH00481516");
    values.add(ValueKind::PatientId, "000734511");
    values.add(ValueKind::PatientId, "A17");
    values.add(ValueKind::AccessionNumber, "ACC-7715-523");
    values.add(ValueKind::BirthDate, "19511124");
    values.values.insert({ValueKind::Date, "20260310", "", {0x00080020}});
    values.add(ValueKind::Telephone, "+49 555 0199123");
    values.add(ValueKind::Address, "Am Mühlbach 4, 99998 Altenhude");
    values.add(ValueKind::Institution, "Westermarck Kreiskrankenhaus");
    values.add(ValueKind::Uid, "1.3.12.2.1107.5.1.4.60001.300000260101");
    values.add(ValueKind::FreeText, "calls herself Heidi, neighbour");
    for (const auto* own : {"SUBJ-001", "TRIAL-1", "0417", "BL"}) values.allow(own);
    return values;
}

class Gate {
public:
    explicit Gate(const IdentifyingValues& values = patient()) : gate_(LeakGate::build(values)) {}

    std::vector<LeakHit> scan(const std::string& bytes) {
        std::ofstream(path(), std::ios::binary) << bytes;
        return must(gate_.scan(path()));
    }
    Result<> check(const std::string& bytes) {
        std::ofstream(path(), std::ios::binary) << bytes;
        return gate_.check(path());
    }
    std::filesystem::path path() const { return folder_.path() / "out.dcm"; }

private:
    TemporaryDirectory folder_ = temporaryDirectory();
    LeakGate gate_;
};

std::string utf16(std::string_view ascii, bool big) {
    std::string out;
    for (const char c : ascii) out += big ? std::string{'\0', c} : std::string{c, '\0'};
    return out;
}

/// The clean image with `planted` somewhere in its pixel bytes, and again at their very end.
std::string inPixels(const std::string& planted, bool at_end) {
    auto set = cleanImage();
    auto file = cleanFile(set);
    const auto at = at_end ? file.size() - planted.size() : file.size() - 3000;
    return file.replace(at, planted.size(), planted);
}

}  // namespace

TEST_CASE("an innocent file passes") {
    Gate gate;
    const auto hits = gate.scan(cleanFile(cleanImage()));
    for (const auto& hit : hits) UNSCOPED_INFO(hit.where << ": " << hit.what);
    CHECK(hits.empty());
    CHECK(gate.check(cleanFile(cleanImage())).has_value());
}

TEST_CASE("what identifies is found in text, in every spelling") {
    const auto [planted, kind] = GENERATE(table<std::string, ValueKind>({
        {"Brinkmann", ValueKind::PatientName},
        {"brinkmann", ValueKind::PatientName},
        {"for BRINKMANN.", ValueKind::PatientName},
        {"Adelheid Brinkmann", ValueKind::PatientName},
        {"BRINKMANN, ADELHEID", ValueKind::PatientName},
        {"adelheid_brinkmann", ValueKind::PatientName},
        {"B r i n k m a n n", ValueKind::PatientName},
        {"Mueller-Lee", ValueKind::PatientName},
        {"Muller", ValueKind::PatientName},
        {"M\xC3\x9CLLER", ValueKind::PatientName},
        {"M\xFCller", ValueKind::PatientName},
        {"seen with Zoe today", ValueKind::PatientName},
        {"Mrs. Lee", ValueKind::PatientName},
        {"KH00481516", ValueKind::PatientId},
        {"kh00481516", ValueKind::PatientId},
        {"KH 0048-1516", ValueKind::PatientId},
        {"734511", ValueKind::PatientId},
        {"ID 0000734511", ValueKind::PatientId},
        {"A17", ValueKind::PatientId},
        {"ACC7715523", ValueKind::AccessionNumber},
        {"acc-7715-523", ValueKind::AccessionNumber},
        {"19511124", ValueKind::BirthDate},
        {"born 1951-11-24", ValueKind::BirthDate},
        {"24.11.1951", ValueKind::BirthDate},
        {"11/24/1951", ValueKind::BirthDate},
        {"24 Nov 1951", ValueKind::BirthDate},
        {"24-NOV-1951", ValueKind::BirthDate},
        {"scan of 2026/03/10", ValueKind::Date},
        {"scan 20260310", ValueKind::Date},
        {"495550199123", ValueKind::Telephone},
        {"call +49 555 0199123", ValueKind::Telephone},
        {"99998 Altenhude", ValueKind::Address},
        {"Am M\xC3\xBChlbach 4", ValueKind::Address},
        {"Westermarck", ValueKind::Institution},
        {"1.3.12.2.1107.5.1.4.60001.300000260101", ValueKind::Uid},
        {"CALLS HERSELF HEIDI, NEIGHBOUR", ValueKind::FreeText},
    }));
    CAPTURE(planted);
    Gate gate;
    auto set = cleanImage();
    set.text("SpecificCharacterSet", planted.find('\xC3') == std::string::npos ? "ISO_IR 100" : "ISO_IR 192");
    set.text("StationName", planted.substr(0, 64));
    const auto hits = gate.scan(cleanFile(set));
    REQUIRE_FALSE(hits.empty());
    const auto same = [&, wanted = kind](const LeakHit& hit) {
        return hit.kind == wanted && hit.where == "StationName";
    };
    CHECK(std::ranges::any_of(hits, same));
    const auto checked = gate.check(cleanFile(set));
    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == Errc::LeakFound);
    CHECK(checked.error().context.find(planted) == std::string::npos);
    CHECK(checked.error().context.find("StationName") != std::string::npos);
}

TEST_CASE("what identifies is found in pixel bytes and between elements") {
    const auto planted =
        GENERATE(std::string("Brinkmann"), std::string("ADELHEID"), std::string("Lee^Zoe 19511124"),
                 std::string("KH00481516"), std::string("19511124"), utf16("Brinkmann", false),
                 utf16("BRINKMANN", true), std::string("1.3.12.2.1107.5.1.4.60001.300000260101"));
    const bool at_end = GENERATE(false, true);
    CAPTURE(planted, at_end);
    Gate gate;
    const auto hits = gate.scan(inPixels(planted, at_end));
    REQUIRE_FALSE(hits.empty());
    CHECK(hits[0].where.find("PixelData") != std::string::npos);
    CHECK(hits[0].where.find("byte ") == 0);
}

TEST_CASE("what identifies is found in a text beside the files") {
    const auto gate = LeakGate::build(patient());
    for (const auto* text :
         {"Mrs. Brinkmann moved", "agreed with ADELHEID", "see KH00481516", "M\xC3\xBCller-Lee came late",
          "muller lee", "ticket 734511", "B r i n k m a n n"})
        CHECK(std::pair(text, gate.findsIn(text)) == std::pair(text, true));
    for (const auto* text :
         {"", "the artefact is outside of the target", "SUBJ-001 moved", "7.5 mm, at most 5 mm allowed",
          "released by J. D.", "2.25.100000000000000000000000000000000000001"})
        CHECK(std::pair(text, gate.findsIn(text)) == std::pair(text, false));
}

TEST_CASE("everyday words, numbers and the subject's own number do not stop the world") {
    auto values = patient();
    values.add(ValueKind::PatientName, "Head^Ct");
    values.add(ValueKind::PatientName, "Siemens^M");
    values.add(ValueKind::PatientName, "Anon");
    values.add(ValueKind::PersonName, "MR");
    values.add(ValueKind::PersonName, "Axial^Ori");
    values.add(ValueKind::PatientId, "SUBJ-001");
    values.add(ValueKind::PatientId, "12");
    values.add(ValueKind::PatientId, "0");
    values.add(ValueKind::PatientId, "101112");  // a number like the study's time
    values.add(ValueKind::AccessionNumber, "1");
    values.add(ValueKind::OrderOrAdmissionId, "120");
    values.add(ValueKind::Institution, "Hospital");
    values.add(ValueKind::Date, "20210115");  // true of another attribute: moved dates may meet it
    values.add(ValueKind::Uid, "1.2.840.10008.5.1.4.1.1.2");
    Gate gate(values);
    const auto hits = gate.scan(cleanFile(cleanImage()));
    for (const auto& hit : hits) UNSCOPED_INFO(hit.where << ": " << hit.what);
    CHECK(hits.empty());
}

TEST_CASE("a date that stayed where it was is found, another's is not") {
    auto values = patient();
    values.values.insert({ValueKind::Date, "20210115", "", {0x00080022}});
    CHECK(Gate(values).scan(cleanFile(cleanImage())).empty());
    values.values.insert({ValueKind::Date, "20210115", "", {0x00080020}});
    const auto hits = Gate(values).scan(cleanFile(cleanImage()));
    REQUIRE(hits.size() == 1);
    CHECK(hits[0].where == "StudyDate");
}

TEST_CASE("names that an image spells by accident do not stop it") {
    // Random bytes, as compressed pixels are, and an image whose pixels all lie in the range of letters.
    IdentifyingValues values;
    for (const auto* name : {"Lee^Ann", "Kim^May", "Roth^Jan", "Wolf^Ida", "Brandt^Ulla", "Weber^Timo"})
        values.add(ValueKind::PatientName, name);
    for (const auto* own : {"SUBJ-001"}) values.allow(own);
    Gate gate(values);
    std::mt19937 random(11);
    std::string noise(4u << 20, '\0');
    for (char& c : noise) c = static_cast<char>(random() & 0xFF);
    auto set = cleanImage();
    CHECK(gate.scan(cleanFile(set.bytes(dicom::tags::kPixelData, "OB", noise))).empty());
    for (char& c : noise) c = static_cast<char>('a' + random() % 26);
    CHECK(gate.scan(cleanFile(set.bytes(dicom::tags::kPixelData, "OB", noise))).empty());
    for (std::size_t i = 0; i < noise.size(); ++i)
        noise[i] = i % 2 == 0 ? static_cast<char>('a' + random() % 26) : '\0';
    CHECK(gate.scan(cleanFile(set.bytes(dicom::tags::kPixelData, "OW", noise))).empty());
    for (std::size_t i = 0; i < noise.size(); ++i) noise[i] = static_cast<char>(i & 0xFF);
    CHECK(gate.scan(cleanFile(set.bytes(dicom::tags::kPixelData, "OB", noise))).empty());
}

TEST_CASE("a file that does not look de-identified is refused") {
    struct Fault {
        const char* what;
        std::function<std::string()> make;
    };
    const auto with = [](auto change) {
        return [change] {
            auto set = cleanImage();
            change(set);
            return cleanFile(set);
        };
    };
    const auto fault = GENERATE_COPY(
        Fault{"private element", with([](SetBuilder& s) { s.text({0x00291010}, "LO", "x"); })},
        Fault{"attribute that the standard does not know",
              with([](SetBuilder& s) { s.text({0x00187F01}, "LO", "x"); })},
        Fault{"private element", with([](SetBuilder& s) {
                  SetBuilder item(Encoding::ExplicitLittle);
                  item.text({0x00291010}, "LO", "x");
                  s.sequence("ReferencedImageSequence", {item});
              })},
        Fault{"overlay or curve", with([](SetBuilder& s) { s.bytes({0x60003000}, "OW", "xx"); })},
        Fault{"attribute about a person that is not empty",
              with([](SetBuilder& s) { s.text("ReferringPhysicianName", "x"); })},
        Fault{"does not say YES", with([](SetBuilder& s) { s.remove("PatientIdentityRemoved"); })},
        Fault{"not the trial's subject", with([](SetBuilder& s) { s.text("PatientID", "SUBJ-002"); })},
        Fault{"characters that its VR does not allow", with([](SetBuilder& s) { s.text("KVP", "120 kV"); })},
        Fault{"trailing bytes", [] { return cleanFile(cleanImage()) + "xyz"; }},
        Fault{"not empty", [] { return "x" + cleanFile(cleanImage()).substr(1); }},
        Fault{"file meta information that is not needed", [] {
                  return dicom::fileMeta("1.2.840.10008.5.1.4.1.1.2", "2.25.1", kExplicitLittle,
                                         "CT_ROOM_2") +
                         cleanImage().encoded();
              }});
    CAPTURE(fault.what);
    const auto hits = Gate().scan(fault.make());
    REQUIRE_FALSE(hits.empty());
    CHECK(hits[0].what == fault.what);
}

TEST_CASE("what cannot be read does not leave") {
    Gate gate;
    CHECK(gate.check("no DICOM at all").error().code == Errc::LeakFound);
    CHECK(gate.check(cleanFile(cleanImage()).substr(0, 700)).error().code == Errc::LeakFound);
    std::filesystem::remove(gate.path());
    CHECK(LeakGate::build(patient()).check(gate.path()).error().code == Errc::LeakFound);
}

TEST_CASE("values are collected from everywhere in the original, in its character set") {
    auto image = ctImage();
    SetBuilder item(Encoding::ExplicitLittle);
    item.text("PatientID", "OTHER-4711").text("IssuerOfPatientID", "Elsewhere");
    image.sequence("OtherPatientIDsSequence", {item});
    image.text("SpecificCharacterSet", "ISO_IR 100").text("PatientName", "M\xFCller^Zo\xEB");
    const auto bytes = fileOf(image, kExplicitLittle);
    const auto original = must(dicom::readFile(asBytes(bytes)));
    const auto values = collect(original);
    const auto holds = [&](ValueKind kind, std::string_view text) {
        return std::ranges::any_of(
            values.values, [&](const IdentifyingValue& v) { return v.kind == kind && v.text == text; });
    };
    CHECK(holds(ValueKind::PatientName, "Müller^Zoë"));
    CHECK(holds(ValueKind::PatientId, "OTHER-4711"));
    CHECK(holds(ValueKind::PatientId, "KH00481516"));
    CHECK(holds(ValueKind::PersonName, "Quast^Emil"));
    CHECK(holds(ValueKind::BirthDate, "19511124"));
    CHECK(holds(ValueKind::Device, "60001"));
    CHECK(holds(ValueKind::Uid, ImageOptions{}.study_uid));
    CHECK_FALSE(holds(ValueKind::Uid, "1.2.840.10008.5.1.4.1.1.2"));
}
