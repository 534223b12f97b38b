#pragma once
/// The canary corpus: files of one invented patient, full of marks.

#include <memory>
#include <string>
#include <vector>

#include "burnt_in.hpp"
#include "describe.hpp"

namespace gantry::canary {

struct CorpusFile {
    std::string name;
    std::string kind;  ///< "CT", "SR", ...: a line of the utility table
    std::string bytes;
    Set set;
    std::vector<Mark> marks;
    dicom::Encoding encoding = dicom::Encoding::ExplicitLittle;
    /// Must survive only where the file is asked to be useful; files of nonsense are not.
    bool useful = true;
    std::vector<BurntLine> burnt;  ///< text in the pixels
    Picture picture;               ///< how those lie, when there is any
};

struct Corpus {
    Shared shared;
    std::vector<CorpusFile> files;
    explicit Corpus(std::uint64_t seed) : shared(seed) {}
};

/// @param pictures  also images with text in their pixels
Corpus makeCorpus(std::uint64_t seed, bool pictures = false);

/// Adds files to a corpus one by one; each has marks of its own.
class CorpusMaker {
public:
    explicit CorpusMaker(std::uint64_t seed);
    /// A draft for the next file.
    Draft& begin(std::string name, std::string kind);
    /// Ends it: encodes and wraps it.
    CorpusFile& end(std::string_view transfer_syntax = "1.2.840.10008.1.2.1");
    /// The same for a data set that the caller encoded.
    CorpusFile& endEncoded(std::string dataset, std::string_view transfer_syntax);
    Corpus take();

    std::string preamble;   ///< of the next file
    std::string meta_more;  ///< elements behind those of the file meta group, explicit little endian
    std::string trailing;   ///< behind the data set
    bool useful = true;

private:
    Corpus corpus_;
    std::uint64_t seed_;
    std::string name_, kind_;
    std::unique_ptr<MarkBook> book_;
    std::unique_ptr<Draft> draft_;
};

void addImages(CorpusMaker& maker);
void addOtherKinds(CorpusMaker& maker);
void addDictionary(CorpusMaker& maker);

}  // namespace gantry::canary
