/// For each spelling of what identifies, planted at each kind of place: the gate refuses the file.
#include <zlib.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <functional>
#include <random>

#include "gantry/anonymizer/leak_gate.hpp"
#include "leak_scanner.hpp"
#include "support.hpp"
#include "synthetic.hpp"

using namespace gantry;
using namespace gantry::anonymizer;
using namespace gantry::test;
using dicom::Encoding;

namespace {

SetBuilder cleanObject() {
    SetBuilder set(Encoding::ExplicitLittle);
    std::string pixels;
    std::mt19937 random(7);
    for (unsigned i = 0; i < 64 * 64; ++i) {
        const auto value = 1000 + random() % 200;
        pixels += static_cast<char>(value & 0xFF);
        pixels += static_cast<char>(value >> 8);
    }
    return set.text("SpecificCharacterSet", "ISO_IR 192")
        .text("SOPClassUID", "1.2.840.10008.5.1.4.1.1.2")
        .text("SOPInstanceUID", "2.25.100000000000000000000000000000000000001")
        .text("Modality", "CT")
        .text("PatientName", "SUBJ-001")
        .text("PatientID", "SUBJ-001")
        .text("PatientIdentityRemoved", "YES")
        .bytes(dicom::tags::kPixelData, "OW", pixels);
}

std::string fileWith(const SetBuilder& set) {
    return dicom::fileMeta("1.2.840.10008.5.1.4.1.1.2", "2.25.100000000000000000000000000000000000001",
                           kExplicitLittle) +
           set.encoded();
}

std::vector<LeakHit> hitsIn(const IdentifyingValues& values, const std::string& file) {
    static const auto folder = temporaryDirectory();
    const auto path = folder.path() / "out.dcm";
    std::ofstream(path, std::ios::binary) << file;
    return must(LeakGate::build(values).scan(path));
}

IdentifyingValues onePatient(ValueKind kind, const std::string& text) {
    IdentifyingValues values;
    values.add(kind, text);
    values.allow("SUBJ-001");
    values.options.documents = values.options.structured_content = values.options.descriptors = true;
    return values;
}

std::string deflated(const std::string& text) {
    std::string out(compressBound(text.size()), '\0');
    auto size = static_cast<uLongf>(out.size());
    compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(text.data()),
             text.size());
    out.resize(size);
    return out;
}

/// A PDF with one content stream; enough of ISO 32000-1 for a reader that repairs.
std::string pdfWith(const std::string& content, const std::string& more = "") {
    const auto stream = deflated(content);
    return "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n4 0 obj\n<</Length " +
           std::to_string(stream.size()) + "/Filter/FlateDecode" + more + ">>\nstream\n" + stream +
           "\nendstream\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n";
}

std::string escapedForPdf(const std::string& text) {
    std::string out;
    for (const char c : text)
        out += c == '(' || c == ')' || c == '\\' ? std::string{'\\', c} : std::string{c};
    return out;
}

struct Place {
    const char* name;
    std::function<SetBuilder(const std::string&)> plant;
};

std::vector<Place> places() {
    const auto inside = [](const char* keyword) {
        return [keyword](const std::string& text) { return cleanObject().text(keyword, text); };
    };
    return {
        {"short text", inside("ConvolutionKernel")},
        {"long text", inside("DerivationDescription")},
        {"text of unlimited length", inside("TextValue")},
        {"in the middle of a text",
         [](const std::string& text) {
             return cleanObject().text("SeriesDescription", "seen " + text + " now");
         }},
        {"three sequences down",
         [](const std::string& text) {
             SetBuilder inner(Encoding::ExplicitLittle);
             inner.text("CodeMeaning", text);
             SetBuilder middle(Encoding::ExplicitLittle);
             middle.sequence("ConceptCodeSequence", {inner});
             SetBuilder outer(Encoding::ExplicitLittle);
             outer.sequence("ContentSequence", {middle});
             return cleanObject().sequence("ContentSequence", {outer});
         }},
        {"bytes of an unknown kind",
         [](const std::string& text) { return cleanObject().bytes({0x00282000}, "UN", text); }},
        {"plain text of a document",
         [](const std::string& text) {
             return cleanObject().bytes({0x00420011}, "OB", "Letter to " + text + "\n");
         }},
        {"a stream of a PDF",
         [](const std::string& text) {
             return cleanObject().bytes({0x00420011}, "OB",
                                        pdfWith("BT (" + escapedForPdf(text) + ") Tj ET"));
         }},
    };
}

}  // namespace

