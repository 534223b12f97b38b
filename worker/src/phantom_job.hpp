#pragma once
/// gantry-worker --phantom: the tests of a phantom study, docs/formats/worker.md.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "phantom/analysis.hpp"

namespace gantry::imaging {

struct PhantomJob {
    std::vector<FileRange> files;
    std::filesystem::path out;  ///< folder for pictures; it is there
    std::optional<phantom::Kind> kind;
    phantom::Form form;
    bool only_read = false;  ///< decode every frame and tell nothing else: which file breaks the decoders
};

/// @errors BadFormat
Result<PhantomJob> parsePhantomJob(std::string_view json);
/// Recognises, measures, writes the pictures, and says in JSON what was found.
std::string runPhantomJob(const PhantomJob& job);

}  // namespace gantry::imaging
