#include "gantry/qc/pack_yaml.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <boost/json.hpp>
#include <sstream>
#include <vector>

#include "gantry/qc/pack.hpp"

namespace gantry::qc {

namespace json = boost::json;

namespace {

/// Builds the document from the parser's events. Events are the only level at which anchors, aliases and tags
/// can be seen. After a mistake it goes on, to find the others.
class Builder final : public YAML::EventHandler {
public:
    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        refuseAnchor(mark, anchor);
        // The parser's mark of an absent value is where the next thing starts; the key says better where it
        // lacks.
        const bool member = !open_.empty() && open_.back().is_map && open_.back().key;
        mistake(member ? open_.back().key_mark : mark,
                "there is no value here (a text 'null' or '~' has to be quoted)");
        place(mark, json::string());
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        mistake(mark, "aliases (*name) are not allowed: write the value out");
        place(mark, json::string());
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        refuseAnchor(mark, anchor);
        refuseTag(mark, tag);
        if (!open_.empty() && open_.back().is_map && !open_.back().key) {
            takeKey(mark, value);
        } else {
            place(mark, json::string(value));
        }
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        begin(mark, tag, anchor, false);
    }
    void OnSequenceEnd() override { end(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        begin(mark, tag, anchor, true);
    }
    void OnMapEnd() override { end(); }

    void mistake(const YAML::Mark& mark, const std::string& what) {
        constexpr std::size_t kMostReported = 100;
        if (mistakes_.size() < kMostReported) mistakes_.push_back({{mark.line + 1, mark.column + 1}, what});
    }

    std::vector<YamlMistake>& mistakes() { return mistakes_; }
    bool tooDeep() const { return too_deep_; }
    const json::value& root() const { return root_; }
    std::map<std::string, YamlPlace, std::less<>>& places() { return places_; }

private:
    struct Level {
        bool is_map;
        std::string path;
        json::object map;
        json::array list;
        std::optional<std::string> key;
        YAML::Mark key_mark;
    };

    void refuseAnchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
        if (anchor != 0) mistake(mark, "anchors (&name) are not allowed");
    }
    /// "?" and "!" are what the parser calls plain and quoted scalars without a tag.
    void refuseTag(const YAML::Mark& mark, const std::string& tag) {
        if (!tag.empty() && tag != "?" && tag != "!") mistake(mark, "tags (!name) are not allowed");
    }

    void takeKey(const YAML::Mark& mark, const std::string& key) {
        Level& level = open_.back();
        if (key == "<<") mistake(mark, "merge keys (<<) are not allowed");
        if (level.map.contains(key)) mistake(mark, "the key '" + key + "' is here twice");
        level.key = key;
        level.key_mark = mark;
    }

    std::string pathHere() const {
        if (open_.empty()) return {};
        const Level& level = open_.back();
        if (!level.is_map) return level.path + "[" + std::to_string(level.list.size()) + "]";
        const std::string key = level.key.value_or("?");
        return level.path.empty() ? key : level.path + "." + key;
    }

    void notePlace(const YAML::Mark& mark) {
        const bool member = !open_.empty() && open_.back().is_map && open_.back().key;
        const YAML::Mark& at = member ? open_.back().key_mark : mark;
        places_[pathHere()] = {at.line + 1, at.column + 1};
    }

    void begin(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, bool is_map) {
        refuseAnchor(mark, anchor);
        refuseTag(mark, tag);
        if (!open_.empty() && open_.back().is_map && !open_.back().key) {
            mistake(mark, "a key has to be a text");
            open_.back().key = "?";
            open_.back().key_mark = mark;
            key_is_container_ = open_.size();
        }
        if (open_.size() == Pack::kMaxDepth) {
            mistake(mark, "nested deeper than 12");
            too_deep_ = true;
        }
        notePlace(mark);
        open_.push_back({is_map, pathHere(), {}, {}, std::nullopt, mark});
    }

    void end() {
        Level level = std::move(open_.back());
        open_.pop_back();
        json::value value =
            level.is_map ? json::value(std::move(level.map)) : json::value(std::move(level.list));
        if (key_is_container_ == open_.size() && key_is_container_ != 0) {
            key_is_container_ = 0;  // its value follows under the key "?"
            return;
        }
        add(std::move(value));
    }

