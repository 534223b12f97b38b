// Which role a path is delegated to. Expected values: the specification's examples (4.5), glob(7), and for
// bins the cases of the public conformance suite.
#include "gantry/uplink/tuf_metadata.hpp"
#include "support.hpp"

namespace gantry::uplink::tuf {
namespace {

struct Case {
    std::string pattern, path;
    bool matches;
};

}  // namespace

TEST_CASE("path patterns are a shell's, and a '/' is only itself", "[uplink][tuf]") {
    const auto c = GENERATE(values<Case>({
        // the specification's
        {"targets/*.tgz", "targets/foo.tgz", true},
        {"targets/*.tgz", "targets/bar.tgz", true},
        {"targets/*.tgz", "targets/foo.txt", false},
        {"foo-version-?.tgz", "foo-version-2.tgz", true},
        {"foo-version-?.tgz", "foo-version-a.tgz", true},
        {"foo-version-?.tgz", "foo-version-alpha.tgz", false},
        {"*.tgz", "foo.tgz", true},
        {"*.tgz", "targets/foo.tgz", false},
        {"foo.tgz", "foo.tgz", true},
        {"foo.tgz", "foo-tgz", false},
        // glob(7)
        {"*", "", true},
        {"*", "a", true},
        {"*", "a/b", false},
        {"*/*", "a/b", true},
        {"*/*", "a/b/c", false},
        {"*/", "a/", true},
        {"?", "/", false},
        {"a?b", "a/b", false},
        {"a[/]b", "a/b", false},
        {"a[!x]b", "a/b", false},
        {"[!a-c]", "d", true},
        {"[!a-c]", "b", false},
        {"[a-c]x", "bx", true},
        {"[]]", "]", true},
        {"[!]]", "]", false},
        {"[a", "[a", true},
        {"[a", "a", false},
        {"*a*b*c", "xxaxxbxxc", true},
        {"*a*b*c", "xxaxxbxx", false},
        {"sites/*/r*.json", "sites/0417/receipt.json", true},
        {"sites/*/r*.json", "sites/0417/sub/receipt.json", false},
        {"", "", true},
        {"", "a", false},
        {"\\*", "*", false},  // nothing is quoted
        {"?", "ü", true},     // a character, not a byte
        {"[ä-ü]", "ö", true},
        {"*.*", ".hidden", true},
    }));
    CAPTURE(c.pattern, c.path);
    CHECK(matchesPathPattern(c.path, c.pattern) == c.matches);
}

TEST_CASE("a pattern made to be slow is not", "[uplink][tuf]") {
    std::string pattern;
    for (int i = 0; i < 200; ++i) pattern += "a*";
    CHECK_FALSE(matchesPathPattern(std::string(5000, 'a') + "b", pattern + "c"));
}

TEST_CASE("bins are found by the first bits of a path's hash", "[uplink][tuf]") {
    const auto [bits, path, bin] = GENERATE(table<unsigned, std::string, std::string>({
        {1, "boo", "bin-0"},
        {1, "too", "bin-1"},
        {2, "foo", "bin-0"},
        {2, "doo", "bin-1"},
        {2, "too", "bin-2"},
        {2, "bar", "bin-3"},
        {8, "bar", "bin-fc"},
    }));
    SuccinctRoles bins;
    bins.bit_length = bits;
    bins.name_prefix = "bin";
    CHECK(binOf(bins, path) == bin);
    CHECK(isBin(bins, bin));
}

TEST_CASE("only names of bins are bins", "[uplink][tuf]") {
    SuccinctRoles bins;
    bins.bit_length = 10;
    bins.name_prefix = "bin";
    CHECK(isBin(bins, "bin-000"));
    CHECK(isBin(bins, "bin-3ff"));
    for (const auto* name : {"bin-400", "bin-3f", "bin-03ff", "bin-3FF", "bin-xyz", "bin", "bun-3ff", ""})
        CHECK_FALSE(isBin(bins, name));
}

TEST_CASE("a hash prefix delegates what begins with it", "[uplink][tuf]") {
    DelegatedRole role;
    // sha256sum of "bar" is fcde2b2e…
    role.path_hash_prefixes = {"00", "fcd"};
    CHECK(delegatesPath(role, "bar"));
    role.path_hash_prefixes = {"fcf"};
    CHECK_FALSE(delegatesPath(role, "bar"));
    role.path_hash_prefixes.reset();
    CHECK_FALSE(delegatesPath(role, "bar"));
}

}  // namespace gantry::uplink::tuf
