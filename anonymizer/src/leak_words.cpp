#include "leak_words.hpp"

#include <algorithm>
#include <string>
#include <unordered_set>

#include "leak_text.hpp"

namespace gantry::anonymizer::leak {
namespace {

// Ascending, so that a search halves it.
// clang-format off: one word a line would be seven pages
constexpr std::string_view kCommonWords[] = {
    "abdomen", "achieva", "adult", "aera", "agfa", "all", "allura", "alpha", "and", "anger", "angio",
    "anon", "anonym", "anonymised", "anonymized", "anonymous", "any", "april", "are", "aria", "arm", "art",
    "artis", "at", "august", "avanto", "average", "axial", "axiom", "axis", "baby", "back", "base", "beam",
    "bed", "belt", "bird", "black", "block", "blue", "body", "bone", "box", "boy", "bragg", "bravo",
    "breast", "brown", "bruker", "but", "butterworth", "by", "can", "canon", "cap", "cardiac", "carestream",
    "carr", "case", "chest", "child", "cine", "clarity", "clinic", "coil", "cold", "comment", "compton",
    "contrast", "core", "coronal", "count", "curie", "cut", "date", "day", "december", "del", "delta",
    "demo", "den", "der", "des", "detail", "diagnosis", "did", "discovery", "dixon", "doctor", "does",
    "doppler", "dose", "down", "dr.", "dra", "drive", "dry", "dummy", "ear", "early", "echo", "eclipse",
    "edge", "edition", "elekta", "elscint", "emotion", "esaote", "excite", "expert", "eye", "face", "fall",
    "fast", "fat", "february", "feldkamp", "female", "field", "file", "filter", "fine", "first", "flash",
    "flat", "fluoro", "foot", "for", "force", "fourier", "frame", "frau", "fri", "from", "fuji", "fujifilm",
    "gantry", "gas", "gauss", "gaussian", "ge", "gel", "general", "girl", "gold", "good", "gradient",
    "gray", "green", "grey", "grid", "gut", "had", "hahn", "half", "hamming", "hand", "hann", "hard", "has",
    "head", "healthy", "heart", "heat", "her", "here", "herr", "high", "him", "hip", "his", "hitachi",
    "hold", "hologic", "hospital", "hot", "how", "in", "inc", "infinity", "ing", "ingenia", "into", "iris",
    "iterative", "its", "january", "jaw", "july", "jun", "june", "kelvin", "kern", "kernel", "king", "knee",
    "kodak", "konica", "lak", "large", "last", "late", "lateral", "left", "leg", "letter", "limb", "line",
    "linear", "lip", "liver", "local", "logan", "long", "low", "lower", "lumina", "lung", "madame",
    "magnetom", "male", "march", "marconi", "mass", "max", "may", "mean", "med", "medial", "mediso",
    "medium", "mercury", "metz", "mid", "middle", "min", "minolta", "miss", "missus", "mister", "mon",
    "monaco", "mono", "monsieur", "motion", "mri", "mrs", "multi", "name", "names", "native", "neck",
    "neusoft", "new", "night", "noise", "none", "normal", "north", "not", "november", "now", "null",
    "number", "numbers", "nurse", "oblique", "october", "of", "off", "office", "oil", "old", "on", "one",
    "open", "operator", "optima", "origin", "original", "other", "our", "out", "over", "own", "page", "pan",
    "parallel", "parzen", "pass", "patient", "peak", "pelvis", "per", "perfusion", "pet", "phantom",
    "philips", "physician", "picker", "pilot", "pin", "plane", "planmeca", "plus", "point", "portal",
    "position", "precision", "primary", "prior", "prisma", "prof", "prone", "proton", "pulse", "purcell",
    "qc", "quick", "rad", "radial", "radiologist", "radon", "ram", "ramp", "raw", "ray", "real", "record",
    "ref", "reg", "removed", "report", "rest", "rev", "revolution", "rib", "right", "rod", "room", "rose",
    "round", "routine", "row", "rows", "sac", "sagittal", "sample", "samsung", "sat", "save", "scan",
    "second", "section", "seen", "seg", "sen", "senor", "senora", "sensation", "september", "seq", "ser",
    "series", "service", "set", "sharp", "she", "shepp", "shimadzu", "short", "side", "siemens", "signa",
    "signal", "silver", "single", "sir", "sirona", "skin", "skyra", "slow", "small", "smooth", "soft",
    "sola", "somatom", "sonata", "song", "sort", "south", "spin", "spine", "spring", "standard", "star",
    "start", "static", "step", "strong", "study", "subject", "sum", "summer", "sun", "supine", "symbia",
    "symphony", "syngo", "table", "technologist", "temple", "tesla", "test", "the", "there", "thick",
    "thin", "third", "thoracic", "three", "thu", "time", "tip", "tissue", "to", "today", "toe", "too",
    "top", "toshiba", "total", "track", "trial", "trio", "true", "tue", "tumor", "turbo", "twin", "two",
    "type", "ultra", "under", "union", "unit", "united", "unknown", "upper", "user", "value", "van",
    "varian", "vector", "venous", "vera", "verio", "vida", "view", "vision", "visit", "volume", "volunteer",
    "von", "ward", "was", "wash", "water", "wave", "way", "web", "wed", "wet", "white", "who", "whole",
    "why", "wide", "wiener", "winter", "with", "wrist", "year", "yellow", "yes", "you", "young", "zero",
    "zoom"};
// clang-format on

constexpr std::string_view kInstitutionWords[] = {"academic",     "center",      "central",
                                                  "centre",       "college",     "community",
                                                  "department",   "diagnostic",  "general",
                                                  "health",       "healthcare",  "hospital",
                                                  "imaging",      "institute",   "klinik",
                                                  "klinikum",     "krankenhaus", "medical",
                                                  "medicine",     "memorial",    "mobile",
                                                  "national",     "nuclear",     "oncology",
                                                  "philips",      "private",     "radiology",
                                                  "regional",     "research",    "school",
                                                  "scientific",   "services",    "siemens",
                                                  "system",       "systems",     "toshiba",
                                                  "universitaet", "university",  "universitätsklinikum"};

// The words of descriptions, one list with "#" before its titles: none of them is first of all a name.
constexpr std::string_view kDescriptions =
#include "descriptor_words.inc"
    ;

const std::unordered_set<std::string_view>& wordsOfDescriptions() {
    static const auto words = [] {
        std::unordered_set<std::string_view> all;
        for (const auto line : splitAt(kDescriptions, "\n"))
            if (!line.starts_with('#'))
                for (const auto word : splitAt(line, " ")) all.insert(word);
        return all;
    }();
    return words;
}

static_assert(std::ranges::is_sorted(kCommonWords));
static_assert(std::ranges::is_sorted(kInstitutionWords));

}  // namespace

bool isCommonWord(std::string_view lower) {
    return std::ranges::binary_search(kCommonWords, lower) || wordsOfDescriptions().contains(lower);
}

bool isInstitutionWord(std::string_view lower) {
    return std::ranges::binary_search(kInstitutionWords, lower);
}

}  // namespace gantry::anonymizer::leak
