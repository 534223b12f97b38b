#include "corpus.hpp"

#include <zlib.h>

#include "fill.hpp"
#include "objects.hpp"
#include "pictures.hpp"
#include "places.hpp"

namespace gantry::canary {
namespace {

using dicom::Encoding;

std::string deflated(const std::string& plain) {
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
    std::string out(plain.size() + 1024, '\0');
    auto in = plain;
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    if (out.size() % 2 != 0) out += '\0';
    return out;
}

/// The group of dicom::fileMeta with more elements: its length is set anew.
std::string withMore(std::string meta, const std::string& more) {
    constexpr std::size_t kLengthAt = 128 + 4 + 8;
    const auto length = static_cast<std::uint32_t>(meta.size() - kLengthAt - 4 + more.size());
    for (std::size_t i = 0; i < 4; ++i) meta[kLengthAt + i] = static_cast<char>(length >> 8 * i);
    return meta + more;
}

/// Marks that a later value of the same attribute took the place of were never in the file.
void dropOverwritten(std::vector<Mark>& marks, const std::string& plain) {
    constexpr std::size_t kWorthLooking = 3000;  // larger files are filled, and overwrite nothing
    if (marks.size() > kWorthLooking) return;
    auto swapped = plain;
    for (std::size_t i = 0; i + 1 < swapped.size(); i += 2) std::swap(swapped[i], swapped[i + 1]);
    std::erase_if(marks, [&](const Mark& mark) {
        return !mark.category.starts_with("PDF") && plain.find(mark.key) == std::string::npos &&
               swapped.find(mark.key) == std::string::npos;
    });
}

}  // namespace

CorpusMaker::CorpusMaker(std::uint64_t seed) : corpus_(seed), seed_(seed) {
    auto& shared = corpus_.shared;
    auto& book = shared.book();
    book.own(shared.family, "the patient's own values", "family name");
    book.own(shared.given, "the patient's own values", "given name");
    book.own(shared.patient_id, "the patient's own values", "patient ID");
    book.own(shared.accession, "the patient's own values", "accession number");
}

Draft& CorpusMaker::begin(std::string name, std::string kind) {
    name_ = std::move(name);
    kind_ = std::move(kind);
    book_ = std::make_unique<MarkBook>(++seed_ * 7919);
    book_->ownDate(corpus_.shared.birth_date, "the patient's own values", "birth date");
    draft_ = std::make_unique<Draft>(Draft{corpus_.shared, *book_});
    draft_->series = name_;
    return *draft_;
}

CorpusFile& CorpusMaker::end(std::string_view transfer_syntax) {
    auto encoded = encode(draft_->set, dicom::encodingOf(transfer_syntax));
    if (dicom::isDeflated(transfer_syntax)) encoded = deflated(encoded);
    return endEncoded(std::move(encoded), transfer_syntax);
}

CorpusFile& CorpusMaker::endEncoded(std::string dataset, std::string_view transfer_syntax) {
    const auto instance = corpus_.shared.uid(draft_->series + "." + draft_->instance);
    auto meta = withMore(dicom::fileMeta(draft_->sop_class, instance, transfer_syntax, ""), meta_more);
    for (std::size_t i = 0; i < std::min<std::size_t>(preamble.size(), 128); ++i) meta[i] = preamble[i];
    CorpusFile file;
    file.name = name_;
    file.kind = kind_;
    file.bytes = meta + dataset + trailing;
    file.set = std::move(draft_->set);
    file.marks = std::move(book_->marks);
    file.encoding = dicom::encodingOf(transfer_syntax);
    file.useful = useful;
    dropOverwritten(
        file.marks,
        meta + (dicom::isDeflated(transfer_syntax) ? encode(file.set, file.encoding) : dataset) + trailing);
    preamble.clear();
    meta_more.clear();
    trailing.clear();
    useful = true;
    corpus_.files.push_back(std::move(file));
    return corpus_.files.back();
}

Corpus CorpusMaker::take() {
    return std::move(corpus_);
}

void addImages(CorpusMaker& maker) {
    ct(maker.begin("ct-explicit", "CT"));
    maker.end();
    ct(maker.begin("ct-implicit", "CT"));
    maker.end("1.2.840.10008.1.2");
    ct(maker.begin("ct-big-endian", "CT"));
    maker.end("1.2.840.10008.1.2.2");
    ct(maker.begin("ct-deflated", "CT"));
    maker.end("1.2.840.10008.1.2.1.99");
    mr(maker.begin("mr-explicit", "MR"));
    maker.end();
    mr(maker.begin("mr-implicit", "MR"));
    maker.end("1.2.840.10008.1.2");
    pet(maker.begin("pet-explicit", "PET"));
    maker.end();
    pet(maker.begin("pet-implicit", "PET"));
    maker.end("1.2.840.10008.1.2");
    nuclear(maker.begin("nm", "NM"));
    maker.end();
}

void addOtherKinds(CorpusMaker& maker) {
    using Make = void (*)(Draft&);
    struct Kind {
        const char* name;
        const char* kind;
        Make make;
    };
    constexpr Kind kKinds[] = {
        {"us", "US", [](Draft& draft) { ultrasound(draft, 1); }},
        {"us-cine", "US", [](Draft& draft) { ultrasound(draft, 4); }},
        {"sc", "SC", secondaryCapture},
        {"cr", "CR", computedRadiograph},
        {"dx", "DX", digitalRadiograph},
        {"mg", "MG", mammogram},
        {"xa", "XA", angiogram},
        {"enhanced-ct", "enhanced CT", enhancedCt},
        {"enhanced-mr", "enhanced MR", enhancedMr},
        {"enhanced-pet", "enhanced PET", enhancedPet},
        {"rtstruct", "RTSTRUCT", structureSet},
        {"rtplan", "RTPLAN", radiotherapyPlan},
        {"rtdose", "RTDOSE", radiotherapyDose},
        {"seg", "SEG", segmentation},
        {"reg", "REG", registration},
        {"sr-measurements", "SR", measurementReport},
        {"sr-text", "SR", basicTextReport},
        {"sr-dose", "SR dose", doseReport},
        {"ko", "KO", keyObjects},
        {"pr", "PR", presentationState},
        {"ecg", "ECG", electrocardiogram},
        {"pdf", "PDF", encapsulatedPdf},
        {"cda", "CDA", encapsulatedCda},
    };
    for (const auto& kind : kKinds)
        for (const char* syntax : {"1.2.840.10008.1.2.1", "1.2.840.10008.1.2"}) {
            const bool implicit = std::string_view(syntax) == "1.2.840.10008.1.2";
            kind.make(maker.begin(std::string(kind.name) + (implicit ? "-implicit" : ""), kind.kind));
            maker.end(syntax);
        }
}

void addDictionary(CorpusMaker& maker) {
    for (const char* syntax : {"1.2.840.10008.1.2.1", "1.2.840.10008.1.2"}) {
        const std::string suffix = std::string_view(syntax).ends_with(".10008.1.2") ? "-implicit" : "";
        auto& all = maker.begin("dictionary-ct" + suffix, "CT");
        ct(all);
        fillAll(all, all.set, {.category = "dictionary, top level"});
        maker.end(syntax);
        auto& sequences = maker.begin("sequences-mr" + suffix, "MR");
        mr(sequences);
        fillSequences(sequences, sequences.set, {.category = "dictionary, each sequence"});
        maker.end(syntax);
        auto& deep = maker.begin("deep-pet" + suffix, "PET");
        pet(deep);
        deep.set.remove("RadiopharmaceuticalInformationSequence");
        fillDeep(deep, deep.set, 1, {.category = "dictionary", .parts = 4});
        maker.end(syntax);
    }
}

Corpus makeCorpus(std::uint64_t seed, bool pictures) {
    CorpusMaker maker(seed);
    addImages(maker);
    addOtherKinds(maker);
    addDictionary(maker);
    addHeaderPlaces(maker);
    addPrivatePlaces(maker);
    addPixelPlaces(maker);
    addCompressedPlaces(maker);
    addShapePlaces(maker);
    addTextPlaces(maker);
    addValuePlaces(maker);
    addSpoiled(maker);
    if (pictures) addPictures(maker);
    return maker.take();
}

}  // namespace gantry::canary
