#include "gantry/core/attributes.hpp"

#include "support.hpp"

using namespace gantry;

namespace {

using Texts = std::vector<std::string>;

/// One a frame; "-" where absent.
Texts texts(const FrameValues& values) {
    Texts out;
    for (const auto& value : values.values) out.emplace_back(value.value_or("-"));
    return out;
}

Texts valuesOf(const Facts& facts, std::string_view name) {
    Attributes attributes(facts);
    return texts(attributes.values(name));
}

std::string only(const Facts& facts, std::string_view name) {
    const auto all = valuesOf(facts, name);
    return all.size() == 1 ? all.front() : std::to_string(all.size()) + " values";
}

const std::string kFrames = "PerFrameFunctionalGroupsSequence[*].";
const std::string kShared = "SharedFunctionalGroupsSequence[0].";
std::string list(const Texts& entries) {
    std::string out;
    for (const auto& entry : entries) (out += out.empty() ? "" : "\x7F") += entry;
    return out;
}

}  // namespace

TEST_CASE("absent, empty and filled are three things", "[attributes]") {
    const Facts facts{{"EchoTime", ""}, {"Modality", "MR"}};
    CHECK(only(facts, "EchoTime").empty());
    CHECK(only(facts, "Modality") == "MR");
    CHECK(valuesOf(facts, "KVP").empty());
}

TEST_CASE("per-frame groups come before shared ones, those before the top level", "[attributes]") {
    const Facts facts{{kFrames + "MREchoSequence[0].EffectiveEchoTime", list({"=10", "~", "=30"})},
                      {kShared + "MREchoSequence[0].EffectiveEchoTime", "99"},
                      {kShared + "PixelMeasuresSequence[0].SliceThickness", "2"},
                      {"SliceThickness", "7"},
                      {"KVP", "120"},
                      {kShared + "(2005,0E):Philips MR Imaging DD 005[0].KVP", "80"},
                      {kShared + "(2005,0E):Philips MR Imaging DD 005[0].FlipAngle", "12"}};
    Attributes attributes(facts);
    CHECK(attributes.frames() == 3);
    CHECK(texts(attributes.values("EffectiveEchoTime")) == Texts{"10", "-", "30"});
    CHECK(only(facts, "SliceThickness") == "2");
    CHECK(only(facts, "KVP") == "120");  // a vendor's copy does not outrank the standard's own place
    CHECK(only(facts, "FlipAngle") == "12");
    CHECK(attributes.values("EffectiveEchoTime").at(2) == "30");
    CHECK_FALSE(attributes.values("EffectiveEchoTime").at(1));
    CHECK(attributes.values("SliceThickness").at(2) == "2");
}

TEST_CASE("facts that name each frame read the same", "[attributes]") {
    Facts facts;
    for (int i = 0; i < 12; ++i)
        facts["PerFrameFunctionalGroupsSequence[" + std::to_string(i) +
              "].PlanePositionSequence[0].ImagePositionPatient"] = std::to_string(i);
    Attributes attributes(facts);
    CHECK(attributes.frames() == 12);
    CHECK(attributes.values("ImagePositionPatient").at(11) == "11");
    CHECK(attributes.values("ImagePositionPatient").at(2) == "2");
}

TEST_CASE("a path goes through every item and every level", "[attributes]") {
    Facts facts{{"A[0].B[0].C", "1"}, {"A[0].B[1].C", "2"}, {"A[1].B[0].D", "x"}, {"A[2].B[0].C", ""}};
    for (int i = 3; i < 12; ++i) facts["A[" + std::to_string(i) + "].B[0].C"] = std::to_string(i);
    Attributes attributes(facts);
    Texts found;
    for (const auto& item : attributes.items("A.B.C")) found.emplace_back(item.at(0).value_or("-"));
    CHECK(found == Texts{"1", "2", "-", "", "3", "4", "5", "6", "7", "8", "9", "10", "11"});
    CHECK(attributes.items("A.B.Q").empty());
    const Facts groups{
        {kFrames +
             "MRDiffusionSequence[0].DiffusionGradientDirectionSequence[0].DiffusionGradientOrientation",
         list({"~", "=0\\0\\1"})},
        {kFrames + "MRDiffusionSequence[0].DiffusionBValue", list({"=0", "=1000"})}};
    CHECK(valuesOf(groups, "MRDiffusionSequence.DiffusionBValue") == Texts{"0", "1000"});
    CHECK(valuesOf(groups, "DiffusionGradientOrientation") == Texts{"-", "0\\0\\1"});
    CHECK(valuesOf(groups, "DiffusionGradientDirectionSequence.DiffusionGradientOrientation") ==
          Texts{"-", "0\\0\\1"});
    CHECK(valuesOf(groups, "MRDiffusionSequence") == Texts{"present", "present"});
}

