#pragma once
/// How most commands run: an action on their options, its error said and made an exit code.

#include <CLI/CLI.hpp>
#include <memory>

#include "command.hpp"

namespace gantry::central {

template <class Options>
void runs(CLI::App& command, Run& run, const std::shared_ptr<Options>& options,
          Result<> (*action)(const Options&)) {
    command.callback([options, action, &run] {
        run = [options, action] {
            const auto done = action(*options);
            return done ? 0 : report(done.error());
        };
    });
}

}  // namespace gantry::central
