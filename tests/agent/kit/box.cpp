#include "box.hpp"

#include "catalogue/studies.hpp"

namespace gantry::test {

using namespace gantry::agent;

Box::Box(std::uint64_t reserve) : own(temporaryDirectory()), folder(own->path()), reserve_bytes(reserve) {
    restart();
}

Box::Box(std::filesystem::path on, std::uint64_t reserve) : folder(std::move(on)), reserve_bytes(reserve) {
    restart();
}

Box::~Box() = default;

void Box::restart() {
    intake.reset();
    spool.reset();
    catalogue.reset();
    catalogue = must(Catalogue::open(folder / "catalogue.sqlite"));
    spool = must(Spool::open(folder, reserve_bytes, *catalogue, clock));
    intake.emplace(*spool, *catalogue, clock);
    association = must(catalogue->write([&](Database& db) {
        return beginAssociation(db, {"CT1", "GANTRY", "127.0.0.1"}, clock.nowMillis());
    }));
}

Announced Box::announced(const SplitFile& file, const std::string& trial) {
    return {association,        {"CT1", "GANTRY", "127.0.0.1"}, trial,
            file.sop_class_uid, file.sop_instance_uid,          file.transfer_syntax_uid};
}

Result<StoreOutcome> Box::store(const Announced& what, std::string_view dataset) {
    auto incoming = GANTRY_TRY(intake->begin(what));
    std::size_t step = 1;
    while (!dataset.empty()) {
        const auto piece = dataset.substr(0, step);
        incoming->write(asBytes(piece));
        dataset.remove_prefix(piece.size());
        step = step * 3 + 1;
    }
    return incoming->finish();
}

Result<StoreOutcome> Box::store(const SplitFile& file, const std::string& trial) {
    return store(announced(file, trial), file.dataset);
}

StudyId Box::storeAll(const scanner::Series& series, const std::string& trial) {
    StudyId study = 0;
    for (const auto& instance : series.instances) study = must(store(madeFile(instance), trial)).study;
    return study;
}

std::string Box::state(StudyId study) {
    return textOf(*catalogue, "SELECT state FROM study WHERE id = " + std::to_string(study));
}

std::uint64_t Box::spooledBytes() const {
    std::uint64_t sum = 0;
    for (const auto& entry : std::filesystem::directory_iterator(spoolFolder())) sum += entry.file_size();
    return sum;
}

std::string Box::spooledDataset(const std::string& sop_instance_uid, StudyId study) {
    const auto where = " FROM instance i JOIN segment g ON g.id = i.segment_id WHERE i.sop_instance_uid = '" +
                       sop_instance_uid + "' AND i.conflict_of IS NULL" +
                       (study == 0 ? "" : " AND i.study_id = " + std::to_string(study));
    const auto name = textOf(*catalogue, "SELECT g.name" + where);
    const auto offset = numberOf(*catalogue, "SELECT i.byte_offset + i.meta_bytes" + where);
    const auto length = numberOf(*catalogue, "SELECT i.byte_length - i.meta_bytes" + where);
    const auto fd = must(openFile(spoolFolder() / name, OpenMode::Read));
    return must(readAt(fd.get(), static_cast<std::uint64_t>(offset), static_cast<std::size_t>(length)));
}

}  // namespace gantry::test
