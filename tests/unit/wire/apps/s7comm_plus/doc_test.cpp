// SPDX-License-Identifier: Apache-2.0
// The published table of operations is the code's.
#include <catch2/catch.hpp>

#include "../function_table.h"
#include "wire/apps/s7comm_plus/table.h"

using namespace bulkhead;

TEST_CASE("s7comm_plus: docs/protocols/s7comm_plus.md lists exactly the operations of the table",
          "[s7comm_plus][docs]") {
  CHECK(test::documented_rows("s7comm_plus") ==
        test::expected_rows(wire::s7comm_plus::functions()));
}
