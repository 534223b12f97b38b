#include "web/pictures.hpp"
#include <boost/json.hpp>

#include "gantry/core/dicom.hpp"
#include "images/image_step.hpp"
#include "shop.hpp"
#include "site_people.hpp"
#include "web/web_app.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;

namespace {

http::Request get(const std::string& path) {
    return SitePeople::console("GET", path);
}

struct Gallery {
    Gallery()
        : series(must(scanner::makeSeries(demoSeries(1, "HN1")))),
          shop("0417-001,HN1," + series.patient.sex + ",BL\n"),
          staff(shop.box, false),
          app({shop.config, *shop.box.catalogue, *shop.box.spool, shop.box.clock, shop.trials, 11112,
               [] { return UploadsUnderWay{}; }, [] {}, *staff.people, kConsoleToken}) {
        shop.deliver(series);
        shop.box.clock.advance(1000);
        shop.judge();
        auto step = must(ImageStep::open(shop.workshop, shop.box.spool->folder(),
                                         std::filesystem::path(GANTRY_BIN_DIR) / "gantry-worker"));
        REQUIRE(step.run(std::stop_token()));
        base = "/api/v1/studies/1/series/" + series.series_instance_uid;
    }
    int status(const std::string& path) { return app.handle(get(path)).status; }

    scanner::Series series;
    Shop shop;
    SitePeople staff;
    WebApp app;
    std::string base;
};

}  // namespace

TEST_CASE("a series' thumbnail is a PNG that nobody caches", "[agent][web]") {
    Gallery gallery;
    const auto answer = gallery.app.handle(get(gallery.base + "/thumbnail.png"));
    REQUIRE(answer.status == 200);
    CHECK(answer.body.substr(0, 8) == "\x89PNG\r\n\x1A\n");
    std::map<std::string, std::string> headers(answer.headers.begin(), answer.headers.end());
    CHECK(headers["Content-Type"] == "image/png");
    CHECK(headers["Cache-Control"] == "no-store");
    CHECK(headers["X-Content-Type-Options"] == "nosniff");
}

TEST_CASE("the picture of a check is there when one was kept", "[agent][web]") {
    Gallery gallery;
    const auto path = gallery.base + "/pictures/image.gnl_hu.png";
    change(*gallery.shop.box.catalogue, "DELETE FROM image_measure WHERE check_name = 'image.gnl_hu'");
    CHECK(gallery.status(path) == 404);
    change(*gallery.shop.box.catalogue,
           "INSERT INTO image_measure (series_id, check_name, value, reason, has_picture) VALUES (1, "
           "'image.gnl_hu', "
           "12, '', 1)");
    const auto file = pictureFolder(gallery.shop.config.data_directory, 1) / "1" / "image.gnl_hu.png";
    must(writeFileDurably(file, asBytes("a picture")));
    CHECK(gallery.app.handle(get(path)).body == "a picture");
    std::filesystem::remove(file);
    CHECK(gallery.status(path) == 404);
}

TEST_CASE("pictures need the same session as all else", "[agent][web]") {
    Gallery gallery;
    for (const auto* picture : {"/thumbnail.png", "/pictures/image.gnl_hu.png"})
        CHECK(gallery.app.handle(SitePeople::stranger("GET", gallery.base + picture)).status == 401);
}