TEST_CASE("a sequence is present, or there without items, or absent", "[attributes]") {
    const Facts facts{{"ASequence[0].B", "1"}, {"CSequence", ""}, {"DSequence[0]", ""}};
    CHECK(only(facts, "ASequence") == "present");
    CHECK(only(facts, "CSequence").empty());
    CHECK(only(facts, "DSequence") == "present");
    CHECK(valuesOf(facts, "ESequence").empty());
}

TEST_CASE("private attributes are found by creator wherever they stand", "[attributes]") {
    const Facts facts{
        {"(0019,0C):SIEMENS MR HEADER", "50"},
        {"XSequence[0].(0021,05):ACME 1.2.3", "deep"},
        {kFrames + "(0021,FE):SIEMENS MR SDI 02[0].(0021,1C):SIEMENS MR SDI 02", list({"=1", "*1"})}};
    CHECK(only(facts, "(0019,0C):SIEMENS MR HEADER") == "50");
    CHECK(only(facts, "(0021,05):ACME 1.2.3") == "deep");
    CHECK(valuesOf(facts, "(0021,1C):SIEMENS MR SDI 02") == Texts{"1", "1"});
    CHECK(valuesOf(facts, "(0019,0C):ACME").empty());
}

TEST_CASE("the b-value is found where each vendor keeps it", "[attributes]") {
    const std::string b = "Gantry.BValue";
    CHECK(only({{"DiffusionBValue", "700"}, {"(0019,0C):SIEMENS MR HEADER", "1"}}, b) == "700");
    CHECK(only({{"MRDiffusionSequence[0].DiffusionBValue", "1"}}, b) == "1");
    CHECK(only({{"Gantry.Csa.B_value", "1000"}}, b) == "1000");
    CHECK(only({{"(0019,0C):SIEMENS MR HEADER", "500"}}, b) == "500");
    CHECK(only({{"(0043,39):GEMS_PARM_01", "1000000800\\8\\0\\0"}}, b) == "800");
    CHECK(only({{"(0043,39):GEMS_PARM_01", "0\\268435456\\0\\0"}}, b) == "0");
    CHECK(only({{"(0043,39):GEMS_PARM_01", "many\\8"}}, b) == "many\\8");
    CHECK(only({{"(2001,03):Philips Imaging DD 001", "1500"}}, b) == "1500");
    CHECK(only({{"(0065,09):Image Private Header", "24.9"}}, b) == "24.9");
    CHECK(only({{"DiffusionBValue", ""}}, b).empty());
    CHECK(only({{"DiffusionBValue", ""}, {"Gantry.Csa.B_value", "5"}}, b) == "5");
    CHECK(valuesOf({{"Modality", "MR"}}, b).empty());
    CHECK(valuesOf({{kFrames + "MRDiffusionSequence[0].DiffusionBValue", list({"~", "=1000"})},
                    {kFrames + "(2005,0F):Philips MR Imaging DD 005[0].(2001,03):Philips Imaging DD 001",
                     list({"=0", "=999"})}},
                   b) == Texts{"0", "1000"});
}

