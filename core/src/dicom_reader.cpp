#include <zlib.h>

#include <algorithm>
#include <array>
#include <utility>

#include "dicom_items.hpp"

namespace gantry::dicom {
namespace {

constexpr std::uint32_t kUndefined = 0xFFFFFFFF;
constexpr std::size_t kMaxInflated = 512u << 20;  // of a deflated data set; beyond is DicomLimit

bool isPixelData(Tag tag) {
    return tag == tags::kPixelData || tag == Tag{0x7FE00008} || tag == Tag{0x7FE00009};
}

struct Header {
    Tag tag;
    Vr vr;
    std::uint32_t length = 0;
};

class Parser {
public:
    Parser(Bytes bytes, const ReadLimits& limits) : bytes_(bytes), limits_(limits) {}

    std::size_t position() const { return position_; }
    bool stoppedAtPixelData() const { return stopped_; }

    /// Elements from here to `end`, or to a closing item delimiter when `delimited`.
    Result<> readElements(DataSet& into, std::size_t end, int depth, bool delimited) {
        if (depth > limits_.max_depth) return fail(Errc::DicomLimit, "sequences nest too deep");
        while (position_ < end) {
            const auto start = position_;
            auto header = readHeader(into.encoding, end);
            if (!header) return restore(start, header.error());
            if (delimited && header->tag == tags::kItemDelimitation) return {};
            if (limits_.stop_at_pixel_data && depth == 0 && isPixelData(header->tag)) {
                position_ = start;
                stopped_ = true;
                return {};
            }
            if (auto read = readValue(into, *header, end, depth); !read) return restore(start, read.error());
        }
        if (delimited) return fail(Errc::NotDicom, "an item is not closed");
        return {};
    }

    /// Group 0002 alone, explicit little endian.
    Result<> readMeta(DataSet& into) {
        while (position_ + 8 <= bytes_.size() && number16(position_, false) == 0x0002) {
            const auto header = GANTRY_TRY(readHeader(Encoding::ExplicitLittle, bytes_.size()));
            if (header.length == kUndefined)
                return fail(Errc::NotDicom, "file meta information of undefined length");
            GANTRY_CHECK(readValue(into, header, bytes_.size(), 0));
        }
        return {};
    }

    Result<std::vector<DataSet>> readAllItems(Encoding encoding) {
        Element sequence;
        GANTRY_CHECK(readItems(sequence, encoding, bytes_.size(), 0, false));
        return std::move(sequence.items);
    }

private:
    Error restore(std::size_t start, Error error) {
        position_ = start;
        return error;
    }

    std::uint16_t number16(std::size_t at, bool big) const {
        const auto a = std::to_integer<std::uint16_t>(bytes_[at]);
        const auto b = std::to_integer<std::uint16_t>(bytes_[at + 1]);
        return static_cast<std::uint16_t>(big ? a << 8 | b : b << 8 | a);
    }
    std::uint32_t number32(std::size_t at, bool big) const {
        const std::uint32_t first = number16(at, big);
        const std::uint32_t second = number16(at + 2, big);
        return big ? first << 16 | second : second << 16 | first;
    }

    Result<Header> readHeader(Encoding encoding, std::size_t end) {
        if (end - position_ < 8) return fail(Errc::NotDicom, "the data ends inside an element");
        const bool big = encoding == Encoding::ExplicitBig;
        Header header;
        header.tag = makeTag(number16(position_, big), number16(position_ + 2, big));
        if (encoding == Encoding::ImplicitLittle || header.tag.group() == 0xFFFE) {
            const auto* entry = lookup(header.tag);
            if (entry) header.vr = Vr(entry->vr[0], entry->vr[1]);
            if (header.tag.isPrivate() && header.tag.element() >= 0x10 && header.tag.element() <= 0xFF)
                header.vr = "LO";
            header.length = number32(position_ + 4, big);
            position_ += 8;
            return header;
        }
        header.vr = Vr(static_cast<char>(bytes_[position_ + 4]), static_cast<char>(bytes_[position_ + 5]));
        const auto isLetter = [](char c) { return c >= 'A' && c <= 'Z'; };
        if (!isLetter(header.vr.code[0]) || !isLetter(header.vr.code[1]))
            return fail(Errc::NotDicom, "an element has no value representation");
        // A VR that this edition does not know has the long form (PS3.5 6.2.2).
        if (!hasLongLength(header.vr) && isKnownVr(header.vr)) {
            header.length = number16(position_ + 6, big);
            position_ += 8;
            return header;
        }
        if (end - position_ < 12) return fail(Errc::NotDicom, "the data ends inside an element");
        header.length = number32(position_ + 8, big);
        position_ += 12;
        return header;
    }

