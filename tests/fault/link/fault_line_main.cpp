/// gantry-fault-line: a line of our own on loopback that goes bad as it is told, for any two programs.
///
/// Prints "listening PORT", then each fault as it strikes. Commands on standard input, one a line:
///   cut N | half-close N | lose-answer N | flip N | flip-back N     after N more bytes towards the server
///   stall N MS | down N MS                                          the same, for so many ms
///   rate UP DOWN   delay MS     bytes a second (0: no bound); each way
///   quit                        as does the end of the input
#include <CLI/CLI.hpp>
#include <iostream>
#include <sstream>

#include "fault_proxy.hpp"

namespace {

using namespace gantry::test;

std::optional<std::uint64_t> bound(std::uint64_t rate) {
    return rate == 0 ? std::nullopt : std::optional(rate);
}

/// False: it is the end.
bool obey(const std::string& line, FaultProxy& proxy) {
    std::istringstream words(line);
    std::string verb;
    std::uint64_t first = 0, second = 0;
    words >> verb >> first >> second;
    LineFault fault;
    if (verb == "quit") return false;
    if (verb == "rate")
        proxy.setRate(bound(first), bound(second));
    else if (verb == "delay")
        proxy.setDelay(std::chrono::milliseconds(first));
    else if (kindNamed(verb, fault.kind))
        proxy.arm({{fault.kind, first, std::chrono::milliseconds(second)}});
    else if (!verb.empty())
        std::cerr << "gantry-fault-line: not understood: " << line << '\n';
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    std::uint16_t to = 0, listen = 0;
    std::uint64_t up = 0, down = 0, seed = 0;
    int delay = 0;
    bool anywhere = false;
    FaultWish wish;
    std::vector<std::string> kinds = {"cut", "half-close", "lose-answer", "stall", "down"};
    std::vector<int> lasts = {50, 3000};
    CLI::App app("A line on loopback that goes bad");
    app.add_option("--to", to, "port of the server")->required();
    app.add_option("--listen", listen, "port to listen on; 0: any free one");
    app.add_option("--rate-up", up, "bytes a second towards the server; 0: no bound");
    app.add_option("--rate-down", down, "bytes a second from it");
    app.add_option("--delay-ms", delay, "each way");
    app.add_option("--faults", wish.count, "so many faults, drawn from the seed");
    app.add_option("--over", wish.over_bytes, "spread over so many bytes towards the server");
    app.add_option("--kinds", kinds, "cut half-close lose-answer stall down flip flip-back");
    app.add_option("--lasts-ms", lasts, "shortest and longest stall")->expected(2);
    auto* seed_option =
        app.add_option("--seed", seed, "of the faults; GANTRY_SEED or a new one when it is left out");
    app.add_flag("--flip-anywhere", anywhere, "flips may meet heads of requests too");
    CLI11_PARSE(app, argc, argv);
    for (const auto& name : kinds) {
        LineFault::Kind kind;
        if (!kindNamed(name, kind)) return (std::cerr << "no fault is called " << name << '\n'), 2;
        wish.kinds.push_back(kind);
    }
    wish.shortest = std::chrono::milliseconds(lasts[0]);
    wish.longest = std::chrono::milliseconds(lasts[1]);
    FaultProxy proxy(to, listen);
    proxy.onStrike([](const LineFault& fault) {
        std::ostringstream line;
        line << fault << '\n';
        std::cout << line.str() << std::flush;
    });
    proxy.setRate(bound(up), bound(down));
    proxy.setDelay(std::chrono::milliseconds(delay));
    proxy.flipAnywhere(anywhere);
    if (wish.count > 0) {
        wish.seed = seed_option->count() > 0 ? seed : faultSeed();
        proxy.arm(drawFaults(wish));
    }
    std::cout << "listening " << proxy.port() << std::endl;
    for (std::string line; std::getline(std::cin, line);)
        if (!obey(line, proxy)) break;
    std::cout << proxy.struck().size() << " faults, " << proxy.bytesUp() << " bytes towards the server, "
              << proxy.connections() << " connections\n";
    return 0;
}
