/// Unique marks in every attribute of the dictionary that can carry text, UIDs or bytes, at depths 0 to 3, in
/// private elements, UN, preamble, behind the data set, overlays: none may be found in the output.
#include <catch2/catch.hpp>
#include <cstdio>
#include <iostream>
#include <map>
#include <set>
#include <unordered_set>

#include "gantry/anonymizer/policy.hpp"
#include "run_engine.hpp"

using namespace gantry;
using namespace gantry::anonymizer;
using namespace gantry::test;
using dicom::Encoding;
using dicom::Tag;
using dicom::Vr;

namespace {

std::vector<const dicom::DictionaryEntry*> wholeDictionary() {
    std::vector<const dicom::DictionaryEntry*> all;
    for (std::uint32_t group = 0x0008; group <= 0xFFFC; group += 2) {
        const bool used = group <= 0x0100 || group == 0x0400 || (group >= 0x2000 && group <= 0x2200) ||
                          (group >= 0x3000 && group <= 0x3010) || (group >= 0x4000 && group <= 0x4010) ||
                          group == 0x5000 || group == 0x5002 || group == 0x5200 || group == 0x5400 ||
                          group == 0x5600 || group == 0x6000 || group == 0x6002 || group >= 0xFFFA;
        if (!used || group == 0xFFFE) continue;
        for (std::uint32_t element = 1; element <= 0xFFFF; ++element)
            if (const auto* entry = dicom::lookup(Tag{group << 16 | element})) all.push_back(entry);
    }
    return all;
}

struct Mark {
    std::string text;
    std::string where;
};

class Marker {
public:
    explicit Marker(Encoding encoding, char shape) : encoding_(encoding), shape_(shape) {}

    std::vector<Mark> marks;

    /// Letters and digits, or letters alone; 14 characters, so legal as SH and as CS.
    std::string next(const std::string& where) {
        char text[32];
        const auto number = static_cast<unsigned>(marks.size());
        if (shape_ == 'd') {
            std::snprintf(text, sizeof text, "ZQ%09uXJ", number);
        } else {
            std::string letters;
            for (auto rest = number + 1000000; rest > 0; rest /= 20)
                letters += "BCDFGHJKLMNPQRSTVWXZ"[rest % 20];
            std::snprintf(text, sizeof text, "QZ%sXJQ", letters.c_str());
        }
        marks.push_back({text, where});
        return text;
    }
    std::string nextUid(const std::string& where) {
        char text[64];
        std::snprintf(text, sizeof text, "1.2.826.0.1.3680043.9.7433.%u.1",
                      static_cast<unsigned>(marks.size()) + 100000);
        marks.push_back({text, where});
        return text;
    }

    /// Marks every attribute that `set` does not hold yet, at this depth.
    void fill(SetBuilder& set, int depth, const std::string& path) {
        static const auto dictionary = wholeDictionary();
        for (const auto* entry : dictionary) {
            const auto vr = entry->vr.empty() ? Vr() : Vr(entry->vr[0], entry->vr[1]);
            const auto where = path + std::string(entry->keyword);
            if (set.has(entry->tag) || vr == Vr("SQ") || skipped(entry->tag)) continue;
            if (vr == Vr("UI"))
                set.text(entry->tag, vr, nextUid(where));
            else if (vr == Vr("OB") || vr == Vr("OW") || vr == Vr("UN") || vr == Vr("OF") || vr == Vr("OD") ||
                     vr == Vr("OL") || vr == Vr("OV"))
                set.bytes(entry->tag, vr, next(where) + "  ");
            else if (dicom::isTextVr(vr) && vr != Vr("AS"))
                set.text(entry->tag, vr, next(where));
        }
        privates(set, path);
        if (depth < 3) nested(set, depth, path);
    }

private:
    /// What decides whether the object is taken at all, and what an image needs to be one.
    static bool skipped(Tag tag) {
        constexpr std::uint32_t kNeeded[] = {0x00080005, 0x00080016, 0x00280301, 0x00287FE0, 0x00280008,
                                             0x7FE00008, 0x7FE00009, 0x7FE00001, 0x7FE00002};
        return std::ranges::find(kNeeded, tag.value) != std::end(kNeeded);
    }

    void privates(SetBuilder& set, const std::string& path) {
        set.text({0x00290010}, "LO", next(path + "private creator"));
        set.text({0x00291001}, "LO", next(path + "private LO"));
        set.bytes({0x00291002}, "UN", next(path + "private UN"));
        set.bytes({0x00291003}, "OB", next(path + "private OB"));
        set.text({0x00991099}, "LO", next(path + "private without creator"));
        set.bytes({0x00187F01}, "UN", next(path + "unknown attribute"));
        SetBuilder inside(encoding_);
        inside.text({0x00100010}, "PN", next(path + "private sequence > PatientName"));
        inside.text({0x00180050}, "DS", next(path + "private sequence > SliceThickness"));
        set.sequence(Tag{0x00291010}, {inside});
    }