TEST_CASE("each spelling is found at each kind of place") {
    struct Spelling {
        ValueKind kind;
        std::string value;
        std::vector<std::string> written;
    };
    const auto spelling = GENERATE(values<Spelling>({
        {ValueKind::PatientName,
         "Doe^John^Quentin",
         {"John Doe", "DOE, JOHN", "doe_john", "J. Doe", "J.Doe", "Doe, J.", "Doe J", "DOEJ", "JDoe",
          "J.Q. Doe", "DOE^J", "Quentin Doe", "John Quentin Doe"}},
        {ValueKind::PatientName,
         "Young^Ann",
         {"Ann Young", "YOUNG^ANN", "A. Young", "Young, A", "young_ann"}},
        {ValueKind::PatientName, "Li^Wei", {"Wei Li", "LI^WEI", "liwei li wei"}},
        {ValueKind::PatientName, "van den Berg^Els", {"Vandenberg", "van den Berg", "Berg, Els"}},
        {ValueKind::PatientName, "O'Brien^Máire", {"OBrien", "O'Brien", "o brien, maire", "MAIRE"}},
        {ValueKind::PatientName,
         "Müller-Groß^Jörg",
         {"MUELLER", "Muller", "GROSS", "Joerg", "jorg", "M\xC3\x9CLLER"}},
        {ValueKind::PatientName, "Иванова^Юлия", {"Ivanova", "ИВАНОВА", "Yuliya", "Iuliia Ivanova"}},
        {ValueKind::PatientName,
         "Yamada^Tarou=山田^太郎=やまだ^たろう",
         {"山田", "山田太郎", "ヤマダ", "Yamada", "Taro"}},
        {ValueKind::PatientName, "Hong^Gildong=洪^吉洞=홍^길동", {"홍길동", "吉洞", "Gildong Hong"}},
        {ValueKind::PatientName, "Παπαδόπουλος^Νίκος", {"Papadopoulos", "Nikos"}},
        {ValueKind::BirthDate,
         "19610312",
         {"19610312",       "1961-03-12",      "12.03.1961",     "12.3.1961",
          "03/12/1961",     "3/12/1961",       "12/3/61",        "12.03.61",
          "12 Mar 1961",    "12-MAR-61",       "March 12, 1961", "Mar. 12, 1961",
          "12. März 1961",  "12. Maerz 1961",  "12 mars 1961",   "12 de marzo de 1961",
          "12 March 1961",  "12th March 1961", "12 marzo 1961",  "1961年3月12日",
          "born 12MAR1961,"}},
        {ValueKind::Date, "20260904", {"2026-09-04", "4. September 2026", "4 septembre 2026", "04/09/26"}},
        {ValueKind::PatientId,
         "KH-0048.1516",
         {"KH-0048.1516", "kh00481516", "KH 0048 1516", "00481516", "no. 481516"}},
        {ValueKind::PatientId, "0000734511", {"734511", "0734511", "ID:000734511"}},
        {ValueKind::FreeText,
         "neighbour of the baker at the old mill",
         {"NEIGHBOUR OF THE BAKER AT THE OLD MILL"}},
    }));
    const auto values = onePatient(spelling.kind, spelling.value);
    for (const auto& place : places())
        for (const auto& written : spelling.written) {
            CAPTURE(spelling.value, place.name, written);
            CHECK_FALSE(hitsIn(values, fileWith(place.plant(written))).empty());
        }
}

TEST_CASE("names are found in the character sets of their countries, in text and in pixel bytes") {
    struct Written {
        std::string value;
        std::string bytes;
        const char* set;
    };
    // Written by hand after the code tables: JIS X 0208, KS X 1001, GB 2312, ISO 8859-5, ISO 8859-2.
    const auto written = GENERATE(values<Written>({
        {"Yamada=山田^太郎", "\x1B$B;3ED\x1B(B^\x1B$BB@O:\x1B(B", "\\ISO 2022 IR 87"},
        {"Hong=洪^吉洞", "\x1B$)C\xFB\xF3^\x1B$)C\xD1\xCE\xD4\xD7", "\\ISO 2022 IR 149"},
        {"Wang=王^小东", "\xCD\xF5^\xD0\xA1\xB6\xAB", "GB18030"},
        {"Люкceмбypг",
         "\xBB\xEE\xDA"
         "ce\xDC\xD1yp\xD3",
         "ISO_IR 144"},
        {"Dvořák^Božena",
         "Dvo\xF8\xE1k^Bo\xBE"
         "ena",
         "ISO_IR 101"},
    }));
    CAPTURE(written.value, written.set);
    const auto values = onePatient(ValueKind::PatientName, written.value);
    auto text = cleanObject();
    text.text("SpecificCharacterSet", written.set).text("SeriesDescription", written.bytes);
    CHECK_FALSE(hitsIn(values, fileWith(text)).empty());
}

