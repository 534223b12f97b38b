#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcfilefo.h>
#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>
#include <dcmtk/dcmjpls/djencode.h>
#include <dcmtk/oflog/oflog.h>

#include <mutex>
#include <new>

#include "compressed.hpp"
#include "dcmtk_codecs.hpp"

namespace gantry::imaging {

void registerCodecsOnce() {
    static std::once_flag once;
    std::call_once(once, [] {
        OFLog::configure(OFLogger::OFF_LOG_LEVEL);
        DJDecoderRegistration::registerCodecs(EDC_photometricInterpretation, EUC_default, EPC_colorByPixel);
        DJLSDecoderRegistration::registerCodecs(EJLSUC_default, EJLSPC_colorByPixel);
        constexpr Uint16 kUsual = 0;  // thresholds and reset as ISO 14495-1 C.2.4.1.1 has them
        DJLSEncoderRegistration::registerCodecs(kUsual, kUsual, kUsual, kUsual,
                                                /*preferCookedEncoding=*/OFFalse);
    });
}

struct DcmtkFrames::State {
    DcmFileFormat file;
    DcmPixelData* pixels = nullptr;  // of `file`
    Uint32 next_fragment = 0;        // where the frame after `last` begins
    std::size_t next_frame = 0;
    std::string photometric;
};

DcmtkFrames::DcmtkFrames(std::unique_ptr<State> state) : state_(std::move(state)) {}
DcmtkFrames::DcmtkFrames(DcmtkFrames&&) noexcept = default;
DcmtkFrames& DcmtkFrames::operator=(DcmtkFrames&&) noexcept = default;
DcmtkFrames::~DcmtkFrames() = default;

Result<DcmtkFrames> DcmtkFrames::open(Bytes file) try {
    registerCodecsOnce();
    auto state = std::make_unique<State>();
    DcmInputBufferStream stream;
    stream.setBuffer(file.data(), static_cast<offile_off_t>(file.size()));
    stream.setEos();
    state->file.transferInit();
    const auto read = state->file.read(stream);
    state->file.transferEnd();
    DcmElement* element = nullptr;
    if (read.bad() || state->file.getDataset()->findAndGetElement(DCM_PixelData, element).bad())
        return fail(Errc::BadFormat, "the compressed object could not be read");
    state->pixels = dynamic_cast<DcmPixelData*>(element);
    if (!state->pixels) return fail(Errc::BadFormat, "the compressed object has no pixel data");
    return DcmtkFrames(std::move(state));
} catch (const std::bad_alloc&) {
    return fail(Errc::BadFormat, "the compressed object asks for more memory than is given");
}

Result<std::string> DcmtkFrames::frame(std::size_t index, std::size_t bytes) try {
    Uint32 fragment = index == state_->next_frame ? state_->next_fragment : 0;
    std::string out(bytes + (bytes & 1), '\0');
    OFString colours;
    const auto done =
        state_->pixels->getUncompressedFrame(state_->file.getDataset(), static_cast<Uint32>(index), fragment,
                                             out.data(), static_cast<Uint32>(out.size()), colours);
    if (done.bad()) return fail(Errc::BadFormat, "decompressing failed: " + std::string(done.text()));
    state_->next_fragment = fragment;
    state_->next_frame = index + 1;
    state_->photometric = colours.c_str();
    out.resize(bytes);
    return out;
} catch (const std::bad_alloc&) {
    return fail(Errc::BadFormat, "the compressed frame asks for more memory than is given");
}

const std::string& DcmtkFrames::photometric() const {
    return state_->photometric;
}

}  // namespace gantry::imaging
