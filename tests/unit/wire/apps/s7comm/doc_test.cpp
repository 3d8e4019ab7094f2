// SPDX-License-Identifier: Apache-2.0
// The published table of operations is the code's.
#include <catch2/catch.hpp>

#include "../function_table.h"
#include "wire/apps/iso/connection.h"
#include "wire/apps/s7comm/table.h"

using namespace bulkhead;

TEST_CASE("s7comm: docs/protocols/s7comm.md lists exactly the operations of the table",
          "[s7comm][docs]") {
  CHECK(test::documented_rows("s7comm") == test::expected_rows(wire::s7comm::functions()));
  CHECK(test::documented_rows("s7comm", 1) == test::expected_rows(wire::iso::functions()));
}

TEST_CASE("s7comm: every operation is found by its code, and by that alone", "[s7comm]") {
  for (const wire::FunctionFact& fact : wire::s7comm::functions())
    CHECK(wire::s7comm::function_of(fact.code)->name == fact.name);
  CHECK(wire::s7comm::function_of(0x66) == nullptr);
  CHECK(wire::s7comm::function_of(UINT32_MAX) == nullptr);
}
