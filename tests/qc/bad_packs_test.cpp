#include <algorithm>
#include <catch2/catch.hpp>

#include "guard.hpp"
#include "pack_kit.hpp"
#include "units.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

bool says(const std::vector<std::string>& mistakes, const std::string& text) {
    return std::ranges::any_of(mistakes,
                               [&](const std::string& one) { return one.find(text) != std::string::npos; });
}

std::string rule(const std::string& rest) {
    return "      - {id: R, severity: query, why: w, advice: a, " + rest + "}";
}

}  // namespace

TEST_CASE("each mistake of a rule is named with its place and what is allowed", "[bad]") {
    const auto [rest, mistake] = GENERATE(table<std::string, std::string>({
        {"check: KVP, op: equal, value: 1", "slots.s.rules[0].op: got 'equal'; allowed: equals, in, between"},
        {"check: KVPP, op: present", "rules[0].check: got 'KVPP'; allowed: a DICOM keyword"},
        {"check: derived.nothing, op: present", "got 'derived.nothing'"},
        {"check: Rows.KVP, op: present", "got 'Rows.KVP'"},
        {"check: vocab.none, op: present", "got 'vocab.none'"},
        {"check: KVP, op: present, value: 1", "present takes no value"},
        {"check: KVP, op: equals", "'value' is missing"},
        {"check: KVP, op: between, value: 5", "between wants two values"},
        {"check: KVP, op: between, value: [1, 2, 3]", "between wants two values"},
        {"check: KVP, op: between, value: [140, 80]", "the low end is above the high end"},
        {"check: KVP, op: at_most, value: [1, 2]", "at_most wants one value"},
        {"check: KVP, op: at_most, value: 5 mm",
         "got '5 mm' for KVP; allowed: a number with one of the units kV"},
        {"check: derived.slice_thickness, op: at_most, value: 5 s", "got '5 s' for derived.slice_thickness"},
        {"check: derived.slice_thickness, op: at_most, value: 5",
         "got '5' for derived.slice_thickness; allowed: a number with one of the units mm, cm, m"},
        {"check: derived.slice_thickness, op: at_most, value: five mm", "got 'five mm'"},
        {"check: derived.n_slices, op: at_least, value: 5 mm", "allowed: a number without unit"},
        {"check: derived.ever_lossy, op: equals, value: maybe", "allowed: true, false"},
        {"check: ImageType, op: at_most, value: 5", "at_most needs a number, and ImageType is none"},
        {"check: KVP, op: within, value: 5", "within needs 'tol'"},
        {"check: KVP, op: equals, value: 5, tol: 1 mm", "got '1 mm' for KVP"},
        {"check: KVP, op: equals, value: 5, tol: -1", "allowed: a number from 0 up"},
        {"check: KVP, op: equals, value: $none", "got '$none'; allowed: $p"},
        {"check: KVP, op: equals, value: $p", "got '5 mm' for KVP"},
        {"check: SeriesDescription, op: matches, value: '('", "not a regular expression"},
        {"check: KVP, op: equals, value: 5, over: some", "got 'some'; allowed: each, all, any, union, study"},
        {"check: KVP, op: equals, value: 5, missing: maybe", "got 'maybe'; allowed: ask, fail, query, skip"},
        {"check: KVP, op: equals, value: 5, repair: pray",
         "allowed: resend, reconstruct, reacquire, enter, none"},
        {"check: KVP, op: equals, value: 5, colour: red", "slots.s.rules[0].colour: unknown key"},
        {"check: KVP, op: equals, value: 5, source: [X]", "got 'X'; allowed: S"},
        {"check: KVP, op: equals, value: enrolment.name", "got 'enrolment.name'"},
        {"check: KVP, op: bounds, value: [1, 2]", "got 'bounds'"},
        {"any_of: []", "the list is empty"},
        {"check: [], op: present", "the list is empty"},
        {"op: present", "'check' or 'any_of' is missing"},
        {"check: KVP, op: same_as", "same_as needs 'slot'"},
        {"check: KVP, op: same_as, slot: t", "rules[0].slot: got 't'; allowed: s"},
        {"check: derived.plane, op: equals, value: axail",
         "rules[0].value: got 'axail' for derived.plane; allowed: axial, coronal, sagittal, oblique"},
        {"check: derived.object_kind, op: contains_none, value: [report, screen]", "got 'screen'"},
        {"check: SeriesDescription, op: matches, value: $p", "matches wants the regular expression itself"},
        {"check: KVP, op: equals, value: 5, when: 'KVP ='", "rules[0].when: character 5"},
        {"check: KVP, op: equals, value: 5, when: 'KVP == 5 mm'", "got '5 mm' for KVP"},
        {"check: KVP, op: equals, value: 5, when: 'Nothing == 5'", "got 'Nothing'"},
        {"check: KVP, op: equals, value: 5, when: 'ImageType > 5'", "is not a number and has no order"},
        {"check: KVP, op: equals, value: 5, when: 'run(KVP)'", "got 'run'"},
        {"check: KVP, op: {a: b}, value: 5", "op: got a map; allowed: a value"},
    }));
    CAPTURE(rest, mistake);
    const auto mistakes = mistakesOf(smallPack(rule(rest), "params: {p: 5 mm}"));
    CAPTURE(mistakes);
    CHECK(says(mistakes, mistake));
}

