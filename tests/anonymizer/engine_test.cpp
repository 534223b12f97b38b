#include "gantry/anonymizer/engine.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "gantry/anonymizer/leak_gate.hpp"
#include "run_engine.hpp"

using namespace gantry;
using namespace gantry::anonymizer;
using namespace gantry::test;
using dicom::Encoding;

namespace {

std::string syntaxOf(Encoding encoding) {
    if (encoding == Encoding::ImplicitLittle) return std::string(kImplicitLittle);
    return std::string(encoding == Encoding::ExplicitBig ? kExplicitBig : kExplicitLittle);
}

SetBuilder imageOf(const std::string& modality, const ImageOptions& options) {
    if (modality == "CT") return ctImage(options);
    return modality == "MR" ? mrImage(options) : petImage(options);
}

int daysBetween(std::string_view later, std::string_view earlier) {
    for (int days = 0; days < 5000; ++days)
        if (shiftDate(later, days) == std::string(earlier)) return days;
    return -1;
}

}  // namespace

TEST_CASE("CT, MR and PET come out clean, in explicit VR and the byte order they came in") {
    const auto encoding = GENERATE(Encoding::ImplicitLittle, Encoding::ExplicitLittle, Encoding::ExplicitBig);
    const auto* modality = GENERATE("CT", "MR", "PT");
    CAPTURE(modality, static_cast<int>(encoding));
    const ImageOptions options{.encoding = encoding};
    Bench bench;
    const auto& ran = bench.run(fileOf(imageOf(modality, options), syntaxOf(encoding)));
    const auto& set = ran.file.dataset;
    // Implicit VR cannot hold pixels that are compressed later.
    const auto syntax =
        encoding == Encoding::ImplicitLittle ? std::string(kExplicitLittle) : syntaxOf(encoding);
    CHECK(ran.report.transfer_syntax_uid == syntax);
    CHECK(ran.file.transfer_syntax_uid == syntax);

    SECTION("the patient is the subject") {
        CHECK(set.text(dicom::tags::kPatientName) == "SUBJ-001");
        CHECK(set.text(dicom::tags::kPatientId) == "SUBJ-001");
        CHECK(set.text({0x00120020}) == "TRIAL-1");
        CHECK(set.text({0x00120030}) == "0417");
        CHECK(set.text({0x00120040}) == "SUBJ-001");
        CHECK(set.text({0x00120050}) == "BL");
        CHECK(set.text({0x00120062}) == "YES");
        CHECK_FALSE(set.text({0x00120063}).empty());
        CHECK(set.text({0x00280303}) == "MODIFIED");
        const auto* codes = set.find({0x00120064});
        REQUIRE(codes != nullptr);
        REQUIRE(codes->items.size() == 3);
        CHECK(codes->items[0].text({0x00080100}) == "113100");
        CHECK(codes->items[1].text({0x00080100}) == "113109");
        CHECK(codes->items[2].text({0x00080100}) == "113107");
    }
    SECTION("nothing of the patient, staff or place is left") {
        for (const auto* word : {"rinkmann", "RINKMANN", "Adelheid", "KH004815", "481516", "19511124",
                                 "Hagedorn", "Quast", "Zimper", "Westermarck", "Lindenallee", "Altenhude",
                                 "0199123", "ACC7715523", "771552", "Heidi", "1.3.12.2.1107", "CT_MAIN_ROOM"})
            CHECK(std::pair(word, ran.output.find(word)) == std::pair(word, std::string::npos));
    }
    SECTION("what reading needs is left") {
        for (const auto* keyword : {"ImageType",
                                    "Modality",
                                    "Manufacturer",
                                    "ManufacturerModelName",
                                    "SoftwareVersions",
                                    "DeviceSerialNumber",
                                    "StationName",
                                    "PatientPosition",
                                    "BodyPartExamined",
                                    "SeriesNumber",
                                    "InstanceNumber",
                                    "ImagePositionPatient",
                                    "ImageOrientationPatient",
                                    "SliceLocation",
                                    "Rows",
                                    "Columns",
                                    "PixelSpacing",
                                    "BitsAllocated",
                                    "BitsStored",
                                    "HighBit",
                                    "PixelRepresentation",
                                    "RescaleIntercept",
                                    "RescaleSlope",
                                    "WindowCenter",
                                    "StudyTime",
                                    "SeriesTime",
                                    "AcquisitionTime",
                                    "ContentTime",
                                    "KVP",
                                    "ConvolutionKernel",
                                    "SliceThickness",
                                    "CTDIvol",
                                    "RescaleType",
                                    "FilterType",
                                    "SequenceName",
                                    "EchoTime",
                                    "ImagedNucleus",
                                    "TransmitCoilName",
                                    "AcquisitionMatrix",
                                    "Units",
                                    "DecayCorrection",
                                    "CorrectedImage",
                                    "FrameReferenceTime",
                                    "AttenuationCorrectionMethod"}) {
            const auto tag = dicom::lookup(std::string_view(keyword))->tag;
            const auto* before = ran.original.dataset.find(tag);
            const auto* after = set.find(tag);
            CAPTURE(keyword);
            if (before == nullptr) continue;
            REQUIRE(after != nullptr);
            CHECK(asText(after->value) == asText(before->value));
        }
    }
    SECTION("pixel bytes are the same") {
        CHECK(asText(set.find(dicom::tags::kPixelData)->value) == pixelsOf(options));
    }
    SECTION("the digest and size are those of the file") {
        CHECK(ran.report.size_bytes == ran.output.size());
        CHECK(ran.report.sha256 == sha256(asBytes(ran.output)));
    }
    SECTION("DCMTK reads it") {
        if (std::system("command -v dcmftest >/dev/null") != 0)
            return skipLoudly("dcmftest is not installed");
        CHECK(std::system(("dcmftest '" + bench.output().string() + "' >/dev/null").c_str()) == 0);
        CHECK(std::system(("dcmdump -q '" + bench.output().string() + "' >/dev/null 2>&1").c_str()) == 0);
    }
    SECTION("the gate lets it pass") {
        auto values = collect(ran.original);
        values.options.device_retained = true;
        for (const auto* own : {"TRIAL-1", "0417", "SUBJ-001", "BL", "SPONSOR"}) values.allow(own);
        const auto hits = must(LeakGate::build(values).scan(bench.output()));
        for (const auto& hit : hits) UNSCOPED_INFO(hit.where << ": " << hit.what);
        CHECK(hits.empty());
    }
}

