// SPDX-License-Identifier: Apache-2.0
// Catch2's main, compiled once, with the TAP reporter so that meson counts cases, not programs.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
// Not self-contained: it wants catch.hpp first.
#include <catch2/catch_reporter_tap.hpp>
