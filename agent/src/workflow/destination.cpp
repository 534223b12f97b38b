#include "workflow/destination.hpp"

namespace gantry::agent {

uplink::HttpClientConfig clientConfigOf(const Trial& trial) {
    uplink::HttpClientConfig http;
    http.bearer_token = trial.bearer_token;
    http.ca_file = trial.config.ca;
    return http;
}

uplink::Destination destinationOf(const Config& config, const Trial& trial) {
    uplink::Destination to;
    to.endpoint = trial.config.endpoint;
    to.http = clientConfigOf(trial);
    to.chunk_bytes = config.uploads.chunk_bytes;
    to.largest_chunk_bytes = to.chunk_bytes;  // what the configuration promises a broken line to cost
    to.connections = config.uploads.connections;
    to.credentials = trial.config.credentials;
    to.addressing = trial.config.s3_addressing;
    to.objects = trial.config.s3_objects;
    to.grants = config.data_directory / kGrantsFolder / trial.config.id;
    return to;
}

}  // namespace gantry::agent
