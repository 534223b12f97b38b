// Private elements as a vendor's console writes them: free text, opaque blobs and a sequence, each repeating
// what the standard attributes say of the patient.
#include "ct_plan.hpp"

namespace gantry::scanner {

namespace {

/// A binary header with the patient's name between length fields, as undocumented blobs have it.
std::string opaqueBlob(const CtPlan& plan) {
    std::string blob("GSV1\x04\x03\x02\x01\x0b\0\0\0M\0\0\0", 16);
    blob += "PatientName";
    blob.append(53, '\0');
    blob += plan.patient.name;
    blob += '\0';
    blob += "tReferringDoctor = \"" + plan.staff.referring + "\"\n";
    blob += "sDevice.InstanceUID = " + plan.uids.series;
    blob.append(16, '\0');
    if (blob.size() % 2 != 0) blob += '\0';
    return blob;
}

}  // namespace

void writeVendorPrivate(ItemWriter& out, const CtPlan& plan, const Slice& slice) {
    out.privateText(0x0009, 0x0010, EVR_LO, "GANTRY SIMULATED HEADER");
    out.privateText(0x0009, 0x1010, EVR_LO, plan.patient.national_id);
    out.privateText(0x0009, 0x1011, EVR_PN, plan.patient.name);
    out.privateText(0x0009, 0x1012, EVR_DA, plan.patient.birth_date);
    out.privateText(0x0019, 0x0010, EVR_LO, "SIEMENS CT VA0  COAD");
    out.privateText(0x0019, 0x10B0, EVR_DS, "12.5");
    out.privateText(0x0021, 0x0010, EVR_LO, "SIEMENS MED");
    out.privateText(0x0021, 0x1011, EVR_DS, "-0.8\\-141.2");
    out.privateText(0x0029, 0x0010, EVR_LO, "SIEMENS CSA HEADER");
    out.privateText(0x0029, 0x0011, EVR_LO, "SIEMENS MEDCOM HEADER");
    out.privateText(0x0029, 0x1008, EVR_CS, "SOM 5");
    out.privateText(0x0029, 0x1009, EVR_LO, "VA10A " + std::to_string(slice.instance_number));
    out.privateBytes(0x0029, 0x1010, opaqueBlob(plan));
    auto history = out.privateItem(0x0029, 0x1140);
    history.privateText(0x0029, 0x0010, EVR_LO, "SIEMENS MEDCOM HEADER");
    history.privateText(0x0029, 0x1041, EVR_CS, "SOM 5 NULLPOSITI");
    history.privateText(0x0029, 0x1044, EVR_LO, plan.staff.operators);
    out.note(Gives::Identifier, "(0009,1010)", plan.patient.national_id);
}

}  // namespace gantry::scanner
