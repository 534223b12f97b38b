#include "passphrase.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "gantry/core/files.hpp"
#include "gantry/uplink/tuf_signing.hpp"

namespace gantry::central {
namespace {

constexpr std::size_t kLongest = 1024;

/// The terminal without echo, as long as it lives.
class Quiet {
public:
    explicit Quiet(int fd) : fd_(fd) {
        if (::tcgetattr(fd_, &before_) != 0) return;
        auto quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        changed_ = ::tcsetattr(fd_, TCSAFLUSH, &quiet) == 0;
    }
    ~Quiet() {
        if (changed_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
    }
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;
    bool isQuiet() const { return changed_; }

private:
    int fd_;
    termios before_{};
    bool changed_ = false;
};

Result<std::string> askOnce(int terminal, const std::string& question) {
    GANTRY_CHECK(writeAll(terminal, asBytes(question)));
    const Quiet quiet(terminal);
    if (!quiet.isQuiet()) return fail(Errc::NotAllowed, "the terminal would show the passphrase");
    std::string line;
    for (char c = 0; ::read(terminal, &c, 1) == 1 && c != '\n' && line.size() < kLongest;) line += c;
    GANTRY_CHECK(writeAll(terminal, asBytes("\n")));
    if (line.empty()) return fail(Errc::InvalidArgument, "an empty passphrase protects nothing");
    return line;
}

}  // namespace

Result<std::string> passphraseFrom(const std::filesystem::path& file) {
    const auto fd = GANTRY_TRY(openFile(file, OpenMode::Read));
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0) return failErrno(file.string(), errno);
    if ((info.st_mode & 077) != 0)
        return fail(Errc::NotAllowed, file.string() + ": others can read it; chmod 600");
    auto text = GANTRY_TRY(readFile(file, kLongest));
    text.resize(std::min(text.find_first_of("\r\n"), text.size()));
    if (text.empty()) return fail(Errc::BadFormat, file.string() + " holds no passphrase");
    return text;
}

Result<std::string> askPassphrase(const std::string& what, bool twice) {
    const UniqueFd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC));
    if (!terminal)
        return fail(Errc::NotAllowed, "no terminal to ask for the passphrase of " + what +
                                          "; name a file that holds it");
    auto first = GANTRY_TRY(askOnce(terminal.get(), "Passphrase of " + what + ": "));
    if (twice && GANTRY_TRY(askOnce(terminal.get(), "Once more: ")) != first)
        return fail(Errc::InvalidArgument, "the two passphrases differ");
    return first;
}

Result<std::string> passphraseOf(const std::string& what, const std::filesystem::path& file, bool is_new) {
    return file.empty() ? askPassphrase(what, is_new) : passphraseFrom(file);
}

Result<Ed25519Seed> unlockKey(const std::filesystem::path& key, const std::filesystem::path& passphrase_file) {
    const auto passphrase = GANTRY_TRY(passphraseOf(key.filename().string(), passphrase_file, false));
    return uplink::tuf::loadEncryptedKey(key, passphrase);
}

}  // namespace gantry::central
