#include "gantry/uplink/parcel.hpp"

#include <algorithm>
#include <cstdlib>

#include "parcel_bench.hpp"

namespace gantry::uplink {
TEST_CASE("a parcel opens to what went in", "[uplink][parcel]") {
    Bench bench;
    const auto info = must(bench.make());
    CHECK(info.bytes == fs::file_size(bench.parcel()));
    CHECK(info.sha256 == toHex(must(sha256File(bench.parcel()))));
    CHECK(std::distance(fs::directory_iterator(bench.folder.path()), {}) == 2);  // in, p.age: nothing beside
    const auto opened = must(bench.open());
    CHECK(opened.folder == bench.out() / "7f0c-12");
    CHECK(opened.info.sha256 == info.sha256);
    CHECK(opened.info.bytes == info.bytes);
    CHECK(opened.info.manifest_sha256 == info.manifest_sha256);
    CHECK(toHex(must(sha256File(opened.folder / "manifest.json"))) == info.manifest_sha256);
    CHECK(opened.manifest.subject == "S07-003");
    CHECK(opened.manifest.decisions.at(0).why == "artefact outside the target");
    for (const auto& file : bench.files)
        CHECK((must(readFile(opened.folder / file.name)) == must(readFile(file.path))));
    CHECK(bench.left() == 1);
    must(bench.open());
    CHECK(bench.left() == 1);
}

TEST_CASE("age and tar open a parcel, and its size depends on sizes alone", "[uplink][parcel]") {
    Bench bench;
    const auto first = must(bench.make());
    const auto second = must(bench.make());
    CHECK(first.bytes == second.bytes);
    CHECK(first.sha256 != second.sha256);
    if (std::system("command -v age >/dev/null 2>&1") != 0) return test::skipLoudly("age is not installed");
    const auto key = bench.folder.path() / "key";
    must(saveAgeIdentity(key, bench.identity));
    fs::create_directory(bench.out());
    const auto command = "cd " + bench.out().string() +
                         " && age -d -i ../key ../p.age | tar tvf - > ../list 2>&1 &&" +
                         " age -d -i ../key ../p.age | tar x 2>> ../list";
    REQUIRE(std::system(command.c_str()) == 0);
    CHECK(must(manifestFromJson(must(readFile(bench.out() / "manifest.json")))).parcel_id == "7f0c-12");
    for (const auto& file : bench.files)
        CHECK((must(readFile(bench.out() / file.name)) == must(readFile(file.path))));
    const auto list = must(readFile(bench.folder.path() / "list"));
    CHECK(list.starts_with("-rw------- 0/0"));
    CHECK(list.find("lone zero") == std::string::npos);
}

TEST_CASE("a file that is not the manifest's stops the making", "[uplink][parcel]") {
    Bench bench;
    const auto checkStopped = [&](Errc code) {
        const auto made = bench.make();
        REQUIRE(!made);
        INFO(made.error().message());
        CHECK(made.error().code == code);
        CHECK(std::distance(fs::directory_iterator(bench.folder.path()), {}) == 1);
    };
    SECTION("other bytes") {
        must(writeFileDurably(bench.files[2].path, asBytes(std::string(3'000'000, 'z'))));
        checkStopped(Errc::BadSignature);
    }
    SECTION("another size") {
        must(writeFileDurably(bench.files[2].path, asBytes("short")));
        checkStopped(Errc::BadSignature);
    }
    SECTION("gone") {
        fs::remove(bench.files[2].path);
        checkStopped(Errc::NotFound);
    }
    SECTION("another order than the manifest's") {
        std::swap(bench.files[0], bench.files[1]);
        checkStopped(Errc::InvalidArgument);
    }
    SECTION("a manifest that no reader would take") {
        bench.manifest.parcel_id = "../x";
        checkStopped(Errc::InvalidArgument);
    }
    SECTION("no deid object") {
        bench.manifest.deid_json = "[]";
        checkStopped(Errc::InvalidArgument);
    }
    SECTION("a time that is none") {
        bench.manifest.created_at = "2026-02-30T00:00:00Z";
        checkStopped(Errc::InvalidArgument);
    }
}

TEST_CASE("the wrong key, garbage and cut parcels leave nothing", "[uplink][parcel]") {
    Bench bench;
    must(bench.make());
    const auto whole = must(readFile(bench.parcel()));
    SECTION("wrong key") {
        bench.identity = AgeIdentity::generate();
        checkRefused(bench, Errc::NoIdentity);
    }
    SECTION("garbage") {
        must(writeFileDurably(bench.parcel(), asBytes("garbage")));
        checkRefused(bench, Errc::BadFormat);
    }
    SECTION("cut") {
        for (const auto keep :
             {whole.size() - 1, whole.size() - 2000, whole.size() / 2, std::size_t{70'000}}) {
            must(writeFileDurably(bench.parcel(), asBytes(whole.substr(0, keep))));
            checkRefused(bench, Errc::BadSignature);
        }
    }
    SECTION("flipped") {
        for (const auto at : {whole.size() - 1, whole.size() / 2, std::size_t{400}}) {
            auto altered = whole;
            altered[at] = static_cast<char>(altered[at] ^ 4);
            must(writeFileDurably(bench.parcel(), asBytes(altered)));
            checkRefused(bench, Errc::BadSignature);
        }
    }
    SECTION("prolonged") {
        must(writeFileDurably(bench.parcel(), asBytes(whole + "x")));
        checkRefused(bench, Errc::BadSignature);
    }
    SECTION("not there") {
        fs::remove(bench.parcel());
        checkRefused(bench, Errc::NotFound);
    }
}

TEST_CASE("a tar that is not just what its manifest says is refused whole", "[uplink][parcel]") {
    Bench bench({10, 2000});
    auto entries = honestEntries(bench);
    SECTION("the honest one opens") {
        forge(bench, entries);
        must(bench.open());
        CHECK(bench.left() == 1);
    }
    SECTION("padded with zeros like tar's own records") {
        forge(bench, entries, std::string(9216, '\0'));
        must(bench.open());
    }
    SECTION("an extra file") {
        entries.push_back({"instances/000003.dcm", "x", AE_IFREG, {}, false});
        forge(bench, entries);
        checkRefused(bench, Errc::BadFormat);
    }
    SECTION("a missing file") {
        entries.pop_back();
        forge(bench, entries);
        checkRefused(bench, Errc::BadFormat);
    }
    SECTION("another order") {
        std::swap(entries[1], entries[2]);
        forge(bench, entries);
        checkRefused(bench, Errc::BadFormat);
    }
    SECTION("the manifest not first") {
        std::swap(entries[0], entries[1]);
        forge(bench, entries);
        checkRefused(bench, Errc::BadFormat);
    }
    SECTION("wrong digest") {
        entries[2].content[7] = '!';
        forge(bench, entries);
        checkRefused(bench, Errc::BadSignature);
    }
    SECTION("wrong size") {
        entries[2].content += '!';
        forge(bench, entries);
        checkRefused(bench, Errc::BadFormat);
    }
    SECTION("names that lead elsewhere") {
        for (const auto* name :
             {"../evil", "/tmp/gantry-evil", "instances/../../evil", "instances/000001.dcm/"}) {
            entries[1].name = name;
            forge(bench, entries);
            checkRefused(bench, Errc::BadFormat);
        }
        CHECK(!fs::exists(bench.folder.path() / "evil"));
    }
    SECTION("a link") {
        entries[1] = {entries[1].name, "", AE_IFLNK, "/etc/passwd", false};
        forge(bench, entries);
        checkRefused(bench, Errc::BadFormat);
    }
    SECTION("a hard link") {
        entries[2] = {entries[2].name, "", AE_IFREG, entries[1].name, true};
        forge(bench, entries);
        checkRefused(bench, Errc::BadFormat);
    }
    SECTION("a folder and a pipe") {
        for (const auto type : {AE_IFDIR, AE_IFIFO}) {
            entries[1] = {entries[1].name, "", type, {}, false};
            forge(bench, entries);
            checkRefused(bench, Errc::BadFormat);
        }
    }
    SECTION("a manifest that names an unsafe file") {
        bench.manifest.files[0].name = "../evil";
        bench.files[0].name = "../evil";
        forge(bench, honestEntries(bench));
        checkRefused(bench, Errc::BadFormat);
    }
    SECTION("not a tar") {
        forge(bench, {}, "hello, this is no tar at all");
        checkRefused(bench, Errc::BadFormat);
    }
    SECTION("larger than allowed") {
        forge(bench, entries);
        for (const auto& limits :
             {OpenLimits{100, 64 << 20, 10}, OpenLimits{1 << 20, 100, 10}, OpenLimits{1 << 20, 1 << 20, 1}}) {
            CHECK(bench.open(limits).error().code == Errc::BadFormat);
            CHECK(bench.left() == 0);
        }
    }
}

TEST_CASE("another parcel of the same identifier is a conflict and harms nothing", "[uplink][parcel]") {
    Bench bench({10, 20});
    must(bench.make());
    const auto opened = must(bench.open());
    bench.add(30);
    must(bench.make());
    CHECK(bench.open().error().code == Errc::Conflict);
    CHECK(bench.left() == 1);
    CHECK(!fs::exists(opened.folder / "instances/000003.dcm"));
}

TEST_CASE("what a killed opening left is swept up by the next", "[uplink][parcel]") {
    Bench bench({10});
    must(bench.make());
    fs::create_directories(bench.out() / ".opening-abc/parcel/instances");
    must(bench.open());
    CHECK(bench.left() == 1);
}

TEST_CASE("a manifest survives JSON and is read strictly", "[uplink][parcel]") {
    Bench bench({10});
    bench.manifest.supplements = "7f0c-11";
    Verdict verdict;
    verdict.outcome = Outcome::Attention;
    verdict.headline = "One slice is missing.";
    bench.manifest.verdict = verdict;
    const auto text = must(toJson(bench.manifest));
    const auto back = must(manifestFromJson(text));
    CHECK(must(toJson(back)) == text);
    CHECK(back.verdict->headline == "One slice is missing.");
    CHECK(back.supplements == "7f0c-11");
    const auto with = [&](const std::string& from, const std::string& to) {
        auto altered = text;
        const auto at = altered.find(from);
        REQUIRE(at != std::string::npos);
        altered.replace(at, from.size(), to);
        return manifestFromJson(altered);
    };
    CHECK(with("\"trial\"", "\"unknown\":[1.5],\"trial\""));  // unknown keys are ignored
    for (const auto& [from, to] :
         std::vector<std::pair<std::string, std::string>>{{"\"format\":1", "\"format\":2"},
                                                          {"\"trial\":", "\"tria\":"},
                                                          {"7f0c-12", ".."},
                                                          {"7f0c-12", "a/b"},
                                                          {"instances/000001.dcm", "instances/00001.dcm"},
                                                          {"instances/000001.dcm", "instances/../../1.dcm"},
                                                          {"\"bytes\":10", "\"bytes\":-1"},
                                                          {"\"bytes\":10", "\"bytes\":1e99"},
                                                          {"\"bytes\":10", "\"bytes\":\"10\""},
                                                          {bench.manifest.files[0].sha256, "00"},
                                                          {"{\"profile\"", "[{\"profile\""}}) {
        CAPTURE(from, to);
        const auto result = with(from, to);
        REQUIRE(!result);
        CHECK(result.error().code == Errc::BadFormat);
    }
    auto twice = bench.manifest;
    twice.files.push_back(twice.files[0]);
    CHECK(manifestFromJson(must(toJson(twice))).error().code == Errc::BadFormat);
    auto none = bench.manifest;
    none.files.clear();
    CHECK(manifestFromJson(must(toJson(none))).error().code == Errc::BadFormat);
}

TEST_CASE("instance names count on past six digits", "[uplink][parcel]") {
    CHECK(instanceName(1) == "instances/000001.dcm");
    CHECK(instanceName(1234567) == "instances/1234567.dcm");
    CHECK(!isParcelId(""));
    CHECK(!isParcelId(".hidden"));
    CHECK(!isParcelId("a b"));
    CHECK(!isParcelId(std::string(65, 'a')));
    CHECK(isParcelId("A-1_b.c"));
}

TEST_CASE("a parcel without images is a verdict on another one, or a withdrawal", "[parcel]") {
    Bench images;
    CHECK(must(manifestFromJson(must(toJson(images.manifest)))).content == ParcelContent::Images);
    Bench bench(std::vector<std::size_t>{});
    CHECK(manifestFromJson(must(toJson(bench.manifest))).error().code == Errc::BadFormat);  // no file
    auto& m = bench.manifest;

    m.content = ParcelContent::Withdrawal;
    const auto refused = [&] { return manifestFromJson(must(toJson(m))).has_error(); };
    CHECK(refused());  // of nothing
    m.withdraws = {{m.parcel_id, "wrong-subject"}};
    CHECK(refused());  // of itself
    for (const auto* bad : {"../x", "", ".a"}) {
        m.withdraws = {{bad, "wrong-subject"}};
        CHECK(refused());
    }
    m.withdraws = {{"former", "because of Mrs. Doe"}};
    CHECK(refused());
    m.withdraws = {{"former", "wrong-subject"}, {"other", "no-subject"}};
    CHECK_FALSE(refused());
    must(bench.make());
    const auto opened = must(bench.open());
    CHECK(opened.manifest.files.empty());
    CHECK(opened.manifest.withdraws.size() == 2);
    CHECK(opened.manifest.withdraws[1].parcel_id == "other");
    CHECK(must(bench.open()).info.sha256 == opened.info.sha256);

    m.content = ParcelContent::Verdict;
    m.withdraws.clear();
    CHECK(refused());
    m.verdict = Verdict{};
    CHECK(refused());  // of what?
    m.supplements = "former";
    CHECK_FALSE(refused());
    images.manifest.content = ParcelContent::Verdict;
    images.manifest.verdict = Verdict{};
    images.manifest.supplements = "former";
    CHECK(manifestFromJson(must(toJson(images.manifest))).has_error());  // a verdict with images
    images.manifest.content = ParcelContent::Images;
    images.manifest.supersedes = {"former", "former-2"};
    CHECK(must(manifestFromJson(must(toJson(images.manifest)))).supersedes == images.manifest.supersedes);
}

}  // namespace gantry::uplink
