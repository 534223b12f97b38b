#include <expat.h>

#include <memory>
#include <type_traits>

#include "s3/xml.hpp"

namespace gantry::uplink::s3 {
namespace {

constexpr std::size_t kMostBytes = 16u << 20;
constexpr std::size_t kMostElements = 200'000;
constexpr std::size_t kMostDepth = 16;

struct ParserFree {
    void operator()(XML_Parser parser) const noexcept { XML_ParserFree(parser); }
};
using Parser = std::unique_ptr<std::remove_pointer_t<XML_Parser>, ParserFree>;

struct Reading {
    XML_Parser parser = nullptr;
    std::vector<XmlElement> open{XmlElement{}};  ///< the first stands for the document
    std::size_t elements = 0;
};

void begin(void* self, const char* name, const char**) {
    auto& reading = *static_cast<Reading*>(self);
    if (++reading.elements > kMostElements || reading.open.size() > kMostDepth)
        return (void)XML_StopParser(reading.parser, XML_FALSE);
    const std::string_view whole(name);
    reading.open.push_back({std::string(whole.substr(whole.find(':') + 1)), "", {}});
}

void end(void* self, const char*) {
    auto& open = static_cast<Reading*>(self)->open;
    auto element = std::move(open.back());
    open.pop_back();
    open.back().children.push_back(std::move(element));
}

void takeText(void* self, const char* text, int length) {
    static_cast<Reading*>(self)->open.back().text.append(text, static_cast<std::size_t>(length));
}

void refuseDocumentType(void* self, const char*, const char*, const char*, int) {
    XML_StopParser(static_cast<Reading*>(self)->parser, XML_FALSE);
}

}  // namespace

const XmlElement* XmlElement::child(std::string_view child_name) const {
    for (const auto& element : children)
        if (element.name == child_name) return &element;
    return nullptr;
}

std::string XmlElement::textOf(std::string_view child_name) const {
    const auto* element = child(child_name);
    return element == nullptr ? std::string() : element->text;
}

Result<XmlElement> parseXml(std::string_view text) {
    // Some servers send blanks while they work, before the declaration that must come first.
    const auto first = text.find_first_not_of(" \t\r\n");
    text.remove_prefix(first == std::string_view::npos ? text.size() : first);
    if (text.size() > kMostBytes) return fail(Errc::BadFormat, "an XML answer is too large");
    const Parser parser(XML_ParserCreate(nullptr));
    if (!parser) return fail(Errc::Internal, "expat does not start");
    Reading reading;
    reading.parser = parser.get();
    XML_SetUserData(parser.get(), &reading);
    XML_SetElementHandler(parser.get(), begin, end);
    XML_SetCharacterDataHandler(parser.get(), takeText);
    XML_SetStartDoctypeDeclHandler(parser.get(), refuseDocumentType);
    if (XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), 1) != XML_STATUS_OK ||
        reading.open.size() != 1 || reading.open.front().children.size() != 1)
        return fail(Errc::BadFormat, "an answer is not the XML that was expected");
    return std::move(reading.open.front().children.front());
}

std::string xmlEscaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else
            out += c;
    }
    return out;
}

}  // namespace gantry::uplink::s3
