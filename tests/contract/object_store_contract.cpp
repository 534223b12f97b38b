#include "object_store_contract.hpp"

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "support.hpp"

namespace gantry::test {
namespace {

using namespace uplink;

std::string patterned(std::size_t bytes, unsigned seed) {
    std::string out(bytes, '\0');
    std::uint64_t state = 0x9E3779B97F4A7C15u * (seed + 1);
    for (auto& c : out) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        c = static_cast<char>(state);
    }
    return out;
}

std::string read(ObjectStore& store, const std::string& name, ByteRange range = {}) {
    std::string out;
    must(store.get(name, range, [&](Bytes piece) -> Result<> {
        out += asText(piece);
        return {};
    }));
    return out;
}

std::vector<std::string> namesBelow(ObjectStore& store, const std::string& prefix, int most = 1000) {
    std::vector<std::string> names;
    for (std::string after;;) {
        const auto page = must(store.list(prefix, after, most));
        CHECK(page.objects.size() <= static_cast<std::size_t>(most));
        for (const auto& object : page.objects) names.push_back(object.name);
        if (!page.more) return names;
        REQUIRE_FALSE(page.objects.empty());
        after = page.objects.back().name;
    }
}

void keepsWhatIsPut(ObjectStore& store, std::size_t part_bytes) {
    const auto folder = temporaryDirectory();
    unsigned seed = 0;
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, std::size_t{100'000}, part_bytes, part_bytes * 2 + 3}) {
        CAPTURE(size);
        const auto content = patterned(size, ++seed);
        must(store.put("kept/bytes", asBytes(content), Existing::Replace));
        CHECK((read(store, "kept/bytes") == content));
        must(writeFileDurably(folder.path() / "f", asBytes(content)));
        must(store.putFile("kept/file", folder.path() / "f", Existing::Replace));
        CHECK((read(store, "kept/file") == content));
        const auto info = must(store.head("kept/file"));
        CHECK(info.name == "kept/file");
        CHECK(info.bytes == size);
        CHECK(info.modified > 1'700'000'000'000);
        CHECK_FALSE(info.tag.empty());
        CHECK((must(store.read("kept/file", size)) == content));
        if (size > 0) CHECK(store.read("kept/file", size - 1).error().code == Errc::BadFormat);
    }
    must(store.remove("kept/bytes"));
    must(store.remove("kept/file"));
}

void givesRanges(ObjectStore& store) {
    must(store.put("range", asBytes("0123456789"), Existing::Replace));
    CHECK(read(store, "range", {3, 4}) == "3456");
    CHECK(read(store, "range", {8, 10}) == "89");
    CHECK(read(store, "range", {8, {}}) == "89");
    CHECK(read(store, "range", {10, {}}).empty());
    CHECK(read(store, "range", {100, 5}).empty());
    CHECK(read(store, "range", {2, 0}).empty());
    const auto ended = store.get("range", {}, [](Bytes) -> Result<> { return fail(Errc::DiskFull, "mine"); });
    CHECK(ended.error().code == Errc::DiskFull);
    must(store.remove("range"));
}

void replacesOrRefuses(ObjectStore& store, std::size_t part_bytes) {
    const auto folder = temporaryDirectory();
    must(store.put("one", asBytes("first"), Existing::Refuse));
    const auto before = must(store.head("one"));
    CHECK(store.put("one", asBytes("second"), Existing::Refuse).error().code == Errc::AlreadyExists);
    must(writeFileDurably(folder.path() / "f", asBytes(patterned(part_bytes + 1, 7))));
    CHECK(store.putFile("one", folder.path() / "f", Existing::Refuse).error().code == Errc::AlreadyExists);
    CHECK(read(store, "one") == "first");
    must(store.put("one", asBytes("other"), Existing::Replace));
    CHECK(read(store, "one") == "other");
    CHECK(must(store.head("one")).tag != before.tag);
    must(store.remove("one"));
}

void isPlainAboutWhatIsNotThere(ObjectStore& store) {
    CHECK(store.head("none").error().code == Errc::NotFound);
    CHECK(store.get("none/x", {}, [](Bytes) { return Result<>(); }).error().code == Errc::NotFound);
    must(store.remove("none"));
    must(store.put("folder/inner", asBytes("x"), Existing::Replace));
    CHECK(store.head("folder").error().code == Errc::NotFound);
    CHECK(store.get("folder", {}, [](Bytes) { return Result<>(); }).error().code == Errc::NotFound);
    must(store.remove("folder"));
    CHECK(read(store, "folder/inner") == "x");
    must(store.remove("folder/inner"));
    // What was a folder may be an object now.
    must(store.put("folder", asBytes("y"), Existing::Refuse));
    must(store.remove("folder"));
    CHECK(store.put("../out", asBytes("x"), Existing::Replace).error().code == Errc::InvalidArgument);
    CHECK(store.head("a//b").error().code == Errc::InvalidArgument);
}

// By the bytes of the whole name: '-' (2D) and '.' (2E) come before '/' (2F), which comes before '0'.
void listsInOrder(ObjectStore& store) {
    const std::vector<std::string> names = {"a-b", "a.b",   "a/b/c", "a/b0", "a0",
                                            "b",   "n%2Fm", "p q+r", "z/ü"};
    for (const auto& name : names) must(store.put(name, asBytes(name), Existing::Replace));
    CHECK(namesBelow(store, "") == names);
    for (const int most : {1, 2, 4}) CHECK(namesBelow(store, "", most) == names);
    CHECK(namesBelow(store, "a") == std::vector<std::string>{"a-b", "a.b", "a/b/c", "a/b0", "a0"});
    CHECK(namesBelow(store, "a/") == std::vector<std::string>{"a/b/c", "a/b0"});
    CHECK(namesBelow(store, "a/b") == std::vector<std::string>{"a/b/c", "a/b0"});
    CHECK(namesBelow(store, "none").empty());
    const auto page = must(store.list("a", "a/b/c", 1));
    REQUIRE(page.objects.size() == 1);
    CHECK(page.objects[0].name == "a/b0");
    CHECK(page.objects[0].bytes == 4);
    CHECK(page.objects[0].tag == must(store.head("a/b0")).tag);
    CHECK(page.more);
    CHECK_FALSE(must(store.list("a", "a/b0", 1)).more);
    for (const auto& name : names) must(store.remove(name));
    CHECK(namesBelow(store, "").empty());
}

// Readers see one of the contents, whole; of those who put with Refuse one wins.
void holdsWhenManyWrite(ObjectStore& store) {
    constexpr int kThreads = 4;
    constexpr std::size_t kBytes = 300'000;
    must(store.put("raced", asBytes(std::string(kBytes, 'a')), Existing::Replace));
    std::atomic<int> winners = 0;
    std::mutex mutex;
    std::vector<std::string> wrong;  // guarded by mutex
    const auto complain = [&](std::string what) {
        const std::lock_guard lock(mutex);
        wrong.push_back(std::move(what));
    };
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < kThreads; ++i)
            threads.emplace_back([&, i] {
                const std::string content(kBytes, static_cast<char>('b' + i));
                const auto put = store.put("once", asBytes(content), Existing::Refuse);
                if (put) ++winners;
                if (!put && put.error().code != Errc::AlreadyExists) complain(put.error().message());
                for (int round = 0; round < 3; ++round) {
                    const auto replaced = store.put("raced", asBytes(content), Existing::Replace);
                    if (!replaced) complain(replaced.error().message());
                    const auto seen = store.read("raced", kBytes);
                    if (!seen) {
                        complain(seen.error().message());
                        continue;
                    }
                    if (seen->size() != kBytes || seen->find_first_not_of(seen->front()) != std::string::npos)
                        complain("two contents in one");
                }
            });
    }
    CHECK(winners == 1);
    CHECK(wrong == std::vector<std::string>());
    must(store.remove("raced"));
    must(store.remove("once"));
}

}  // namespace

void checkObjectStore(ObjectStore& store, std::size_t part_bytes) {
    keepsWhatIsPut(store, part_bytes);
    givesRanges(store);
    replacesOrRefuses(store, part_bytes);
    isPlainAboutWhatIsNotThere(store);
    listsInOrder(store);
    holdsWhenManyWrite(store);
}

}  // namespace gantry::test
