#include "guard.hpp"

#include <array>
#include <cctype>

namespace gantry::qc {

Tri operator!(Tri a) {
    return a == Tri::Unknown ? a : (a == Tri::Yes ? Tri::No : Tri::Yes);
}

Tri operator&&(Tri a, Tri b) {
    if (a == Tri::No || b == Tri::No) return Tri::No;
    return a == Tri::Yes && b == Tri::Yes ? Tri::Yes : Tri::Unknown;
}

Tri operator||(Tri a, Tri b) {
    return !(!a && !b);
}

namespace {

struct Token {
    enum class Kind { Word, Text, Symbol, End };
    Kind kind;
    std::string text;
    std::size_t at;
};

bool isWordCharacter(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '-' || c == '+' ||
           c == '%' || c == '/' || c == '$';
}

Error wrong(std::size_t at, const std::string& what) {
    return fail(Errc::ConfigInvalid, "character " + std::to_string(at + 1) + ": " + what);
}

Result<Token> readToken(std::string_view text, std::size_t& at) {
    while (at < text.size() && text[at] == ' ') ++at;
    const std::size_t start = at;
    if (at == text.size()) return Token{Token::Kind::End, "", start};
    if (text[at] == '\'' || text[at] == '"') {
        const auto close = text.find(text[at], at + 1);
        if (close == std::string_view::npos) return wrong(start, "the quote is not closed");
        at = close + 1;
        return Token{Token::Kind::Text, std::string(text.substr(start + 1, close - start - 1)), start};
    }
    if (isWordCharacter(text[at])) {
        while (at < text.size() && isWordCharacter(text[at])) ++at;
        return Token{Token::Kind::Word, std::string(text.substr(start, at - start)), start};
    }
    constexpr std::array<std::string_view, 11> kSymbols = {"==", "!=", "<=", ">=", "<", ">",
                                                           "~",  "(",  ")",  "[",  "]"};
    for (const auto symbol : kSymbols) {
        if (!text.substr(at).starts_with(symbol)) continue;
        at += symbol.size();
        return Token{Token::Kind::Symbol, std::string(symbol), start};
    }
    if (text[at] == ',') return Token{Token::Kind::Symbol, ",", at++};
    return wrong(start, "'" + std::string(1, text[at]) + "' is not part of a guard");
}

std::optional<Compare> comparisonOf(const Token& token) {
    struct Row {
        std::string_view text;
        Compare compare;
    };
    constexpr Row kRows[] = {{"==", Compare::Equal},     {"!=", Compare::NotEqual},
                             {"<=", Compare::LessEqual}, {">=", Compare::GreaterEqual},
                             {"<", Compare::Less},       {">", Compare::Greater},
                             {"~", Compare::Matches},    {"in", Compare::In}};
    if (token.kind != Token::Kind::Symbol && token.kind != Token::Kind::Word) return std::nullopt;
    for (const Row& row : kRows)
        if (row.text == token.text) return row.compare;
    return std::nullopt;
}

/// Recursive descent; every level is counted, so depth and size are bounded before anything grows.
class Parser {
public:
    Parser(std::string_view text, const NameResolver& resolve) : text_(text), resolve_(resolve) {}

    Result<Guard> whole() {
        GANTRY_CHECK(advance());
        auto guard = GANTRY_TRY(alternatives(0));
        if (token_.kind != Token::Kind::End) return wrong(token_.at, "expected 'and', 'or' or the end");
        return guard;
    }

private:
    Result<> advance() {
        token_ = GANTRY_TRY(readToken(text_, at_));
        return {};
    }

    bool isWord(std::string_view word) const {
        return token_.kind == Token::Kind::Word && token_.text == word;
    }
    bool isSymbol(std::string_view symbol) const {
        return token_.kind == Token::Kind::Symbol && token_.text == symbol;
    }

    Result<> countNode(int depth) {
        if (depth > GuardLimits::kMaxDepth) return wrong(token_.at, "nested deeper than 8");
        if (++nodes_ > GuardLimits::kMaxNodes) return wrong(token_.at, "more than 64 parts");
        return {};
    }

    Result<Guard> alternatives(int depth) { return joined(depth, "or", Guard::Kind::Or); }