TEST_CASE("each mistake elsewhere in a pack is named", "[bad]") {
    const auto [more, mistake] = GENERATE(table<std::string, std::string>({
        {"colour: red", "colour: unknown key; allowed: pack, id"},
        {"deidentification: {options: [keep_all]}",
         "got 'keep_all'; allowed: retain_longitudinal_full_dates"},
        {"deidentification: {options: [], kep: []}",
         "deidentification.kep: unknown key; allowed: options, keep, remove, words"},
        {"deidentification: {options: [], keep: [Colour]}",
         "deidentification.keep[0]: got 'Colour': no keyword of PS3.6 and no (gggg,eeee)"},
        {"deidentification: {options: [], keep: [KVP, PatientName]}",
         "deidentification.keep[1]: got 'PatientName': names of persons never stay"},
        {"deidentification: {options: [], keep: [StudyInstanceUID]}", "UIDs stay by retain_uids alone"},
        {"deidentification: {options: [], keep: [StudyDate]}", "stay by the options for dates alone"},
        {"deidentification: {options: [], keep: ['(0019,100A)']}",
         "a private attribute stays by retain_safe_private alone"},
        {"deidentification: {options: [], keep: [PixelData]}", "its value cannot be checked"},
        {"deidentification: {options: [], keep: [KVP], remove: [KVP]}", "remove[0]: 'keep' names it too"},
        {"deidentification: {options: [], remove: [Colour]}", "remove[0]: got 'Colour': no keyword"},
        {"deidentification: {options: [], words: [two words]}", "got 'two words'; allowed: one word"},
        {"deidentification: {options: [], age_cap_years: 200}", "got '200'; allowed: 0 to 120"},
        {"deidentification: {options: [], uid_root: 1.02.3}", "got '1.02.3'; allowed: an own root"},
        {"deidentification: {options: [], uid_root: 1.2.840.10008.5}", "allowed: an own root"},
        {"deidentification: {options: [], documents: burn}", "got 'burn'; allowed: hold, replace, clean"},
        {"deidentification: {options: [], screening: none}", "got 'none'; allowed: risky, all"},
        {"deidentification: {options: [], pixel_regions: [{modality: US, x: 0, y: 0, width: 9}]}",
         "deidentification.pixel_regions[0]: 'height' is missing"},
        {"deidentification: {options: [], pixel_regions: [{modality: US, x: -1, y: 0, width: 9, height: 1}]}",
         "pixel_regions[0].x: got '-1'; allowed: 0 to 65535"},
        {"deidentification: {options: [], pixel_regions: [{x: 0, y: 0, width: 9, height: 1}]}",
         "a region needs 'modality', 'manufacturer' or 'model'"},
        {"hold: {on: [sometimes]}", "got 'sometimes'; allowed: stop"},
        {"retention: {after_receipt: 30}",
         "got '30'; allowed: a number with one of the units s, ms, min, h, d"},
        {"upload: {window: {from: '25:00', to: '06:00'}}", "allowed: a time of day"},
        {"upload: {compression: gzip}", "got 'gzip'; allowed: jpegls, zstd, both, none"},
        {"upload: {compress: zstd}", "compress"},
        {"vocab: {other: {soft: {GE: [A]}}}", "'attribute' has to name the DICOM keyword"},
        {"vocab: {kernel_class: {soft: {GE: ['/(/']}}}", "is not a regular expression"},
        {"vocab: {kernel_class: {soft: {GE: [A]}}}\nacross: [{id: X, check: vocab.kernel_class, op: equals, "
         "value: "
         "hard, severity: note, why: w, advice: a}]",
         "across[0].value: got 'hard' for vocab.kernel_class; allowed: soft"},
        {"params: {q: 5}\noverrides: [{when: \"KVP == 1\", set: {params.q: 1}, why: w}, {when: \"KVP==1\", "
         "set: "
         "{params.q: 2}, why: w}]",
         "overrides[1].set.params.q: another override with the same guard sets it too"},
        {"overrides: [{when: \"KVP == 1\", set: {X.severity: note}, why: w}]", "no rule is named 'X'"},
        {"overrides: [{when: \"KVP == 1\", set: {params.x: 1}, why: w}]", "no parameter is named 'x'"},
        {"identity: [{id: I, check: KVP, op: present, severity: bad, why: w, advice: a}]",
         "allowed: stop, stop_suv"},
        {"identity: {id: I}", "identity: got a map; allowed: a list"},
        {"examples: [{name: n, given: {}, expect: {NOPE: pass}}]", "no rule is named 'NOPE'"},
        {"examples: [{name: n, given: {}, expect: {outcome: good}}]", "got 'good'; allowed: pass, attention"},
        {"phantoms: [{id: p, kind: k, every: 7 mm, tests: []}]", "got '7 mm'"},
        {"params: {a: $b}", "a parameter cannot name another one"},
        {"overrides: [{when: \"KVP == 1\", set: {here: 1}, why: w}]", "'here' names nothing"},
        {"examples: [{name: n, given: {slot: x}, expect: {}}]", "got 'x'; allowed: s"},
        {"examples: [{name: n, given: {geometry: {n: 9999}}, expect: {}}]", "got '9999'; allowed: 1 to 5000"},
        {"examples: [{name: n, given: {geometry: {n: 9, spacing: 5}}, expect: {}}]",
         "got '5'; allowed: a number with"},
    }));
    CAPTURE(more, mistake);
    const auto mistakes = mistakesOf(smallPack("", more));
    CAPTURE(mistakes);
    CHECK(says(mistakes, mistake));
}