    Result<> count() {
        if (++elements_ > limits_.max_elements) return fail(Errc::DicomLimit, "too many elements");
        return {};
    }

    Result<> readValue(DataSet& into, const Header& header, std::size_t end, int depth) {
        GANTRY_CHECK(count());
        if (header.tag.group() == 0xFFFE)
            return fail(Errc::NotDicom, "a delimiter stands outside of a sequence");
        Element element;
        element.tag = header.tag;
        element.vr = header.vr;
        element.undefined_length = header.length == kUndefined;
        const auto start = position_;
        if (element.undefined_length) {
            GANTRY_CHECK(readUndefined(element, into.encoding, end, depth));
        } else {
            if (header.length > end - position_)
                return fail(Errc::NotDicom,
                            "the value of " + nameOf(header.tag) + " is longer than the data");
            const auto value_end = position_ + header.length;
            element.value = bytes_.subspan(start, header.length);
            if (header.vr == Vr("SQ")) {
                element.sequence = true;
                GANTRY_CHECK(readItems(element, into.encoding, value_end, depth, false));
            }
            position_ = value_end;
        }
        into.elements.push_back(std::move(element));
        return {};
    }

    Result<> readUndefined(Element& element, Encoding encoding, std::size_t end, int depth) {
        const auto start = position_;
        const bool fragments = isPixelData(element.tag) || element.vr == Vr("OB") || element.vr == Vr("OW");
        if (fragments) {
            element.encapsulated = true;
            return readFragments(element, encoding, end);
        }
        element.sequence = true;
        // UN of undefined length holds implicit little endian, whatever is around it (PS3.5 6.2.2 note 4).
        const bool unknown = element.vr == Vr("UN") && encoding != Encoding::ImplicitLittle;
        GANTRY_CHECK(readItems(element, unknown ? Encoding::ImplicitLittle : encoding, end, depth, true));
        element.value = bytes_.subspan(start, position_ - start - 8);
        return {};
    }

    Result<> readItems(Element& element, Encoding encoding, std::size_t end, int depth, bool delimited) {
        const bool big = encoding == Encoding::ExplicitBig;
        while (position_ < end) {
            if (end - position_ < 8) return fail(Errc::NotDicom, "the data ends inside a sequence");
            const auto tag = makeTag(number16(position_, big), number16(position_ + 2, big));
            const auto length = number32(position_ + 4, big);
            position_ += 8;
            if (delimited && tag == tags::kSequenceDelimitation) return {};
            if (tag != tags::kItem)
                return fail(Errc::NotDicom, "something stands between the items of a sequence");
            GANTRY_CHECK(count());
            if (length != kUndefined && length > end - position_)
                return fail(Errc::NotDicom, "an item is longer than the data");
            const auto item_end = length == kUndefined ? end : position_ + length;
            DataSet item;
            item.encoding = encoding;
            GANTRY_CHECK(readElements(item, item_end, depth + 1, length == kUndefined));
            element.items.push_back(std::move(item));
        }
        if (delimited) return fail(Errc::NotDicom, "a sequence is not closed");
        return {};
    }

    // Items of encapsulated pixel data (PS3.5 A.4): only their frame is checked, their bytes stay where they
    // are.
    Result<> readFragments(Element& element, Encoding encoding, std::size_t end) {
        const bool big = encoding == Encoding::ExplicitBig;
        const auto start = position_;
        while (end - position_ >= 8) {
            const auto tag = makeTag(number16(position_, big), number16(position_ + 2, big));
            const auto length = number32(position_ + 4, big);
            position_ += 8;
            if (tag == tags::kSequenceDelimitation) {
                element.value = bytes_.subspan(start, position_ - start - 8);
                return {};
            }
            if (tag != tags::kItem || length > end - position_)
                return fail(Errc::NotDicom, "the fragments of the pixel data are broken");
            position_ += length;
        }
        return fail(Errc::NotDicom, "the pixel data is not closed");
    }

