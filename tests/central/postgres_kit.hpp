#pragma once
/// A real PostgreSQL for a test, in a folder of its own: a socket there for the test itself, without a
/// password, and loopback, with one. Gone with its object.

#include <memory>
#include <string>

#include "process.hpp"
#include "support.hpp"

namespace gantry::test {

class Postgres {
public:
    /// @errors NotFound: not installed; Timeout, Internal: it does not start
    static Result<std::unique_ptr<Postgres>> start();
    ~Postgres();

    /// A database of its own, empty. @return its URL through the socket
    std::string makeDatabase();
    /// The same database through loopback, where the password is asked for.
    std::string overLoopback(const std::string& url) const;
    /// "*:*:*:gantry:PASSWORD", as a file of mode 0600.
    std::filesystem::path passwordFile() const { return folder_.path() / "gantry.pgpass"; }
    /// What psql answers, unaligned and without headers.
    std::string ask(const std::string& url, const std::string& sql) const;
    /// Everybody's connection is cut, and it starts again.
    void restart();

private:
    explicit Postgres(TemporaryDirectory folder, std::filesystem::path programs)
        : folder_(std::move(folder)), programs_(std::move(programs)) {}
    Result<> initialise();
    Result<> run();
    void end();
    Command asOwner(const std::string& program, std::vector<std::string> arguments) const;

    TemporaryDirectory folder_;
    std::filesystem::path programs_;
    std::uint16_t port_ = 0;
    std::optional<Process> server_;
};

/// The one that all tests of this process share; nullptr, said loudly, where it is not installed.
Postgres* sharedPostgres();

}  // namespace gantry::test
