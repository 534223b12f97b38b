#include "attributes_groups.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "frame_list.hpp"

namespace gantry {
namespace {

constexpr std::string_view kLists = "PerFrameFunctionalGroupsSequence[*].";
constexpr std::string_view kPerFrame = "PerFrameFunctionalGroupsSequence[";
constexpr std::string_view kShared = "SharedFunctionalGroupsSequence[0].";

template <class Visit>
void eachWithPrefix(const Facts& facts, std::string_view prefix, const Visit& visit) {
    for (auto at = facts.lower_bound(prefix); at != facts.end() && at->first.starts_with(prefix); ++at)
        visit(std::string_view(at->first).substr(prefix.size()), std::string_view(at->second));
}

bool hasPrefix(const Facts& facts, std::string_view prefix) {
    const auto at = facts.lower_bound(prefix);
    return at != facts.end() && at->first.starts_with(prefix);
}

bool endsWithPath(std::string_view path, std::string_view name) {
    return path.ends_with(name) && (path.size() == name.size() || path[path.size() - name.size() - 1] == '.');
}

std::size_t countParts(std::string_view path) {
    return path.empty() ? 0 : partsOf(path).size();
}

/// Whether `path` is where the standard puts `name`: itself a functional group, or in one.
bool isMacroLevel(std::string_view path, std::string_view name) {
    if (name.starts_with('(')) return true;  // vendors put theirs where they like
    const auto before = path.substr(0, path.size() - name.size());
    return before.find('(') == std::string_view::npos && countParts(before) <= 1;
}

}  // namespace

std::size_t lastPart(std::string_view path) {
    for (std::size_t dot = path.rfind('.'); dot != std::string_view::npos && dot > 0;
         dot = path.rfind('.', dot - 1)) {
        const char next = dot + 1 < path.size() ? path[dot + 1] : ' ';
        if (next == '(' || (next >= 'A' && next <= 'Z')) return dot + 1;
    }
    return 0;
}

std::vector<std::string_view> partsOf(std::string_view path) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t start = lastPart(path);
        parts.push_back(path.substr(start));
        if (start == 0) break;
        path = path.substr(0, start - 1);
    }
    std::ranges::reverse(parts);
    return parts;
}

bool FunctionalGroups::presentIn(const Facts& facts) {
    return hasPrefix(facts, kPerFrame) || hasPrefix(facts, kShared);
}

FunctionalGroups::FunctionalGroups(const Facts& facts) {
    eachWithPrefix(facts, kShared, [&](auto name, auto value) { entry(name, false).text = value; });
    eachWithPrefix(facts, kLists, [&](auto name, auto list) { addList(name, list); });
    eachWithPrefix(facts, kPerFrame, [&](auto name, auto value) { addFrame(name, value); });
}

FunctionalGroups::Entry& FunctionalGroups::entry(std::string_view name, bool per_frame) {
    const auto [known, fresh] = by_name_.emplace((per_frame ? "*" : "") + std::string(name), entries_.size());
    if (!fresh) return entries_[known->second];
    Entry& made = entries_.emplace_back();
    made.per_frame = per_frame;
    for (const auto part : partsOf(name)) {
        if (!made.path.empty()) made.path += '.';
        const auto bracket = part.ends_with(']') ? part.rfind('[') : std::string_view::npos;
        made.path += part.substr(0, bracket);
        if (bracket == std::string_view::npos) continue;
        unsigned item = 0;
        std::from_chars(part.data() + bracket + 1, part.data() + part.size(), item);
        made.items.push_back(item);
    }
    by_keyword_.emplace(std::string_view(made.path).substr(lastPart(made.path)), known->second);
    return made;
}

void FunctionalGroups::addList(std::string_view name, std::string_view list) {
    if (frames_ == 1)
        frames_ = std::max<std::size_t>(1, readFrameList(list).size());  // all are of one length
    entry(name, true).text = list;
}

/// "12].PlanePositionSequence[0].ImagePositionPatient", as people write facts of an enhanced object.
void FunctionalGroups::addFrame(std::string_view name, std::string_view value) {
    std::size_t frame = 0;
    const auto [end, ec] = std::from_chars(name.data(), name.data() + name.size(), frame);
    name.remove_prefix(static_cast<std::size_t>(end - name.data()));
    if (ec != std::errc() || !name.starts_with("].") || frame >= kMaxFrames) return;
    auto& values = entry(name.substr(2), true).values;
    if (values.size() <= frame) values.resize(frame + 1);
    values[frame] = value;
    frames_ = std::max(frames_, frame + 1);
}

std::vector<FrameValues> FunctionalGroups::find(std::string_view name, GroupReach reach) const {
    std::vector<const Entry*> found;
    const auto [first, last] = by_keyword_.equal_range(name.substr(lastPart(name)));
    for (auto at = first; at != last; ++at) {
        const Entry& candidate = entries_[at->second];
        if (endsWithPath(candidate.path, name) &&
            (reach == GroupReach::Deeper || isMacroLevel(candidate.path, name)))
            found.push_back(&candidate);
    }
    if (found.empty()) return presence(name);
    const auto rank = [](const Entry* e) {
        return std::tuple(!e->per_frame, e->items.size(), std::string_view(e->path));
    };
    const Entry* best = *std::ranges::min_element(found, {}, rank);
    std::erase_if(found, [&](const Entry* e) { return rank(e) != rank(best); });
    std::ranges::sort(
        found, {}, [](const Entry* e) -> const auto& { return e->items; });
    std::vector<FrameValues> values;
    for (const Entry* one : found) values.push_back(valuesOf(*one));
    return values;
}

FrameValues FunctionalGroups::valuesOf(const Entry& entry) {
    FrameValues values;
    if (!entry.per_frame)
        values.values.push_back(entry.text);
    else
        values.values = entry.values.empty() ? readFrameList(entry.text) : entry.values;
    return values;
}

/// A sequence that is asked for by its own name.
std::vector<FrameValues> FunctionalGroups::presence(std::string_view sequence) const {
    if (!sequence.ends_with("Sequence")) return {};
    const std::string inside = std::string(sequence) + ".";
    FrameValues present;
    for (const Entry& entry : entries_) {
        if (!entry.path.starts_with(inside)) continue;
        const auto values = valuesOf(entry).values;
        present.values.resize(std::max(present.values.size(), values.size()));
        for (std::size_t i = 0; i < values.size(); ++i)
            if (values[i]) present.values[i] = "present";
    }
    if (present.values.empty()) return {};
    return {std::move(present)};
}

}  // namespace gantry
