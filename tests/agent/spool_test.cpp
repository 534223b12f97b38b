#include <sys/mount.h>
#include <unistd.h>
#include <zlib.h>

#include <set>

#include "box.hpp"
#include "catalogue/parcels.hpp"
#include "catalogue/studies.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;
namespace fs = std::filesystem;

namespace {

constexpr const char* kInsertParcel = "INSERT INTO parcel (id, study_id, number)";

fs::path segmentOf(Box& box) {
    return box.spoolFolder() / textOf(*box.catalogue, "SELECT name FROM segment WHERE closed = 0");
}

void overwrite(const fs::path& file, std::uint64_t at, const std::string& bytes) {
    const auto fd = must(openFile(file, OpenMode::ReadWriteCreate));
    must(writeAllAt(fd.get(), asBytes(bytes), at));
}

std::int64_t offsetOf(Box& box, const std::string& uid) {
    return numberOf(*box.catalogue,
                    "SELECT byte_offset FROM instance WHERE sop_instance_uid = '" + uid + "'");
}

// RFC 1951 without header and checksum, as PS3.5 A.5 asks.
std::string rawDeflate(std::string in) {
    z_stream stream{};
    REQUIRE(::deflateInit2(&stream, 1, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out(::deflateBound(&stream, in.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    REQUIRE(::deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(stream.total_out + stream.total_out % 2);
    ::deflateEnd(&stream);
    return out;
}

// A file system that is soon full; unmounted at the end.
class SmallDisk {
public:
    static std::unique_ptr<SmallDisk> mountOn(const fs::path& folder, const std::string& size) {
        if (::geteuid() != 0) return nullptr;
        if (::mount("tmpfs", folder.c_str(), "tmpfs", 0, ("size=" + size).c_str()) != 0) return nullptr;
        return std::unique_ptr<SmallDisk>(new SmallDisk(folder));
    }
    ~SmallDisk() { ::umount2(folder_.c_str(), MNT_DETACH); }

private:
    explicit SmallDisk(fs::path folder) : folder_(std::move(folder)) {}
    fs::path folder_;
};

}  // namespace

TEST_CASE("real objects of many transfer syntaxes stand in the spool bit by bit as sent", "[agent][spool]") {
    const auto shared = sharedFolder();
    if (!shared) return skipLoudly("no shared data");
    Box box;
    std::set<std::string> syntaxes;
    int stored = 0;
    int trial = 0;  // samples that share a UID do not meet
    for (const auto* folder : {"data/pydicom", "data/cornerstone", "data/pydicom-data"}) {
        std::error_code ec;
        for (const auto& entry : fs::recursive_directory_iterator(*shared / folder, ec)) {
            if (!entry.is_regular_file() || entry.file_size() > (8u << 20)) continue;
            const auto split = splitFile(must(readFile(entry.path())));
            if (!split || split->sop_instance_uid.empty() || split->transfer_syntax_uid.empty()) continue;
            const auto outcome = box.store(*split, "t" + std::to_string(++trial));
            if (!outcome) continue;  // samples whose header contradicts itself
            CAPTURE(entry.path().filename().string(), split->transfer_syntax_uid);
            CHECK(box.spooledDataset(split->sop_instance_uid, outcome->study) == split->dataset);
            syntaxes.insert(split->transfer_syntax_uid);
            ++stored;
        }
    }
    CAPTURE(syntaxes.size(), stored);
    CHECK(stored >= 50);
    for (const auto* uid : {"1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2",
                            "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80",
                            "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.5"}) {
        CAPTURE(uid);
        CHECK(syntaxes.contains(uid));
    }
}

TEST_CASE("a deflated data set is read, and kept deflated", "[agent][spool]") {
    Box box;
    auto file = madeFile(smallSeries(3, 1).instances[0]);
    file.transfer_syntax_uid = "1.2.840.10008.1.2.1.99";  // PS3.5 A.5
    SECTION("whole") {
        file.dataset = rawDeflate(file.dataset);
        must(box.store(file));
        CHECK(box.spooledDataset(file.sop_instance_uid) == file.dataset);
        CHECK(textOf(*box.catalogue, "SELECT modality FROM study") == "CT");
    }
    SECTION("not deflated at all") {
        CHECK_FALSE(box.store(file));
    }
    SECTION("a little that grows beyond all bounds") {
        file.dataset = rawDeflate(file.dataset + std::string(600u << 20, '\0'));
        REQUIRE(file.dataset.size() < (4u << 20));
        const auto outcome = box.store(file);
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().code == Errc::DicomLimit);
    }
}

TEST_CASE("after a clean restart everything is where it was", "[agent][spool]") {
    Box box;
    const auto series = smallSeries(3, 4);
    box.storeAll(series);
    const auto bytes = box.spooledBytes();
    box.restart();
    CHECK(numberOf(*box.catalogue, "SELECT count(*) FROM instance") == 4);
    CHECK(numberOf(*box.catalogue, "SELECT count(*) FROM refusal") == 0);
    CHECK(numberOf(*box.catalogue, "SELECT count(*) FROM segment WHERE closed = 0") == 0);
    CHECK(box.spooledBytes() == bytes);
    for (const auto& instance : series.instances)
        CHECK(box.spooledDataset(instance.sop_instance_uid) == madeFile(instance).dataset);
    const auto more = smallSeries(4, 1);
    box.storeAll(more);
    CHECK(numberOf(*box.catalogue, "SELECT count(*) FROM instance") == 5);
}

TEST_CASE("a tail that no row knows is cut off", "[agent][spool]") {
    Box box;
    const auto series = smallSeries(3, 2);
    box.storeAll(series);
    const auto segment = segmentOf(box);
    const auto whole = fs::file_size(segment);
    overwrite(segment, whole, std::string(5000, 'z'));
    box.restart();
    CHECK(fs::file_size(segment) == whole);
    CHECK(numberOf(*box.catalogue, "SELECT count(*) FROM instance") == 2);
    CHECK(numberOf(*box.catalogue, "SELECT count(*) FROM refusal") == 0);
}

TEST_CASE("rows whose bytes did not survive are dropped and listed, and taken when sent again",
          "[agent][spool]") {
    Box box;
    const auto series = smallSeries(3, 4);
    const auto study = box.storeAll(series);
    const auto segment = segmentOf(box);
    const auto& last = series.instances[3].sop_instance_uid;
    std::int64_t lost = 1;
    std::set<std::string> dropped = {last};
    SECTION("the file is shorter") {
        fs::resize_file(segment, fs::file_size(segment) - 10);
    }
    SECTION("a page never reached the disk") {
        const auto at = static_cast<std::uint64_t>(offsetOf(box, last)) + 600;
        overwrite(segment, at, std::string(64, '\0'));
    }
    SECTION("one in the middle is damaged") {
        const auto& middle = series.instances[1].sop_instance_uid;
        overwrite(segment, static_cast<std::uint64_t>(offsetOf(box, middle)) + 700, "damage");
        dropped = {middle};
    }
    SECTION("the file is gone") {
        fs::remove(segment);
        lost = 4;
        for (const auto& instance : series.instances) dropped.insert(instance.sop_instance_uid);
    }
    box.restart();
    CHECK(numberOf(*box.catalogue, "SELECT count(*) FROM instance") == 4 - lost);
    CHECK(numberOf(*box.catalogue, "SELECT instance_count FROM study") == 4 - lost);
    const auto listed = columnOf(*box.catalogue,
                                 "SELECT sop_instance_uid FROM refusal WHERE kind = 'refused' AND "
                                 "reason = 'spool-incomplete' AND study_id = " +
                                     std::to_string(study));
    CHECK(std::set<std::string>(listed.begin(), listed.end()) == dropped);
    int fresh = 0;
    for (const auto& instance : series.instances)
        fresh += must(box.store(madeFile(instance))).stored == Stored::New;
    CHECK(fresh == lost);
    for (const auto& instance : series.instances)
        CHECK(box.spooledDataset(instance.sop_instance_uid) == madeFile(instance).dataset);
    CHECK(numberOf(*box.catalogue, "SELECT instance_count FROM study") == 4);
}

TEST_CASE("a first image that is lost after a crash takes its conflicting copy's row along, listed",
          "[agent][spool]") {
    Box box;
    const auto first = smallSeries(3, 1);
    const auto other = smallSeries(3, 1, 1);
    box.storeAll(first);
    box.storeAll(other);
    overwrite(segmentOf(box), 700, "damage");
    box.restart();
    CHECK(numberOf(*box.catalogue, "SELECT count(*) FROM instance") == 0);
    CHECK(must(box.store(madeFile(first.instances[0]))).stored == Stored::New);
    CHECK(must(box.store(madeFile(other.instances[0]))).stored == Stored::Conflict);
}

TEST_CASE("images that retention removed are not mourned at the next start", "[agent][spool]") {
    Box box;
    const auto series = smallSeries(3, 2);
    const auto study = std::to_string(box.storeAll(series));
    change(*box.catalogue,
           std::string(kInsertParcel) + " VALUES ('p1', " + study +
               ", 1);"
               "INSERT INTO parcel_instance (instance_id, parcel_id) SELECT id, 'p1' FROM instance;"
               "UPDATE study SET state = 'purged' WHERE id = " +
               study);
    // As retention leaves it: a hole of zeros in a segment that is still open.
    const auto segment = segmentOf(box);
    overwrite(segment, 0, std::string(fs::file_size(segment), '\0'));
    box.restart();
    CHECK(numberOf(*box.catalogue, "SELECT count(*) FROM instance") == 2);
    CHECK(numberOf(*box.catalogue, "SELECT count(*) FROM refusal") == 0);
    CHECK(must(box.store(madeFile(series.instances[0]))).stored == Stored::Duplicate);
}

TEST_CASE("a lost image that a parcel holds already does not keep the program from starting",
          "[agent][spool]") {
    Box box;
    const auto series = smallSeries(3, 2);
    const auto study = std::to_string(box.storeAll(series));
    change(*box.catalogue,
           std::string(kInsertParcel) + " VALUES ('p1', " + study +
               ", 1);"
               "INSERT INTO parcel_instance (instance_id, parcel_id) SELECT min(id), 'p1' FROM "
               "instance;"
               "INSERT INTO withheld (instance_id, reason) SELECT max(id), '' FROM instance");
    const auto segment = segmentOf(box);
    overwrite(segment, 0, std::string(fs::file_size(segment), '\0'));
    box.restart();
    // What was sent keeps its row; what stays here is dropped and listed.
    CHECK(textOf(*box.catalogue, "SELECT sop_instance_uid FROM instance") ==
          series.instances[0].sop_instance_uid);
    CHECK(columnOf(*box.catalogue, "SELECT sop_instance_uid FROM refusal") ==
          std::vector<std::string>{series.instances[1].sop_instance_uid});
}

TEST_CASE("a disk that fills in mid-instance refuses it and keeps what it had", "[agent][spool]") {
    const auto folder = temporaryDirectory();
    const auto disk = SmallDisk::mountOn(folder.path(), "12m");
    if (!disk) return skipLoudly("no right to mount a small disk");
    {
        Box box(folder.path(), 1 << 20);
        const auto series = smallSeries(3, 2);
        const auto study = box.storeAll(series);
        auto file = madeFile(smallSeries(4, 1).instances[0]);
        // A private element of 14 MiB makes it larger than the disk; (FFFD,1001) UN follows the pixels.
        const std::uint32_t length = 14u << 20;
        file.dataset += std::string("\xFD\xFF\x01\x10UN\0\0", 8);
        for (int i = 0; i < 4; ++i) file.dataset += static_cast<char>(length >> (8 * i));
        file.dataset += std::string(length, 'x');
        const auto before = box.spooledBytes();
        const auto outcome = box.store(file);
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().code == Errc::DiskFull);
        CHECK(box.spooledBytes() == before);
        CHECK(textOf(*box.catalogue, "SELECT kind || ':' || reason FROM refusal") == "refused:disk-full");
        CHECK(box.state(study) == "receiving");
        for (const auto& instance : series.instances)
            CHECK(box.spooledDataset(instance.sop_instance_uid) == madeFile(instance).dataset);
        box.reserve_bytes = 1;
        box.restart();
        CHECK(numberOf(*box.catalogue, "SELECT count(*) FROM instance") == 2);
    }
}
