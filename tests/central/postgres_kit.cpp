#include "postgres_kit.hpp"

#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include "gantry/core/crypto.hpp"
#include "raw_http.hpp"
#include "sockets.hpp"
#include "wait.hpp"

namespace gantry::test {
namespace {

namespace fs = std::filesystem;

/// Debian keeps a folder for each version: the newest.
fs::path programsOf() {
    fs::path newest;
    std::error_code ec;
    for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", ec))
        if (fs::exists(version.path() / "bin/postgres") && version.path() > newest) newest = version.path();
    return newest.empty() ? newest : newest / "bin";
}

}  // namespace

/// PostgreSQL refuses to run as root.
Command Postgres::asOwner(const std::string& program, std::vector<std::string> arguments) const {
    Command command;
    command.program = programs_ / program;
    command.log = folder_.path() / "log";
    if (::geteuid() == 0) {
        arguments.insert(arguments.begin(), {"--reuid=postgres", "--regid=postgres", "--clear-groups",
                                             "--pdeathsig=INT", command.program});
        command.program = "setpriv";
    }
    command.arguments = std::move(arguments);
    return command;
}

Result<std::unique_ptr<Postgres>> Postgres::start() {
    auto programs = programsOf();
    const auto* owner = ::getpwnam("postgres");
    if (programs.empty() || owner == nullptr) return fail(Errc::NotFound, "PostgreSQL is not installed");
    std::unique_ptr<Postgres> made(new Postgres(temporaryDirectory(), std::move(programs)));
    if (::geteuid() == 0 && ::chown(made->folder_.path().c_str(), owner->pw_uid, owner->pw_gid) != 0)
        return fail(Errc::Io, "giving the folder to PostgreSQL");
    GANTRY_CHECK(made->initialise());
    GANTRY_CHECK(made->run());
    return made;
}

Result<> Postgres::initialise() {
    const auto password = randomHex(16);
    GANTRY_CHECK(writeFileDurably(passwordFile(), asBytes("*:*:*:gantry:" + password + "\n"), 0600));
    const auto secret = folder_.path() / "secret";
    GANTRY_CHECK(writeFileDurably(secret, asBytes(password), 0644));
    const auto made = GANTRY_TRY(runToEnd(asOwner(
        "initdb", {"-D", folder_.path() / "data", "-U", "gantry", "--auth-local=trust",
                   "--auth-host=scram-sha-256", "--pwfile", secret, "--no-sync", "--locale=C.UTF-8"})));
    return made == 0 ? Result<>() : fail(Errc::Internal, "initdb ended with " + std::to_string(made));
}

Result<> Postgres::run() {
    if (port_ == 0) port_ = freePort();
    server_ = GANTRY_TRY(Process::start(
        asOwner("postgres", {"-D", folder_.path() / "data", "-k", folder_.path(), "-p", std::to_string(port_),
                             "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"})));
    const auto url =
        "postgresql://gantry@/postgres?host=" + folder_.path().string() + "&port=" + std::to_string(port_);
    const bool up = waitUntil([&] { return ask(url, "SELECT 1") == "1\n"; }, std::chrono::seconds(30));
    return up ? Result<>() : fail(Errc::Timeout, "PostgreSQL does not answer");
}

/// At once, without waiting for those who are connected.
void Postgres::end() {
    if (!server_) return;
    ::kill(server_->pid(), SIGINT);
    if (!server_->wait(std::chrono::seconds(20))) server_->kill();
    server_.reset();
}

Postgres::~Postgres() {
    end();
}

void Postgres::restart() {
    end();
    must(run());
}

std::string Postgres::makeDatabase() {
    const auto name = "t" + randomHex(8);
    const auto at = [&](const std::string& database) {
        return "postgresql://gantry@/" + database + "?host=" + folder_.path().string() +
               "&port=" + std::to_string(port_);
    };
    ask(at("postgres"), "CREATE DATABASE " + name);
    return at(name);
}

std::string Postgres::overLoopback(const std::string& url) const {
    const auto begin = url.find("@/") + 2;
    return "postgresql://gantry@127.0.0.1:" + std::to_string(port_) + "/" +
           url.substr(begin, url.find('?') - begin);
}

std::string Postgres::ask(const std::string& url, const std::string& sql) const {
    return runCommand("psql -X -q -A -t '" + url + "' -c \"" + sql + "\" 2>&1").output;
}

Postgres* sharedPostgres() {
    static auto postgres = Postgres::start();
    if (postgres) return postgres->get();
    if (postgres.error().code != Errc::NotFound) FAIL(postgres.error().message());
    skipLoudly(postgres.error().message());
    return nullptr;
}

}  // namespace gantry::test
