#include "s3/answers.hpp"

#include <charconv>

#include "gantry/uplink/iso_time.hpp"
#include "s3/xml.hpp"
#include "text.hpp"

namespace gantry::uplink::s3 {
namespace {

constexpr std::size_t kMostKeyBytes = 4096;
constexpr std::size_t kMostIdBytes = 2048;

Result<XmlElement> rootOf(std::string_view xml, std::string_view name) {
    auto root = GANTRY_TRY(parseXml(xml));
    if (root.name != name) return fail(Errc::BadFormat, "an answer is not a " + std::string(name));
    return root;
}

Result<std::uint64_t> numberIn(const XmlElement& element, std::string_view name) {
    const auto text = element.textOf(name);
    const auto digits = trimmed(text);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size())
        return fail(Errc::BadFormat, "an answer has no number as " + std::string(name));
    return value;
}

Result<int> partNumberIn(const XmlElement& element, std::string_view name) {
    const auto number = GANTRY_TRY(numberIn(element, name));
    if (number < 1 || number > kMostParts) return fail(Errc::BadFormat, "an answer has a wrong part number");
    return static_cast<int>(number);
}

bool isTruncated(const XmlElement& root) {
    return trimmed(root.textOf("IsTruncated")) == "true";
}

// "a%2Fb%20c" to "a/b c"; '+' is a blank where encoding-type=url was asked for.
Result<std::string> urlDecoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i] == '+' ? ' ' : text[i];
            continue;
        }
        unsigned value = 0;
        const auto digits = text.substr(i + 1, 2);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (digits.size() != 2 || error != std::errc() || end != digits.data() + 2)
            return fail(Errc::BadFormat, "a key in an answer is not encoded as asked");
        out += static_cast<char>(value);
        i += 2;
    }
    return out;
}

// Decoded if the answer says that it is encoded.
Result<std::string> keyIn(const XmlElement& root, const XmlElement& element) {
    auto key = element.textOf("Key");
    if (root.textOf("EncodingType") == "url") key = GANTRY_TRY(urlDecoded(key));
    if (key.empty() || key.size() > kMostKeyBytes) return fail(Errc::BadFormat, "an answer has a wrong key");
    return key;
}

}  // namespace

std::string etagOf(std::string_view text) {
    text = trimmed(text);
    if (text.starts_with("W/")) text.remove_prefix(2);
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
    return std::string(text);
}

Result<std::string> readUploadId(std::string_view xml) {
    const auto root = GANTRY_TRY(rootOf(xml, "InitiateMultipartUploadResult"));
    auto id = std::string(trimmed(root.textOf("UploadId")));
    if (id.empty() || id.size() > kMostIdBytes) return fail(Errc::BadFormat, "an answer has no upload id");
    return id;
}

Result<PartPage> readPartPage(std::string_view xml) {
    const auto root = GANTRY_TRY(rootOf(xml, "ListPartsResult"));
    PartPage page;
    for (const auto& element : root.children) {
        if (element.name != "Part") continue;
        ListedPart part;
        part.number = GANTRY_TRY(partNumberIn(element, "PartNumber"));
        part.bytes = GANTRY_TRY(numberIn(element, "Size"));
        part.stored = {etagOf(element.textOf("ETag")),
                       std::string(trimmed(element.textOf("ChecksumSHA256")))};
        page.parts.push_back(std::move(part));
    }
    if (isTruncated(root)) page.next = GANTRY_TRY(partNumberIn(root, "NextPartNumberMarker"));
    return page;
}

Result<std::vector<UnfinishedUpload>> readUploads(std::string_view xml) {
    const auto root = GANTRY_TRY(rootOf(xml, "ListMultipartUploadsResult"));
    std::vector<UnfinishedUpload> out;
    for (const auto& element : root.children) {
        if (element.name != "Upload") continue;
        auto key = GANTRY_TRY(keyIn(root, element));
        out.push_back({std::move(key), std::string(trimmed(element.textOf("UploadId")))});
    }
    return out;
}

Result<ObjectPage> readObjectPage(std::string_view xml) {
    const auto root = GANTRY_TRY(rootOf(xml, "ListBucketResult"));
    ObjectPage page;
    for (const auto& element : root.children) {
        if (element.name != "Contents") continue;
        ListedObject object;
        object.key = GANTRY_TRY(keyIn(root, element));
        object.bytes = GANTRY_TRY(numberIn(element, "Size"));
        object.etag = etagOf(element.textOf("ETag"));
        if (const auto seconds = unixSeconds(trimmed(element.textOf("LastModified"))))
            object.modified = *seconds * 1000;
        page.objects.push_back(std::move(object));
    }
    page.more = isTruncated(root);
    return page;
}

std::string completionBody(const std::map<int, StoredPart>& parts) {
    std::string out = R"(<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">)";
    for (const auto& [number, part] : parts) {
        out += "<Part><PartNumber>" + std::to_string(number) + "</PartNumber><ETag>\"" +
               xmlEscaped(part.etag) + "\"</ETag>";
        if (!part.checksum_sha256.empty())
            out += "<ChecksumSHA256>" + xmlEscaped(part.checksum_sha256) + "</ChecksumSHA256>";
        out += "</Part>";
    }
    return out + "</CompleteMultipartUpload>";
}

}  // namespace gantry::uplink::s3
