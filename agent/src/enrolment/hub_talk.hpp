#pragma once
/// What an enrolment says to the sponsor's hub: asks, looks whether a person has answered, renews.

#include "enrolment/enrolment.hpp"
#include "gantry/uplink/http_client.hpp"

namespace gantry::agent {

/// How this trial's servers are spoken to: its authorities, and its certificate once there is one.
uplink::HttpClientConfig httpOf(const EnrolmentFolder& folder, const uplink::ProxyConfig& proxy);

/// Sends the request, or looks for the answer where it was sent already, and puts the answer in place.
/// @return whether it came
/// @errors NotAllowed: the token is not known there or has run out; Gone: a person rejected it (kept as the
///         state "rejected"); Conflict: another site used the token; those of the network
Result<bool> askHub(const EnrolmentFolder& folder, const uplink::HttpClientConfig& http,
                    std::stop_token stop);

/// Asks for a new certificate over the connection that shows the present one.
/// @errors as askHub
Result<> renewAtHub(const EnrolmentFolder& folder, const uplink::HttpClientConfig& http,
                    std::stop_token stop);

}  // namespace gantry::agent
