#include <algorithm>

#include "gantry/core/config_reader.hpp"
#include "gantry/core/files.hpp"
#include "gantry/uplink/s3.hpp"
#include "private_file.hpp"

namespace gantry::uplink {
namespace {

constexpr std::uint64_t kMostBytes = 64 << 10;

// What goes into a header or a URL. The value itself is not told: it may be the secret at the wrong key.
void checkPrintable(ConfigSection& in, std::string_view key, const std::string& value) {
    if (!std::all_of(value.begin(), value.end(), [](char c) { return c > ' ' && c < 0x7F; }))
        in.mistake(key, "only printable characters without blanks are allowed");
}

}  // namespace

Result<S3Credentials> loadS3Credentials(const std::filesystem::path& file) {
    GANTRY_CHECK(checkPrivate(file));
    auto reader = ConfigReader::parse(GANTRY_TRY(readFile(file, kMostBytes)), file.parent_path());
    if (!reader)
        return fail(Errc::ConfigInvalid, "credentials " + file.string() + ": not lines of key: value");
    auto root = reader->root();
    S3Credentials out;
    out.access_key_id = root.requiredText("access_key_id");
    out.secret_access_key = root.requiredText("secret_access_key");
    out.session_token = root.text("session_token", "");
    out.region = root.text("region", out.region);
    checkPrintable(root, "access_key_id", out.access_key_id);
    checkPrintable(root, "secret_access_key", out.secret_access_key);
    checkPrintable(root, "session_token", out.session_token);
    checkPrintable(root, "region", out.region);
    if (auto good = reader->finish(); !good) return within("credentials " + file.string(), good.error());
    return out;
}

}  // namespace gantry::uplink
