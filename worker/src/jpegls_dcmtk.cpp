#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmjpls/djrparam.h>

#include <cstring>
#include <memory>
#include <new>
#include <vector>

#include "dcmtk_codecs.hpp"
#include "jpegls.hpp"

namespace gantry::imaging {
namespace {

Error broken(const char* what) {
    return fail(Errc::BadFormat, what);
}

/// A data set of one frame, which is what the codecs of DCMTK work on.
Result<std::unique_ptr<DcmDataset>> describedBy(const PixelFormat& format) {
    auto dataset = std::make_unique<DcmDataset>();
    const auto number = [&](const DcmTag& tag, int value) {
        return dataset->putAndInsertUint16(tag, static_cast<Uint16>(value)).good();
    };
    // The codec works on cells, whatever of them is stored.
    const bool described =
        number(DCM_SamplesPerPixel, 1) && number(DCM_Rows, format.rows) &&
        number(DCM_Columns, format.columns) && number(DCM_BitsAllocated, format.bits_allocated) &&
        number(DCM_BitsStored, format.bits_allocated) && number(DCM_HighBit, format.bits_allocated - 1) &&
        number(DCM_PixelRepresentation, 0) &&
        dataset->putAndInsertString(DCM_PhotometricInterpretation, format.photometric.c_str()).good();
    if (!described) return broken("the frame could not be described");
    return dataset;
}

Result<std::string> firstStream(DcmPixelSequence& sequence) {
    DcmPixelItem* item = nullptr;
    Uint8* bytes = nullptr;
    const bool one = sequence.card() == 2 &&
                     sequence.getItem(item, 1).good() &&  // an offset table is before it
                     item->getUint8Array(bytes).good() && bytes != nullptr;
    if (!one) return broken("the compressed frame is not in one piece");
    return std::string(reinterpret_cast<const char*>(bytes), item->getLength());
}

}  // namespace

Result<std::string> encodeJpegLs(Bytes frame, const PixelFormat& format) try {
    registerCodecsOnce();
    const auto dataset = GANTRY_TRY(describedBy(format));
    std::vector<Uint16> words((frame.size() + 1) / 2);
    std::memcpy(words.data(), frame.data(), frame.size());
    auto pixels = std::make_unique<DcmPixelData>(DcmTag(DCM_PixelData, EVR_OW));
    auto* held = pixels.get();
    const bool put = pixels->putUint16Array(words.data(), static_cast<unsigned long>(words.size())).good() &&
                     dataset->insert(pixels.get()).good() && (pixels.release(), true);
    if (!put) return broken("the frame could not be put in place");
    const DJLSRepresentationParameter lossless(0, OFTrue);
    DcmPixelSequence* sequence = nullptr;
    if (dataset->chooseRepresentation(EXS_JPEGLSLossless, &lossless).bad() ||
        held->getEncapsulatedRepresentation(EXS_JPEGLSLossless, &lossless, sequence).bad())
        return broken("the frame could not be compressed");
    return firstStream(*sequence);
} catch (const std::bad_alloc&) {
    return broken("the frame asks for more memory than is given");
}

Result<std::string> decodeJpegLs(const std::string& code_stream, const PixelFormat& format) try {
    registerCodecsOnce();
    const auto dataset = GANTRY_TRY(describedBy(format));
    auto sequence = std::make_unique<DcmPixelSequence>(DCM_PixelSequenceTag);
    auto table = std::make_unique<DcmPixelItem>(DCM_PixelItemTag);
    if (sequence->insert(table.get()).bad()) return broken("the compressed frame could not be put in place");
    table.release();
    DcmOffsetList offsets;
    std::vector<Uint8> bytes(code_stream.begin(), code_stream.end());
    const auto size = static_cast<Uint32>(bytes.size());
    if (sequence->storeCompressedFrame(offsets, bytes.data(), size, 0).bad())
        return broken("the compressed frame could not be put in place");
    auto pixels = std::make_unique<DcmPixelData>(DCM_PixelData);
    pixels->putOriginalRepresentation(EXS_JPEGLSLossless, nullptr, sequence.release());
    auto* held = pixels.get();
    if (dataset->insert(pixels.get()).bad()) return broken("the compressed frame could not be put in place");
    pixels.release();
    Uint32 fragment = 0;
    OFString colours;
    std::string out(format.bytes() + format.bytes() % 2, '\0');
    const auto done = held->getUncompressedFrame(dataset.get(), 0, fragment, out.data(),
                                                 static_cast<Uint32>(out.size()), colours);
    if (done.bad()) return broken("the compressed frame could not be decoded");
    out.resize(format.bytes());
    return out;
} catch (const std::bad_alloc&) {
    return broken("the compressed frame asks for more memory than is given");
}

}  // namespace gantry::imaging
