#include "gantry/core/facts.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

namespace gantry {
namespace {

namespace json = boost::json;
using dicom::DataSet;
using dicom::Element;
using dicom::Vr;

constexpr std::size_t kMaxNumbers = 64;  // of one binary value; longer ones are tables, not facts

std::string decimal(double number) {
    char text[32];
    const auto [end, ec] = std::to_chars(text, text + sizeof text, number);
    return ec == std::errc() ? std::string(text, end) : std::string();
}

std::string joined(const std::vector<double>& numbers) {
    std::string out;
    for (const double number : numbers) {
        if (!out.empty()) out += '\\';
        out += decimal(number);
    }
    return out;
}

std::string_view withoutPadding(std::string_view text) {
    const auto last = text.find_last_not_of(std::string_view(" \0", 2));
    return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

class Extractor {
public:
    explicit Extractor(Facts& facts) : facts_(facts) {}

    void dataSet(const DataSet& dataset, const std::string& prefix,
                 std::string_view inherited_character_set) {
        auto character_set = dataset.text(dicom::tags::kSpecificCharacterSet);
        if (character_set.empty()) character_set = inherited_character_set;
        for (const auto& element : dataset.elements) {
            if (element.tag.element() == 0) continue;  // group lengths say nothing about the image
            if (truncated_) return;
            one(dataset, element, prefix, character_set);
        }
    }

private:
    void one(const DataSet& dataset, const Element& element, const std::string& prefix,
             std::string_view character_set) {
        const auto name = prefix + nameIn(dataset, element);
        if (element.sequence) {
            for (std::size_t i = 0; i < element.items.size(); ++i)
                dataSet(element.items[i], name + "[" + std::to_string(i) + "].", character_set);
            if (element.items.empty()) put(name, "");
            return;
        }
        if (element.tag == dicom::tags::kPixelData) return put(name, "present");
        if (element.value.size() > kMaxFactLength) return;
        if (dicom::isTextVr(element.vr)) {
            put(name, dicom::toUtf8(withoutPadding(asText(element.value)), character_set, element.vr));
        } else if (const auto numbers = dicom::binaryNumbers(element, dataset.encoding);
                   element.value.empty() || (!numbers.empty() && numbers.size() <= kMaxNumbers)) {
            put(name, joined(numbers));
        }
    }

    static std::string nameIn(const DataSet& dataset, const Element& element) {
        if (!element.tag.isPrivate()) return dicom::nameOf(element.tag);
        const auto block = static_cast<std::uint16_t>(element.tag.element() >> 8);
        if (block < 0x10) return dicom::toString(element.tag);
        const auto creator = dataset.text(dicom::makeTag(element.tag.group(), block));
        auto name = dicom::toString(element.tag);  // "(0019,100C)" becomes "(0019,0C):SIEMENS MR HEADER"
        return name.substr(0, 6) + name.substr(8) + ":" + dicom::toUtf8(creator, "", Vr("LO"));
    }

    void put(std::string name, std::string value) {
        bytes_ += name.size() + value.size();
        if (bytes_ > kMaxFactsBytes) {
            truncated_ = true;
            facts_["Gantry.FactsTruncated"] = "1";
            return;
        }
        facts_.insert_or_assign(std::move(name), std::move(value));
    }

    Facts& facts_;
    std::size_t bytes_ = 0;
    bool truncated_ = false;
};

}  // namespace

Facts extractFacts(const dicom::DicomFile& file) {
    Facts facts;
    Extractor extractor(facts);
    facts["TransferSyntaxUID"] = file.transfer_syntax_uid;
    extractor.dataSet(file.dataset, "", "");
    return facts;
}

std::string encodeFactsDelta(const Facts& base, const Facts& facts) {
    json::object set;
    json::array gone;
    for (const auto& [name, value] : facts) {
        const auto known = base.find(name);
        if (known == base.end() || known->second != value) set[name] = value;
    }
    for (const auto& [name, value] : base)
        if (!facts.contains(name)) gone.emplace_back(name);
    json::object delta;
    if (!set.empty()) delta["set"] = std::move(set);
    if (!gone.empty()) delta["gone"] = std::move(gone);
    return json::serialize(delta);
}

Result<Facts> decodeFactsDelta(const Facts& base, std::string_view delta) {
    boost::system::error_code ec;
    const auto parsed = json::parse(delta, ec);
    const auto* object = ec ? nullptr : parsed.if_object();
    if (!object) return fail(Errc::BadFormat, "stored facts are not readable");
    Facts facts = base;
    if (const auto* set = object->if_contains("set"); set && set->is_object()) {
        for (const auto& [name, value] : set->get_object())
            if (value.is_string()) facts.insert_or_assign(std::string(name), std::string(value.get_string()));
    }
    if (const auto* gone = object->if_contains("gone"); gone && gone->is_array()) {
        for (const auto& name : gone->get_array())
            if (name.is_string()) facts.erase(std::string(name.get_string()));
    }
    return facts;
}

}  // namespace gantry
