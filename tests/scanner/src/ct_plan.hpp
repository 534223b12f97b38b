#pragma once
/// All that is decided once for a CT series, and the modules of its header.

#include <memory>
#include <string>

#include "gantry/scanner/series.hpp"
#include "item_writer.hpp"

namespace gantry::scanner {

struct CtUids {
    std::string study, series, frame_of_reference;
    std::string referenced_study, performed_step, localizer, irradiation_event, device;
};

struct CtPlan {
    SeriesSpec spec;
    InventedPatient patient;
    InventedStaff staff;
    InventedSite site;
    CtUids uids;
    std::string study_date;
    int start_s = 0;  ///< seconds after midnight at which the acquisition starts
    std::string accession_number;
    std::string study_id;
    std::string procedure_id;
    bool localizer = false;
};

/// Which of the series' instances: `copy` is above 0 for a position that comes again.
struct Slice {
    int index = 0;
    int copy = 0;
    int instance_number = 1;
    std::string sop_instance_uid;
};

CtPlan planCt(const SeriesSpec& spec);
std::string instanceUid(const SeriesSpec& spec, int index, int copy);
/// "HHMMSS.FFFFFF"
std::string timeOfDay(double seconds);

void writePatient(ItemWriter& out, const CtPlan& plan);
void writeStudy(ItemWriter& out, const CtPlan& plan);
void writeSeries(ItemWriter& out, const CtPlan& plan);
void writeEquipment(ItemWriter& out, const CtPlan& plan);
void writeImage(ItemWriter& out, const CtPlan& plan, const Slice& slice);
void writeTechnique(ItemWriter& out, const CtPlan& plan, const Slice& slice);
void writeVendorPrivate(ItemWriter& out, const CtPlan& plan, const Slice& slice);

}  // namespace gantry::scanner
