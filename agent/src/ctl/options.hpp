#pragma once
/// What a call of gantryctl asks for.

#include <cstdint>
#include <string>
#include <vector>

namespace gantry::ctl {

struct Options {
    std::string url = "http://127.0.0.1:8042";
    std::string ca_file;           ///< PEM; "": the system's authorities
    std::string data_directory = "/var/lib/gantry";  ///< gantryd's; what is in it proves that we are at its machine
    bool as_json = false;
    std::int64_t id = 0;  ///< of a study, an entry, a scanner or a choice
    std::string who, why;
    std::string subject, visit;
    std::string question, value;
    std::string series, slot;
    bool none = false;      ///< the series is none of the pack's, or the image shows no text
    bool remember = false;  ///< the place, for this scanner and protocol
    std::string rule, deviation, until;
    bool for_subject = false;
    std::string trial;  ///< "": every trial of the site
    bool withdraw = false;
    std::string ae_title;
    std::string node_host, node_port = "104";
    std::string study, standard;
    std::string phantom, passed_on;
    std::string name, full_name, role;  ///< of a person
    bool back = false;                  ///< a person who left is here again
    std::string search;
    bool this_study = false;  ///< a correction changes no other study of the patient
    bool delivered_too = false;
    std::string object;         ///< name of a parcel or message; "" for all of a trial, or everything
    std::string kib, from, to;  ///< what the line may carry, and when
    std::string file, out;    ///< CSV to read, file to write
    std::string recipient;    ///< age1…; "": not encrypted
    bool plain = false;
    std::string instance;            ///< number of an image
    std::vector<std::string> boxes;  ///< "x,y,width,height"
    int seconds = 30;
};

}  // namespace gantry::ctl
