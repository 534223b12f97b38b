#pragma once
/// What is kept of looks at pixels, and what people said about the doubtful ones.

#include <optional>
#include <string>
#include <vector>

#include "catalogue/studies.hpp"
#include "images/pixel_cleaning.hpp"

namespace gantry::agent {

struct PixelLook {
    InstanceId instance = 0;
    std::string series_instance_uid;
    PixelOutcome outcome = PixelOutcome::Clean;
    std::string reason;
    std::vector<PixelFinding> findings;
    int frames = 0, rows = 0, columns = 0;
    bool has_picture = false;
    UnixMillis looked_at = 0;
};

struct PixelWord {
    InstanceId instance = 0;
    std::vector<PixelBox> boxes;
    std::string who;
    UnixMillis at = 0;
};

/// Replaces what was known of the instance.
Result<> storeLook(Database& db, StudyId study, InstanceId instance, const PixelAnswer& answer,
                   UnixMillis now);
/// Of images that were looked at, the doubtful ones first.
Result<std::vector<PixelLook>> looksOf(Database& db, StudyId study, int limit = 500);
Result<std::vector<PixelWord>> wordsAbout(Database& db, StudyId study);
Result<> storeWord(Database& db, StudyId study, const PixelWord& word);
/// Doubtful images about which nobody has said anything.
Result<int> openDoubts(Database& db, StudyId study);
/// Whether the study is held because of them: it was cleared, and would be sent.
Result<bool> isHeldForPixels(Database& db, const StudyRow& study);

/// "x,y,width,height x,y,width,height", "" for none. @errors InvalidArgument
Result<std::vector<PixelBox>> parseBoxes(std::string_view text);
std::string formatBoxes(const std::vector<PixelBox>& boxes);

std::filesystem::path pixelPicture(const std::filesystem::path& data_directory, StudyId study,
                                   InstanceId instance);

}  // namespace gantry::agent
