// put_object: puts one file by whichever transport the endpoint asks for, as a process that a test can kill.
// What must outlive it is kept in a file. Prints "sent N" as it goes, then "done", or the error.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "gantry/core/crypto.hpp"
#include "gantry/uplink/destination.hpp"

namespace {

using namespace gantry;

class FileMemory final : public uplink::UploadMemory {
public:
    explicit FileMemory(std::filesystem::path file) : file_(std::move(file)) {}
    std::string resumeState() override {
        const auto text = readFile(file_);
        return text ? *text : std::string();
    }
    Result<> saveResumeState(std::string state) override { return writeFileDurably(file_, asBytes(state)); }
    void progress(std::uint64_t sent, std::uint64_t) override {
        std::printf("sent %llu\n", static_cast<unsigned long long>(sent));
        std::fflush(stdout);
    }

private:
    std::filesystem::path file_;
};

Result<> putOne(const uplink::Destination& to, const std::string& name, const std::string& file,
                const std::string& memory_file) {
    const auto transport = GANTRY_TRY(uplink::makeTransport(to));
    const auto fd = GANTRY_TRY(openFile(file, OpenMode::Read));
    uplink::PutObject object;
    object.name = name;
    object.file = file;
    object.bytes = GANTRY_TRY(fileSize(fd.get()));
    object.sha256_hex = toHex(GANTRY_TRY(sha256File(file)));
    object.metadata = {{"parcel_id", name}};
    FileMemory memory(memory_file);
    return transport->put(object, memory, {});
}

}  // namespace

int main(int argc, char** argv) {
    uplink::Destination to;
    std::string name, file, memory, credentials, grants, ca;
    CLI::App app("Puts one file");
    app.add_option("--endpoint", to.endpoint)->required();
    app.add_option("--credentials", credentials);
    app.add_option("--grants", grants);
    app.add_option("--ca", ca);
    app.add_option("--name", name)->required();
    app.add_option("--file", file)->required();
    app.add_option("--memory", memory)->required();
    app.add_option("--chunk-bytes", to.chunk_bytes);
    app.add_option("--connections", to.connections);
    CLI11_PARSE(app, argc, argv);
    to.credentials = credentials;
    to.grants = grants;
    to.http.ca_file = ca;
    const auto done = putOne(to, name, file, memory);
    if (!done) std::printf("%s\n", done.error().message().c_str());
    if (done) std::puts("done");
    return done ? 0 : 1;
}
