#pragma once
/// The passphrases of key files: from a file that others cannot read, or typed at the terminal. Never from the
/// command line, where every user of the machine sees them.

#include <filesystem>
#include <string>

#include "gantry/core/crypto.hpp"
#include "gantry/core/result.hpp"

namespace gantry::central {

/// The first line of a file of mode 0600. @errors NotFound; NotAllowed: others can read it; BadFormat: empty
Result<std::string> passphraseFrom(const std::filesystem::path& file);
/// Asks at the terminal, without echo. @param twice for a new one @errors NotAllowed: there is no terminal;
/// InvalidArgument: empty, or the two differ
Result<std::string> askPassphrase(const std::string& what, bool twice);

/// From the file where one is named, else typed.
Result<std::string> passphraseOf(const std::string& what, const std::filesystem::path& file, bool is_new);
/// Opens a person's, or the desk's, key.
Result<Ed25519Seed> unlockKey(const std::filesystem::path& key, const std::filesystem::path& passphrase_file);

}  // namespace gantry::central