TEST_CASE("an override must fit what it changes", "[bad]") {
    const auto with = [](const std::string& set) {
        return mistakesOf(
            smallPack(rule("check: KVP, op: at_most, value: 140"),
                      "params: {p: 5 mm}\noverrides: [{when: \"Rows == 1\", set: {" + set + "}, why: w}]"));
    };
    CHECK(with("R.value: 100, R.tol: 1 kV, R.skip: 'true', params.p: 6 cm").empty());
    CHECK(says(with("R.value: 5 mm"), "overrides[0].set.R.value: got '5 mm' for KVP"));
    CHECK(says(with("R.op: between"), "overrides[0].set.R.op: between wants two values"));
    CHECK(with("R.op: between, R.value: [80, 140]").empty());
    CHECK(with("R.check: SliceThickness, R.value: 5 mm").empty());
    CHECK(says(with("params.p: [5 mm]"), "another form or unit"));
    CHECK(says(with("params.p: five"), "another form or unit"));
    CHECK(says(with("R.severity: bad"), "allowed: stop"));
    CHECK(says(with("R.colour: red"), "got 'colour'; allowed: severity"));
    CHECK(says(with("params.p: 5 s"), "another form or unit"));
}

TEST_CASE("all mistakes are reported at once", "[bad]") {
    const auto mistakes =
        mistakesOf("pack: 2\nid: 'a b'\nversion: one\nsources: {}\nslots: {}\nvisits: []\n");
    CHECK(says(mistakes, ": 'title' is missing"));
    CHECK(says(mistakes, "pack: got '2'; allowed: 1"));
    CHECK(says(mistakes, "id: got 'a b'"));
    CHECK(says(mistakes, "version: got 'one'"));
    CHECK(says(mistakes, "slots: no slot is given"));
    CHECK(says(mistakes, "visits: no visit is given"));
}

TEST_CASE("ids are unique and slots of visits exist", "[bad]") {
    CHECK(
        says(mistakesOf(smallPack(rule("check: KVP, op: present") + "\n" + rule("check: KVP, op: present"))),
             "the id 'R' is used twice"));
    std::string yaml = smallPack("");
    yaml.replace(yaml.find("needs: [s]"), 10, "needs: [t]");
    CHECK(says(mistakesOf(yaml), "visits[0].needs: got 't'; allowed: s"));
}

