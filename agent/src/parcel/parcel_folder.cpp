#include "parcel/parcel_folder.hpp"

#include <map>
#include <numeric>
#include <set>

#include "deid/found_objects.hpp"
#include "gantry/core/crypto.hpp"
#include "gantry/core/dicom.hpp"

namespace gantry::agent {
namespace {

namespace fs = std::filesystem;
using dicom::Tag;

constexpr Tag kIdentityRemoved{0x00120062};
constexpr Tag kTrial{0x00120020};
constexpr Tag kSite{0x00120030};
constexpr Tag kSubject{0x00120040};
constexpr Tag kTimePoint{0x00120050};

/// One value, as long as all agree.
class Agreed {
public:
    void say(std::string_view value) {
        if (first_) value_ = value;
        if (!first_ && value_ != value) value_.clear();
        first_ = false;
    }
    const std::string& value() const { return value_; }

private:
    bool first_ = true;
    std::string value_;
};

class Reader {
public:
    Result<> take(const FoundObject& found) {
        const auto map = GANTRY_TRY(MappedFile::open(found.path));
        dicom::ReadLimits limits;
        limits.stop_at_pixel_data = true;
        const auto file = GANTRY_TRY(dicom::readFile(map.bytes(), limits));
        const auto& data = file.dataset;
        ParcelInstance instance{found.path, std::string(data.text(dicom::tags::kSopInstanceUid)),
                                file.transfer_syntax_uid, map.bytes().size(), ""};
        if (instance.sop_instance_uid.empty()) {
            out_.left_out.push_back({found.name, "it has no SOP Instance UID", true});
            return {};
        }
        instance.sha256 = toHex(sha256(map.bytes()));
        const auto [known, fresh] = seen_.try_emplace(instance.sop_instance_uid, instance.sha256, found.name);
        if (!fresh && known->second.first != instance.sha256)
            return fail(Errc::Conflict, found.name.string() + " and " + known->second.second.string() +
                                            " are one instance with two contents");
        if (!fresh) {
            out_.left_out.push_back({found.name, "the same as " + known->second.second.string(), false});
            return {};
        }
        if (data.text(kIdentityRemoved) != "YES") named_.push_back(found.name.string());
        studies_.insert(std::string(data.text(dicom::tags::kStudyInstanceUid)));
        trial_.say(data.text(kTrial));
        site_.say(data.text(kSite));
        subject_.say(data.text(kSubject));
        visit_.say(data.text(kTimePoint));
        out_.instances.push_back(std::move(instance));
        return {};
    }

    void leaveOut(const FoundObject& found) {
        out_.left_out.push_back({found.name, found.why, found.kind == FoundKind::Unreadable});
    }

    Result<ParcelFolder> finish(const fs::path& folder, bool as_is) {
        if (out_.instances.empty())
            return fail(Errc::InvalidArgument, folder.string() + " holds no DICOM file that could be sent");
        if (studies_.size() > 1)
            return fail(Errc::InvalidArgument,
                        folder.string() + " holds " + std::to_string(studies_.size()) +
                            " studies, and a parcel holds one: name the folder of one");
        if (!named_.empty() && !as_is)
            return fail(Errc::NotAllowed,
                        std::to_string(named_.size()) + " of " + std::to_string(out_.instances.size()) +
                            " files do not say that they are de-identified (Patient Identity Removed is not "
                            "YES), the first is " +
                            named_.front() +
                            ". De-identify them with 'gantryctl deid run', or send them as they are with "
                            "--as-is");
        out_.not_deidentified = named_.size();
        out_.study_instance_uid = *studies_.begin();
        out_.says = {trial_.value(), site_.value(), subject_.value(), visit_.value()};
        return std::move(out_);
    }

private:
    ParcelFolder out_;
    std::map<std::string, std::pair<std::string, fs::path>> seen_;  // digest and name, by SOP Instance UID
    std::set<std::string> studies_;
    std::vector<std::string> named_;  // files that may name a patient
    Agreed trial_, site_, subject_, visit_;
};

}  // namespace

std::uint64_t ParcelFolder::bytes() const {
    return std::accumulate(instances.begin(), instances.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const ParcelInstance& one) { return sum + one.bytes; });
}

Result<ParcelFolder> readParcelFolder(const fs::path& folder, bool as_is) {
    Reader reader;
    for (const auto& found : GANTRY_TRY(findObjects(folder, {}))) {
        if (found.kind == FoundKind::Object)
            GANTRY_CHECK(reader.take(found));
        else
            reader.leaveOut(found);
    }
    return reader.finish(folder, as_is);
}

}  // namespace gantry::agent
