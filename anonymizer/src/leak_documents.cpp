#include "leak_documents.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>

#include "leak_text.hpp"
#include "leak_unwrap.hpp"

namespace gantry::anonymizer::leak {
namespace {

constexpr std::size_t kMostText = 64u << 20;  // bytes of all streams together

/// nullopt for broken data and for more than `most` bytes.
std::optional<std::string> inflate(std::string_view deflated, std::size_t most) {
    z_stream stream{};
    if (inflateInit(&stream) != Z_OK) return std::nullopt;
    // zlib does not write to its input; its type only lacks the const.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(deflated.data()));
    stream.avail_in = static_cast<uInt>(deflated.size());
    std::string out;
    std::array<char, 64 << 10> room;
    int status = Z_OK;
    while (status == Z_OK && out.size() <= most) {
        stream.next_out = reinterpret_cast<Bytef*>(room.data());
        stream.avail_out = room.size();
        status = ::inflate(&stream, Z_NO_FLUSH);
        out.append(room.data(), room.size() - stream.avail_out);
    }
    inflateEnd(&stream);
    if (status != Z_STREAM_END || out.size() > most) return std::nullopt;
    return out;
}

/// Strings of PDF objects and content: "(Doe)", "<446F65>".
class Strings {
public:
    explicit Strings(std::string_view text) : text_(text) {}

    void read() {
        while (at_ < text_.size()) {
            const char c = text_[at_++];
            if (c == '(')
                literal();
            else if (c == '<' && at_ < text_.size() && text_[at_] != '<')
                hex();
            else if (c == '%')
                at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
        }
    }
    std::string joined;    ///< with nothing between them: a word may be cut where letters are moved closer
    std::string in_lines;  ///< one a line

private:
    void put(std::string_view string) {
        joined += string;
        in_lines += string;
        in_lines += '\n';
    }

    void literal() {
        std::string out;
        int depth = 1;
        while (at_ < text_.size()) {
            const char c = text_[at_++];
            if (c == '\\') {
                escape(out);
                continue;
            }
            if (c == '(') ++depth;
            if (c == ')' && --depth == 0) break;
            out += c;
        }
        put(out);
    }

    void escape(std::string& out) {
        if (at_ >= text_.size()) return;
        const char c = text_[at_++];
        if (c == '\r' || c == '\n') return;  // the string goes on in the next line
        if (c < '0' || c > '7') {
            constexpr std::string_view kFrom = "nrtbf";
            constexpr std::string_view kTo = "\n\r\t\b\f";
            const auto known = kFrom.find(c);
            out += known == std::string_view::npos ? c : kTo[known];
            return;
        }
        unsigned octal = static_cast<unsigned>(c - '0');
        for (int i = 0; i < 2 && at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '7'; ++i)
            octal = octal * 8 + static_cast<unsigned>(text_[at_++] - '0');
        out += static_cast<char>(static_cast<unsigned char>(octal));
    }