TEST_CASE("text that is wrapped in text is found") {
    const auto values = onePatient(ValueKind::PatientName, "Brinkmann^Zoë");
    // base64 of "Brinkmann", percent signs, entities of XML and HTML
    const auto planted = GENERATE(as<std::string>(), "QnJpbmttYW5u", "x=QnJpbmttYW5u;", "patient=B%72inkmann",
                                  "B&#114;inkmann", "B&#x72;inkmann");
    CAPTURE(planted);
    CHECK_FALSE(hitsIn(values, fileWith(cleanObject().text("DerivationDescription", planted))).empty());
}

TEST_CASE("documents are read, and what cannot be read whole is refused") {
    const auto values = onePatient(ValueKind::PatientName, "Brinkmann^Adelheid");
    const auto hits = [&](const std::string& document) {
        return hitsIn(values, fileWith(cleanObject().bytes({0x00420011}, "OB", document)));
    };
    SECTION("an innocent one passes") {
        CHECK(hits(pdfWith("BT /F1 12 Tf (Report of the examination) Tj ET")).empty());
        CHECK(hits("<ClinicalDocument><title>REMOVED</title></ClinicalDocument>").empty());
    }
    SECTION("words torn apart for their looks, in octal, in hex") {
        CHECK_FALSE(hits(pdfWith("BT [(Brin)-20(km)3(ann)] TJ ET")).empty());
        CHECK_FALSE(hits(pdfWith("BT (\\102rinkmann) Tj ET")).empty());
        CHECK_FALSE(hits(pdfWith("BT <4272696E6B6D616E6E> Tj ET")).empty());
        CHECK_FALSE(hits("<a>B&#114;ink<b/>mann</a>").empty());
    }
    SECTION("what cannot be read whole") {
        CHECK_FALSE(hits(pdfWith("q Q", "/Subtype/Image")).empty());
        CHECK_FALSE(hits(pdfWith("q Q", "/DecodeParms<</Predictor 12>>")).empty());
        CHECK_FALSE(hits(pdfWith("q Q") + "<</Encrypt 9 0 R>>").empty());
        CHECK_FALSE(hits(pdfWith("q Q") + "<</Type/Font/Subtype/Type0>>").empty());
        auto broken = pdfWith("BT (Report of the examination) Tj ET");
        broken[broken.find("stream\n") + 12] ^= 0x55;
        CHECK_FALSE(hits(broken).empty());
        CHECK_FALSE(hits(std::string("\x01\x02\x03\x80\x00garbage", 12)).empty());
    }
    SECTION("a document that no option allows") {
        auto closed = values;
        closed.options.documents = false;
        CHECK_FALSE(
            hitsIn(closed, fileWith(cleanObject().bytes({0x00420011}, "OB", pdfWith("q Q")))).empty());
    }
}

TEST_CASE("realistic names and numbers that are words do not stop clean files") {
    const auto name = GENERATE(as<std::string>(), "Lee^Ann", "Mr", "Hand^Lisa", "Young^Max", "MR", "Head^Ct",
                               "Long^Neck", "Dixon^Ray", "Gray^Rose", "Gauss^Carl", "Field^May", "Foot^Ann",
                               "Ng^Li", "M", "Test^Patient");
    CAPTURE(name);
    auto values = onePatient(ValueKind::PatientName, name);
    for (const auto* number : {"1", "100", "0", "12", "2026", "MR", "CT1"})
        values.add(ValueKind::PatientId, number);
    auto set = cleanObject();
    set.text("BodyPartExamined", "HAND")
        .text("ImageType", "DERIVED\\SECONDARY\\MPR\\DIXON\\WATER")
        .text("ConvolutionKernel", "Hann 100")
        .text("SequenceName", "*fl2d1_r2")
        .text("ManufacturerModelName", "Ingenia Young 100")
        .text("ImageLaterality", "L")
        .text("PatientPosition", "HFS")
        .text("InstanceNumber", "100")
        .text("SeriesNumber", "12")
        .text("StudyDate", "20260101")
        .text("SliceThickness", "1");
    const auto hits = hitsIn(values, fileWith(set));
    for (const auto& hit : hits) UNSCOPED_INFO(hit.where << ": " << hit.what);
    CHECK(hits.empty());
}

TEST_CASE("private attributes pass only by their creator, and are searched all the same") {
    auto values = onePatient(ValueKind::PatientName, "Brinkmann^Adelheid");
    values.options.private_retained.insert({"GOOD MAKER", 0x00190008});
    const auto with = [](const char* creator, dicom::Tag tag, const char* text) {
        return fileWith(cleanObject().text({0x00190011}, "LO", creator).text(tag, "LO", text));
    };
    CHECK(hitsIn(values, with("GOOD MAKER", {0x00191108}, "1.5")).empty());
    CHECK_FALSE(hitsIn(values, with("GOOD MAKER", {0x00191109}, "1.5")).empty());
    CHECK_FALSE(hitsIn(values, with("OTHER MAKER", {0x00191108}, "1.5")).empty());
    CHECK_FALSE(hitsIn(values, with("GOOD MAKER", {0x00191208}, "1.5")).empty());
    CHECK_FALSE(hitsIn(values, with("GOOD MAKER", {0x00191108}, "for Brinkmann")).empty());
}

