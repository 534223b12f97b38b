// What a parcel is wrapped in: envelopes that are known and not, several recipients, Zstandard.
#include <algorithm>
#include <cstdlib>

#include "gantry/uplink/envelope.hpp"
#include "parcel_bench.hpp"

namespace gantry::uplink {
namespace {

bool have(const std::string& program) {
    return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
}

void zstd(archive* a) {
    REQUIRE(archive_write_add_filter_zstd(a) == ARCHIVE_OK);
}

}  // namespace

TEST_CASE("an envelope is known by its first bytes", "[uplink][envelope]") {
    CHECK(must(envelopeOf("age-encryption.org/v1\n-> X25519")) == Envelope::AgeV1);
    CHECK(must(envelopeOf("-----BEGIN AGE ENCRYPTED FILE-----\n")) == Envelope::AgeV1);
    CHECK(describe(Envelope::AgeV1).name == "age-v1");
    CHECK(parcelFileName("7f0c") == "7f0c.age");
    for (const auto& [beginning, name] :
         {std::pair{"gantry-envelope fips-2\nwhatever", "fips-2"}, {"age-encryption.org/v2\n-> X", "/v2'"}}) {
        const auto later = envelopeOf(beginning);
        REQUIRE(!later);
        CHECK(later.error().code == Errc::Unsupported);
        CHECK_THAT(later.error().context, Catch::Contains(name) && Catch::Contains("Update"));
    }
    // Names that are none do not get into a message; a line that is cut is no envelope at all.
    for (const auto* beginning :
         {"", "PK\3\4", "age-encryption.org/v", "age-encryption.org/v2", "gantry-envelope \n",
          "gantry-envelope \x1B[2J\n", "gantry-envelope fips", "Age-encryption.org/v1\n"})
        CHECK(envelopeOf(beginning).error().code == Errc::BadFormat);
}

TEST_CASE("a parcel in an envelope of tomorrow says so and leaves nothing", "[uplink][envelope]") {
    Bench bench({10});
    must(writeFileDurably(bench.parcel(), asBytes("gantry-envelope aes-p256\n" + std::string(5000, 'x'))));
    checkRefused(bench, Errc::Unsupported);
    CHECK(readParcelManifest(bench.parcel(), std::span(&bench.identity, 1)).error().code ==
          Errc::Unsupported);
}

TEST_CASE("each of several recipients opens a parcel, and former ones no more", "[uplink][envelope]") {
    Bench bench({10});
    const auto second = AgeIdentity::generate(), former = AgeIdentity::generate();
    const std::vector<AgeRecipient> recipients{bench.recipient, second.recipient()};
    must(makeParcel(bench.manifest, bench.files, recipients, bench.parcel()));
    for (const AgeIdentity* identity : std::initializer_list<const AgeIdentity*>{&bench.identity, &second})
        CHECK(must(openParcel(bench.parcel(), std::span(identity, 1), bench.out())).manifest.subject ==
              "S07-003");
    CHECK(openParcel(bench.parcel(), std::span(&former, 1), bench.out()).error().code == Errc::NoIdentity);
    CHECK(makeParcel(bench.manifest, bench.files, {}, bench.parcel()).error().code == Errc::InvalidArgument);
}

TEST_CASE("a digest tells lists of recipients apart, whatever their order", "[uplink][envelope]") {
    const auto a =
        must(AgeRecipient::parse("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"));
    const auto b = AgeIdentity::generate().recipient();
    const std::vector<AgeRecipient> ab{a, b}, bab{b, a, b}, only_a{a};
    CHECK(recipientsDigest(ab) == recipientsDigest(bab));
    CHECK(recipientsDigest(ab) != recipientsDigest(only_a));
    // printf 'age1zvk…\n' | sha256sum
    CHECK(recipientsDigest(only_a) == "86ce776fa223ed04ce1a8dd3538e1109cd1c8b9f80b9de79a52d33d181311fbc");
}

TEST_CASE("a tar in Zstandard opens to the same, here and with stock tools", "[uplink][envelope]") {
    Bench bench;
    const auto plain = must(bench.make());
    bench.compression = TarCompression::Zstd;
    const auto packed = must(bench.make());
    CHECK(packed.bytes < plain.bytes / 100);  // its files hold one letter each
    CHECK(packed.manifest_sha256 == plain.manifest_sha256);
    const auto opened = must(bench.open());
    for (const auto& file : bench.files)
        CHECK((must(readFile(opened.folder / file.name)) == must(readFile(file.path))));
    must(bench.open());
    CHECK(bench.left() == 1);
    if (!have("age") || !have("zstd")) return test::skipLoudly("age or zstd is not installed");
    must(saveAgeIdentity(bench.folder.path() / "key", bench.identity));
    fs::create_directory(bench.folder.path() / "stock");
    const auto command =
        "cd " + bench.folder.path().string() +
        "/stock && age -d -i ../key ../p.age | zstd -q -d | tar x && sha256sum instances/* > ../sums";
    REQUIRE(std::system(command.c_str()) == 0);
    const auto sums = must(readFile(bench.folder.path() / "sums"));
    for (const auto& file : bench.manifest.files)
        CHECK(sums.find(file.sha256 + "  " + file.name + "\n") != std::string::npos);
}

TEST_CASE("a tar in Zstandard is trusted no more than another", "[uplink][envelope]") {
    Bench bench({10, 2000});
    auto entries = honestEntries(bench);
    SECTION("the honest one opens") {
        forge(bench, entries, {}, zstd);
        must(bench.open());
    }
    SECTION("wrong digest") {
        entries[2].content[7] = '!';
        forge(bench, entries, {}, zstd);
        checkRefused(bench, Errc::BadSignature);
    }
    SECTION("an extra file") {
        entries.push_back({"instances/000003.dcm", "x", AE_IFREG, {}, false});
        forge(bench, entries, {}, zstd);
        checkRefused(bench, Errc::BadFormat);
    }
    SECTION("a gigabyte in a few thousand bytes") {
        entries[0].content = std::string(1 << 30, ' ');
        forge(bench, entries, {}, zstd);
        CHECK(fs::file_size(bench.parcel()) < 1 << 20);
        checkRefused(bench, Errc::BadFormat);
    }
    SECTION("other compressions are none") {
        forge(bench, entries, {},
              [](archive* a) { REQUIRE(archive_write_add_filter_gzip(a) == ARCHIVE_OK); });
        checkRefused(bench, Errc::BadFormat);
    }
}

TEST_CASE("the manifest is read without the files", "[uplink][envelope]") {
    Bench bench;
    bench.compression = GENERATE(TarCompression::None, TarCompression::Zstd);
    must(bench.make());
    const auto shown = must(readParcelManifest(bench.parcel(), std::span(&bench.identity, 1)));
    CHECK(shown.manifest.parcel_id == "7f0c-12");
    CHECK(shown.text == must(toJson(bench.manifest)));
    const auto other = AgeIdentity::generate();
    CHECK(readParcelManifest(bench.parcel(), std::span(&other, 1)).error().code == Errc::NoIdentity);
}

TEST_CASE("a manifest tells what was compressed and who made it", "[uplink][envelope]") {
    Bench bench({10, 20});
    const auto without = must(manifestFromJson(must(toJson(bench.manifest))));
    CHECK(without.software.empty());
    CHECK_FALSE(without.files[0].uncompressed);
    auto& file = bench.manifest.files[0];
    file.uncompressed = ManifestUncompressed{"jpeg-ls", "1.2.840.10008.1.2.1", 1000, std::string(64, 'a')};
    bench.manifest.software = "gantryd 7.1.0";
    const auto text = must(toJson(bench.manifest));
    const auto back = must(manifestFromJson(text));
    CHECK(back.software == "gantryd 7.1.0");
    REQUIRE(back.files[0].uncompressed);
    CHECK(back.files[0].uncompressed->transfer_syntax_uid == "1.2.840.10008.1.2.1");
    CHECK(back.files[0].uncompressed->bytes == 1000);
    CHECK_FALSE(back.files[1].uncompressed);
    for (const auto* bad : {R"("compressed":{"by":"jpeg-ls"})", R"("compressed":5)"}) {
        auto altered = text;
        const auto from = altered.find("\"compressed\":{");
        altered.replace(from, altered.find('}', from) + 1 - from, bad);
        CHECK(manifestFromJson(altered).error().code == Errc::BadFormat);
    }
}

}  // namespace gantry::uplink
