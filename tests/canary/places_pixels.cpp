#include "objects.hpp"
#include "places.hpp"

namespace gantry::canary {
namespace {

using dicom::Tag;

Tag inGroup(std::uint32_t group, std::uint32_t element) {
    return {group << 16 | element};
}

void overlays(CorpusMaker& maker) {
    auto& draft = maker.begin("place-overlays", "CT odd places");
    ct(draft);
    auto& set = draft.set;
    auto& book = draft.book;
    constexpr std::string_view kOverlay = "overlays";
    for (std::uint32_t group = 0x6000; group <= 0x601E; group += 2) {
        set.add(inGroup(group, 0x0010), "US", packNumbers("US", {16}));
        set.add(inGroup(group, 0x0011), "US", packNumbers("US", {16}));
        set.add(inGroup(group, 0x0022), "LO", book.word(kOverlay, "OverlayDescription"));
        set.add(inGroup(group, 0x0040), "CS", "G");
        set.add(inGroup(group, 0x0045), "LO", book.word(kOverlay, "OverlaySubtype"));
        set.add(inGroup(group, 0x0050), "SS", packNumbers("SS", {1, 1}));
        set.add(inGroup(group, 0x0060), "CS", book.token(kOverlay, "OverlayCompressionCode"));
        set.add(inGroup(group, 0x0100), "US", packNumbers("US", {1}));
        set.add(inGroup(group, 0x0102), "US", packNumbers("US", {0}));
        set.add(inGroup(group, 0x1500), "LO", book.word(kOverlay, "OverlayLabel"));
        set.add(inGroup(group, 0x3000), "OW",
                book.bytes(kOverlay, "OverlayData") + book.bytes(kOverlay, "OverlayData") + "        ");
        set.add(inGroup(group, 0x4000), "LT", book.word(kOverlay, "OverlayComments"));
        set.add(inGroup(group, 0x7777), "LO", book.word(kOverlay, "unknown element"));
    }
    maker.end();
}

void curves(CorpusMaker& maker) {
    auto& draft = maker.begin("place-curves", "CT odd places");
    ct(draft);
    auto& set = draft.set;
    auto& book = draft.book;
    constexpr std::string_view kCurve = "curves";
    for (std::uint32_t group = 0x5000; group <= 0x501E; group += 2) {
        set.add(inGroup(group, 0x0005), "US", packNumbers("US", {2}));
        set.add(inGroup(group, 0x0020), "CS", book.token(kCurve, "TypeOfData"));
        set.add(inGroup(group, 0x0022), "LO", book.word(kCurve, "CurveDescription"));
        set.add(inGroup(group, 0x0030), "SH", book.token(kCurve, "AxisUnits"));
        set.add(inGroup(group, 0x0040), "SH", book.token(kCurve, "AxisLabels"));
        set.add(inGroup(group, 0x2500), "LO", book.word(kCurve, "CurveLabel"));
        set.add(inGroup(group, 0x200C), "OW", book.bytes(kCurve, "AudioSampleData"));
        set.add(inGroup(group, 0x200E), "LT", book.word(kCurve, "AudioComments"));
        set.add(inGroup(group, 0x3000), "OW", book.bytes(kCurve, "CurveData"));
    }
    for (std::uint32_t group = 0x7F00; group <= 0x7F1E; group += 2) {
        set.add(inGroup(group, 0x0010), "OW", book.bytes("7Fxx", "VariablePixelData"));
        set.add(inGroup(group, 0x0020), "LO", book.word("7Fxx", "text"));
        set.add(inGroup(group, 0x1010), "OB", book.bytes("7Fxx", "unknown element"));
    }
    maker.end();
}

void pictures(CorpusMaker& maker) {
    auto& draft = maker.begin("place-icons", "CT odd places");
    ct(draft);
    constexpr std::string_view kIcon = "icons and profiles";
    auto icon = item(draft, "-PatientName={w}^{w}", kIcon);
    icon.put("PixelData", draft.book.bytes(kIcon, "icon pixels") + draft.book.bytes(kIcon, "icon pixels"));
    icon.put("ICCProfile", draft.book.bytes(kIcon, "profile of the icon"));
    draft.set.sequence("IconImageSequence", {icon});
    draft.set.put("ICCProfile", std::string(24, '\0') + draft.book.word(kIcon, "ICCProfile") +
                                    draft.book.bytes(kIcon, "ICCProfile"));
    draft.set.put("ColorSpace", draft.book.token(kIcon, "ColorSpace"));
    auto optical = item(draft, "-OpticalPathIdentifier={t}\n-OpticalPathDescription={w}", kIcon);
    optical.put("ICCProfile", draft.book.bytes(kIcon, "profile of an optical path"));
    draft.set.sequence("OpticalPathSequence", {optical});
    draft.set.put("RedPaletteColorLookupTableData", draft.book.bytes(kIcon, "palette"));
    draft.set.put("LUTData", draft.book.bytes(kIcon, "lookup table at a wrong place"));
    auto lut = item(draft, "-LUTExplanation={w}", kIcon);
    lut.put("LUTData",
            packNumbers("US", {1, 2, 3, 4, 5, 6}) + draft.book.bytes(kIcon, "behind a lookup table"));
    lut.put("LUTDescriptor", packNumbers("US", {6, 0, 16}));
    draft.set.sequence("ModalityLUTSequence", {lut});
    maker.end();
}

void security(CorpusMaker& maker) {
    auto& draft = maker.begin("place-security", "CT odd places");
    ct(draft);
    constexpr std::string_view kSecurity = "signatures and encrypted attributes";
    auto mac =
        item(draft, "-MACIDNumber=1\n-MACCalculationTransferSyntaxUID={u}\n-MACAlgorithm={t}", kSecurity);
    draft.set.sequence("MACParametersSequence", {mac});
    auto signature = item(draft,
                          "-MACIDNumber=1\n-DigitalSignatureUID={u}\n-DigitalSignatureDateTime={d}101112\n"
                          "-CertificateType={t}",
                          kSecurity);
    signature.put("CertificateOfSigner", draft.book.bytes(kSecurity, "CertificateOfSigner"));
    signature.put("Signature", draft.book.bytes(kSecurity, "Signature"));
    draft.set.sequence("DigitalSignaturesSequence", {signature});
    auto encrypted = item(draft, "-EncryptedContentTransferSyntaxUID={u}", kSecurity);
    encrypted.put("EncryptedContent", draft.book.bytes(kSecurity, "EncryptedContent"));
    draft.set.sequence("EncryptedAttributesSequence", {encrypted});
    auto original = item(
        draft, "-SourceOfPreviousValues={w}\n-ModifyingSystem={w}\n-AttributeModificationDateTime={d}101112",
        kSecurity);
    original.sequence("ModifiedAttributesSequence",
                      {item(draft, "-PatientName={w}^{w}\n-PatientID={n}", kSecurity)});
    draft.set.sequence("OriginalAttributesSequence", {original});
    maker.end();
}

void behindFrames(CorpusMaker& maker) {
    auto& draft = maker.begin("place-behind-frames", "CT odd places");
    ct(draft);
    auto* pixels = draft.set.find(dicom::tags::kPixelData);
    pixels->keep = Keep::No;
    pixels->value += draft.book.word("behind the frames", "behind the last frame") +
                     draft.book.bytes("behind the frames", "behind the last frame");
    maker.end();
    auto& floats = maker.begin("place-float-pixels", "CT odd places");
    ct(floats);
    floats.set.put("FloatPixelData",
                   floats.book.bytes("behind the frames", "FloatPixelData beside PixelData"));
    for (const auto* keyword : {"ExtendedOffsetTable", "ExtendedOffsetTableLengths", "DoubleFloatPixelData"})
        floats.set.put(keyword, floats.book.bytes("behind the frames", keyword) +
                                    floats.book.bytes("behind the frames", keyword));
    floats.set.put("PixelPaddingValue", packNumbers("US", {0}));
    maker.end();
}

}  // namespace

void addPixelPlaces(CorpusMaker& maker) {
    overlays(maker);
    curves(maker);
    pictures(maker);
    security(maker);
    behindFrames(maker);
}

}  // namespace gantry::canary