    void nested(SetBuilder& set, int depth, const std::string& path) {
        // Sequences that stay, that go, and that hold references.
        for (const std::string_view keyword :
             {"RadiopharmaceuticalInformationSequence", "SharedFunctionalGroupsSequence",
              "RequestAttributesSequence", "ReferencedImageSequence", "OriginalAttributesSequence",
              "ProcedureCodeSequence", "SourceImageSequence", "IconImageSequence", "ContentSequence",
              "AcquisitionContextSequence"}) {
            const auto tag = dicom::lookup(keyword)->tag;
            // One branch goes deeper than the others, or the file would grow without end.
            const bool deep = keyword == "SharedFunctionalGroupsSequence";
            SetBuilder item(encoding_);
            fill(item, deep ? depth + 1 : 3, path + std::string(keyword) + ".");
            set.sequence(tag, {item});
        }
    }

    Encoding encoding_;
    char shape_;
};

SetBuilder plainImage(const std::string& modality, Encoding encoding) {
    const ImageOptions options{.encoding = encoding};
    auto image = modality == "CT"   ? ctImage(options)
                 : modality == "MR" ? mrImage(options)
                                    : petImage(options);
    image.remove("ReferencedImageSequence");
    if (modality == "PT") image.remove("RadiopharmaceuticalInformationSequence");
    return image;
}

std::string syntaxOf(Encoding encoding) {
    if (encoding == Encoding::ImplicitLittle) return std::string(kImplicitLittle);
    return std::string(encoding == Encoding::ExplicitBig ? kExplicitBig : kExplicitLittle);
}

/// Which marks stand in `bytes`. All marks begin with one of three stems, so one pass finds them.
std::set<std::string> marksIn(const std::string& bytes, const std::vector<Mark>& marks) {
    std::unordered_set<std::string> known;
    for (const auto& mark : marks) known.insert(mark.text);
    std::set<std::string> found;
    for (const std::string stem : {"ZQ", "QZ", "1.2.826.0.1.3680043.9.7433."})
        for (auto at = bytes.find(stem); at != std::string::npos; at = bytes.find(stem, at + 1))
            for (std::size_t length = 8; length <= 40; ++length)
                if (const auto text = bytes.substr(at, length); known.contains(text)) found.insert(text);
    return found;
}

}  // namespace

TEST_CASE("no mark survives, wherever it stands", "[canary]") {
    const auto encoding = GENERATE(Encoding::ImplicitLittle, Encoding::ExplicitLittle, Encoding::ExplicitBig);
    const std::string modality = GENERATE("CT", "MR", "PT");
    const char shape = GENERATE('d', 'l');
    Marker marker(encoding, shape);
    auto image = plainImage(modality, encoding);
    marker.fill(image, 0, "");
    const auto preamble = marker.next("preamble");
    const auto bytes = fileOf(image, syntaxOf(encoding), preamble + std::string(128 - preamble.size(), ' '),
                              marker.next("trailing bytes"));
    REQUIRE(marksIn(bytes, marker.marks).size() == marker.marks.size());

    Bench bench;
    bench.policy = DeidPolicy().add(DeidOption::RetainLongitudinalModifiedDates);
    const auto& ran = bench.run(bytes);
    const auto survivors = marksIn(ran.output, marker.marks);
    for (const auto& mark : marker.marks)
        if (survivors.contains(mark.text)) UNSCOPED_INFO("survived: " << mark.where);
    CHECK(survivors.empty());
    std::cout << modality << " in " << syntaxOf(encoding) << ", marks of "
              << (shape == 'd' ? "letters and digits" : "letters") << ": " << marker.marks.size() << " set, "
              << survivors.size() << " survived\n";
    CHECK(ran.file.trailing.empty());
    CHECK(asText(ran.file.dataset.find(dicom::tags::kPixelData)->value) == pixelsOf({.encoding = encoding}));
}

TEST_CASE("with an option on, marks stay where its column says keep and nowhere else", "[canary]") {
    Marker marker(Encoding::ExplicitLittle, 'l');
    auto image = plainImage("CT", Encoding::ExplicitLittle);
    for (const auto* keyword :
         {"Manufacturer", "ManufacturerModelName", "SoftwareVersions", "DeviceSerialNumber", "StationName"})
        image.remove(keyword);
    marker.fill(image, 0, "");
    Bench bench;
    const auto& ran = bench.run(fileOf(image, kExplicitLittle));
    std::map<std::string, int> survivors;
    for (const auto& mark : marker.marks)
        if (ran.output.find(mark.text) != std::string::npos)
            ++survivors[mark.where.substr(mark.where.rfind('.') + 1)];
    for (const auto& [keyword, count] : survivors) {
        CAPTURE(keyword, count);
        const auto* entry = dicom::lookup(std::string_view(keyword));
        REQUIRE(entry != nullptr);
        const auto* row = profileRow(entry->tag);
        const bool kept_by_option = row != nullptr && row->option(Column::RetainDeviceIdentity) == Action::K;
        CHECK(kept_by_option);
    }
    CHECK(survivors.contains("DeviceSerialNumber"));
    CHECK(survivors.contains("StationName"));
}
