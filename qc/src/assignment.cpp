#include "assignment.hpp"

#include <algorithm>
#include <limits>

namespace gantry::qc {

namespace {

/// Shortest augmenting paths with potentials. Rows and columns count from 1; 0 is the column that starts a
/// path. Each row has a column of its own at the end that costs nothing: "no match".
class Matcher {
public:
    explicit Matcher(const std::vector<std::vector<double>>& gain)
        : gain_(gain),
          rows_(gain.size()),
          columns_((gain.empty() ? 0 : gain.front().size()) + rows_),
          row_potential_(rows_ + 1),
          column_potential_(columns_ + 1),
          row_of_(columns_ + 1),
          way_(columns_ + 1) {}

    std::vector<int> run() {
        for (std::size_t row = 1; row <= rows_; ++row) augment(row);
        std::vector<int> result(rows_, -1);
        for (std::size_t column = 1; column <= columns_; ++column) {
            const std::size_t row = row_of_[column];
            if (row != 0 && cost(row, column) < 0) result[row - 1] = static_cast<int>(column) - 1;
        }
        return result;
    }

private:
    double cost(std::size_t row, std::size_t column) const {
        const auto& gains = gain_[row - 1];
        return column <= gains.size() ? -std::max(0.0, gains[column - 1]) : 0;
    }

    void augment(std::size_t row) {
        row_of_[0] = row;
        std::size_t column = 0;
        std::vector<double> least(columns_ + 1, std::numeric_limits<double>::infinity());
        std::vector<bool> used(columns_ + 1, false);
        do {
            used[column] = true;
            column = step(column, least, used);
        } while (row_of_[column] != 0);
        while (column != 0) {
            row_of_[column] = row_of_[way_[column]];
            column = way_[column];
        }
    }

    std::size_t step(std::size_t from, std::vector<double>& least, const std::vector<bool>& used) {
        const std::size_t row = row_of_[from];
        double delta = std::numeric_limits<double>::infinity();
        std::size_t next = 0;
        for (std::size_t column = 1; column <= columns_; ++column) {
            if (used[column]) continue;
            const double reduced = cost(row, column) - row_potential_[row] - column_potential_[column];
            if (reduced < least[column]) {
                least[column] = reduced;
                way_[column] = from;
            }
            if (least[column] < delta) {
                delta = least[column];
                next = column;
            }
        }
        for (std::size_t column = 0; column <= columns_; ++column) {
            if (used[column]) {
                row_potential_[row_of_[column]] += delta;
                column_potential_[column] -= delta;
            } else {
                least[column] -= delta;
            }
        }
        return next;
    }

    const std::vector<std::vector<double>>& gain_;
    const std::size_t rows_;
    const std::size_t columns_;
    std::vector<double> row_potential_;
    std::vector<double> column_potential_;
    std::vector<std::size_t> row_of_;  // of each column, 0: free
    std::vector<std::size_t> way_;
};

}  // namespace

std::vector<int> assignLargest(const std::vector<std::vector<double>>& gain) {
    return gain.empty() ? std::vector<int>{} : Matcher(gain).run();
}

}  // namespace gantry::qc
