#pragma once
/// What the exam's tests share: which corpus, where the work lies, where results are told.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "score.hpp"
#include "support.hpp"

namespace gantry::canary {

inline std::string environment(const char* name, const std::string& otherwise) {
    const char* value = std::getenv(name);
    return value ? value : otherwise;
}

/// GANTRY_CANARY_SEED makes another corpus.
inline Corpus examCorpus(bool pictures = false) {
    return makeCorpus(std::stoull(environment("GANTRY_CANARY_SEED", "20260310")), pictures);
}

/// Where corpus and outputs lie: GANTRY_CANARY_KEEP names a folder that stays.
inline std::filesystem::path workFolder(const TemporaryDirectory& temporary, const std::string& name) {
    const auto folder =
        std::filesystem::path(environment("GANTRY_CANARY_KEEP", temporary.path().string())) / name;
    std::filesystem::create_directories(folder);
    return folder;
}

/// On the terminal, and behind what stands in the file that GANTRY_CANARY_REPORT names.
inline void tell(const std::string& title, const Score& privacy, const Score& utility) {
    const auto most = std::stoull(environment("GANTRY_CANARY_FINDINGS", "40"));
    const auto text = title + "\n" + report("privacy: marks, gone", privacy, most) +
                      report("utility: needed, there", utility, most);
    std::cout << text;
    if (const auto path = environment("GANTRY_CANARY_REPORT", ""); !path.empty())
        std::ofstream(path, std::ios::app) << "\n```\n" << text << "```\n";
}

}  // namespace gantry::canary
