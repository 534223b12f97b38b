#include <algorithm>
#include <iostream>
#include <map>

#include "pack_command.hpp"
#include "pack_draft.hpp"

namespace gantry::central {

namespace {

/// Findings on the studies a draft was made from.
struct OwnVerdicts {
    std::set<std::string> not_passed;               ///< rules that did not pass somewhere
    std::set<std::string> not_found;                ///< slots that a study lacks or leaves unsure
    std::map<std::string, std::size_t> recognised;  ///< series by slot
    std::size_t allRecognised() const {
        std::size_t all = 0;
        for (const auto& [slot, series] : recognised) all += series;
        return all;
    }
};

Result<std::vector<TechniqueGroup>> groupsIn(const FolderIndex& index) {
    std::vector<SeriesTechnique> series;
    for (std::size_t i = 0; i < index.studies.size(); ++i)
        for (SeriesTechnique& one : techniquesOf(FolderStudy::read(index.studies[i]), i))
            series.push_back(std::move(one));
    if (series.empty()) return fail(Errc::NotDicom, "there is no series of images in the folder");
    return groupByTechnique(std::move(series));
}

Result<OwnVerdicts> judgeOwn(const Draft& draft, const FolderIndex& index) {
    const std::string json = GANTRY_TRY(qc::packYamlToJson(toYaml(draft)));
    const qc::Pack pack = GANTRY_TRY(qc::Pack::fromJson(json));
    OwnVerdicts own;
    for (const StudyFiles& files : index.studies) {
        const FolderStudy study = FolderStudy::read(files);
        const Verdict verdict = qc::judge(pack, study.facts(), contextOf(study, "V1"));
        for (const Finding& finding : verdict.findings) {
            if (finding.result == RuleResult::Pass) continue;
            if (finding.rule_id == "SERIES")
                own.not_found.insert(finding.slot_id);
            else
                own.not_passed.insert(finding.rule_id);
        }
        for (const SeriesSummary& series : verdict.series)
            if (!series.slot_id.empty()) ++own.recognised[series.slot_id];
    }
    return own;
}

/// Takes out what the draft's own studies do not bear out. @return whether anything was
bool prune(Draft& draft, const OwnVerdicts& own) {
    bool changed = false;
    for (DraftSlot& slot : draft.slots) {
        const auto recognised = own.recognised.find(slot.id);
        const std::size_t series = recognised == own.recognised.end() ? 0 : recognised->second;
        if (series < slot.series && !slot.must_not.empty()) {
            slot.must_not.clear();
            changed = true;
            continue;
        }
        if (slot.needed && own.not_found.contains(slot.id)) {
            slot.needed = false;
            slot.comment += "; not told for certain in all of them, so no visit needs it yet";
            changed = true;
        }
        changed =
            std::erase_if(slot.rules,
                          [&](const DraftRule& rule) { return own.not_passed.contains(rule.id); }) > 0 ||
            changed;
    }
    return changed;
}

/// The draft, such that every rule left in it passes on the studies it was made from.
Result<Draft> propose(const PackProposal& request) {
    const FolderIndex index = GANTRY_TRY(indexFolder(request.folder));
    const auto groups = GANTRY_TRY(groupsIn(index));
    Draft draft = draftFrom(groups, index.studies.size());
    draft.id = request.id;
    draft.title = request.title;
    constexpr int kRounds = 4;  // each takes something out, which may settle another series' slot
    for (int round = 0; round < kRounds; ++round) {
        const OwnVerdicts own = GANTRY_TRY(judgeOwn(draft, index));
        if (prune(draft, own)) continue;
        std::cerr << "gantry-central: " << draft.slots.size() << " slots; " << own.allRecognised()
                  << " series of " << index.studies.size() << " studies are recognised by the draft\n";
        return draft;
    }
    return draft;
}

}  // namespace

int packPropose(const PackProposal& request) {
    const auto draft = propose(request);
    if (!draft) {
        std::cerr << "gantry-central: " << draft.error().message() << '\n';
        return kPackUnusable;
    }
    std::cout << toYaml(*draft);
    return kPackFine;
}

}  // namespace gantry::central
