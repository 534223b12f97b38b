#pragma once
/// Certificates for servers of tests, made by openssl.

#include <cstdlib>
#include <filesystem>
#include <string>

namespace gantry::test {

/// In `folder`: an authority (ca.pem), and a certificate of it (hub.pem, hub.key) for `name`, a
/// subjectAltName such as "DNS:hub.example". False where openssl is not there.
inline bool makeCertificate(const std::filesystem::path& folder, const std::string& name) {
    const auto command =
        "cd " + folder.string() +
        " && { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "
        "/CN=authority -keyout ca.key -out "
        "ca.pem &&"
        " openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=hub -keyout hub.key "
        "-out hub.csr &&"
        " printf 'subjectAltName=" +
        name +
        "' > ext &&"
        " openssl x509 -req -in hub.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile ext -out "
        "hub.pem;"
        " } >/dev/null 2>&1 && chmod 600 hub.key";
    return std::system(command.c_str()) == 0;
}

}  // namespace gantry::test