TEST_CASE("implicit VR comes out as the explicit VR that it stands for") {
    const bool is_signed = GENERATE(false, true);
    const std::string_view number(is_signed ? "\1\0" : "\0\0", 2), padding("\x30\xF8", 2);  // -2000
    const auto with = [&](Encoding encoding) {
        auto image = ctImage({.encoding = encoding});
        image.remove("PixelRepresentation").bytes({0x00280103}, "US", std::string(number));
        image.bytes({0x00280120}, is_signed ? "SS" : "US", std::string(padding));
        return image;
    };
    Bench bench;
    const auto& from_explicit = bench.run(fileOf(with(Encoding::ExplicitLittle), kExplicitLittle));
    const auto& from_implicit = bench.run(fileOf(with(Encoding::ImplicitLittle), kImplicitLittle));
    // PS3.3 C.7.5.1.1.2: padding is of the pixels' own representation. PS3.5 A.2: 16-bit pixels are OW.
    CHECK(from_implicit.file.dataset.find({0x00280120})->vr == dicom::Vr(is_signed ? "SS" : "US"));
    CHECK(from_implicit.file.dataset.find(dicom::tags::kPixelData)->vr == dicom::Vr("OW"));
    CHECK((from_implicit.output == from_explicit.output));
}

TEST_CASE("the quantities of PET survive: dose, half-life, and the interval from injection to scan") {
    ImageOptions options{.study_date = "20260301"};
    Bench bench;
    auto image = petImage(options);
    // Injected before midnight of the day before, as the date-time with its zone says.
    const auto& ran = bench.run(fileOf(image, kExplicitLittle));
    const auto* drugs = ran.file.dataset.find({0x00540016});
    REQUIRE(drugs != nullptr);
    REQUIRE(drugs->items.size() == 1);
    const auto& drug = drugs->items[0];
    CHECK(drug.text({0x00181074}) == "371000000");
    CHECK(drug.text({0x00181075}) == "6586.2");
    CHECK(drug.text({0x00181072}) == "091500");
    const auto start = drug.text({0x00181078});
    CHECK(start.substr(8) == "091500.000000+0100");
    CHECK(start.substr(0, 8) == ran.file.dataset.text(dicom::tags::kStudyDate));
    const auto* nuclide = drug.find({0x00540300});
    REQUIRE(nuclide != nullptr);
    CHECK(nuclide->items.at(0).text({0x00080100}) == "C-111A1");
    CHECK(nuclide->items.at(0).text({0x00080104}) == "^18^Fluorine");
}

