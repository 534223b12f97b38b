// The same for tests.
#include "common.hpp"

#include <catch2/catch.hpp>
