/// The calls about parcels.
#include <boost/json.hpp>

#include "catalogue/make_again.hpp"
#include "web/decisions.hpp"
#include "web/web_app.hpp"

namespace gantry::agent {

namespace json = boost::json;

Result<std::string> WebApp::makeAgain(const http::Request& request, const Parameters&) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"trial", "who", "why"}));
    MakeAgainWish wish{textOf(input, "trial"), textOf(input, "delivered") == "yes", textOf(input, "who"),
                       textOf(input, "why")};
    if (!parts_.trials.of(wish.trial)) return fail(Errc::InvalidArgument, "the trial is not configured here");
    const auto made = GANTRY_TRY(parts_.catalogue.write(
        [&](Database& db) { return makeParcelsAgain(db, wish, parts_.clock.nowMillis()); }));
    parts_.decided();
    json::array ids;
    for (const auto study : made.studies) {
        studyChanged(study);
        ids.emplace_back(study);
    }
    return json::serialize(json::value{{"studies", std::move(ids)}, {"parcels", made.parcels}});
}

}  // namespace gantry::agent