TEST_CASE("references stay whole, and a resend maps the same") {
    Bench bench;
    const auto& first = bench.run(fileOf(ctImage({.instance = 1}), kExplicitLittle));
    const auto& again = bench.run(fileOf(ctImage({.instance = 1}), kExplicitLittle));
    CHECK(first.output == again.output);
    const auto& second = bench.run(fileOf(ctImage({.instance = 2}), kExplicitLittle));
    CHECK(second.report.study_instance_uid == first.report.study_instance_uid);
    CHECK(second.report.series_instance_uid == first.report.series_instance_uid);
    CHECK(second.report.sop_instance_uid != first.report.sop_instance_uid);
    const auto* references = second.file.dataset.find({0x00081140});
    REQUIRE(references != nullptr);
    CHECK(references->items.at(0).text({0x00081155}) == first.report.sop_instance_uid);
    CHECK(references->items.at(0).text({0x00081150}) == "1.2.840.10008.5.1.4.1.1.2");
    CHECK(first.file.meta.text({0x00020003}) == first.report.sop_instance_uid);
}

TEST_CASE("intervals between studies of one subject stay; another subject has another offset") {
    Bench bench;
    const auto& visit1 = bench.run(fileOf(ctImage({.study_date = "20251231"}), kExplicitLittle));
    const auto& visit2 = bench.run(fileOf(ctImage({.study_date = "20260310"}), kExplicitLittle));
    const auto date1 = std::string(visit1.file.dataset.text(dicom::tags::kStudyDate));
    const auto date2 = std::string(visit2.file.dataset.text(dicom::tags::kStudyDate));
    CHECK(daysBetween(date2, date1) == 69);
    CHECK(date1 != "20251231");
    bench.subject.subject_id = "SUBJ-002";
    const auto& other = bench.run(fileOf(ctImage({.study_date = "20251231"}), kExplicitLittle));
    CHECK(other.file.dataset.text(dicom::tags::kStudyDate) != date1);
}

TEST_CASE("without the date options dates are emptied and removed as the table says") {
    Bench bench;
    bench.policy = {};
    const auto& ran = bench.run(fileOf(petImage(), kExplicitLittle));
    const auto& set = ran.file.dataset;
    REQUIRE(set.find(dicom::tags::kStudyDate) != nullptr);
    CHECK(set.text(dicom::tags::kStudyDate).empty());
    CHECK(set.text({0x00080021}) == "19000101");  // SeriesDate: Type 1 in the PET Series module
    CHECK(set.find({0x00181000}) == nullptr);     // DeviceSerialNumber
    CHECK(set.text({0x00280303}) == "REMOVED");
    CHECK(ran.output.find("20260310") == std::string::npos);
}

TEST_CASE("broken values do not stay, and the report says so without telling them") {
    Bench bench;
    auto image = ctImage();
    image.text("StudyDate", "Brinkmann")
        .text("KVP", "Brinkmann")
        .text("Modality", "CT")
        .text("ContentTime", "Adelheid")
        .text({0x00180060}, "DS", "120 Brinkmann")
        .text("RotationDirection", "BRINKMANN")
        .text("ConvolutionKernel", "Brinkmann")
        .text("Manufacturer", "SIEMENS Adelheid")
        .text({0x00280010}, "LO", "Brinkmann A.");
    image.number("Rows", {16});
    const auto& ran = bench.run(fileOf(image, kExplicitLittle));
    CHECK(ran.output.find("Brinkmann") == std::string::npos);
    CHECK(ran.output.find("Adelheid") == std::string::npos);
    REQUIRE(ran.file.dataset.find({0x00180060}) != nullptr);  // KVP, Type 2
    CHECK(ran.file.dataset.text({0x00180060}).empty());
    CHECK(ran.file.dataset.text({0x00080070}) == "SIEMENS");  // cleaned word by word
    for (const auto& line : ran.report.lines) {
        CHECK(line.where.find("rinkmann") == std::string::npos);
        CHECK(line.reason.find("rinkmann") == std::string_view::npos);
    }
}

