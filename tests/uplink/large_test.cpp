// Two gigabytes: they pass, and memory does not grow with them.
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "parcel_bench.hpp"

namespace gantry::uplink {
namespace {

constexpr std::uint64_t kBytes = 2ull << 30;
// head -c 2147483648 /dev/zero | sha256sum
constexpr auto kDigest = "a7c744c13cc101ed66c29f672f92455547889cc586ce6d44fe76ae824958ea51";

/// The most memory that this process has had.
long peakKib() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/// A command at the other end of a pipe.
class Pipe {
public:
    Pipe(const std::string& command, const char* mode) : file_(::popen(command.c_str(), mode)) {
        REQUIRE(file_ != nullptr);
    }
    ~Pipe() {
        if (file_) ::pclose(file_);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    int fd() const { return ::fileno(file_); }
    int close() { return ::pclose(std::exchange(file_, nullptr)); }

private:
    FILE* file_;
};

}  // namespace

// Through pipes, so that no disk is filled.
TEST_CASE("age and we read 2 GB of each other, and memory stays flat", "[uplink][age]") {
    if (std::system("command -v age >/dev/null 2>&1") != 0) return test::skipLoudly("age is not installed");
    const auto folder = test::temporaryDirectory();
    const auto identity = AgeIdentity::generate();
    const auto recipient = identity.recipient();
    must(saveAgeIdentity(folder.path() / "key", identity));
    const auto before = peakKib();

    Pipe theirs("head -c " + std::to_string(kBytes) + " /dev/zero | age -r " + recipient.toString(), "r");
    Sha256 digest;
    std::uint64_t came = 0;
    must(ageDecrypt(sourceOf(theirs.fd()), std::span(&identity, 1), [&](Bytes piece) -> Result<> {
        digest.update(piece);
        came += piece.size();
        return {};
    }));
    CHECK(theirs.close() == 0);
    CHECK(came == kBytes);
    CHECK(toHex(digest.finish()) == kDigest);

    const auto sum = (folder.path() / "sum").string();
    Pipe ours("age -d -i " + (folder.path() / "key").string() + " | sha256sum > " + sum, "w");
    auto encryptor = must(
        AgeEncryptor::start(std::span(&recipient, 1), sinkOf(ours.fd()), AgeEncryptor::Mode::WriteBehind));
    const std::string zeros(1 << 20, '\0');
    for (std::uint64_t done = 0; done < kBytes; done += zeros.size()) must(encryptor.write(asBytes(zeros)));
    must(encryptor.finish());
    CHECK(ours.close() == 0);
    CHECK(must(readFile(sum)).starts_with(kDigest));
    CHECK(peakKib() - before < 32 * 1024);
}

// Its one file is a hole, which Zstandard makes small: what is written to the disk is next to nothing.
TEST_CASE("a parcel of 2 GB is made and read to its end, and memory stays flat", "[uplink][parcel]") {
    Bench bench({10});
    const auto before = peakKib();
    const auto hole = bench.folder.path() / "hole";
    must(writeFileDurably(hole, {}));
    fs::resize_file(hole, kBytes);
    bench.manifest.files.push_back({instanceName(2), "2.25.2", kBytes, kDigest});
    bench.files.push_back({hole, instanceName(2)});
    bench.compression = TarCompression::Zstd;
    CHECK(must(bench.make()).bytes < 1 << 20);
    CHECK(peakKib() - before < 32 * 1024);
    // A quarter of it is unpacked, for that is written.
    fs::resize_file(hole, kBytes / 4);
    bench.manifest.files.back().bytes = kBytes / 4;
    bench.manifest.files.back().sha256 = toHex(must(sha256File(hole)));
    must(bench.make());
    const auto mapped = peakKib();  // by the digest above
    must(bench.open());
    CHECK(peakKib() - mapped < 32 * 1024);
}

}  // namespace gantry::uplink
