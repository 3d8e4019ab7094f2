// SPDX-License-Identifier: Apache-2.0
// The published table of operations is the code's.
#include <catch2/catch.hpp>

#include "../function_table.h"
#include "wire/apps/dnp3/functions.h"

using namespace bulkhead::test;
namespace dnp3 = bulkhead::wire::dnp3;

TEST_CASE("dnp3: docs/protocols/dnp3.md, lists exactly the functions of the table",
          "[wire][dnp3][docs]") {
  CHECK(documented_rows("dnp3") == expected_rows(dnp3::functions()));
}

TEST_CASE("dnp3: function_of, finds each row and nothing else", "[wire][dnp3]") {
  for (const auto& fact : dnp3::functions()) CHECK(dnp3::function_of(fact.code) == &fact);
  CHECK(dnp3::function_of(34) == nullptr);
  CHECK(dnp3::function_of(1u << 24 | 5) == nullptr);
}
