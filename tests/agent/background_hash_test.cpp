#include "receive/background_hash.hpp"

#include "support.hpp"

using namespace gantry;
using namespace gantry::agent;

TEST_CASE("a digest made in the background is that of all pieces in their order") {
    BackgroundHash hash;
    std::string whole;
    hash.begin();
    for (int i = 0; i < 200; ++i) {
        const std::string piece(static_cast<std::size_t>(1 + i * 97 % 5000), static_cast<char>('a' + i % 26));
        whole += piece;
        hash.feed(asBytes(piece));
    }
    CHECK(hash.finish() == sha256(asBytes(whole)));
}

TEST_CASE("what was fed before a new beginning is forgotten") {
    BackgroundHash hash;
    hash.begin();
    hash.feed(asBytes("broken off"));
    hash.begin();
    hash.feed(asBytes("abc"));
    // FIPS 180-4, example for "abc"
    CHECK(toHex(hash.finish()) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    hash.begin();
    CHECK(hash.finish() == sha256({}));
}
