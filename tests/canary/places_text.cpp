#include "objects.hpp"
#include "places.hpp"

namespace gantry::canary {
namespace {

constexpr std::string_view kCharset = "character sets";

/// Bytes of a text; they and their UTF-8 must both be gone.
std::string native(MarkBook& book, const std::string& bytes, std::string_view charset,
                   const std::string& place) {
    if (bytes.size() >= 8) book.own(bytes, kCharset, place + " in " + std::string(charset));
    return bytes;
}

void japanese(Draft& draft) {
    // JIS X 0208, row 0x30 and on, between ESC $ B and ESC ( B.
    const std::string kanji =
        "\x1B$B" + native(draft.book, "\x3B\x33\x45\x44\x42\x40\x4F\x3A", "IR 87", "name") + "\x1B(B";
    const std::string other =
        "\x1B$B" + native(draft.book, "\x37\x6E\x4C\x6E\x32\x56\x3B\x52", "IR 87", "text") + "\x1B(B";
    const auto word = [&](const char* place) { return draft.book.word(kCharset, place); };
    draft.set.put("SpecificCharacterSet", "\\ISO 2022 IR 87");
    draft.set.put("PatientName", word("PN group 1") + "^" + word("PN group 1") + "=" + kanji + "^" + kanji +
                                     "=" + word("PN group 3"));
    draft.set.words("SeriesDescription", "CHEST " + other + " " + word("mixed") + " 5mm", {"CHEST", "5mm"});
    draft.set.put("ImageComments", other + word("behind an escape"));
    draft.set.put("InstitutionName", kanji + other);
    draft.set.put("ConvolutionKernel", other);
}

void korean(Draft& draft) {
    const std::string hangul =
        "\x1B$)C" + native(draft.book, "\xB1\xE8\xC8\xF1\xC1\xDF\xB1\xE6", "IR 149", "name");
    draft.set.put("SpecificCharacterSet", "\\ISO 2022 IR 149");
    draft.set.put("PatientName", draft.book.word(kCharset, "PN group 1") + "^X=" + hangul + "^" + hangul);
    draft.set.put("ImageComments", hangul + "\n" + hangul);
    draft.set.put("StudyDescription", "CHEST " + hangul);
    draft.set.put("SeriesDescription", "CHEST " + hangul);
}

void chinese(Draft& draft) {
    const auto name = native(draft.book, "\xCD\xF5\xD0\xA1\xB6\xAB\xC0\xEE", "GB18030", "name");
    draft.set.put("SpecificCharacterSet", "GB18030");
    draft.set.put("PatientName", draft.book.word(kCharset, "PN group 1") + "^X=" + name + "^" + name);
    draft.set.put("InstitutionName", name);
    draft.set.put("SeriesDescription", "CHEST " + name + " 5mm");
    draft.set.put("ConvolutionKernel", name);
}

void utf8(Draft& draft) {
    const auto cyrillic =
        native(draft.book, "\xD0\x9B\xD1\x8E\xD0\xBA\xD1\x81\xD0\xB5\xD0\xBC\xD0\xB1", "UTF-8", "Cyrillic");
    const auto umlaut = native(draft.book,
                               "M\xC3\xBChlb\xC3\xA4"
                               "chler",
                               "UTF-8", "umlauts");
    draft.set.put("SpecificCharacterSet", "ISO_IR 192");
    draft.set.put("PatientName", umlaut + "^" + cyrillic);
    draft.set.put("StudyDescription", "ABDOMEN " + cyrillic);
    draft.set.words("SeriesDescription", "ABDOMEN " + umlaut + " 5mm", {"ABDOMEN", "5mm"});
    draft.set.put("ImageType", "ORIGINAL\\PRIMARY\\AXIAL\\" + umlaut);
    draft.set.put("OperatorsName", cyrillic);
}

void wrongLatin(Draft& draft) {
    const auto umlaut = native(draft.book, "Gr\xF6\xDFm\xFCller", "Latin-1, undeclared", "name");
    draft.set.remove("SpecificCharacterSet");
    draft.set.put("PatientName", umlaut + "^" + umlaut);
    draft.set.put("SeriesDescription", "ABDOMEN " + umlaut);
    draft.set.put("KVP", umlaut);
    draft.set.put("PatientPosition", umlaut);
    draft.set.put("ConvolutionKernel", umlaut);
    draft.set.put("Manufacturer", "SIEMENS " + umlaut);
}

void noCharset(Draft& draft) {
    draft.set.put("SpecificCharacterSet", draft.book.token(kCharset, "SpecificCharacterSet is a mark"));
    draft.set.put("SeriesDescription",
                  "ABDOMEN " + draft.book.word(kCharset, "beside an unknown character set"));
}

}  // namespace

void addTextPlaces(CorpusMaker& maker) {
    using Make = void (*)(Draft&);
    constexpr std::pair<const char*, Make> kMakes[] = {
        {"charset-japanese", japanese}, {"charset-korean", korean},    {"charset-chinese", chinese},
        {"charset-utf8", utf8},         {"charset-latin", wrongLatin}, {"charset-none", noCharset}};
    for (const auto& [name, make] : kMakes) {
        auto& draft = maker.begin(name, "CT character sets");
        ct(draft);
        make(draft);
        maker.end();
    }
}

}  // namespace gantry::canary