TEST_CASE("gradient directions, polarity, mosaics, acceleration by vendor", "[attributes]") {
    CHECK(only({{"(2005,B0):Philips MR Imaging DD 001", "1"},
                {"(2005,B1):Philips MR Imaging DD 001", "0"},
                {"(2005,B2):Philips MR Imaging DD 001", "0.5"}},
               "Gantry.GradientDirection") == "1\\0\\0.5");
    CHECK(only({{"(0019,BB):GEMS_ACQU_01", "0.1"},
                {"(0019,BC):GEMS_ACQU_01", "0.2"},
                {"(0019,BD):GEMS_ACQU_01", "0.3"}},
               "Gantry.GradientDirection") == "0.1\\0.2\\0.3");
    CHECK(only({{"(0019,0E):SIEMENS MR HEADER", "0\\0\\1"}}, "Gantry.GradientDirection") == "0\\0\\1");
    CHECK(only({{"(0065,37):Image Private Header", "0\\1\\0"}}, "Gantry.GradientDirection") == "0\\1\\0");
    const std::string positive = "Gantry.PhaseEncodingPositive";
    CHECK(only({{"Gantry.Csa.PhaseEncodingDirectionPositive", "0"}}, positive) == "0");
    CHECK(
        only({{"Manufacturer", "GE MEDICAL SYSTEMS"}, {"RectilinearPhaseEncodeReordering", "REVERSE_LINEAR"}},
             positive) == "0");
    CHECK(valuesOf({{"Manufacturer", "Philips"}, {"RectilinearPhaseEncodeReordering", "LINEAR"}}, positive)
              .empty());
    const std::string tiles = "Gantry.MosaicTiles";
    CHECK(only({{"ImageType", "ORIGINAL\\PRIMARY\\M\\MOSAIC"}, {"Gantry.Csa.NumberOfImagesInMosaic", "36"}},
               tiles) == "36");
    CHECK(only({{"ImageType", "ORIGINAL\\PRIMARY\\M\\MOSAIC"}, {"(0019,0A):SIEMENS MR HEADER", "5"}},
               tiles) == "5");
    CHECK(valuesOf({{"ImageType", "ORIGINAL\\PRIMARY\\M"}, {"(0019,0A):SIEMENS MR HEADER", "5"}}, tiles)
              .empty());
    CHECK(only({{"Gantry.Csa.SliceNormalVector", "0\\0\\1"}}, "Gantry.SliceNormal") == "0\\0\\1");
    const std::string factor = "Gantry.AccelerationFactor";
    CHECK(only({{"ParallelReductionFactorInPlane", "2"}, {"ParallelReductionFactorOutOfPlane", "1.5"}},
               factor) == "3");
    CHECK(only({{"ParallelReductionFactorInPlane", "two"}}, factor) == "two");
    CHECK(only({{"(0051,11):SIEMENS MR HEADER", "p2"}}, factor) == "2");
    CHECK(only({{"(0051,11):SIEMENS MR HEADER", "p2 s2"}}, factor) == "4");
    CHECK(only({{"(0051,11):SIEMENS MR HEADER", "pp"}}, factor) == "pp");
    CHECK(only({{"(0051,0F):SIEMENS MR HEADER", "HEA;HEP"}}, "Gantry.CoilElements") == "HEA;HEP");
    CHECK(only({{"(7053,00):Philips PET Private Group", "0.0005"}}, "Gantry.PhilipsSuvFactor") == "0.0005");
    CHECK(only({{"(7053,09):Philips PET Private Group", "1.2"}}, "Gantry.PhilipsActivityFactor") == "1.2");
    CHECK(only({{"(0009,0D):GEMS_PETD_01", "20260101101500"}}, "Gantry.GePetScanStart") == "20260101101500");
}

TEST_CASE("the private blocks of an object are listed once each", "[attributes]") {
    const Facts facts{{"(0029,0010)", "SIEMENS MEDCOM HEADER2"},
                      {"(0029,0011)", "SIEMENS CSA HEADER"},
                      {"XSequence[0].(2005,0014)", "Philips MR Imaging DD 005"},
                      {kFrames + "(0021,0011)", list({"=SIEMENS MR SDI 02", "~"})},
                      {"(0029,08):SIEMENS CSA HEADER", "not a creator"},
                      {"(0028,0010)", "not private"}};
    CHECK(only(facts, "Gantry.PrivateBlocks") ==
          "Philips MR Imaging DD 005\\SIEMENS CSA HEADER\\SIEMENS MEDCOM HEADER2\\SIEMENS MR SDI 02");
    CHECK(valuesOf({{"Modality", "CT"}}, "Gantry.PrivateBlocks").empty());
}
