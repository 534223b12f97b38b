#include "images/pixel_reading.hpp"

#include <boost/json.hpp>

namespace gantry::agent {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using anonymizer::LeakGate;
using anonymizer::LeakHit;
using std::chrono::milliseconds;

constexpr std::size_t kTogether = 16;
constexpr milliseconds kLongestBase{60'000};
constexpr milliseconds kLongestEach{40'000};

LeakHit hit(std::string what) {
    return {"pixels of PixelData", anonymizer::ValueKind::Other, std::move(what), {}};
}

/// Digits that readers of text take for letters.
std::string asDigits(std::string text) {
    constexpr std::string_view kLetters = "OoDQIlSBZ", kDigits = "000011582";
    for (auto& c : text)
        if (const auto at = kLetters.find(c); at != std::string_view::npos) c = kDigits[at];
    return text;
}

/// Each line alone, and all as one text: a name may stand over two lines.
bool tells(const json::array& texts, const LeakGate& gate) {
    std::string all;
    for (const auto& one : texts) {
        const std::string text(one.as_string());
        if (gate.findsIn(text) || gate.findsIn(asDigits(text))) return true;
        all += text + " ";
    }
    return gate.findsIn(all);
}

std::optional<LeakHit> judged(const json::object& answer, const LeakGate& gate) {
    if (answer.at("state").as_string() != "read") return hit("text that could not be read");
    if (tells(answer.at("texts").as_array(), gate))
        return hit("text in the picture that tells who the patient is");
    return std::nullopt;
}

using Found = std::vector<std::optional<LeakHit>>;

/// nullopt for an answer that is none.
std::optional<Found> judgedAll(const std::string& text, std::size_t count, const LeakGate& gate) try {
    Found out;
    const auto parsed = json::parse(text);
    for (const auto& one : parsed.at("instances").as_array())
        out.push_back(judged(one.as_object(), gate));
    return out.size() == count ? std::optional(std::move(out)) : std::nullopt;
} catch (const std::exception&) {
    return std::nullopt;
}

Result<Found> readTogether(std::span<const fs::path> outputs, const LeakGate& gate, const PixelWorker& worker,
                           const std::stop_token& stop) {
    json::array instances;
    for (const auto& output : outputs) instances.push_back(json::object{{"path", output.string()}});
    const auto request = json::serialize(json::value{{"instances", std::move(instances)}});
    const auto longest = kLongestBase + kLongestEach * static_cast<milliseconds::rep>(outputs.size());
    const auto said = GANTRY_TRY(askWorker(worker, "--read", request, longest, stop));
    if (said.failure.empty())
        if (auto found = judgedAll(said.text, outputs.size(), gate)) return *std::move(found);
    if (outputs.size() == 1) return Found{hit("text that could not be read")};
    // One image that breaks the worker must not hold the others.
    Found out;
    for (std::size_t i = 0; i < outputs.size(); ++i)
        out.push_back(GANTRY_TRY(readTogether(outputs.subspan(i, 1), gate, worker, stop)).front());
    return out;
}

}  // namespace

Result<Found> readPixels(std::span<const fs::path> outputs, const LeakGate& gate, const PixelWorker& worker,
                         const std::stop_token& stop) {
    Found out;
    for (std::size_t first = 0; first < outputs.size(); first += kTogether) {
        const auto some = outputs.subspan(first, std::min(kTogether, outputs.size() - first));
        for (auto& one : GANTRY_TRY(readTogether(some, gate, worker, stop))) out.push_back(std::move(one));
    }
    return out;
}

}  // namespace gantry::agent