TEST_CASE("every width of the filter finds what a plain search finds") {
    std::mt19937 random(3);
    std::vector<leak::Pattern> patterns;
    for (const auto* text : {"lee", "brinkmann", "19511124", "2026-03-10", "k\xC3\xBChn", "kh0048", "leeann"})
        patterns.push_back({text, ValueKind::Other, leak::Shape::Text, false, 0});
    patterns.push_back({std::string("l\0e\0e\0", 6), ValueKind::Other, leak::Shape::Wide, false, 0});
    patterns.push_back({std::string("\0l\0e\0e", 6), ValueKind::Other, leak::Shape::Wide, false, 0});
    for (int round = 0; round < 50; ++round) {
        std::string text(1 + random() % 5000, '\0');
        for (char& c : text) c = static_cast<char>(random() % 3 == 0 ? 0 : 'a' + random() % 26);
        for (int i = 0; i < 20; ++i) {
            const auto& pattern = patterns[random() % patterns.size()].bytes;
            if (pattern.size() <= text.size())
                text.replace(random() % (text.size() - pattern.size() + 1), pattern.size(), pattern);
        }
        using Hit = std::pair<std::size_t, std::uint32_t>;
        std::vector<Hit> expected;
        for (std::uint32_t p = 0; p < patterns.size(); ++p)
            for (auto at = text.find(patterns[p].bytes); at != std::string::npos;
                 at = text.find(patterns[p].bytes, at + 1))
                expected.emplace_back(at, p);
        std::ranges::sort(expected);
        for (const auto use :
             {leak::Prefilter::Use::Fastest, leak::Prefilter::Use::Wide, leak::Prefilter::Use::Narrow,
              leak::Prefilter::Use::Portable}) {
            std::vector<Hit> found;
            leak::Scanner(patterns, use).scan(asBytes(text), false, [&](std::uint32_t p, std::size_t at) {
                found.emplace_back(at, p);
            });
            std::ranges::sort(found);
            CHECK(found == expected);
        }
    }
}

TEST_CASE("a comment that repeats the series description does not stop it, other comments do") {
    IdentifyingValues values;
    values.allow("SUBJ-001");
    values.values.insert({ValueKind::FreeText, "STD BRAIN 5MM", "", dicom::Tag{0x0008103E}});
    values.values.insert({ValueKind::FreeText, "STD BRAIN 5MM", "", dicom::Tag{0x00E11040}});
    values.values.insert({ValueKind::FreeText, "fell off a ladder", "", dicom::Tag{0x00E11041}});
    const auto described = [](const std::string& text) {
        return fileWith(cleanObject().text("SeriesDescription", text));
    };
    values.options.descriptors = true;
    CHECK(hitsIn(values, described("STD BRAIN 5MM")).empty());
    CHECK_FALSE(hitsIn(values, described("BRAIN fell off a ladder")).empty());
    values.options.descriptors = false;
    CHECK_FALSE(hitsIn(values, described("STD BRAIN 5MM")).empty());
}

TEST_CASE("an institution that is not told is no institution") {
    const auto made_by = [](const std::string& text) {
        return fileWith(cleanObject().text("Manufacturer", text));
    };
    CHECK(hitsIn(onePatient(ValueKind::Institution, "n.a."), made_by("n.a.")).empty());
    CHECK_FALSE(hitsIn(onePatient(ValueKind::Institution, "Q.M.C."), made_by("Q.M.C.")).empty());
}

TEST_CASE("a station that is called like the scanner's model stops nothing, another one does") {
    const auto original = [](const std::string& station) {
        const auto bytes = fileWith(cleanObject()
                                        .text("ManufacturerModelName", "SOMATOM Definition AS+")
                                        .text("StationName", station));
        auto values = collect(test::must(dicom::readFile(asBytes(bytes))));
        std::erase_if(values.values, [](const auto& value) { return value.kind != ValueKind::Device; });
        values.allow("SUBJ-001");
        return values;
    };
    const auto sent = fileWith(cleanObject().text("ManufacturerModelName", "SOMATOM Definition AS+"));
    CHECK(hitsIn(original("SOMATOM Definition AS+"), sent).empty());
    CHECK(hitsIn(original("Definition AS+"), sent).empty());
    CHECK_FALSE(hitsIn(original("CTAWP74123"),
                       fileWith(cleanObject().text("ManufacturerModelName", "CTAWP74123 AS+")))
                    .empty());
}
