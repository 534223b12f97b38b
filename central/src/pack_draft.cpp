#include "pack_draft.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "pack_draft_values.hpp"

namespace gantry::central {

namespace {

enum class Form { Range, Words, AllOf };

struct Asked {
    std::string_view keyword;
    std::string_view modality;  ///< "" for all
    std::string_view suffix;    ///< of the rule's id
    Form form;
    std::string_view check;  ///< when it is not the keyword itself
    std::string_view unit;
};
constexpr Asked kAsked[] = {
    {"SliceThickness", "", "THICK", Form::Range, "derived.slice_thickness", " mm"},
    {"KVP", "CT", "KVP", Form::Range, "", ""},
    {"ConvolutionKernel", "", "KERNEL", Form::Words, "", ""},
    {"MagneticFieldStrength", "MR", "B0", Form::Range, "", ""},
    {"RepetitionTime", "MR", "TR", Form::Range, "", ""},
    {"EchoTime", "MR", "TE", Form::Range, "", ""},
    {"EffectiveEchoTime", "MR", "TEE", Form::Range, "", ""},
    {"InversionTime", "MR", "TI", Form::Range, "", ""},
    {"FlipAngle", "MR", "FA", Form::Range, "", ""},
    {"EchoTrainLength", "MR", "ETL", Form::Range, "", ""},
    {"PixelBandwidth", "MR", "BW", Form::Range, "", ""},
    {"ReceiveCoilName", "MR", "COIL", Form::Words, "", ""},
    {"PixelSpacing", "MR", "PIXEL", Form::Range, "", ""},
    {"Units", "PT", "UNITS", Form::Words, "", ""},
    {"CorrectedImage", "PT", "CORR", Form::AllOf, "", ""},
    {"DecayCorrection", "PT", "DECAY", Form::Words, "", ""},
    {"ReconstructionMethod", "PT", "RECON", Form::Words, "", ""},
    {"ActualFrameDuration", "PT", "FRAME", Form::Range, "", ""},
};

class GroupDraft {
public:
    GroupDraft(const TechniqueGroup& group, std::size_t place, const std::vector<TechniqueGroup>& all)
        : group_(group), all_(all), prefix_("S" + std::to_string(place)) {}

    DraftSlot run(std::size_t studies) {
        name(studies);
        recognition();
        for (const Asked& asked : kAsked)
            if (asked.modality.empty() || asked.modality == group_.any().modality) rule(asked);
        geometryRules();
        return std::move(slot_);
    }

private:
    void name(std::size_t studies) {
        const SeriesTechnique& any = group_.any();
        slot_.id = prefix_ + "-" + any.modality + (any.plane.empty() ? "" : "-" + any.plane);
        std::ranges::transform(slot_.id, slot_.id.begin(), [](unsigned char c) {
            return std::isalnum(c) != 0 ? static_cast<char>(std::tolower(c)) : '-';
        });
        slot_.label = any.modality + (any.plane.empty() ? "" : " " + any.plane);
        for (const auto* keyword : {"MRAcquisitionType", "ScanningSequence", "ConvolutionKernel"})
            if (const std::string value = any.one(keyword); !value.empty()) slot_.label += " " + value;
        for (const auto& [keyword, sign] :
             {std::pair{"RepetitionTime", "TR"}, {"EchoTime", "TE"}, {"InversionTime", "TI"}})
            if (const std::string value = numbersOf(any, keyword); !value.empty() && value.size() < 12)
                slot_.label += std::string(" ") + sign + " " + value;
        if (const auto thickness = any.numbers("SliceThickness"); thickness.size() == 1)
            slot_.label += " " + numberText(thickness.front()) + " mm";
        if (any.contrast) slot_.label += ", with contrast";
        slot_.comment = std::to_string(group_.series.size()) + " series in " +
                        std::to_string(group_.studies()) + " of " + std::to_string(studies) + " studies";
        slot_.series = group_.series.size();
        slot_.needed = group_.studies() == studies;
        slot_.most_in_a_visit = std::min<std::size_t>(20, group_.mostInOneStudy());
    }

