// The catalogue's rows, and the document that lists them with checks and tests.
#include <algorithm>

#include "row_kit.hpp"

namespace gantry::test {

namespace {

struct Chapter {
    char letter;
    std::string_view title;
};

constexpr Chapter kChapters[] = {{'A', "Identity, visit, context"},
                                 {'B', "Completeness and integrity"},
                                 {'C', "Geometry"},
                                 {'D', "CT"},
                                 {'E', "MR"},
                                 {'F', "PET/CT"},
                                 {'G', "Scanner and site"},
                                 {'H', "Other modalities"}};

std::string checkCell(const std::vector<const RowCase*>& cases) {
    std::vector<std::string> names;
    for (const auto* one : cases) {
        auto checks = checksOf(*one);
        if (!one->rule_id.empty()) checks.push_back(one->rule_id);
        for (auto& name : checks)
            if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
    }
    std::string cell;
    for (const auto& name : names) cell += (cell.empty() ? "`" : ", `") + name + "`";
    return cell.empty() ? "none yet" : cell;
}

std::string testCell(const std::vector<const RowCase*>& cases) {
    std::string cell;
    for (const auto* one : cases) cell += (cell.empty() ? "" : "; ") + one->title;
    return cell.empty() ? "none yet" : cell;
}

}  // namespace

const std::vector<CatalogueRow>& catalogueRows() {
    static const std::vector<CatalogueRow> kRows = {
        {"A1", "Subject known and in this trial"},
        {"A2", "One person in a study"},
        {"A3", "Sex and year of birth agree with enrolment"},
        {"A4", "Weight and height plausible and stable"},
        {"A5", "Same body as at the visit before"},
        {"A6", "Visit inside its window"},
        {"A7", "Visit not done already, no duplicate study"},
        {"A8", "Dates and clock plausible"},
        {"A9", "Modality and procedure as ordered"},
        {"A10", "Body part"},
        {"A11", "Side"},
        {"A12", "Phantom not filed as a patient"},
        {"A13", "No identity in pixels"},
        {"B1", "Required series present"},
        {"B2", "Repeated series labelled"},
        {"B3", "As many images as announced"},
        {"B4", "Instance numbers without holes"},
        {"B5", "No two slices at one position"},
        {"B6", "No slice missing"},
        {"B7", "Regular spacing"},
        {"B8", "One orientation, matrix and pixel size"},
        {"B9", "Frame of reference shared"},
        {"B10", "Original primary images"},
        {"B11", "No lossy compression"},
        {"B12", "Bits and rescale sane"},
        {"B13", "Needed private data arrived"},
        {"B14", "Empty and unreadable attributes never pass"},
        {"C1", "Slice thickness"},
        {"C2", "Slice spacing"},
        {"C3", "Gap and overlap"},
        {"C4", "Coverage"},
        {"C5", "Anatomical coverage"},
        {"C6", "Field of view"},
        {"C7", "In-plane pixel"},
        {"C8", "Isotropy of 3D"},
        {"C9", "Obliquity and plane"},
        {"C10", "Stack matches its sibling"},
        {"C11", "Patient position"},
        {"C12", "Body inside the field of view"},
        {"D1", "Tube voltage"},
        {"D2", "Dose"},
        {"D3", "Kernel"},
        {"D4", "Reconstruction algorithm"},
        {"D5", "Pitch"},
        {"D6", "Contrast given and its phase"},
        {"D7", "Contrast as at the baseline"},
        {"D8", "Gantry not tilted"},
        {"D9", "Table and breath-hold"},
        {"D10", "Metal, noise, CT numbers"},
        {"E1", "Field strength"},
        {"E2", "2D or 3D, sequence family"},
        {"E3", "Repetition time"},
        {"E4", "Echo times"},
        {"E5", "Inversion time"},
        {"E6", "Flip angle"},
        {"E7", "b-values and directions"},
        {"E8", "Bandwidth, averages, acceleration"},
        {"E9", "Phase encoding"},
        {"E10", "Receive coil"},
        {"E11", "Distortion correction"},
        {"E12", "Dynamics"},
        {"E13", "Time after contrast"},
        {"E14", "Order of scans"},
        {"E15", "SAR and frequency"},
        {"F1", "Tracer"},
        {"F2", "Injected activity"},
        {"F3", "Uptake time"},
        {"F4", "Corrections and units"},
        {"F5", "SUV computable"},
        {"F6", "Blood glucose"},
        {"F7", "Frame duration and beds"},
        {"F8", "Reconstruction as qualified"},
        {"F9", "Same scanner as the baseline"},
        {"F10", "Coverage of the body"},
        {"F11", "CT for attenuation matches"},
        {"F12", "Calibration current"},
        {"G1", "Scanner qualified"},
        {"G2", "Scanner changed"},
        {"G3", "Software changed since qualification"},
        {"G4", "Phantom current"},
        {"G5", "Coil or detector changed"},
        {"G6", "Operator trained"},
        {"H1", "Mammography views complete"},
        {"H2", "Presentation intent"},
        {"H3", "Mammographic exposure and compression"},
        {"H4", "Ultrasound loops"},
        {"H5", "Ultrasound views"},
        {"H6", "Densitometry"},
        {"H7", "Radiograph"},
    };
    return kRows;
}

std::string catalogueText() {
    std::string text =
        "# Checks\n\n"
        "What a pack can ask of a study, row by row, and the tests of each. A test case judges images of "
        "the\n"
        "synthetic scanner (`tests/scanner`) by one rule: `rows_test` has it twice, as \"ROW title: kept\" "
        "and\n"
        "\"ROW title: broken\". Made by `rows_test '[write]'`; a test compares the two.\n"
        "docs/formats/pack.md says what each check reads.\n";
    for (const auto& chapter : kChapters) {
        text += "\n## " + std::string(1, chapter.letter) + ". " + std::string(chapter.title) + "\n\n";
        text += "| row | | checks | tests |\n| --- | --- | --- | --- |\n";
        for (const auto& row : catalogueRows()) {
            if (row.id.front() != chapter.letter) continue;
            std::vector<const RowCase*> cases;
            for (const auto& one : allCases())
                if (one.row == row.id) cases.push_back(&one);
            text += "| " + std::string(row.id) + " | " + std::string(row.title) + " | " + checkCell(cases) +
                    " | " + testCell(cases) + " |\n";
        }
    }
    return text;
}

}  // namespace gantry::test
