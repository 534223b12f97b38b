// Everything of a TUF repository that comes from others: metadata files, canonical JSON, path patterns, and
// the client's checks behind good signatures.
#include <boost/json.hpp>
#include <cstdint>
#include <cstdlib>
#include <optional>

#include "canonical_json.hpp"
#include "gantry/core/crypto.hpp"
#include "gantry/uplink/tuf_signing.hpp"
#include "tuf/document.hpp"
#include "tuf/trusted_set.hpp"

namespace {

using namespace gantry;
using namespace gantry::uplink;

constexpr std::int64_t kNow = 1'795'000'000;  // 2026-11-18

void mustHold(bool held) {
    if (!held) std::abort();
}

// What was read can be written, and is then read as the same.
template <class Content>
void fuzzFile(std::string_view text, Result<tuf::Metadata<Content>> (*read)(std::string_view)) {
    const auto first = read(text);
    if (!first) return;
    const auto written = tuf::toText(first->content);
    mustHold(written.has_value());
    const auto second = read(*written);
    mustHold(second.has_value());
    const auto again = tuf::toText(second->content);
    mustHold(again.has_value() && *again == *written);
}

// Canonical JSON without a control character is JSON, and its own canonical form.
void fuzzCanonical(std::string_view text) {
    const auto value = tuf::parseStrictJson(text, "input");
    if (!value) return;
    const auto canonical = olpcCanonicalJson(*value);
    if (!canonical) return;
    for (const char c : *canonical)
        if (static_cast<unsigned char>(c) < 0x20) return;
    const auto again = tuf::parseStrictJson(*canonical, "canonical");
    mustHold(again.has_value() && *olpcCanonicalJson(*again) == *canonical);
}

void fuzzPattern(std::string_view text) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return;
    const auto pattern = text.substr(0, end), path = text.substr(end + 1);
    if (tuf::matchesPathPattern(path, pattern))
        mustHold(std::count(path.begin(), path.end(), '/') >=
                 std::count(pattern.begin(), pattern.end(), '/') -
                     std::count(pattern.begin(), pattern.end(), '['));
    mustHold(tuf::matchesPathPattern(path, path) || path.find_first_of("*?[") != std::string_view::npos);
}

const Ed25519Seed& seed() {
    static const Ed25519Seed fixed{std::byte{1}};
    return fixed;
}

const std::string& rootText() {
    static const std::string text = [] {
        tuf::Root root;
        root.expires = kNow + 1000;
        root.keys = {{tuf::keyIdOf(seed()), tuf::toKey(ed25519PublicKey(seed()))}};
        for (const auto role : {tuf::kRootRole, tuf::kTimestampRole, tuf::kSnapshotRole, tuf::kTargetsRole})
            root.roles[std::string(role)].key_ids = {tuf::keyIdOf(seed())};
        auto signed_text = tuf::signedText(root, {&seed(), 1});
        mustHold(signed_text.has_value());
        return *signed_text;
    }();
    return text;
}

// The content of a file, signed by the one key.
std::string signedContent(std::string_view content) {
    const auto whole = R"({"signatures":[],"signed":)" + std::string(content) + "}";
    const auto signed_text = tuf::addSignature(whole, seed());
    return signed_text ? *signed_text : whole;
}

// Contents in lines: root, timestamp, snapshot, targets, a delegated role. Each is signed before it is given
// in.
void fuzzWorkflow(std::string_view text) {
    auto set = tuf::TrustedSet::start(rootText(), kNow);
    mustHold(set.has_value());
    const auto next = [&] {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = signedContent(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        return line;
    };
    (void)set->updateRoot(next()).has_value();
    const auto timestamp = next();
    if (!set->updateTimestamp(timestamp) || !set->requireTimestampInForce()) return;
    mustHold(!*set->updateTimestamp(timestamp));
    if (!set->updateSnapshot(next())) return;
    const auto targets = set->addTargets(tuf::kTargetsRole, nullptr, next());
    if (!targets || !(*targets)->delegations) return;
    const auto delegated = next();
    for (const auto& role : (*targets)->delegations->roles) {
        (void)tuf::delegatesPath(role, "sites/0417/a");
        (void)set->addTargets(role.name, *targets, delegated).has_value();
    }
    if ((*targets)->delegations->succinct) {
        const auto bin = tuf::binOf(*(*targets)->delegations->succinct, "sites/0417/a");
        mustHold(tuf::isBin(*(*targets)->delegations->succinct, bin));
        (void)set->addTargets(bin, *targets, delegated).has_value();
    }
}

}  // namespace

// The first byte chooses the reader.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto text = asText(std::as_bytes(std::span(data, size)).subspan(1));
    switch (data[0]) {
        case 'r':
            fuzzFile(text, tuf::readRoot);
            break;
        case 't':
            fuzzFile(text, tuf::readTimestamp);
            break;
        case 's':
            fuzzFile(text, tuf::readSnapshot);
            break;
        case 'g':
            fuzzFile(text, tuf::readTargets);
            break;
        case 'c':
            fuzzCanonical(text);
            break;
        case 'p':
            fuzzPattern(text);
            break;
        default:
            fuzzWorkflow(text);
    }
    return 0;
}
