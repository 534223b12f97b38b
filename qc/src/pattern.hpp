#pragma once
/// Regular expressions of packs: linear in time whatever the text and the expression.

#include <memory>
#include <string>
#include <string_view>

#include "gantry/core/result.hpp"

namespace gantry::qc {

class Pattern {
public:
    /// RE2 syntax, "(?i)" included, at most 500 characters.
    /// @errors ConfigInvalid with what is wrong
    static Result<Pattern> compile(std::string_view expression);
    /// Found anywhere in `text`; ^ and $ anchor.
    bool foundIn(std::string_view text) const;

private:
    struct Compiled;
    explicit Pattern(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
    std::shared_ptr<const Compiled> compiled_;
};

}  // namespace gantry::qc