    Result<Guard> joined(int depth, std::string_view word, Guard::Kind kind) {
        GANTRY_CHECK(countNode(depth));
        Guard guard;
        guard.kind = kind;
        while (true) {
            guard.children.push_back(kind == Guard::Kind::Or
                                         ? GANTRY_TRY(joined(depth, "and", Guard::Kind::And))
                                         : GANTRY_TRY(term(depth)));
            if (!isWord(word)) break;
            GANTRY_CHECK(advance());
        }
        if (guard.children.size() > 1) return guard;
        Guard only = std::move(guard.children.front());
        return only;
    }

    Result<Guard> term(int depth) {
        GANTRY_CHECK(countNode(depth));
        if (isWord("not")) {
            GANTRY_CHECK(advance());
            Guard guard;
            guard.kind = Guard::Kind::Not;
            guard.children.push_back(GANTRY_TRY(term(depth + 1)));
            return guard;
        }
        if (isSymbol("(")) {
            GANTRY_CHECK(advance());
            auto guard = GANTRY_TRY(alternatives(depth + 1));
            if (!isSymbol(")")) return wrong(token_.at, "expected ')'");
            GANTRY_CHECK(advance());
            return guard;
        }
        return comparison();
    }

    Result<Guard> comparison() {
        const bool reserved = isWord("and") || isWord("or") || isWord("not") || isWord("in");
        if (token_.kind != Token::Kind::Word || reserved)
            return wrong(token_.at, "expected the name of a check");
        Guard guard;
        auto resolved = resolve_(token_.text);
        if (!resolved) return wrong(token_.at, resolved.error().context);
        guard.check = *std::move(resolved);
        GANTRY_CHECK(advance());
        const auto compare = comparisonOf(token_);
        if (!compare) return guard;
        guard.compare = *compare;
        GANTRY_CHECK(advance());
        GANTRY_CHECK(rightSide(guard));
        return guard;
    }

    Result<> rightSide(Guard& guard) {
        const std::size_t at = token_.at;
        if (guard.compare == Compare::In) {
            GANTRY_CHECK(list(guard.values));
        } else {
            guard.values.push_back(GANTRY_TRY(scalar()));
        }
        if (guard.compare == Compare::Matches) {
            auto pattern = Pattern::compile(guard.values.front().text);
            if (!pattern) return wrong(at, pattern.error().context);
            guard.pattern = *std::move(pattern);
            return {};
        }
        const bool ordered = guard.compare != Compare::Equal && guard.compare != Compare::NotEqual &&
                             guard.compare != Compare::In;
        if (ordered && guard.check.kind != Kind::Number)
            return wrong(at, guard.check.name + " is not a number and has no order");
        for (const Scalar& value : guard.values)
            if (const auto why = mismatch(value, guard.check)) return wrong(at, *why);
        return {};
    }

    Result<> list(std::vector<Scalar>& values) {
        if (!isSymbol("[")) return wrong(token_.at, "expected '[' after 'in'");
        do {
            GANTRY_CHECK(advance());
            values.push_back(GANTRY_TRY(scalar()));
            if (values.size() > static_cast<std::size_t>(GuardLimits::kMaxNodes))
                return wrong(token_.at, "the list is too long");
        } while (isSymbol(","));
        if (!isSymbol("]")) return wrong(token_.at, "expected ',' or ']'");
        return advance();
    }

    /// A quoted text, a word, or a number followed by its unit.
    Result<Scalar> scalar() {
        if (token_.kind != Token::Kind::Text && token_.kind != Token::Kind::Word)
            return wrong(token_.at, "expected a value");
        const Token value = token_;
        GANTRY_CHECK(advance());
        if (value.kind == Token::Kind::Text) return Scalar{value.text, std::nullopt};
        Scalar scalar = makeScalar(value.text);
        if (scalar.quantity && !scalar.quantity->unit && token_.kind == Token::Kind::Word &&
            findUnit(token_.text)) {
            scalar = makeScalar(value.text + " " + token_.text);
            GANTRY_CHECK(advance());
        }
        return scalar;
    }

    std::string_view text_;
    const NameResolver& resolve_;
    std::size_t at_ = 0;
    Token token_{Token::Kind::End, "", 0};
    int nodes_ = 0;
};

}  // namespace

Result<Guard> parseGuard(std::string_view text, const NameResolver& resolve) {
    if (text.size() > GuardLimits::kMaxCharacters)
        return fail(Errc::ConfigInvalid, "longer than 500 characters");
    return Parser(text, resolve).whole();
}

}  // namespace gantry::qc