    void recognition() {
        const SeriesTechnique& any = group_.any();
        slot_.must.push_back("check: Modality, op: equals, value: " + quoted(any.modality));
        if (!any.image_type.empty())
            slot_.must.push_back("check: ImageType, op: contains_all, value: " + listOf(any.image_type));
        if (const auto others = foreignImageTypes(); !others.empty())
            slot_.must_not = "check: ImageType, op: contains_none, value: " + listOf(others);
        if (otherClassesCame())
            slot_.must.push_back("check: SOPClassUID, op: in, value: " + listOf(wordsOf(group_, "SOPClassUID")));
        if (!any.plane.empty()) slot_.must.push_back("check: derived.plane, op: equals, value: " + any.plane);
        coded("MRAcquisitionType", 2);
        coded("ScanningSequence", 3);
        coded("SequenceVariant", 1);
        coded("ConvolutionKernel", 3);
        coded("Units", 3);
        coded("ReconstructionMethod", 2);
        for (const auto* keyword : {"EchoTime", "EffectiveEchoTime", "RepetitionTime", "InversionTime"})
            nearTo(keyword);
        if (any.modality != "MR") nearTo("SliceThickness");
        if (any.modality == "CT" || any.modality == "MR")
            score(std::string("check: ContrastBolusAgent, op: ") + (any.contrast ? "present" : "absent"), 2);
        description();
    }

    /// Components that other groups have, so that a magnitude image is not taken for a phase image.
    std::set<std::string> foreignImageTypes() const {
        std::set<std::string> found{"LOCALIZER"};
        for (const TechniqueGroup& other : all_)
            if (other.any().modality == group_.any().modality)
                found.insert(other.any().image_type.begin(), other.any().image_type.end());
        for (const std::string& own : group_.any().image_type) found.erase(own);
        return found;
    }

    /// One scan sent as a classic and as an enhanced object is told apart by the class alone.
    bool otherClassesCame() const {
        return std::ranges::any_of(all_, [&](const TechniqueGroup& other) {
            return other.any().modality == group_.any().modality &&
                   wordsOf(other, "SOPClassUID") != wordsOf(group_, "SOPClassUID");
        });
    }

    void score(const std::string& condition, double weight) {
        slot_.score.push_back(condition + ", weight: " + numberText(weight));
        slot_.all_points += weight;
    }

    void coded(const std::string& keyword, double weight) {
        if (!group_.allHave(keyword)) return;
        const auto words = wordsOf(group_, keyword);
        if (words.empty()) return;
        score("check: " + keyword + ", op: in, value: " + listOf(words), weight);
        if (words.size() > 1 && sharedWords(group_, keyword) == words)
            score("check: " + keyword + ", op: contains_all, value: " + listOf(words), weight);
    }

    void nearTo(const std::string& keyword) {
        constexpr double kWider = 1.1;  // less than half the step that parts two groups
        const auto span = group_.allHave(keyword) ? spanOf(group_, keyword) : std::nullopt;
        if (span && span->low > 0)
            score("check: " + keyword + ", op: between, value: [" + rounded(span->low / kWider, false) +
                      ", " + rounded(span->high * kWider, true) + "]",
                  2);
        else if (group_.any().modality == "MR" && group_.noneHas(keyword) && keyword != "EffectiveEchoTime")
            score("check: " + keyword + ", op: absent", 2);
    }

    /// Three significant digits, outwards.
    static std::string rounded(double value, bool up) {
        const double step = std::pow(10, std::floor(std::log10(value)) - 2);
        return numberText((up ? std::ceil(value / step) : std::floor(value / step)) * step);
    }

    /// Words that stand in every description of the group, if it was met in two studies at least: a word of
    /// one study alone may be anybody's.
    void description() {
        if (group_.studies() < 2) return;
        std::set<std::string> shared = group_.any().description_words;
        for (const SeriesTechnique& series : group_.series)
            std::erase_if(shared, [&](const auto& word) { return !series.description_words.contains(word); });
        for (const std::string& word : shared)
            score("check: SeriesDescription, op: matches, value: \"(?i)" + word + "\"", 1);
    }

