#pragma once
/// Pictures of series for the page: thumbnails, and where a check found trouble (docs/formats/api.md).

#include <optional>
#include <string>
#include <string_view>

#include "catalogue/catalogue.hpp"
#include "gantry/agent/config.hpp"
#include "gantry/core/http_server.hpp"
#include "images/images.hpp"

namespace gantry::agent {

struct PictureAsked {
    StudyId study = 0;
    std::string series_instance_uid;
    std::string check;         ///< "thumbnail", or the name of a check
    InstanceId pixels_of = 0;  ///< an image that was looked at for text; the two above are empty then
};

/// /api/v1/studies/{id}/series/{uid}/thumbnail.png, …/pictures/image.NAME.png or
/// /api/v1/studies/{id}/pixels/{instance}.png; nullopt for any other path.
std::optional<PictureAsked> pictureAsked(std::string_view path);

/// The PNG. No part of the request becomes part of a path: the file's name comes from the catalogue.
/// @errors NotFound
Result<http::Response> pictureAnswer(Catalogue& catalogue, const Config& config, const PictureAsked& asked);

}  // namespace gantry::agent
