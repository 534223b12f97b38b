#include "query.hpp"

#include "support.hpp"

namespace gantry::test {

using agent::Catalogue;

std::vector<std::string> columnOf(Catalogue& catalogue, std::string_view sql) {
    return must(catalogue.read([&](Database& db) -> Result<std::vector<std::string>> {
        auto select = GANTRY_TRY(db.prepare(sql));
        std::vector<std::string> out;
        while (GANTRY_TRY(select.step())) out.push_back(select.text(0));
        return out;
    }));
}

std::string textOf(Catalogue& catalogue, std::string_view sql) {
    const auto rows = columnOf(catalogue, sql);
    return rows.empty() ? "" : rows.front();
}

std::int64_t numberOf(Catalogue& catalogue, std::string_view sql) {
    const auto text = textOf(catalogue, sql);
    return text.empty() ? -1 : std::stoll(text);
}

void change(Catalogue& catalogue, std::string_view sql) {
    must(catalogue.write([&](Database& db) { return db.execute(sql); }));
}

std::string everything(Catalogue& catalogue) {
    std::string out;
    for (const auto& table : columnOf(catalogue, "SELECT name FROM sqlite_schema WHERE type = 'table'")) {
        std::string row;
        for (const auto& column : columnOf(catalogue, "SELECT name FROM pragma_table_info('" + table + "')"))
            row += (row.empty() ? "" : " || '|' || ") + ("quote(" + column + ")");
        out += table + "\n";
        for (const auto& line : columnOf(catalogue, "SELECT " + row + " FROM " + table + " ORDER BY rowid"))
            out += line + "\n";
    }
    return out;
}

}  // namespace gantry::test
