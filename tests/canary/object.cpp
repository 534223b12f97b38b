#include "object.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace gantry::canary {

using dicom::Encoding;
using dicom::Tag;
using dicom::Vr;

namespace {

const dicom::DictionaryEntry& entryOf(std::string_view keyword) {
    const auto* entry = dicom::lookup(keyword);
    if (entry == nullptr) throw std::runtime_error("no attribute " + std::string(keyword));
    return *entry;
}

Vr vrOf(const dicom::DictionaryEntry& entry) {
    return {entry.vr[0], entry.vr[1]};
}

std::size_t unitOf(Vr vr) {
    for (const char* two : {"US", "SS", "OW", "AT"})
        if (vr.text() == two) return 2;
    for (const char* four : {"UL", "SL", "FL", "OF", "OL"})
        if (vr.text() == four) return 4;
    for (const char* eight : {"FD", "OD", "OV", "SV", "UV"})
        if (vr.text() == eight) return 8;
    return 1;
}

std::string inByteOrder(const Node& node, Encoding encoding) {
    auto value = node.value;
    const auto unit = unitOf(node.vr);
    if (encoding == Encoding::ExplicitBig && unit > 1)
        for (std::size_t at = 0; at + unit <= value.size(); at += unit)
            std::reverse(value.begin() + static_cast<std::ptrdiff_t>(at),
                         value.begin() + static_cast<std::ptrdiff_t>(at + unit));
    return value;
}

void number32(std::string& out, std::uint32_t value, Encoding encoding) {
    for (int i = 0; i < 4; ++i)
        out += static_cast<char>(value >> 8 * (encoding == Encoding::ExplicitBig ? 3 - i : i));
}

void itemHeader(std::string& out, std::uint32_t length, Encoding encoding) {
    if (encoding == Encoding::ExplicitBig)
        out += std::string("\xFF\xFE\xE0\x00", 4);
    else
        out += std::string("\xFE\xFF\x00\xE0", 4);
    number32(out, length, encoding);
}

void writeDefined(std::string& out, const Node& node, Encoding encoding, Encoding inside) {
    std::string content;
    for (const auto& item : node.items) {
        const auto body = encode(item, inside);
        itemHeader(content, static_cast<std::uint32_t>(body.size()), inside);
        content += body;
    }
    dicom::Writer(out, encoding)
        .header(node.tag, node.as_un ? Vr("UN") : Vr("SQ"), static_cast<std::uint32_t>(content.size()));
    out += content;
}

void writeUndefined(std::string& out, const Node& node, Encoding encoding) {
    dicom::Writer writer(out, encoding);
    writer.beginSequence(node.tag);
    for (const auto& item : node.items) {
        writer.beginItem();
        out += encode(item, encoding);
        writer.endItem();
    }
    writer.endSequence();
}

void write(std::string& out, const Node& node, Encoding encoding) {
    if (node.raw) {
        out += *node.raw;
    } else if (node.sequence && node.as_un) {
        writeDefined(out, node, encoding, Encoding::ImplicitLittle);
    } else if (node.sequence && node.defined_length) {
        writeDefined(out, node, encoding, encoding);
    } else if (node.sequence) {
        writeUndefined(out, node, encoding);
    } else {
        dicom::Writer(out, encoding).text(node.tag, node.vr, inByteOrder(node, encoding));
    }
}

Keep keepOf(Vr vr, std::string_view value) {
    if (vr == Vr("DA") || vr == Vr("DT")) return Keep::Date;
    if (vr == Vr("UI") && !value.starts_with("1.2.840.10008.")) return Keep::Uid;
    return Keep::Equal;
}

std::string creatorOf(const Set& set, Tag tag) {
    if (!tag.isPrivate() || tag.element() < 0x1000) return {};
    const auto block = dicom::makeTag(tag.group(), static_cast<std::uint16_t>(tag.element() >> 8));
    for (const auto& node : set.nodes)
        if (node.tag == block) return node.value;
    return {};
}

void collect(const Set& set, std::vector<Step>& path, std::vector<Expectation>& out) {
    for (const auto& node : set.nodes) {
        path.push_back({node.tag, creatorOf(set, node.tag), 0});
        if (node.keep != Keep::No) out.push_back({path, &node});
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            path.back().item = i;
            collect(node.items[i], path, out);
        }
        path.pop_back();
    }
}

}  // namespace