    void hex() {
        std::string out;
        int high = -1;
        for (; at_ < text_.size() && text_[at_] != '>'; ++at_) {
            const int digit = hexDigit(text_[at_]);
            if (digit < 0) continue;
            if (high >= 0) out += static_cast<char>(static_cast<unsigned char>(high << 4 | digit));
            high = high >= 0 ? -1 : digit;
        }
        if (high >= 0) out += static_cast<char>(static_cast<unsigned char>(high << 4));
        put(out);
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

/// The names of a dictionary with #hh written out, ISO 32000-1 7.3.5.
std::string plainNames(std::string_view dictionary) {
    std::string out;
    for (std::size_t i = 0; i < dictionary.size(); ++i) {
        const bool coded = dictionary[i] == '#' && i + 2 < dictionary.size() &&
                           hexDigit(dictionary[i + 1]) >= 0 && hexDigit(dictionary[i + 2]) >= 0;
        if (!coded) {
            out += dictionary[i];
            continue;
        }
        const auto byte = hexDigit(dictionary[i + 1]) << 4 | hexDigit(dictionary[i + 2]);
        out += static_cast<char>(static_cast<unsigned char>(byte));
        i += 2;
    }
    return out;
}

/// The predictor of a cross-reference stream: it holds numbers alone.
bool isOfCrossReference(const std::string& objects, std::string_view name, std::size_t at) {
    const auto begin = objects.rfind("obj", at);
    return name == "/DecodeParms" && begin != std::string::npos &&
           objects.find("/XRef", begin) < objects.find("stream", begin);
}

bool hasUnreadable(const std::string& objects) {
    constexpr std::string_view kNames[] = {
        "/Encrypt",   "/Crypt",        "/Image",     "/Type0",          "/Type3",     "/FontFile",
        "/FontFile2", "/FontFile3",    "/LZWDecode", "/ASCII85Decode",  "/DCTDecode", "/ASCIIHexDecode",
        "/JPXDecode", "/JBIG2Decode",  "/A85",       "/CCITTFaxDecode", "/RichMedia", "/RunLengthDecode",
        "/XFA",       "/EmbeddedFile", "/AHx",       "/JavaScript",     "/LZW",       "/DecodeParms",
        "\nBI",       "\rBI",          " BI"};
    return std::ranges::any_of(kNames, [&](std::string_view name) {
        for (auto at = objects.find(name); at != std::string::npos; at = objects.find(name, at + 1)) {
            const auto end = at + name.size();
            const bool whole = end == objects.size() || !isWordByte(std::byte(objects[end]));
            if (whole && !isOfCrossReference(objects, name, at)) return true;
        }
        return false;
    });
}

std::optional<std::vector<std::string>> pdfTexts(std::string_view pdf) {
    std::vector<std::string> texts;
    std::string objects;  // all that lies outside of streams
    std::size_t total = pdf.size();
    std::size_t at = 0;
    std::vector<std::string> contents;
    while (at < pdf.size()) {
        const auto found = pdf.find("stream", at);
        const bool ends = found != std::string_view::npos && found >= 3 && pdf.substr(found - 3, 3) == "end";
        if (found == std::string_view::npos || ends) {
            const auto upto = ends ? found + 6 : pdf.size();
            objects += pdf.substr(at, upto - at);
            at = upto;
            continue;
        }
        objects += pdf.substr(at, found + 6 - at);
        auto begin = found + 6;
        if (begin < pdf.size() && pdf[begin] == '\r') ++begin;
        if (begin < pdf.size() && pdf[begin] == '\n') ++begin;
        const auto end = pdf.find("endstream", begin);
        if (end == std::string_view::npos) return std::nullopt;
        const auto from = std::min(objects.rfind("obj"), objects.size());
        const auto dictionary = plainNames(std::string_view(objects).substr(from));
        const bool deflated = dictionary.find("/FlateDecode") != std::string::npos ||
                              dictionary.find("/Fl ") != std::string::npos;
        const auto bytes = pdf.substr(begin, end - begin);
        if (deflated) {
            auto plain = inflate(bytes, kMostText - std::min(total, kMostText));
            if (!plain) return std::nullopt;
            total += plain->size();
            contents.push_back(std::move(*plain));
        } else {
            contents.emplace_back(bytes);
        }
        at = end;
    }
    if (total > kMostText || hasUnreadable(plainNames(objects))) return std::nullopt;
    contents.push_back(std::move(objects));
    for (auto& content : contents) {
        if (hasUnreadable(plainNames(content))) return std::nullopt;
        Strings strings(content);
        strings.read();
        texts.push_back(std::move(strings.joined));
        texts.push_back(std::move(strings.in_lines));
        texts.push_back(std::move(content));
    }
    return texts;
}

std::string withoutTags(std::string_view markup) {
    std::string out;
    bool in_tag = false;
    for (const char c : markup) {
        if (c == '<') in_tag = true;
        if (!in_tag) out += c;
        if (c == '>') in_tag = false;
    }
    return out;
}

}  // namespace

std::optional<std::vector<std::string>> documentTexts(Bytes document) {
    constexpr std::size_t kHeader = 1024;  // bytes that may stand before "%PDF-", as readers take it
    auto text = asText(document);
    if (text.size() > kMostText) return std::nullopt;
    if (text.substr(0, kHeader).find("%PDF-") != std::string_view::npos) return pdfTexts(text);
    if (!isPlainText(text)) return std::nullopt;
    while (!text.empty() && text.back() == '\0') text.remove_suffix(1);
    const auto decoded = withEntitiesDecoded(text);
    return std::vector{std::string(text), decoded, withoutTags(decoded)};
}

}  // namespace gantry::anonymizer::leak
