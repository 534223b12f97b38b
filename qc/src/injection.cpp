#include "injection.hpp"

#include <algorithm>

#include "moments.hpp"

namespace gantry::qc {

namespace {

bool tells(const PackData& pack, const SeriesView& series) {
    for (const std::string& modality : series.column(pack, "Modality").values)
        if (modality == "PT" || modality == "NM") return true;
    return std::ranges::any_of(kSignsOfInjection, [&](std::string_view attribute) {
        const auto& values = series.column(pack, attribute).values;
        return attribute == "ContrastBolusAgent" ? !std::ranges::all_of(values, deniesContrast)
                                                 : !values.empty();
    });
}

}  // namespace

bool tellsOfInjection(const PackData& pack, const JudgeContext& context,
                      const std::vector<const SeriesView*>& series) {
    const auto answered =
        std::ranges::find(context.answers, kContrastTimeQuestion, &ConsoleAnswer::question_id);
    if (answered != context.answers.end() && secondsOfDay(answered->value)) return true;
    return std::ranges::any_of(series, [&](const SeriesView* one) { return tells(pack, *one); });
}

}  // namespace gantry::qc
