#include "gantry/core/html_text.hpp"

#include <catch2/catch.hpp>

// What python3 prints: html.escape("<a href=\"x\" b='y'>Müller & Söhne</a>"), with &#39; for its &#x27;.
TEST_CASE("text of people and machines ends neither an element nor an attribute", "[html]") {
    CHECK(gantry::htmlText("<a href=\"x\" b='y'>Müller & Söhne</a>") ==
          "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;Müller &amp; Söhne&lt;/a&gt;");
    CHECK(gantry::htmlText("").empty());
    CHECK(gantry::htmlText("&amp;") == "&amp;amp;");
}
