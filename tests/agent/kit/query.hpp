#pragma once
/// Looking into a catalogue as a stranger would: over a connection of one's own.

#include <string>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.hpp"

namespace gantry::test {

/// First column of the first row as text; "" when there is no row. Fails the test on an error.
std::string textOf(agent::Catalogue& catalogue, std::string_view sql);
std::int64_t numberOf(agent::Catalogue& catalogue, std::string_view sql);
/// First column of all rows.
std::vector<std::string> columnOf(agent::Catalogue& catalogue, std::string_view sql);
/// Runs statements that change something, past every rule of the product.
void change(agent::Catalogue& catalogue, std::string_view sql);
/// Every row of every table as text, so that "nothing changed" can be said of the whole.
std::string everything(agent::Catalogue& catalogue);

}  // namespace gantry::test
