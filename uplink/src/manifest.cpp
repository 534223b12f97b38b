#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <set>

#include "gantry/uplink/parcel.hpp"
#include "json_fields.hpp"

namespace gantry::uplink {
namespace {

namespace json = boost::json;

constexpr std::int64_t kFormat = 1;
constexpr std::string_view kInstancePrefix = "instances/";
constexpr std::string_view kInstanceSuffix = ".dcm";
constexpr std::array<std::string_view, 3> kContents = {"images", "verdict", "withdrawal"};
constexpr std::size_t kMaxWithdrawn = 10'000;  // parcels that one manifest names

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

bool isInstanceName(std::string_view name) {
    if (!name.starts_with(kInstancePrefix) || !name.ends_with(kInstanceSuffix)) return false;
    name.remove_prefix(kInstancePrefix.size());
    if (name.size() <= kInstanceSuffix.size()) return false;
    name.remove_suffix(kInstanceSuffix.size());
    return name.size() >= 6 && name.size() <= 18 && std::all_of(name.begin(), name.end(), isDigit);
}

json::object toJson(const ManifestFile& file) {
    json::object out{{"name", file.name},
                     {"sop_instance_uid", file.sop_instance_uid},
                     {"bytes", file.bytes},
                     {"sha256", file.sha256}};
    if (const auto& was = file.uncompressed)
        out["compressed"] = {{"by", was->by},
                             {"transfer_syntax_uid", was->transfer_syntax_uid},
                             {"bytes", was->bytes},
                             {"sha256", was->sha256}};
    return out;
}

json::array toJson(const std::vector<ManifestFile>& files) {
    json::array out;
    for (const auto& f : files) out.push_back(toJson(f));
    return out;
}

json::array toJson(const std::vector<ManifestDecision>& decisions) {
    json::array out;
    for (const auto& d : decisions)
        out.push_back(json::object{{"action", d.action}, {"who", d.who}, {"why", d.why}, {"at", d.at}});
    return out;
}

Result<std::optional<ManifestUncompressed>> uncompressedFrom(const Fields& file) {
    if (!file.has("compressed")) return std::optional<ManifestUncompressed>();
    const auto fields = GANTRY_TRY(Fields::of(*GANTRY_TRY(file.value("compressed")), "compressed"));
    ManifestUncompressed was;
    was.by = GANTRY_TRY(fields.text("by"));
    was.transfer_syntax_uid = GANTRY_TRY(fields.text("transfer_syntax_uid"));
    was.bytes = GANTRY_TRY(fields.number("bytes"));
    was.sha256 = GANTRY_TRY(fields.sha256("sha256"));
    return std::optional(std::move(was));
}

Result<ManifestFile> fileFrom(const json::value& value) {
    const auto fields = GANTRY_TRY(Fields::of(value, "a file"));
    ManifestFile file;
    file.name = GANTRY_TRY(fields.text("name"));
    file.sop_instance_uid = GANTRY_TRY(fields.text("sop_instance_uid"));
    file.bytes = GANTRY_TRY(fields.number("bytes"));
    file.sha256 = GANTRY_TRY(fields.sha256("sha256"));
    file.uncompressed = GANTRY_TRY(uncompressedFrom(fields));
    if (!isInstanceName(file.name))
        return fail(Errc::BadFormat, "a file with a name that is not instances/NNNNNN.dcm");
    return file;
}

Result<std::vector<ManifestFile>> filesFrom(const json::array& values) {
    std::vector<ManifestFile> files;
    std::set<std::string> names;
    std::uint64_t total = 0;
    for (const auto& value : values) {
        files.push_back(GANTRY_TRY(fileFrom(value)));
        if (!names.insert(files.back().name).second) return fail(Errc::BadFormat, "a file name twice");
        if (__builtin_add_overflow(total, files.back().bytes, &total))
            return fail(Errc::BadFormat, "absurd sizes");
    }
    return files;
}

Result<ManifestDecision> decisionFrom(const json::value& value) {
    const auto fields = GANTRY_TRY(Fields::of(value, "a decision"));
    ManifestDecision decision;
    decision.action = GANTRY_TRY(fields.text("action"));
    decision.who = GANTRY_TRY(fields.text("who"));
    decision.why = GANTRY_TRY(fields.text("why"));
    decision.at = GANTRY_TRY(fields.text("at"));
    return decision;
}

Result<std::string> parcelIdFrom(const Fields& fields, std::string_view key) {
    auto text = GANTRY_TRY(fields.text(key));
    if (!isParcelId(text)) return fail(Errc::BadFormat, "not a parcel_id");
    return text;
}

json::array toJson(const std::vector<ManifestWithdrawal>& withdraws) {
    json::array out;
    for (const auto& w : withdraws)
        out.push_back(json::object{{"parcel_id", w.parcel_id}, {"reason", w.reason}});
    return out;
}

bool isReason(std::string_view text) {
    return !text.empty() && text.size() <= 64 &&
           std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

/// Lists came later than format 1 itself: where one is not told it is empty.
Result<json::array> listOrNone(const Fields& fields, std::string_view key) {
    if (!fields.has(key)) return json::array();
    auto list = *GANTRY_TRY(fields.array(key));
    if (list.size() > kMaxWithdrawn) return fail(Errc::BadFormat, "too many parcels withdrawn at once");
    return list;
}

Result<> readWithdrawn(const Fields& fields, ParcelManifest& manifest) {
    for (const auto& value : GANTRY_TRY(listOrNone(fields, "supersedes"))) {
        const auto* id = value.if_string();
        if (!id || !isParcelId(*id)) return fail(Errc::BadFormat, "not a parcel_id");
        manifest.supersedes.emplace_back(*id);
    }
    for (const auto& value : GANTRY_TRY(listOrNone(fields, "withdraws"))) {
        const auto one = GANTRY_TRY(Fields::of(value, "a withdrawal"));
        ManifestWithdrawal out;
        out.parcel_id = GANTRY_TRY(parcelIdFrom(one, "parcel_id"));
        out.reason = GANTRY_TRY(one.text("reason"));
        if (!isReason(out.reason)) return fail(Errc::BadFormat, "not a reason for a withdrawal");
        manifest.withdraws.push_back(std::move(out));
    }
    return {};
}

Result<ParcelContent> contentFrom(const Fields& fields) {
    if (!fields.has("content")) return ParcelContent::Images;
    const auto text = GANTRY_TRY(fields.text("content"));
    const auto found = std::ranges::find(kContents, text);
    if (found == kContents.end()) return fail(Errc::BadFormat, "another content than this reader knows");
    return static_cast<ParcelContent>(found - kContents.begin());
}

/// Each content has what makes it one, and nothing that another one is for.
Result<> checkContent(const ParcelManifest& m) {
    const auto is = [&](ParcelContent content) { return m.content == content; };
    if (m.files.empty() == is(ParcelContent::Images))
        return fail(Errc::BadFormat, m.files.empty() ? "no file" : "a file where none belongs");
    if (is(ParcelContent::Verdict) && (!m.supplements || !m.verdict))
        return fail(Errc::BadFormat, "a verdict alone must supplement a parcel");
    if (is(ParcelContent::Withdrawal) && m.withdraws.empty())
        return fail(Errc::BadFormat, "a withdrawal of nothing");
    const auto itself = [&](const ManifestWithdrawal& w) { return w.parcel_id == m.parcel_id; };
    if (std::ranges::any_of(m.withdraws, itself) ||
        std::ranges::find(m.supersedes, m.parcel_id) != m.supersedes.end())
        return fail(Errc::BadFormat, "a parcel that withdraws itself");
    return {};
}

Result<> readStudy(const Fields& fields, ParcelManifest& manifest) {
    manifest.trial = GANTRY_TRY(fields.text("trial"));
    manifest.site = GANTRY_TRY(fields.text("site"));
    manifest.subject = GANTRY_TRY(fields.text("subject"));
    manifest.visit = GANTRY_TRY(fields.text("visit"));
    manifest.study_instance_uid = GANTRY_TRY(fields.text("study_instance_uid"));
    const auto* pack_value = GANTRY_TRY(fields.value("pack"));
    const auto pack = GANTRY_TRY(Fields::of(*pack_value, "pack"));
    manifest.pack_id = GANTRY_TRY(pack.text("id"));
    manifest.pack_version = GANTRY_TRY(pack.text("version"));
    return {};
}

Result<> readJudgement(const Fields& fields, ParcelManifest& manifest) {
    const auto* verdict = GANTRY_TRY(fields.value("verdict"));
    if (!verdict->is_null()) manifest.verdict = GANTRY_TRY(verdictFromJson(json::serialize(*verdict)));
    for (const auto& value : *GANTRY_TRY(fields.array("decisions")))
        manifest.decisions.push_back(GANTRY_TRY(decisionFrom(value)));
    const auto* deid = GANTRY_TRY(fields.value("deid"));
    if (!deid->is_object()) return fail(Errc::BadFormat, "deid is not an object");
    manifest.deid_json = json::serialize(*deid);
    return {};
}

Result<ParcelManifest> manifestFrom(const Fields& fields) {
    if (GANTRY_TRY(fields.number("format")) != kFormat) return fail(Errc::BadFormat, "another format than 1");
    ParcelManifest manifest;
    manifest.parcel_id = GANTRY_TRY(parcelIdFrom(fields, "parcel_id"));
    GANTRY_CHECK(readStudy(fields, manifest));
    GANTRY_CHECK(readJudgement(fields, manifest));
    const auto* files = GANTRY_TRY(fields.array("files"));
    manifest.files = GANTRY_TRY(filesFrom(*files));
    if (!GANTRY_TRY(fields.value("supplements"))->is_null())
        manifest.supplements = GANTRY_TRY(parcelIdFrom(fields, "supplements"));
    manifest.content = GANTRY_TRY(contentFrom(fields));
    GANTRY_CHECK(readWithdrawn(fields, manifest));
    manifest.created_at = GANTRY_TRY(fields.text("created_at"));
    if (fields.has("software")) manifest.software = GANTRY_TRY(fields.text("software"));
    GANTRY_CHECK(checkContent(manifest));
    return manifest;
}

}  // namespace

std::string instanceName(std::size_t number) {
    auto digits = std::to_string(number);
    if (digits.size() < 6) digits.insert(0, 6 - digits.size(), '0');
    return std::string(kInstancePrefix) + digits + std::string(kInstanceSuffix);
}

bool isParcelId(std::string_view text) {
    const auto good = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || isDigit(c) || c == '_' || c == '.' ||
               c == '-';
    };
    return !text.empty() && text.size() <= 64 && text.front() != '.' &&
           std::all_of(text.begin(), text.end(), good);
}

Result<std::string> toJson(const ParcelManifest& m) {
    boost::system::error_code error;
    auto deid = json::parse(m.deid_json, error);
    if (error || !deid.is_object()) return fail(Errc::InvalidArgument, "manifest: deid is not a JSON object");
    json::value verdict = nullptr;
    if (m.verdict) verdict = json::parse(gantry::toJson(*m.verdict), error);
    if (error) return fail(Errc::Internal, "manifest: the verdict's JSON cannot be read");
    json::value supplements = nullptr;
    if (m.supplements) supplements = json::string(*m.supplements);
    json::object manifest{{"format", kFormat},
                          {"parcel_id", m.parcel_id},
                          {"trial", m.trial},
                          {"site", m.site},
                          {"subject", m.subject},
                          {"visit", m.visit},
                          {"study_instance_uid", m.study_instance_uid},
                          {"pack", json::object{{"id", m.pack_id}, {"version", m.pack_version}}},
                          {"verdict", std::move(verdict)},
                          {"decisions", toJson(m.decisions)},
                          {"deid", std::move(deid)},
                          {"supplements", std::move(supplements)},
                          {"content", kContents.at(static_cast<std::size_t>(m.content))},
                          {"supersedes", json::value_from(m.supersedes)},
                          {"withdraws", toJson(m.withdraws)},
                          {"created_at", m.created_at},
                          {"files", toJson(m.files)}};
    if (!m.software.empty()) manifest["software"] = m.software;
    return json::serialize(manifest) + "\n";
}

Result<ParcelManifest> manifestFromJson(std::string_view text) {
    const auto value = GANTRY_TRY(parseJson(text, "manifest"));
    const auto fields = GANTRY_TRY(Fields::of(value, "manifest"));
    auto manifest = manifestFrom(fields);
    if (!manifest) return within("manifest", fail(Errc::BadFormat, manifest.error().context));
    return manifest;
}

}  // namespace gantry::uplink
