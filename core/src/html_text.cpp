#include "gantry/core/html_text.hpp"

namespace gantry {

std::string htmlText(std::string_view utf8) {
    std::string out;
    for (const char c : utf8) {
        if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '&')
            out += "&amp;";
        else if (c == '"')
            out += "&quot;";
        else if (c == '\'')
            out += "&#39;";
        else
            out += c;
    }
    return out;
}

}  // namespace gantry