TEST_CASE("no path leads to another file", "[agent][web]") {
    Gallery gallery;
    must(writeFileDurably(pictureFolder(gallery.shop.config.data_directory, 1) / "1" / "secret.png",
                          asBytes("x")));
    for (const std::string& path :
         {gallery.base + "/secret.png", gallery.base + "/pictures/secret.png",
          gallery.base + "/pictures/thumbnail.png", gallery.base + "/pictures/../thumbnail.png",
          gallery.base + "/pictures/image.gnl_hu/../secret.png", gallery.base + "/pictures/image.gnl_hu",
          gallery.base + "/pictures/image..png", gallery.base + "/.png",
          std::string("/api/v1/studies/1/series/../thumbnail.png"),
          std::string("/api/v1/studies/1/series/1.2.3/thumbnail.png"),
          std::string("/api/v1/studies/1/series//thumbnail.png"),
          std::string("/api/v1/studies/99/series/") + gallery.series.series_instance_uid + "/thumbnail.png",
          std::string("/api/v1/studies/-1x/series/") + gallery.series.series_instance_uid +
              "/thumbnail.png"}) {
        CAPTURE(path);
        CHECK(gallery.status(path) == 404);
    }
    CHECK(gallery.app.handle(SitePeople::console("POST", gallery.base + "/thumbnail.png")).status == 405);
}

TEST_CASE("a frame is shown as the numbers that the scanner stored, rescaled", "[agent][web]") {
    Gallery gallery;
    const auto listed = boost::json::parse(gallery.app.handle(get("/api/v1/studies/1/frames")).body).as_array();
    REQUIRE(listed.size() == 1);
    CHECK(listed[0].at("series_instance_uid").as_string() == gallery.series.series_instance_uid);
    const auto& instances = listed[0].at("instances").as_array();
    REQUIRE(instances.size() == gallery.series.instances.size());

    // The third in the order of InstanceNumber, read by hand.
    const auto file = madeFile(gallery.series.instances[2]);
    const auto dataset = must(dicom::readDataSet(asBytes(file.dataset), dicom::Encoding::ExplicitLittle));
    const auto* pixels = dataset.find(dicom::tags::kPixelData);
    REQUIRE(pixels != nullptr);
    const auto slope = dicom::parseDecimals(dataset.text(dicom::Tag{0x00281053})).at(0).value();
    const auto intercept = dicom::parseDecimals(dataset.text(dicom::Tag{0x00281052})).at(0).value();
    const bool is_signed = dicom::binaryNumbers(*dataset.find(dicom::Tag{0x00280103}), dataset.encoding).at(0) == 1;

    const auto path = "/api/v1/studies/1/frames/" + std::to_string(instances[2].at(0).as_int64()) + "/0";
    const auto answer = gallery.app.handle(get(path));
    REQUIRE(answer.status == 200);
    const auto line = answer.body.find('\n');
    const auto says = boost::json::parse(answer.body.substr(0, line));
    const auto rows = says.at("rows").as_int64();
    const auto columns = says.at("columns").as_int64();
    REQUIRE(answer.body.size() == line + 1 + static_cast<std::size_t>(rows * columns) * 2);
    REQUIRE(pixels->value.size() == static_cast<std::size_t>(rows * columns) * 2);
    const auto number = [](std::string_view bytes, std::size_t i) {
        return static_cast<unsigned>(static_cast<unsigned char>(bytes[2 * i])) |
               static_cast<unsigned>(static_cast<unsigned char>(bytes[2 * i + 1])) << 8;
    };
    const auto shown = std::string_view(answer.body).substr(line + 1);
    const auto stored = asText(pixels->value);
    double worst = 0;
    for (std::size_t i = 0; i < stored.size() / 2; ++i) {
        const auto raw = number(stored, i);
        const double value = is_signed ? static_cast<std::int16_t>(raw) : static_cast<double>(raw);
        const double seen = number(shown, i) * says.at("slope").to_number<double>() + says.at("intercept").to_number<double>();
        worst = std::max(worst, std::abs(seen - (value * slope + intercept)));
    }
    CHECK(worst <= 0.5 * says.at("slope").to_number<double>());

    for (const auto* other : {"/api/v1/studies/1/frames/999/0", "/api/v1/studies/2/frames/1/0", "/api/v1/studies/2/frames"})
        CHECK(gallery.status(other) == 404);
    CHECK(gallery.status(path.substr(0, path.size() - 1) + "7") == 422);  // it has one frame
    CHECK(gallery.app.handle(SitePeople::stranger("GET", path)).status == 401);
}