TEST_CASE("an element sent twice, out of order or with another VR is put right or left out") {
    Bench bench;
    auto image = ctImage();
    std::string twice;
    dicom::Writer writer(twice, Encoding::ExplicitLittle);
    writer.text({0x0020000D}, "UI", "1.2.3.4");
    writer.text({0x00100010}, "PN", "Second^Name");
    writer.text({0x00080060}, "LO", "CT");
    image.raw({0x0020000C}, twice);
    const auto& ran = bench.run(fileOf(image, kExplicitLittle));
    CHECK(ran.output.find("Second") == std::string::npos);
    for (std::size_t i = 1; i < ran.file.dataset.elements.size(); ++i)
        CHECK(ran.file.dataset.elements[i - 1].tag < ran.file.dataset.elements[i].tag);
    CHECK(ran.file.dataset.text(dicom::tags::kModality) == "CT");
}

TEST_CASE("codes of private schemes go with their item, public ones keep a meaning of the standard") {
    Bench bench;
    auto image = ctImage();
    const auto code = [](std::string_view value, std::string_view scheme, std::string_view meaning) {
        SetBuilder item(Encoding::ExplicitLittle);
        return item.text("CodeValue", value)
            .text("CodingSchemeDesignator", scheme)
            .text("CodeMeaning", meaning);
    };
    image.sequence("ProcedureCodeSequence", {code("BRINKM", "99LOCAL", "for Brinkmann")});
    image.sequence("AnatomicRegionSequence",
                   {code("51185008", "SCT", "Brinkmann's chest"), code("51185009", "SCT", "no such code")});
    const auto& ran = bench.run(fileOf(image, kExplicitLittle));
    CHECK(ran.file.dataset.find({0x00081032}) == nullptr);
    const auto* region = ran.file.dataset.find({0x00082218});
    REQUIRE(region != nullptr);
    REQUIRE(region->items.size() == 1);
    CHECK(region->items[0].text({0x00080104}) == "Chest");
}

TEST_CASE("objects that cannot be made safe are refused with a reason, and nothing is written") {
    struct Refused {
        const char* what;
        std::function<void(SetBuilder&)> change;
    };
    const auto refused = GENERATE(
        Refused{"structured report",
                [](SetBuilder& s) { s.text("SOPClassUID", "1.2.840.10008.5.1.4.1.1.88.22"); }},
        Refused{"PDF", [](SetBuilder& s) { s.text("SOPClassUID", "1.2.840.10008.5.1.4.1.1.104.1"); }},
        Refused{"presentation state",
                [](SetBuilder& s) { s.text("SOPClassUID", "1.2.840.10008.5.1.4.1.1.11.1"); }},
        Refused{"voice", [](SetBuilder& s) { s.text("SOPClassUID", "1.2.840.10008.5.1.4.1.1.9.4.1"); }},
        Refused{"private class", [](SetBuilder& s) { s.text("SOPClassUID", "1.3.12.2.1107.5.9.1"); }},
        Refused{"burnt in", [](SetBuilder& s) { s.text("BurnedInAnnotation", "YES"); }},
        Refused{"ultrasound", [](SetBuilder& s) { s.text("SOPClassUID", "1.2.840.10008.5.1.4.1.1.6.1"); }},
        Refused{"secondary capture",
                [](SetBuilder& s) { s.text("SOPClassUID", "1.2.840.10008.5.1.4.1.1.7"); }},
        Refused{"screen", [](SetBuilder& s) { s.text("ImageType", "DERIVED\\SECONDARY\\SCREEN SAVE"); }},
        Refused{"overlay in pixels",
                [](SetBuilder& s) { s.bytes({0x60000010}, "US", std::string("\x10\0", 2)); }},
        Refused{"size unknown", [](SetBuilder& s) { s.remove("Rows"); }});
    CAPTURE(refused.what);
    Bench bench;
    auto image = ctImage();
    refused.change(image);
    const auto result = bench.tryRun(fileOf(image, kExplicitLittle));
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Errc::Unsupported);
    CHECK(result.error().context.size() > 20);
    CHECK(std::filesystem::is_empty(bench.output().parent_path()));
}

