#include "opened.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcfilefo.h>
#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcxfer.h>
#include <dcmtk/dcmjpls/djdecode.h>

#include <algorithm>
#include <boost/json.hpp>

#include "gantry/core/crypto.hpp"
#include "gantry/core/files.hpp"
#include "process.hpp"
#include "search.hpp"

namespace gantry::test {

namespace {

std::string textOf(DcmDataset& dataset, const DcmTagKey& key) {
    OFString value;
    (void)dataset.findAndGetOFStringArray(key, value);
    return value.c_str();
}

/// Parcels hold images compressed without loss: what they were before is what is compared.
Result<std::string> digestOfPixels(DcmDataset& dataset) {
    static const bool registered = (DJLSDecoderRegistration::registerCodecs(), true);
    if (!registered || dataset.chooseRepresentation(EXS_LittleEndianExplicit, nullptr).bad())
        return fail(Errc::Unsupported, "pixel data that DCMTK cannot decode");
    const Uint16* pixels = nullptr;
    unsigned long count = 0;
    if (dataset.findAndGetUint16Array(DCM_PixelData, pixels, &count).bad())
        return fail(Errc::NotFound, "pixel data of 16 bits");
    return toHex(sha256(std::as_bytes(std::span(pixels, count))));
}

Result<OpenedInstance> describeFile(const std::filesystem::path& path) {
    DcmFileFormat file;
    const auto loaded = file.loadFile(path.c_str());
    if (loaded.bad()) return fail(Errc::NotDicom, path.string() + ": " + loaded.text());
    auto& dataset = *file.getDataset();
    OpenedInstance instance;
    instance.path = path;
    instance.transfer_syntax_uid = DcmXfer(dataset.getOriginalXfer()).getXferID();
    instance.sop_instance_uid = textOf(dataset, DCM_SOPInstanceUID);
    instance.series_instance_uid = textOf(dataset, DCM_SeriesInstanceUID);
    instance.study_instance_uid = textOf(dataset, DCM_StudyInstanceUID);
    instance.patient_id = textOf(dataset, DCM_PatientID);
    instance.patient_name = textOf(dataset, DCM_PatientName);
    instance.patient_identity_removed = textOf(dataset, DCM_PatientIdentityRemoved);
    instance.instance_number = textOf(dataset, DCM_InstanceNumber);
    instance.pixel_digest = GANTRY_TRY(digestOfPixels(dataset));
    return instance;
}

/// Hidden folders hold what is not opened yet.
bool isHidden(const std::filesystem::path& path, const std::filesystem::path& below) {
    const auto parts = path.lexically_relative(below);
    return std::any_of(parts.begin(), parts.end(),
                       [](const auto& part) { return part.string().starts_with("."); });
}

bool isDicom(const std::filesystem::path& path) {
    const auto fd = openFile(path, OpenMode::Read);
    if (!fd) return false;
    const auto mark = readAt(fd->get(), 128, 4);
    return mark && *mark == "DICM";
}

/// SubjectPublicKeyInfo of an Ed25519 key, RFC 8410.
Result<std::string> derOf(const std::string& public_key) {
    const auto colon = public_key.find(':');
    auto base64 = public_key.substr(colon == public_key.npos ? 0 : colon + 1);
    while (!base64.empty() && (base64.back() == '\n' || base64.back() == ' ')) base64.pop_back();
    const auto prefix = GANTRY_TRY(fromHex("302a300506032b6570032100"));
    return prefix + GANTRY_TRY(fromBase64(base64));
}

Result<> checkSignature(const std::string& signed_bytes, const std::string& signature,
                        const std::string& der) {
    const auto folder =
        GANTRY_TRY(TemporaryDirectory::create(std::filesystem::temp_directory_path(), "receipt-"));
    const auto file = [&](const char* name) { return (folder.path() / name).string(); };
    GANTRY_CHECK(writeFileDurably(file("signed"), asBytes(signed_bytes)));
    GANTRY_CHECK(writeFileDurably(file("signature"), asBytes(signature)));
    GANTRY_CHECK(writeFileDurably(file("key"), asBytes(der)));
    const auto code =
        GANTRY_TRY(runToEnd({"openssl",
                             {"pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", file("key"),
                              "-rawin", "-in", file("signed"), "-sigfile", file("signature")},
                             {},
                             {}}));
    if (code != 0) return fail(Errc::BadSignature, "openssl does not verify the receipt");
    return {};
}

std::string plainText(const boost::json::value& value) {
    if (const auto* text = value.if_string()) return std::string(*text);
    return boost::json::serialize(value);
}

}  // namespace

Result<std::vector<OpenedInstance>> openedInstances(const std::filesystem::path& folder) {
    std::vector<OpenedInstance> instances;
    for (const auto& path : filesBelow(folder))
        if (!isHidden(path, folder) && isDicom(path)) instances.push_back(GANTRY_TRY(describeFile(path)));
    return instances;
}

Result<std::string> pixelDigest(const scanner::Instance& instance) {
    const auto bytes = GANTRY_TRY(instance.file());
    DcmInputBufferStream stream;
    stream.setBuffer(bytes.data(), static_cast<offile_off_t>(bytes.size()));
    stream.setEos();
    DcmFileFormat file;
    file.transferInit();
    const auto read = file.read(stream);
    file.transferEnd();
    if (read.bad()) return fail(Errc::NotDicom, std::string("an instance of the scanner: ") + read.text());
    return digestOfPixels(*file.getDataset());
}

Result<std::map<std::string, std::string>> checkedReceipt(const std::filesystem::path& receipt,
                                                          const std::string& public_key) {
    const auto text = GANTRY_TRY(readFile(receipt));
    boost::system::error_code error;
    const auto value = boost::json::parse(text, error);
    if (error || !value.is_object()) return fail(Errc::BadFormat, "a receipt is a JSON object");
    const auto* signature = value.as_object().if_contains("signature");
    const auto* fields = value.as_object().if_contains("signed");
    if (signature == nullptr || fields == nullptr || !signature->is_string() || !fields->is_object())
        return fail(Errc::BadFormat, "a receipt has signature and signed");
    // `signed` is the last member of the canonical file, so its bytes are what lies between its colon and the
    // end.
    constexpr std::string_view kName = "\"signed\":";
    const auto begin = text.find(kName) + kName.size();
    const auto signed_bytes = text.substr(begin, text.rfind('}') - begin);
    const auto raw_signature = GANTRY_TRY(fromBase64(std::string_view(signature->as_string())));
    GANTRY_CHECK(checkSignature(signed_bytes, raw_signature, GANTRY_TRY(derOf(public_key))));
    std::map<std::string, std::string> out;
    for (const auto& field : fields->as_object()) out[std::string(field.key())] = plainText(field.value());
    return out;
}

}  // namespace gantry::test
