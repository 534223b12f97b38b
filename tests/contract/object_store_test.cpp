// The contract of ObjectStore on a directory and on a bucket of a small server of ours; tests/system runs it
// on Ceph.
#include <catch2/catch.hpp>

#include "object_store_contract.hpp"
#include "s3_fixture.hpp"

namespace gantry::uplink {
namespace {

using namespace gantry::test;

std::size_t filesIn(const std::filesystem::path& folder) {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        files += entry.is_regular_file();
    return files;
}

}  // namespace

TEST_CASE("a directory keeps the contract of a store", "[contract][store]") {
    const auto folder = temporaryDirectory();
    const auto store = must(openDirectoryStore(folder.path() / "store"));
    checkObjectStore(*store, 100'000);
    CHECK(filesIn(folder.path()) == 0);  // nothing is left of what was written beside
}

TEST_CASE("a bucket keeps the contract of a store", "[contract][store][s3]") {
    S3Bench bench;
    const auto store = must(openS3Store(bench.config()));
    checkObjectStore(*store, bench.config().part_bytes);
    CHECK(bench.fake.objects.empty());
    CHECK(bench.fake.uploads.empty());
}

TEST_CASE("a directory's object cannot be another one's folder", "[store]") {
    const auto folder = temporaryDirectory();
    const auto store = must(openDirectoryStore(folder.path()));
    must(store->put("a", asBytes("x"), Existing::Replace));
    CHECK(store->put("a/b", asBytes("x"), Existing::Replace).error().code == Errc::Conflict);
    must(store->put("c/d", asBytes("x"), Existing::Replace));
    CHECK(store->put("c", asBytes("x"), Existing::Replace).error().code == Errc::Conflict);
    CHECK(store->put("c", asBytes("x"), Existing::Refuse).error().code == Errc::Conflict);
}

TEST_CASE("what a crash left in a directory is no object, and goes when it is old", "[store]") {
    const auto folder = temporaryDirectory();
    const auto incoming = folder.path() / ".incoming";
    must(makeDirectory(incoming));
    must(writeFileDurably(incoming / "old", asBytes("half")));
    must(writeFileDurably(incoming / "new", asBytes("half")));
    std::filesystem::last_write_time(incoming / "old",
                                     std::filesystem::file_time_type::clock::now() - std::chrono::hours(25));
    const auto store = must(openDirectoryStore(folder.path()));
    CHECK(must(store->list("", "", 10)).objects.empty());
    CHECK_FALSE(std::filesystem::exists(incoming / "old"));
    CHECK(std::filesystem::exists(incoming / "new"));
}

TEST_CASE("keys that others put into the bucket are not shown under names that are none", "[store][s3]") {
    S3Bench bench;
    for (const auto* key : {"in/.hidden", "in/a", "in/x//y", "other"})
        bench.fake.objects[key] = {"x", "e", {}};
    const auto store = must(openS3Store(bench.config()));
    const auto page = must(store->list("", "", 1));
    REQUIRE(page.objects.size() == 1);
    CHECK(page.objects[0].name == "a");
    CHECK(must(store->list("", "a", 1)).objects.empty());
}

TEST_CASE("an object that is replaced while it is read is not mixed", "[store][s3]") {
    S3Bench bench;
    const auto store = must(openS3Store(bench.config()));
    const std::string first(20 << 20, 'a');
    bench.fake.objects["in/x"] = {first, "one", {}};
    const auto done = store->get("x", {}, [&](Bytes) -> Result<> {
        bench.fake.objects["in/x"] = {std::string(20 << 20, 'b'), "two", {}};
        return {};
    });
    CHECK(done.error().code == Errc::Conflict);
}

}  // namespace gantry::uplink