TEST_CASE("a radiograph that says it carries no text is taken") {
    Bench bench;
    auto image = ctImage();
    image.text("SOPClassUID", "1.2.840.10008.5.1.4.1.1.1.1").text("BurnedInAnnotation", "NO");
    CHECK(bench.tryRun(fileOf(image, kExplicitLittle)).has_value());
}

TEST_CASE("a subject that is not as described is refused by field name") {
    Bench bench;
    bench.subject.subject_id = "A\\B";
    const auto result = bench.tryRun(fileOf(ctImage(), kExplicitLittle));
    CHECK(result.error().code == Errc::InvalidArgument);
    CHECK(result.error().context.find("subject_id") != std::string::npos);
}

TEST_CASE("options that are not offered are refused even in a policy made by hand") {
    Bench bench;
    bench.policy.add(DeidOption::CleanRecognizableVisualFeatures);
    CHECK(bench.tryRun(fileOf(ctImage(), kExplicitLittle)).error().code == Errc::Unsupported);
}

TEST_CASE("an instance in the middle of a spool segment is read where it lies") {
    Bench bench;
    const auto file = fileOf(ctImage(), kExplicitLittle);
    const auto& alone = bench.run(file);
    std::ofstream(bench.input(), std::ios::binary) << std::string(5001, 'x') << file << std::string(777, 'y');
    const auto report = must(deidentify({bench.input(), 5001, file.size()}, bench.policy, bench.keys,
                                        bench.subject, bench.output()));
    CHECK(report.sha256 == alone.report.sha256);
    CHECK(must(gantry::readFile(bench.output())) == alone.output);
}

TEST_CASE("a large native image is copied by the kernel and keeps its bytes") {
    Bench bench;
    const ImageOptions options{.rows = 700, .columns = 512};
    const auto& ran = bench.run(fileOf(ctImage(options), kExplicitLittle));
    CHECK(asText(ran.file.dataset.find(dicom::tags::kPixelData)->value) == pixelsOf(options));
    CHECK(syncOutputs({bench.output()}).has_value());
}

TEST_CASE("patient characteristics stay when asked for, ages above 89 as 90") {
    Bench bench;
    bench.policy.add(DeidOption::RetainPatientCharacteristics);
    const auto& ran = bench.run(fileOf(petImage(), kExplicitLittle));
    CHECK(ran.file.dataset.text({0x00101010}) == "074Y");
    CHECK(ran.file.dataset.text({0x00101030}) == "71.5");
    CHECK(ran.file.dataset.text({0x00100040}) == "F");
    auto old = petImage();
    old.text("PatientAge", "093Y");
    CHECK(bench.run(fileOf(old, kExplicitLittle)).file.dataset.text({0x00101010}) == "090Y");
}

TEST_CASE("institution identity stays when asked for, with the character set of the text") {
    Bench bench;
    bench.policy.add(DeidOption::RetainInstitutionIdentity);
    auto image = ctImage();
    image.text("SpecificCharacterSet", "ISO_IR 100")
        .text("InstitutionName",
              "Kreiskrankenhaus S\xFC"
              "d");
    const auto& ran = bench.run(fileOf(image, kExplicitLittle));
    CHECK(ran.file.dataset.text({0x00080080}) ==
          "Kreiskrankenhaus S\xFC"
          "d");
    CHECK(ran.file.dataset.text({0x00080005}) == "ISO_IR 100");
    image.text("InstitutionName", "Kreiskrankenhaus");
    CHECK(bench.run(fileOf(image, kExplicitLittle)).file.dataset.text({0x00080005}) == "ISO_IR 100");
    image.text("SpecificCharacterSet", "ISO_IR MUSTERMANN");
    CHECK(bench.run(fileOf(image, kExplicitLittle)).file.dataset.find({0x00080005}) == nullptr);
}
