#pragma once
/// Walks a JSON document and collects every mistake with its path instead of stopping at the first.

#include <boost/json/value.hpp>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gantry/qc/pack.hpp"

namespace gantry::qc {

/// A place in the document. Absent places are falsy and read as empty, without complaint.
class Node {
public:
    Node(const boost::json::value* value, std::string path, std::vector<PackMistake>& mistakes)
        : value_(value), path_(std::move(path)), mistakes_(&mistakes) {}

    explicit operator bool() const { return value_ != nullptr; }
    const boost::json::value* value() const { return value_; }
    const std::string& path() const { return path_; }
    void mistake(std::string message) const { mistakes_->push_back({path_, std::move(message)}); }

    bool isMap() const { return value_ && value_->is_object(); }
    bool isList() const { return value_ && value_->is_array(); }
    bool isScalar() const { return value_ && !isMap() && !isList() && !value_->is_null(); }

    Node operator[](std::string_view key) const;
    /// Complains unless this is a map with `required` keys, `optional` ones and no others.
    bool hasKeys(std::initializer_list<std::string_view> required,
                 std::initializer_list<std::string_view> optional) const;
    /// Members of a map, elements of a list; complains when it is something else.
    std::vector<std::pair<std::string, Node>> members() const;
    std::vector<Node> elements() const;

    /// Text of a scalar; complains when it is none. "" when absent.
    std::string text() const;
    /// A list of texts, or one text.
    std::vector<std::string> texts() const;
    /// An integer within bounds; complains otherwise.
    std::optional<int> integer(int lowest, int highest) const;
    bool flag(bool fallback) const;

    template <class T>
    std::optional<T> oneOf(std::initializer_list<std::pair<std::string_view, T>> choices) const {
        if (!value_) return std::nullopt;
        const std::string got = text();
        std::string allowed;
        for (const auto& [name, choice] : choices) {
            if (name == got) return choice;
            allowed += (allowed.empty() ? "" : ", ") + std::string(name);
        }
        if (isScalar()) mistake("got '" + got + "'; allowed: " + allowed);
        return std::nullopt;
    }

private:
    const boost::json::value* value_;
    std::string path_;
    std::vector<PackMistake>* mistakes_;
};

/// "got 'x'; allowed: a, b"
std::string gotAllowed(std::string_view got, const std::vector<std::string>& allowed);
/// Lower-case letters, digits, '-' and '_' and '.', upper case too; 1 to 64.
bool isIdentifier(std::string_view text);

}  // namespace gantry::qc
