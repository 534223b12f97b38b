#include "workflow/destination.hpp"

namespace gantry::agent {

uplink::HttpClientConfig clientConfigOf(const Config& config, const TrialConfig& trial, std::string token) {
    uplink::HttpClientConfig http;
    http.bearer_token = std::move(token);
    http.ca_file = trial.ca;
    http.client_certificate = trial.client_certificate;
    http.client_key = trial.client_key;
    http.pins = trial.pins;
    http.proxy = config.uploads.proxy;
    return http;
}

uplink::HttpClientConfig clientConfigOf(const Config& config, const Trial& trial) {
    return clientConfigOf(config, trial.config, trial.bearer_token);
}

uplink::TusConfig tusConfigOf(const Config& config, const TrialConfig& trial, std::string token) {
    uplink::TusConfig tus;
    tus.endpoint = trial.endpoint;
    tus.http = clientConfigOf(config, trial, std::move(token));
    tus.chunk_bytes = config.uploads.chunk_bytes;
    return tus;
}

uplink::Destination destinationOf(const Config& config, const Trial& trial) {
    uplink::Destination to;
    to.endpoint = trial.config.endpoint;
    to.http = clientConfigOf(config, trial);
    to.chunk_bytes = config.uploads.chunk_bytes;
    to.largest_chunk_bytes = to.chunk_bytes;  // what the configuration promises a broken line to cost
    to.connections = config.uploads.connections;
    to.verify_by_reading_back = config.uploads.read_back;
    to.credentials = trial.config.credentials;
    to.addressing = trial.config.s3_addressing;
    to.objects = trial.config.s3_objects;
    to.grants = config.data_directory / kGrantsFolder / trial.config.id;
    return to;
}

}  // namespace gantry::agent
