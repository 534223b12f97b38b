#pragma once
/// gantry-central pack as an author calls it, and packs to call it with.

#include <filesystem>
#include <map>
#include <string>

#include "raw_http.hpp"
#include "support.hpp"

namespace gantry::test {

/// Runs `gantry-central pack ARGUMENTS`; standard error comes along with standard output.
CommandOutcome pack(const std::string& arguments);
/// Standard output alone.
CommandOutcome packOutput(const std::string& arguments);

/// packs/NAME.yaml of the source tree.
std::filesystem::path shippedPack(const std::string& name);
std::vector<std::filesystem::path> shippedPacks();

/// A valid pack of one slot that takes CT, with two rules and one example.
inline constexpr auto kSmallPack = R"(pack: 1
id: small
version: 1.0.0
title: A small pack
sources:
  TRIAL: {cite: "The trial's own decision"}
params:
  thickest: 5 mm
visits:
  - {id: BL, label: Baseline, needs: [ct]}
slots:
  ct:
    label: Any CT
    match:
      must: [{check: Modality, op: equals, value: CT}]
      accept: {score: 0}
    rules:
      - id: THICK
        check: derived.slice_thickness
        op: at_most
        value: $thickest
        severity: query
        why: "Thick slices hide small things."
        advice: "Reconstruct at {limit} or thinner."
        source: [TRIAL]
      - {id: KV, check: KVP, op: between, value: [80, 140], severity: note, why: w, advice: a}
examples:
  - name: thin
    given: {visit: BL, header: {Modality: CT, SliceThickness: 2, KVP: 120}}
    expect: {THICK: pass, KV: pass}
)";

/// Writes `text` as `name` into `folder`.
std::filesystem::path written(const TemporaryDirectory& folder, const std::string& name,
                              const std::string& text);
/// kSmallPack with `from` replaced by `to`; fails the test when `from` is not in it.
std::string smallPackWith(const std::string& from, const std::string& to);

/// Attributes by keyword: texts, and numbers of two bytes (US) in decimal.
using Header = std::map<std::string, std::string>;
/// A file of PS3.10 in explicit little endian.
void writeImage(const std::filesystem::path& file, const Header& header);
/// A study of axial CT slices 5 mm apart, `count` files named after `uid`; `header` is added to what every
/// slice has. The patient is named DOE^JANE with the number HN4711.
void writeCtSeries(const std::filesystem::path& folder, const std::string& uid, int count,
                   const Header& header = {});

}  // namespace gantry::test