Node* Set::find(Tag tag) {
    const auto found = std::ranges::find(nodes, tag, &Node::tag);
    return found == nodes.end() ? nullptr : &*found;
}

bool Set::has(Tag tag) const {
    return std::ranges::find(nodes, tag, &Node::tag) != nodes.end();
}

Node& Set::add(Tag tag, Vr vr, std::string value) {
    Node node;
    node.tag = tag;
    node.vr = vr;
    node.value = std::move(value);
    nodes.push_back(std::move(node));
    return nodes.back();
}

Node& Set::put(Tag tag, Vr vr, std::string value) {
    std::erase_if(nodes, [&](const Node& node) { return node.tag == tag; });
    return add(tag, vr, std::move(value));
}

Node& Set::put(std::string_view keyword, std::string value) {
    const auto& entry = entryOf(keyword);
    return put(entry.tag, vrOf(entry), std::move(value));
}

Node& Set::keep(Tag tag, Vr vr, std::string value) {
    auto& node = put(tag, vr, std::move(value));
    node.keep = keepOf(vr, node.value);
    return node;
}

Node& Set::keep(std::string_view keyword, std::string value) {
    const auto& entry = entryOf(keyword);
    return keep(entry.tag, vrOf(entry), std::move(value));
}

Node& Set::numbers(std::string_view keyword, const std::vector<double>& values) {
    const auto vr = vrOf(entryOf(keyword));
    return keep(keyword, packNumbers(vr, values));
}

Node& Set::sequence(Tag tag, std::vector<Set> items) {
    auto& node = put(tag, "SQ", {});
    node.sequence = true;
    node.items = std::move(items);
    return node;
}

Node& Set::sequence(std::string_view keyword, std::vector<Set> items) {
    return sequence(entryOf(keyword).tag, std::move(items));
}

Node& Set::words(std::string_view keyword, std::string value, std::vector<std::string> words) {
    auto& node = put(keyword, std::move(value));
    node.keep = Keep::Words;
    node.words = std::move(words);
    return node;
}

void Set::remove(std::string_view keyword) {
    const auto tag = entryOf(keyword).tag;
    std::erase_if(nodes, [&](const Node& node) { return node.tag == tag; });
}

Set codeItem(std::string value, std::string scheme, std::string meaning) {
    Set item;
    item.keep("CodeValue", std::move(value));
    item.keep("CodingSchemeDesignator", std::move(scheme));
    item.keep("CodeMeaning", std::move(meaning));
    return item;
}

std::string packNumbers(Vr vr, const std::vector<double>& values) {
    std::string out;
    const auto append = [&](const auto number) {
        char raw[sizeof number];
        std::memcpy(raw, &number, sizeof number);
        out.append(raw, sizeof number);
    };
    for (const double value : values) {
        if (vr == Vr("US")) append(static_cast<std::uint16_t>(value));
        if (vr == Vr("SS")) append(static_cast<std::int16_t>(value));
        if (vr == Vr("UL")) append(static_cast<std::uint32_t>(value));
        if (vr == Vr("SL")) append(static_cast<std::int32_t>(value));
        if (vr == Vr("FL") || vr == Vr("OF")) append(static_cast<float>(value));
        if (vr == Vr("FD") || vr == Vr("OD")) append(value);
    }
    return out;
}

std::string encode(const Set& set, Encoding encoding) {
    std::vector<const Node*> order;
    for (const auto& node : set.nodes) order.push_back(&node);
    if (!set.unsorted) std::ranges::stable_sort(order, {}, [](const Node* node) { return node->tag; });
    std::string out;
    for (const auto* node : order) write(out, *node, encoding);
    return out;
}

std::vector<Expectation> expectations(const Set& set) {
    std::vector<Expectation> out;
    std::vector<Step> path;
    collect(set, path, out);
    return out;
}

std::string pathText(const std::vector<Step>& path) {
    std::string out;
    for (const auto& step : path) {
        if (!out.empty()) out += " > ";
        out += dicom::nameOf(step.tag);
        if (!step.creator.empty()) out += "{" + step.creator + "}";
    }
    return out;
}

}  // namespace gantry::canary
