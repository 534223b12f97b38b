#pragma once
/// The web page as bytes inside the program: what a web server hands out beside the API.

#include <span>
#include <string_view>

namespace gantry::ui {

struct Asset {
    std::string_view path;          ///< as requested: "/index.html", "/app.js", "/app.css", "/icon.svg"
    std::string_view content_type;  ///< value of the Content-Type header
    std::string_view content;
    std::string_view etag;  ///< value of the ETag header, quotes included; changes with the content
};

/// All files of the page. "/" is answered with "/index.html". The page runs under
/// `Content-Security-Policy: default-src 'self'` and asks for nothing but these files and `/api/v1`.
std::span<const Asset> assets();

}  // namespace gantry::ui
