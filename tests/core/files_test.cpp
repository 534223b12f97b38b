#include "gantry/core/files.hpp"

#include <sys/stat.h>

#include "support.hpp"

using namespace gantry;

TEST_CASE("a file written durably has its content, mode 0600, and leaves nothing beside it") {
    const auto folder = test::temporaryDirectory();
    const auto path = folder.path() / "a.json";
    test::must(writeFileDurably(path, asBytes("one")));
    test::must(writeFileDurably(path, asBytes("two")));
    CHECK(test::must(readFile(path)) == "two");
    struct stat info {};
    REQUIRE(::stat(path.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("a full disk is told apart from other failures") {
    const auto fd = test::must(openFile("/dev/full", OpenMode::ReadWriteCreate));
    const auto written = writeAllAt(fd.get(), asBytes("x"), 0);
    REQUIRE_FALSE(written);
    CHECK(written.error().code == Errc::DiskFull);
}

TEST_CASE("a map shows any range of a file and refuses one beyond its end") {
    const auto folder = test::temporaryDirectory();
    const auto path = folder.path() / "m";
    std::string content(10'000, 'x');
    content.replace(5'000, 5, "hello");
    test::must(writeFileDurably(path, asBytes(content)));
    const auto map = test::must(MappedFile::open(path, 5'000, 5));
    CHECK(asText(map.bytes()) == "hello");
    CHECK_FALSE(MappedFile::open(path, 9'999, 2));
    CHECK_FALSE(MappedFile::open(path, 10'001));
    CHECK(test::must(MappedFile::open(path, 10'000)).bytes().empty());
}

TEST_CASE("a bare file name is written in the current folder") {
    const auto folder = test::temporaryDirectory();
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(folder.path());
    const auto written = writeFileDurably("bare", asBytes("x"));
    std::filesystem::current_path(before);
    REQUIRE(written);
    CHECK(test::must(readFile(folder.path() / "bare")) == "x");
}
