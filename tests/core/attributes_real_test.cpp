/// Real objects of several vendors: what DCMTK prints is what the attributes say.

#include "dcmdump.hpp"
#include "gantry/core/attributes.hpp"
#include "gantry/core/dicom.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

Facts factsOf(const std::filesystem::path& path) {
    const auto bytes = must(readFile(path));
    return extractFacts(must(dicom::readFile(asBytes(bytes))));
}

/// Numbers of a text, or the text where it is none: dcmdump writes floats in its own way.
void checkSame(const std::string& ours, const std::string& theirs) {
    const auto a = dicom::parseDecimals(ours);
    const auto b = dicom::parseDecimals(theirs);
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        REQUIRE(a[i].has_value() == b[i].has_value());
        if (a[i])
            CHECK(*a[i] == Approx(*b[i]));
        else
            CHECK(ours == theirs);
    }
}

/// Each frame has what dcmdump prints, in its order.
void checkFrames(const Facts& facts, std::string_view name, const std::vector<std::string>& printed) {
    Attributes attributes(facts);
    const auto values = attributes.values(name);
    CAPTURE(name, printed.size());
    REQUIRE(!printed.empty());
    REQUIRE((values.values.size() == 1 || values.values.size() == printed.size()));
    for (std::size_t frame = 0; frame < printed.size(); ++frame)
        checkSame(std::string(values.at(frame).value_or("(absent)")), printed[frame]);
}

std::optional<std::filesystem::path> realData() {
    const auto shared = sharedFolder();
    if (!shared) skipLoudly("no shared folder with real objects");
    if (shared) return *shared / "data";
    return std::nullopt;
}

std::string first(const Facts& facts, std::string_view name) {
    Attributes attributes(facts);
    return std::string(attributes.values(name).at(0).value_or("(absent)"));
}

}  // namespace

TEST_CASE("Siemens classic mosaics", "[attributes][real]") {
    const auto data = realData();
    if (!data) return;
    const auto folder = *data / "dcm_qa_nih/In/20180918Si";
    const auto ap = folder / "mr_0003/epi_pe_ap-00001.dcm";
    const auto facts = factsOf(ap);
    checkFrames(facts, "Gantry.MosaicTiles", dumped(ap, "0019,100a"));
    checkFrames(facts, "Gantry.CoilElements", dumped(ap, "0051,100f"));
    CHECK(first(facts, "Gantry.PrivateBlocks") ==
          "SIEMENS CSA HEADER\\SIEMENS MEDCOM HEADER2\\SIEMENS MR HEADER");
    checkSame(first(facts, "Gantry.SliceNormal"), "0\\0\\1");  // rows to the left, columns to the back
    const auto positive = [&](const char* file) {
        return first(factsOf(folder / file), "Gantry.PhaseEncodingPositive");
    };
    CHECK(positive("mr_0003/epi_pe_ap-00001.dcm") != positive("mr_0004/epi_pe_pa-00001.dcm"));
    CHECK(positive("mr_0005/epi_pe_rl-00001.dcm") != positive("mr_0006/epi_pe_lr-00001.dcm"));
}

TEST_CASE("older Siemens objects have CSA headers too", "[attributes][real]") {
    const auto data = realData();
    if (!data) return;
    const auto facts = factsOf(*data / "dcm_qa_12bit/In/12bitUnsigned.dcm");
    CHECK_FALSE(facts.contains("Gantry.CsaUnreadable"));
    CHECK(facts.contains("Gantry.Csa.NumberOfImagesInMosaic"));
}

TEST_CASE("UIH diffusion", "[attributes][real]") {
    const auto data = realData();
    if (!data) return;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(*data / "dcm_qa_uih/In")) {
        if (!entry.is_regular_file()) continue;
        const auto facts = factsOf(entry.path());
        checkFrames(facts, "Gantry.BValue", dumped(entry.path(), "0065,1009"));
        checkFrames(facts, "Gantry.GradientDirection", dumped(entry.path(), "0065,1037"));
        checkFrames(facts, "Gantry.MosaicTiles", dumped(entry.path(), "0065,1050"));
    }
}

TEST_CASE("GE classic", "[attributes][real]") {
    const auto data = realData();
    if (!data) return;
    const auto file = *data / "dcm_qa_nih/In/20180918GE/mr_0004/axial_epi_fmri_interleaved_i_to_s-00001.dcm";
    REQUIRE(dumped(file, "0043,1039") == std::vector<std::string>{"0\\268435456\\0\\0"});
    CHECK(first(factsOf(file), "Gantry.BValue") == "0");
    checkSame(first(factsOf(file), "Gantry.GradientDirection"), "0\\0\\0");
}

TEST_CASE("Philips enhanced: each frame is where the standard's sequence says", "[attributes][real]") {
    const auto data = realData();
    if (!data) return;
    const auto file = *data / "dcm_qa_enh/In/Philips/IM_0027_fMAP.dcm";
    const auto facts = factsOf(file);
    Attributes attributes(facts);
    CHECK(attributes.frames() == 64);
    checkFrames(facts, "ImagePositionPatient", dumped(file, "0020,0032", "0020,9113"));
    checkFrames(facts, "EffectiveEchoTime", dumped(file, "0018,9082", "0018,9114"));
    checkFrames(facts, "FrameType", dumped(file, "0008,9007"));
    checkFrames(facts, "Gantry.BValue", dumped(file, "2001,1003"));
    CHECK(first(facts, "SOPClassUID") == "1.2.840.10008.5.1.4.1.1.4.1");
}

TEST_CASE("Siemens enhanced", "[attributes][real]") {
    const auto data = realData();
    if (!data) return;
    const auto file = *data / "dcm_qa_enh/In/Siemens/XA10/6_1.dcm";
    const auto facts = factsOf(file);
    checkFrames(facts, "Gantry.PhaseEncodingPositive", dumped(file, "0021,111c"));
    checkFrames(facts, "Gantry.CoilElements", dumped(file, "0021,114f"));
    checkFrames(facts, "ImagePositionPatient", dumped(file, "0020,0032"));
    for (const auto& entry :
         std::filesystem::directory_iterator(*data / "dcm_qa_xa60/In/XA60/DICOM/24100413/39280000")) {
        const auto printed = dumped(entry.path(), "0018,9087");
        if (!printed.empty()) checkFrames(factsOf(entry.path()), "Gantry.BValue", printed);
    }
}
