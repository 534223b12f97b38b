#include <catch2/catch.hpp>

#include "plain_text.hpp"

using namespace gantry::anonymizer;

TEST_CASE("labels and measurements are plain text, names, numbers and dates are not") {
    const DeidPolicy policy;
    for (const auto* plain : {"Lesion 1", "Target lesion 2: 12.5 mm", "31.4 x 20.1 mm", "L", "SUVmax 4.2",
                              "Liver", "V5", "non-target", "", "100 %", "LungNodule0001"}) {
        CAPTURE(plain);
        CHECK(isPlainText(plain, policy));
    }
    for (const auto* other :
         {"Lee", "Mr. Kim", "Lesion Wu", "10.03.2026", "2026-03-10", "10 03 2026", "03/2026", "4711812",
          "12345", "Müller", "a@b", "McKim 1", "Lesion\t1", "10Mar2026"}) {
        CAPTURE(other);
        CHECK_FALSE(isPlainText(other, policy));
    }
    CHECK_FALSE(isPlainText(std::string(65, '.'), policy));
}

TEST_CASE("words of the pack are plain too") {
    DeidPolicy policy;
    CHECK_FALSE(isPlainText("Kupffer 1", policy));
    policy.words = {"KUPFFER"};
    CHECK(isPlainText("Kupffer 1", policy));
}

TEST_CASE("of other text the plain words stay, and numbers beside them") {
    const DeidPolicy policy;
    CHECK(plainPartOf("Lesion 1", policy) == "Lesion 1");
    CHECK(plainPartOf("Lesion 1 Brinkmann", policy) == "Lesion 1");
    CHECK(plainPartOf("Mr. Kim: target lesion, 12 mm", policy) == "target lesion, 12");
    CHECK(plainPartOf("10 Kim 2026", policy).empty());
    CHECK(plainPartOf("Lesion 10.03.2026", policy) == "Lesion");
    CHECK(plainPartOf("1 9 5 1 lesion", policy) == "1 lesion");
    CHECK(plainPartOf("Brinkmann", policy).empty());
}
