// SPDX-License-Identifier: Apache-2.0
// The published tables of operations are the code's.
#include <catch2/catch.hpp>

#include "../function_table.h"
#include "wire/apps/cip/services.h"
#include "wire/apps/enip/encapsulation.h"

using namespace bulkhead::test;
using namespace bulkhead::wire;

TEST_CASE("enip: docs/protocols lists exactly the operations of the tables", "[wire][enip][docs]") {
  CHECK(documented_rows("cip") == expected_rows(cip::functions()));
  CHECK(documented_rows("enip") == expected_rows(enip::functions()));
}

TEST_CASE("cip: each operation has a name of its own and is found by its code", "[wire][cip]") {
  std::set<std::string_view> names;
  for (const FunctionFact& fact : cip::functions()) {
    CHECK(cip::function_of(fact.code) == &fact);
    CHECK(names.insert(fact.name).second);
  }
}
