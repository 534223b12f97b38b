#include "statement_words.hpp"

#include "gantry/anonymizer/mapping.hpp"

namespace gantry::anonymizer {
namespace {

std::string section(const char* title, const std::string& text) {
    return std::string("## ") + title + "\n\n" + text + "\n\n";
}

std::string dates(const DeidPolicy& policy) {
    if (policy.has(DeidOption::RetainLongitudinalFullDates)) return "Dates and times stay as they are.";
    if (!policy.has(DeidOption::RetainLongitudinalModifiedDates))
        return "Dates and times go, or are replaced by a neutral value where an object must have one.";
    return "All dates of one subject move into the past by one number of days, from " +
           std::to_string(kMinOffsetDays) + " to " + std::to_string(kMaxOffsetDays) +
           ", made by HMAC-SHA256 of the subject's ID with the trial's key. Times of day and zones stay, so "
           "every "
           "interval within a subject stays exact. A date that is not whole or not a date is removed.";
}

std::string ages(const DeidPolicy& policy) {
    if (!policy.has(DeidOption::RetainPatientCharacteristics)) return "Ages are removed.";
    if (policy.age_cap_years == 0) return "Ages stay as they are.";
    return "Ages above " + std::to_string(policy.age_cap_years) + " years are told as " +
           std::to_string(policy.age_cap_years + 1) + " years.";
}

std::string uids(const DeidPolicy& policy) {
    if (policy.has(DeidOption::RetainUids)) return "UIDs stay as they are.";
    return "Every UID that the standard itself does not define is replaced, in UI attributes at every depth, "
           "by the "
           "root " +
           policy.uid_root +
           " and the number of a UUID of version 8 made by HMAC-SHA256 of the UID with the trial's key. The "
           "same UID "
           "always gives the same new one, so references between instances, series and studies stay whole.";
}

std::string privates(const DeidPolicy& policy) {
    if (!policy.has(DeidOption::RetainSafePrivate)) return "Private attributes are removed at every depth.";
    return "Private attributes of PS3.15 Table E.3.10-1 stay, found by their creator, after a look at their "
           "values; "
           "dates in them move with all others. All other private attributes are removed at every depth.";
}

std::string pixels(const DeidPolicy& policy) {
    std::string text;
    if (policy.has(DeidOption::CleanPixelData)) {
        text = policy.screening == Screening::All ? "All images are looked at for burnt-in text. "
                                                  : "Images of classes and devices that are known for "
                                                    "burnt-in text are looked at, and those that "
                                                    "say that they carry it. ";
        text +=
            "Text is blanked in all frames unless it is on a list of scale marks, sides, units and settings. "
            "What "
            "is doubtful is held until a person has decided. " +
            std::to_string(policy.pixel_regions.size()) + " regions of the pack are always blanked.";
    } else {
        text =
            "Images of classes and devices that are known for burnt-in text are looked at, and those that "
            "say "
            "that they carry it. What shows text is held.";
    }
    if (policy.gate_reads_pixels)
        text += " The gate reads what text is left in their pixels and holds what it knows of the patient.";
    return text + (policy.has(DeidOption::CleanRecognizableVisualFeatures)
                       ? " Faces are removed from images of the head."
                       : " Faces are not removed.");
}

std::string documents(const DeidPolicy& policy) {
    switch (policy.documents) {
        case Documents::Hold:
            return "Objects with encapsulated documents are held.";
        case Documents::Replace:
            return "An encapsulated document is replaced by a notice.";
        case Documents::Clean:
            return "Text and metadata of encapsulated documents are taken out where that can be done; else a "
                   "notice "
                   "takes the document's place.";
    }
    return "";
}

}  // namespace

std::string statementWords(const DeidPolicy& policy) {
    return section("Dates and ages", dates(policy) + " " + ages(policy)) + section("UIDs", uids(policy)) +
           section(
               "Values that stay",
               "Each is looked at. Numbers, dates and times must have the syntax of their VR. Coded words "
               "must be "
               "in a vocabulary of the standard's terms. Codes must be of a public coding scheme, and their "
               "meaning is the standard's own. Texts must be made of technical words, and no identifier of "
               "this "
               "patient may stand in them. What fails is removed, emptied or replaced.") +
           section("Private attributes", privates(policy)) + section("Pixels", pixels(policy)) +
           section("Documents", documents(policy)) +
           section("The gate",
                   "Other code than the engine reads each output back from disk and looks in its bytes and "
                   "texts for "
                   "every name, number, date, place and UID of the originals and of the site's lists. A hit, "
                   "or a file "
                   "that it cannot read, holds the study.");
}

}  // namespace gantry::anonymizer
