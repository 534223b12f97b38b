#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <unordered_map>

#include "score.hpp"

namespace gantry::canary {
namespace {

using dicom::DataSet;
using dicom::Element;
using dicom::Vr;

std::string upper(std::string_view text) {
    std::string out(text);
    for (auto& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

std::string swappedPairs(std::string text) {
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) std::swap(text[i], text[i + 1]);
    return text;
}

std::uint64_t firstEight(const char* at) {
    std::uint64_t out = 0;
    std::memcpy(&out, at, sizeof out);
    return out;
}

/// Finds marks by their first eight bytes, then whole. Haystacks are compared in capitals.
class Index {
public:
    void add(const std::string& key, std::size_t mark) {
        const auto big = upper(key);
        byStart_[firstEight(big.data())].emplace_back(big, mark);
    }
    void search(std::string_view haystack, std::set<std::size_t>& found) const {
        const auto big = upper(haystack);
        for (std::size_t at = 0; at + 8 <= big.size(); ++at) {
            const auto hit = byStart_.find(firstEight(big.data() + at));
            if (hit == byStart_.end()) continue;
            for (const auto& [key, mark] : hit->second)
                if (std::string_view(big).substr(at).starts_with(key)) found.insert(mark);
        }
    }

private:
    std::unordered_map<std::uint64_t, std::vector<std::pair<std::string, std::size_t>>> byStart_;
};

/// Each zlib or raw deflate stream that begins anywhere after "stream" (PDF) is inflated.
std::vector<std::string> inflatedStreams(std::string_view bytes) {
    std::vector<std::string> out;
    for (auto at = bytes.find("stream"); at != std::string_view::npos; at = bytes.find("stream", at + 6)) {
        auto from = at + 6;
        while (from < bytes.size() && (bytes[from] == '\r' || bytes[from] == '\n')) ++from;
        std::string plain(1u << 20, '\0');
        z_stream stream{};
        std::string in(bytes.substr(from, 1u << 20));
        stream.next_in = reinterpret_cast<Bytef*>(in.data());
        stream.avail_in = static_cast<uInt>(in.size());
        stream.next_out = reinterpret_cast<Bytef*>(plain.data());
        stream.avail_out = static_cast<uInt>(plain.size());
        if (inflateInit(&stream) != Z_OK) continue;
        inflate(&stream, Z_SYNC_FLUSH);
        plain.resize(stream.total_out);
        inflateEnd(&stream);
        if (!plain.empty()) out.push_back(std::move(plain));
    }
    return out;
}

std::string everyOther(std::string_view bytes, std::size_t first) {
    std::string out;
    out.reserve(bytes.size() / 2 + 1);
    for (auto i = first; i < bytes.size(); i += 2) out += bytes[i];
    return out;
}

void decodedTexts(const DataSet& set, std::string_view inherited, std::string& out) {
    auto charset = set.text(dicom::tags::kSpecificCharacterSet);
    if (charset.empty()) charset = inherited;
    for (const auto& element : set.elements) {
        for (const auto& item : element.items) decodedTexts(item, charset, out);
        if (!element.sequence && dicom::isTextVr(element.vr))
            out += dicom::toUtf8(asText(element.value), charset, element.vr) + "\n";
    }
}

std::set<std::size_t> everywhere(const Index& index, const std::string& bytes, const dicom::DicomFile* file) {
    std::set<std::size_t> found;
    std::vector<std::string> haystacks{bytes};
    if (file != nullptr) {
        if (!file->inflated.empty()) haystacks.push_back(file->inflated);
        std::string decoded;
        decodedTexts(file->dataset, {}, decoded);
        haystacks.push_back(std::move(decoded));
    }
    for (auto& plain : inflatedStreams(haystacks.size() > 1 ? haystacks[1] : bytes))
        haystacks.push_back(std::move(plain));
    for (auto& plain : inflatedStreams(bytes)) haystacks.push_back(std::move(plain));
    for (const auto& haystack : haystacks) {
        index.search(haystack, found);
        index.search(everyOther(haystack, 0), found);
        index.search(everyOther(haystack, 1), found);
        index.search(swappedPairs(haystack), found);
    }
    return found;
}

using Dates = std::map<std::string, std::string>;  ///< place of the element, its value

void datesAt(const DataSet& set, const std::string& path, Dates& dates, std::string& rest) {
    for (const auto& element : set.elements) {
        const auto here = path + "/" + dicom::toString(element.tag);
        for (std::size_t i = 0; i < element.items.size(); ++i)
            datesAt(element.items[i], here + "[" + std::to_string(i) + "]", dates, rest);
        if (element.sequence) continue;
        if (element.vr == Vr("DA") || element.vr == Vr("DT"))
            dates[here] = std::string(asText(element.value));
        else if (element.tag != dicom::tags::kPixelData)
            rest += std::string(asText(element.value)) + "\n";
    }
}

/// A date mark survives where its own attribute still has it, or where any text has it.
bool dateSurvives(const std::string& day, const Dates& before, const Dates& after, const std::string& rest) {
    if (rest.find(day) != std::string::npos) return true;
    for (const auto& [place, value] : before) {
        if (value.find(day) == std::string::npos) continue;
        const auto now = after.find(place);
        if (now != after.end() && now->second.find(day) != std::string::npos) return true;
    }
    return false;
}

void scoreDates(const CorpusFile& file, const dicom::DicomFile& output, const std::vector<Mark>& marks,
                Score& score, std::set<const Mark*>& survived) {
    const auto input = dicom::readFile(asBytes(file.bytes));
    Dates before, after;
    std::string rest, rest_before;
    if (input) datesAt(input->dataset, "", before, rest_before);
    datesAt(output.dataset, "", after, rest);
    for (const auto& mark : marks)
        if (mark.kind == MarkKind::Date && dateSurvives(mark.key, before, after, rest)) {
            score.findings.push_back({mark.category, mark.place, file.name, "date"});
            survived.insert(&mark);
        }
}

/// Letters in pixels that are not compressed; compressed ones are taken for readable unless the object says
/// otherwise.
void scoreBurnt(const CorpusFile& file, const dicom::DicomFile& output, Score& score) {
    const auto* pixels = output.dataset.find(dicom::tags::kPixelData);
    auto& tally = score.by_category["burnt-in text"];
    for (const auto& line : file.burnt) {
        if (pixels != nullptr && isReadable(std::string(asText(pixels->value)), file.picture, line)) {
            score.findings.push_back({"burnt-in text", "PixelData", file.name, "pixels"});
            --tally.good;
        }
    }
}

std::string_view kindText(MarkKind kind) {
    if (kind == MarkKind::Uid) return "UID";
    return kind == MarkKind::Bytes ? "bytes" : "text";
}

}  // namespace

Score scorePrivacy(const Corpus& corpus, const std::vector<Outcome>& outcomes) {
    auto& shared = const_cast<Corpus&>(corpus).shared.book().marks;
    std::vector<const Mark*> all;
    std::vector<std::size_t> owner;
    for (const auto& mark : shared) all.push_back(&mark), owner.push_back(corpus.files.size());
    for (std::size_t i = 0; i < corpus.files.size(); ++i)
        for (const auto& mark : corpus.files[i].marks) all.push_back(&mark), owner.push_back(i);
    Index index;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (all[i]->kind != MarkKind::Date) index.add(all[i]->key, i);

    Score score;
    for (const auto& file : corpus.files)
        if (!file.burnt.empty()) {
            score.by_category["burnt-in text"].expected += file.burnt.size();
            score.by_category["burnt-in text"].good += file.burnt.size();
        }
    std::set<const Mark*> survived;
    for (std::size_t i = 0; i < corpus.files.size(); ++i) {
        if (!outcomes[i].bytes) continue;
        const auto& bytes = *outcomes[i].bytes;
        const auto file = dicom::readFile(asBytes(bytes));
        for (const auto mark : everywhere(index, bytes, file ? &*file : nullptr)) {
            score.findings.push_back({all[mark]->category, all[mark]->place, corpus.files[i].name,
                                      std::string(kindText(all[mark]->kind))});
            survived.insert(all[mark]);
        }
        if (file) scoreBurnt(corpus.files[i], *file, score);
        if (file) scoreDates(corpus.files[i], *file, corpus.files[i].marks, score, survived);
    }
    for (const auto* mark : all) {
        auto& tally = score.by_category[mark->category];
        ++tally.expected;
        if (survived.contains(mark)) continue;
        ++tally.good;
        score.unseen.push_back(mark->category + ": " + mark->place);
    }
    return score;
}

}  // namespace gantry::canary
