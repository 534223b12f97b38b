#include <re2/re2.h>

#include "pattern.hpp"

namespace gantry::qc {

struct Pattern::Compiled {
    re2::RE2 expression;
};

Result<Pattern> Pattern::compile(std::string_view expression) {
    constexpr std::size_t kMaxCharacters = 500;
    if (expression.size() > kMaxCharacters)
        return fail(Errc::ConfigInvalid, "the expression is longer than 500 characters");
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(1 << 20);
    const re2::StringPiece text(expression.data(), expression.size());
    std::shared_ptr<const Compiled> compiled(new Compiled{re2::RE2(text, options)});
    if (!compiled->expression.ok()) return fail(Errc::ConfigInvalid, compiled->expression.error());
    return Pattern(std::move(compiled));
}

bool Pattern::foundIn(std::string_view text) const {
    return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), compiled_->expression);
}

}  // namespace gantry::qc