TEST_CASE("size, depth and number of rules are bounded", "[bad]") {
    CHECK(says({qc::Pack::fromJson(std::string(300u << 10, ' ')).error().context}, "bytes; allowed: 262144"));
    CHECK(says({qc::Pack::fromJson(std::string(13, '[') + std::string(13, ']')).error().context},
               "nested deeper than 12"));
    CHECK(says({qc::Pack::fromJson("{\"a\":").error().context}, "not JSON"));
    CHECK(says({qc::Pack::fromJson("[]").error().context}, "got a list; allowed: a map"));
    std::string rules;
    for (int i = 0; i < 401; ++i)
        rules += "      - {id: R" + std::to_string(i) +
                 ", check: KVP, op: present, severity: note, why: w, advice: a}\n";
    CHECK(says(mistakesOf(smallPack(rules)), "more than 400 rules"));
}

TEST_CASE("guards are bounded in length, depth and size", "[bad]") {
    const qc::NameResolver number = [](std::string_view name) -> Result<qc::CheckName> {
        qc::CheckName check;
        check.name = name;
        check.kind = qc::Kind::Number;
        return check;
    };
    CHECK(qc::parseGuard("a == 1", number).has_value());
    CHECK(qc::parseGuard("((((((a == 1))))))", number).has_value());
    CHECK_FALSE(qc::parseGuard(std::string(20, '(') + "a == 1" + std::string(20, ')'), number).has_value());
    std::string many = "a == 1";
    for (int i = 0; i < 40; ++i) many += " or a == 1";
    CHECK_FALSE(qc::parseGuard(many, number).has_value());
    CHECK_FALSE(qc::parseGuard(std::string(501, ' '), number).has_value());
    for (const auto* bad :
         {"", "a ==", "== 1", "a == 1 b", "(a == 1", "a in 1", "a in [1", "a == 'x", "a ; b", "and", "not"})
        CHECK_FALSE(qc::parseGuard(bad, number).has_value());
}

TEST_CASE("a regular expression cannot take the time of an attack", "[bad]") {
    // Backtracking engines need 2^n steps for this one.
    const auto pack =
        packFromYaml(smallPack(rule("check: SeriesDescription, op: matches, value: '^(a+)+$'")));
    InventedStudy study;
    study.series("2.25.1", 3, 5, {{"SeriesDescription", std::string(4000, 'a') + "b"}});
    CHECK(finding(qc::judge(pack, study.facts(), enrolled()), "R").result == RuleResult::Fail);
}

TEST_CASE("a pack says how parcels are made smaller", "[pack]") {
    CHECK(packFromYaml(smallPack("")).compression() == qc::PackCompression{true, false});
    using Known = std::pair<std::string, qc::PackCompression>;
    for (const auto& [name, is] : {Known{"jpegls", {true, false}}, Known{"zstd", {false, true}},
                                   Known{"both", {true, true}}, Known{"none", {false, false}}}) {
        CAPTURE(name);
        CHECK(packFromYaml(smallPack("", "upload: {compression: " + name + "}\n")).compression() == is);
    }
}

TEST_CASE("quantities are numbers with known units", "[units]") {
    CHECK(qc::parseQuantity("5.0 mm")->base() == 5);
    CHECK(qc::parseQuantity("1.5 cm")->base() == 15);
    CHECK(qc::parseQuantity("28 d")->base() == 28 * 86400);
    CHECK(qc::parseQuantity("90 min")->base() == 5400);
    CHECK(qc::parseQuantity("25 %")->base() == 0.25);
    CHECK(qc::parseQuantity("1.10e-3 mm2/s")->base() == Approx(0.0011));
    CHECK(qc::parseQuantity("100 MBq")->base() == 1e8);
    CHECK(qc::parseQuantity("-28 d")->number == -28);
    for (const auto* bad :
         {"", "mm", "5 furlongs", "5 mm mm", "inf", "nan", "0x10", "1e999", "5,0 mm", "- 5"})
        CHECK_FALSE(qc::parseQuantity(bad));
    CHECK(qc::formatNumber(7.5) == "7.5");
    CHECK(qc::formatNumber(-0.0001) == "-0.0001");
    CHECK(qc::formatNumber(0) == "0");
    CHECK(qc::formatNumber(0.30000000000000004) == "0.3");
    CHECK(qc::formatQuantity(0.95, qc::findUnit("%")) == "95 %");
    CHECK(qc::formatQuantity(2, qc::findUnit("deg")) == "2°");
}