    Bytes bytes_;
    ReadLimits limits_;
    std::size_t position_ = 0;
    std::uint32_t elements_ = 0;
    bool stopped_ = false;
};

Result<std::string> inflated(Bytes deflated) {
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return fail(Errc::Internal, "zlib does not start");
    struct End {
        z_stream* stream;
        ~End() { inflateEnd(stream); }
    } const end{&stream};
    std::string out;
    out.reserve(deflated.size() * 3 + 4096);
    std::vector<char> chunk(256u << 10);
    // zlib does not write to its input; its type only lacks the const.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(deflated.data()));
    stream.avail_in = static_cast<uInt>(std::min<std::size_t>(deflated.size(), 0xFFFFFFFFu));
    int status = Z_OK;
    while (status == Z_OK) {
        stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
        stream.avail_out = static_cast<uInt>(chunk.size());
        status = inflate(&stream, Z_NO_FLUSH);
        out.append(chunk.data(), chunk.size() - stream.avail_out);
        if (out.size() > kMaxInflated) return fail(Errc::DicomLimit, "the deflated data set is too large");
        if (status == Z_BUF_ERROR) break;
    }
    if (status != Z_STREAM_END) return fail(Errc::NotDicom, "the deflated data set is broken");
    return out;
}

// Padding and other bytes behind the pixel data are told apart from a data set that is broken off earlier.
bool endsAfterPixelData(const DataSet& dataset) {
    return std::ranges::any_of(dataset.elements, [](const Element& e) { return isPixelData(e.tag); });
}

}  // namespace

Encoding encodingOf(std::string_view transfer_syntax_uid) {
    if (transfer_syntax_uid == "1.2.840.10008.1.2") return Encoding::ImplicitLittle;
    if (transfer_syntax_uid == "1.2.840.10008.1.2.2") return Encoding::ExplicitBig;
    return Encoding::ExplicitLittle;
}

bool isDeflated(std::string_view transfer_syntax_uid) {
    return transfer_syntax_uid == "1.2.840.10008.1.2.1.99" || transfer_syntax_uid == "1.2.840.10008.1.2.4.95";
}

Result<DataSet> readDataSet(Bytes bytes, Encoding encoding, const ReadLimits& limits, Bytes* trailing) {
    DataSet dataset;
    dataset.encoding = encoding;
    Parser parser(bytes, limits);
    const auto read = parser.readElements(dataset, bytes.size(), 0, false);
    if (trailing) *trailing = parser.stoppedAtPixelData() ? Bytes{} : bytes.subspan(parser.position());
    if (!read && !(trailing && endsAfterPixelData(dataset))) return read.error();
    return dataset;
}

Result<std::vector<DataSet>> readItems(Bytes value, Encoding encoding) {
    return Parser(value, {}).readAllItems(encoding);
}

Result<DicomFile> readFile(Bytes file, const ReadLimits& limits) {
    constexpr std::size_t kPreamble = 128;
    if (file.size() < kPreamble + 4 || asText(file.subspan(kPreamble, 4)) != "DICM")
        return fail(Errc::NotDicom, "there is no DICM after the preamble");
    DicomFile out;
    const auto body = file.subspan(kPreamble + 4);
    Parser meta(body, limits);
    GANTRY_CHECK(meta.readMeta(out.meta));
    out.transfer_syntax_uid = out.meta.text(tags::kTransferSyntaxUid);
    if (!isValidUid(out.transfer_syntax_uid)) return fail(Errc::NotDicom, "there is no transfer syntax");
    out.dataset_bytes = body.subspan(meta.position());
    auto content = out.dataset_bytes;
    if (isDeflated(out.transfer_syntax_uid)) {
        out.inflated = GANTRY_TRY(inflated(content));
        content = asBytes(out.inflated);
    }
    out.dataset =
        GANTRY_TRY(readDataSet(content, encodingOf(out.transfer_syntax_uid), limits, &out.trailing));
    return out;
}

}  // namespace gantry::dicom