    void place(const YAML::Mark& mark, json::string text) {
        if (!open_.empty() && open_.back().is_map && !open_.back().key)
            return takeKey(mark, std::string(text));
        notePlace(mark);
        add(std::move(text));
    }

    void add(json::value value) {
        if (open_.empty()) {
            root_ = std::move(value);
        } else if (!open_.back().is_map) {
            open_.back().list.push_back(std::move(value));
        } else {
            open_.back().map.insert_or_assign(open_.back().key.value_or("?"), std::move(value));
            open_.back().key.reset();
        }
    }

    std::vector<Level> open_;
    std::size_t key_is_container_ = 0;
    json::value root_;
    std::vector<YamlMistake> mistakes_;
    bool too_deep_ = false;
    std::map<std::string, YamlPlace, std::less<>> places_;
};

void writeCanonical(const json::value& value, std::string& out) {
    if (value.is_object()) {
        std::vector<std::string_view> keys;
        for (const auto& member : value.get_object())
            keys.emplace_back(member.key().data(), member.key().size());
        std::ranges::sort(keys);
        out += '{';
        for (std::size_t i = 0; i < keys.size(); ++i) {
            if (i > 0) out += ',';
            out += json::serialize(json::string(keys[i].data(), keys[i].size())) + ':';
            writeCanonical(value.get_object().at({keys[i].data(), keys[i].size()}), out);
        }
        out += '}';
    } else if (value.is_array()) {
        out += '[';
        for (std::size_t i = 0; i < value.get_array().size(); ++i) {
            if (i > 0) out += ',';
            writeCanonical(value.get_array()[i], out);
        }
        out += ']';
    } else {
        out += json::serialize(value);
    }
}

Error allMistakes(const std::vector<YamlMistake>& mistakes) {
    std::string all;
    for (const auto& [place, what] : mistakes)
        all += (all.empty() ? "" : "\n") + std::to_string(place.line) + ":" + std::to_string(place.column) +
               ": " + what;
    return fail(Errc::ConfigInvalid, std::move(all));
}

/// The parser throws on broken YAML, and reads from a stream.
/// @return whether the file was read to its end
bool parse(std::string_view yaml, Builder& builder) try {
    std::istringstream stream{std::string(yaml)};
    YAML::Parser parser(stream);
    const bool found = parser.HandleNextDocument(builder);
    if (!found) builder.mistake(YAML::Mark::null_mark(), "the file is empty");
    Builder second;
    if (parser.HandleNextDocument(second)) builder.mistake(YAML::Mark::null_mark(), "one document only");
    return found && !builder.tooDeep();
} catch (const YAML::Exception& e) {
    builder.mistake(e.mark, "not YAML: " + e.msg);
    return false;
}

}  // namespace

YamlPlace PackDocument::placeOf(std::string_view path) const {
    while (true) {
        if (const auto found = places.find(path); found != places.end()) return found->second;
        const auto cut = path.find_last_of(".[");
        if (cut == std::string_view::npos) break;
        path = path.substr(0, cut);
    }
    return {1, 1};
}

PackYaml parsePackYaml(std::string_view yaml) {
    PackYaml read;
    if (yaml.size() > Pack::kMaxBytes) {
        read.mistakes.push_back({{1, 1},
                                 "the file has " + std::to_string(yaml.size()) +
                                     " bytes; allowed: " + std::to_string(Pack::kMaxBytes)});
        return read;
    }
    if (yaml.find('\0') != std::string_view::npos) {
        read.mistakes.push_back({{1, 1}, "the file is not text"});
        return read;
    }
    Builder builder;
    read.whole = parse(yaml, builder);
    read.mistakes = std::move(builder.mistakes());
    if (!read.whole) return read;
    writeCanonical(builder.root(), read.document.json);
    read.document.places = std::move(builder.places());
    return read;
}

Result<PackDocument> readPackYaml(std::string_view yaml) {
    PackYaml read = parsePackYaml(yaml);
    if (!read.mistakes.empty()) return allMistakes(read.mistakes);
    return std::move(read.document);
}

Result<std::string> packYamlToJson(std::string_view yaml) {
    PackDocument document = GANTRY_TRY(readPackYaml(yaml));
    return std::move(document.json);
}

}  // namespace gantry::qc
