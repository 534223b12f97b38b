/// Stands in for libFuzzer where the compiler has none: files given as arguments, or a few seconds of seeded
/// mutations of small well-formed inputs and of the files in tests/fuzz/seeds. The seed is printed, and can
/// be given again in GANTRY_SEED; GANTRY_FUZZ_SECONDS makes it longer.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gantry/core/dicom.hpp"
#include "gantry/core/files.hpp"

/// Seeds that a harness brings along in place of those here.
__attribute__((weak)) std::vector<std::string> ownSeeds();

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace gantry;
using namespace gantry::dicom;
std::chrono::seconds wantedTime() {
    const auto* text = std::getenv("GANTRY_FUZZ_SECONDS");
    return std::chrono::seconds(text ? std::strtol(text, nullptr, 10) : 3);
}

std::string smallImage() {
    auto file = fileMeta("1.2.840.10008.5.1.4.1.1.2", "1.2.3", "1.2.840.10008.1.2.1");
    Writer w(file, Encoding::ExplicitLittle);
    w.text({0x00080005}, "CS", "\\ISO 2022 IR 87");
    w.text({0x00080016}, "UI", "1.2.840.10008.5.1.4.1.1.2");
    w.text({0x00080018}, "UI", "1.2.3");
    w.beginSequence({0x00081115});
    w.beginItem();
    w.text({0x0020000E}, "UI", "1.2.9");
    w.endItem();
    w.endSequence();
    w.text({0x00100010}, "PN", "Yamada^Tarou=\x1B$B;3ED\x1B(B");
    w.text({0x00100020}, "LO", "SUBJ-001");
    w.text({0x00180050}, "DS", "5");
    w.text({0x0020000D}, "UI", "1.2.4");
    w.text({0x0020000E}, "UI", "1.2.5");
    w.element(tags::kPixelData, "OW", asBytes("pixels"));
    return file;
}

std::vector<std::string> seeds() {
    return {
        smallImage(),
        "age-encryption.org/v1\n-> X25519 TEiF0ypqr+bpvcqXNyCVJpL7OuwPdVwPL7KQEbFDOCc\nAA\n--- AA\n",
        R"({"pack":"1","id":"a","version":"1.0.0","title":"t","language":"en","slots":{"s":{"label":"l"}}})",
        R"({"signed":{"format":1},"signature":"AA==","key_id":"00"})"};
}

/// Those of every harness, and the files of its own folder.
std::vector<std::string> allSeeds() {
    auto all = seeds();
#ifdef GANTRY_FUZZ_SEEDS
    for (const auto& entry : std::filesystem::directory_iterator(GANTRY_FUZZ_SEEDS))
        if (auto text = readFile(entry.path())) all.push_back(*std::move(text));
#endif
    return all;
}

/// A text in quotes from `at` on; two equal places when there is none.
std::pair<std::size_t, std::size_t> quoted(const std::string& text, std::size_t at) {
    const auto from = text.find('"', at);
    const auto to = from == std::string::npos ? from : text.find('"', from + 1);
    return to == std::string::npos ? std::pair(at, at) : std::pair(from, to + 1);
}

std::string mutated(std::string text, std::mt19937_64& random) {
    const auto below = [&](std::size_t n) {
        return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
    };
    for (auto changes = 1 + below(8); changes > 0 && !text.empty(); --changes) {
        const auto at = below(text.size());
        switch (below(6)) {
            case 0:
                text[at] = static_cast<char>(below(256));
                break;
            case 1:
                text.erase(at, 1 + below(16));
                break;
            case 2:
                text.insert(at, text.substr(below(text.size()), below(32)));
                break;
            case 3:
            case 4: {  // one quoted text in place of another: what is JSON stays JSON
                const auto [from, to] = quoted(text, at);
                const auto [other, end] = quoted(text, below(text.size()));
                text.replace(from, to - from, text.substr(other, end - other));
                break;
            }
            default:
                text.resize(at);
                break;
        }
    }
    return text;
}

int run(const std::string& input) {
    return LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

}  // namespace

int main(int argc, char** argv) {
    for (int i = 1; i < argc; ++i)
        if (const auto file = readFile(std::filesystem::path(argv[i]))) run(*file);
    if (argc > 1) return 0;
    const char* given = std::getenv("GANTRY_SEED");
    const std::uint64_t seed = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::cout << "GANTRY_SEED=" << seed << std::endl;
    std::mt19937_64 random(seed);
    const auto from = ownSeeds ? ownSeeds() : allSeeds();
    std::size_t runs = 0;
    for (const auto until = std::chrono::steady_clock::now() + wantedTime(); std::chrono::steady_clock::now() < until;
         ++runs)
        run(mutated(from[runs % from.size()], random));
    std::cout << runs << " inputs\n";
}
