#pragma once
/// What comes from sponsors, as the page gets it.

#include <boost/json/object.hpp>

#include "inbox/site_inbox.hpp"

namespace gantry::agent {

boost::json::object packJson(const PackRow& pack, UnixMillis now);
boost::json::object queryJson(const QueryRow& query, UnixMillis now);
/// Without what stands in the catalogue.
boost::json::object enrolledJson(const EnrolledTrial& trial);
/// Beside enrolledJson: what was refused, what is offered, who is not expected any more, what holds.
/// @errors those of the catalogue
Result<boost::json::object> inboxJson(Database& db, const std::string& trial);

/// The certificate is about to end, and was not renewed.
bool certificateEnds(const EnrolledTrial& trial, UnixMillis now);

}  // namespace gantry::agent
