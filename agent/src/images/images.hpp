#pragma once
/// What is known of the pixels: measures, pictures, and what is usual on a scanner.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "catalogue/parcels.hpp"
#include "catalogue/studies.hpp"
#include "gantry/qc/judge.hpp"
#include "gantry/worker/client.hpp"

namespace gantry::agent {

using SeriesId = std::int64_t;

/// Accepted series of one scanner and slot from which on a median is told, and the newest that it is made of.
inline constexpr std::size_t kHistoryFrom = 20;
inline constexpr int kHistoryLength = 200;

/// A series with images that were not measured yet.
struct SeriesToMeasure {
    SeriesId id = 0;
    std::string series_instance_uid;
    std::string modality;
    std::string scanner_key;  ///< "" when the header names no manufacturer
    std::vector<OutgoingInstance> instances;
};

using worker::SeriesMeasured;

/// Studies that have a verdict and whose pixels were not looked at as they are now, the oldest first.
Result<std::vector<StudyRow>> studiesToMeasure(Database& db, int limit = 50);
/// Its instances now, conflicting copies left out.
Result<int> instanceCount(Database& db, StudyId study);
Result<std::vector<SeriesToMeasure>> seriesToMeasure(Database& db, StudyId study);
/// Replaces what was known of the series.
Result<> storeMeasured(Database& db, const SeriesToMeasure& series, const SeriesMeasured& measured);
/// All series were measured while the study had `instances` instances.
Result<> markStudyMeasured(Database& db, StudyId study, int instances, UnixMillis now);
/// Whether sending should wait: its pixels were not looked at, and its last image came not long ago.
Result<bool> awaitsMeasures(Database& db, const StudyRow& study, UnixMillis now);

/// Issues the verdict, unless the study was judged again only because its pixels were measured and nothing
/// changed: then the verdict in force stays, under its number.
Result<int> issueVerdict(Database& db, StudyId study, const Verdict& verdict, bool must_hold, UnixMillis now);

/// Adds the values of studies that were sent to what is usual on their scanners. @return how many studies
Result<int> addToHistory(Database& db, UnixMillis now);

/// What the judge is told of this study's pixels: empty before they were measured.
Result<std::vector<qc::SeriesImages>> imagesOf(Database& db, StudyId study);

/// Where a series' thumbnail (check "thumbnail") or the picture of a check lies.
/// @errors NotFound when there is none
Result<std::filesystem::path> pictureFile(Database& db, const std::filesystem::path& data_directory,
                                          StudyId study, const std::string& series_instance_uid,
                                          const std::string& check);
std::filesystem::path pictureFolder(const std::filesystem::path& data_directory, StudyId study);
/// Removes all pictures of a study. What is not there is no error.
void removePictures(const std::filesystem::path& data_directory, StudyId study);

}  // namespace gantry::agent