    void rule(const Asked& asked) {
        if (!group_.allHave(asked.keyword)) return;
        switch (asked.form) {
            case Form::Range:
                return range(asked);
            case Form::Words:
                return words(asked, wordsOf(group_, asked.keyword), "in");
            case Form::AllOf:
                return words(asked, sharedWords(group_, asked.keyword), "contains_all");
        }
    }

    void range(const Asked& asked) {
        const auto span = spanOf(group_, asked.keyword);
        if (!span || span->low <= 0) return;  // a 0 stands for what the scanner did not say
        std::vector<std::string> each;
        for (const SeriesTechnique& series : group_.series) each.push_back(numbersOf(series, asked.keyword));
        const std::string unit(asked.unit);
        std::string comment = majority(tally(each), each.size());
        if (span->low < span->high) comment += ", " + numberText(span->low) + " to " + numberText(span->high);
        add(asked,
            "op: between, value: [" + numberText(span->low) + unit + ", " + numberText(span->high) + unit +
                "], tol: 1 %",
            comment);
    }

    void words(const Asked& asked, const std::set<std::string>& allowed, const std::string& op) {
        if (allowed.empty()) return;
        std::vector<std::string> each;
        for (const SeriesTechnique& series : group_.series) {
            std::string all;
            for (const std::string& value : series.values.find(asked.keyword)->second)
                all += (all.empty() ? "" : " and ") + quoted(value);
            each.push_back(std::move(all));
        }
        const auto counts = tally(each);
        std::string comment = majority(counts, each.size());
        if (counts.size() > 1) comment += ", " + std::to_string(counts.size()) + " different ones";
        const std::string value = allowed.size() == 1 ? quoted(*allowed.begin()) : listOf(allowed);
        add(asked, "op: " + (op == "in" && allowed.size() == 1 ? "equals" : op) + ", value: " + value,
            comment);
    }

    void add(const Asked& asked, const std::string& condition, const std::string& comment) {
        const std::string check(asked.check.empty() ? asked.keyword : asked.check);
        slot_.rules.push_back(
            {prefix_ + "-" + std::string(asked.suffix), "check: " + check + ", " + condition, comment,
             "The accepted scans were made so.", "Use the stored protocol of the trial: {limit}."});
    }

    void geometryRules() {
        std::optional<double> least;
        for (const SeriesTechnique& series : group_.series) {
            if (!series.coverage_mm) return complete();
            least = std::min(least.value_or(*series.coverage_mm), *series.coverage_mm);
        }
        slot_.rules.push_back({prefix_ + "-COV",
                               "check: derived.coverage, op: at_least, value: " +
                                   numberText(std::floor(*least)) + " mm, over: union",
                               "the shortest of the accepted scans", "Less was never accepted.",
                               "Scan the whole range before the patient leaves."});
        complete();
    }

    void complete() {
        slot_.rules.push_back({prefix_ + "-HOLES",
                               "check: derived.slices_missing, op: equals, value: 0, repair: resend", "",
                               "A part of the volume did not arrive.", "Send the whole series again."});
        slot_.rules.push_back({prefix_ + "-LOSSY",
                               "check: derived.ever_lossy, op: equals, value: \"false\", repair: resend", "",
                               "Compression with loss changes what is measured.", "Send without loss."});
    }

    const TechniqueGroup& group_;
    const std::vector<TechniqueGroup>& all_;
    std::string prefix_;
    DraftSlot slot_;
};

}  // namespace

Draft draftFrom(const std::vector<TechniqueGroup>& groups, std::size_t studies) {
    constexpr std::size_t kMostSlots = 20;  // with their rules they stay below what a pack may have
    Draft draft;
    draft.studies = studies;
    for (std::size_t i = 0; i < std::min(groups.size(), kMostSlots); ++i)
        draft.slots.push_back(GroupDraft(groups[i], i + 1, groups).run(studies));
    if (groups.size() > kMostSlots)
        draft.remarks.push_back(std::to_string(groups.size() - kMostSlots) +
                                " kinds of series that are rarer are left out.");
    return draft;
}

}  // namespace gantry::central
