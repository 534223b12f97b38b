/// The calls of the viewer.
#include <boost/json.hpp>

#include "images/frame_view.hpp"
#include "images/image_step.hpp"
#include "images/worker_process.hpp"
#include "web/web_app.hpp"

namespace gantry::agent {

namespace json = boost::json;

Result<std::string> WebApp::frameList(const http::Request&, const Parameters& parameters) {
    const auto series =
        GANTRY_TRY(parts_.catalogue.read([&](Database& db) { return seriesToView(db, parameters.at(0)); }));
    json::array out;
    for (const auto& one : series) {
        json::array instances;
        for (const auto& [instance, frames] : one.instances) instances.push_back(json::array{instance, frames});
        out.push_back({{"series_instance_uid", one.series_instance_uid}, {"instances", std::move(instances)}});
    }
    return json::serialize(out);
}

Result<http::Response> WebApp::frameShow(const http::Request&, const Parameters& parameters, const Caller&) {
    const auto instance = GANTRY_TRY(parts_.catalogue.read(
        [&](Database& db) { return instanceToView(db, parameters.at(0), parameters.at(1)); }));
    const auto scratch = parts_.config.data_directory / kPicturesFolder / "view";
    GANTRY_CHECK(makeDirectory(scratch));
    http::Response response;
    response.body = GANTRY_TRY(frameToView({WorkerProcess::defaultProgram(), scratch}, parts_.spool.folder(), instance,
                                           parameters.at(2)));
    response.headers = {{"Content-Type", "application/octet-stream"}};
    return response;
}

}  // namespace gantry::agent
