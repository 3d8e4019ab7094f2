// SPDX-License-Identifier: Apache-2.0
// The published table of operations is the code's.
#include <catch2/catch.hpp>

#include "../function_table.h"
#include "wire/apps/bacnet/table.h"

namespace bulkhead::wire::bacnet {

TEST_CASE("bacnet: docs/protocols/bacnet.md lists exactly the operations of the table",
          "[bacnet][docs]") {
  CHECK(bulkhead::test::documented_rows("bacnet") == bulkhead::test::expected_rows(functions()));
}

TEST_CASE("bacnet: every operation is found by its code, has a class and a technique", "[bacnet]") {
  for (const FunctionFact& fact : functions()) {
    CHECK(function_of(fact.code) == &fact);
    CHECK(fact.cls != OperationClass::kUnspecified);
    CHECK(fact.technique != 0);
  }
  CHECK(function_of(63) == nullptr);
  CHECK(function_of(64) == nullptr);
  CHECK(function_of(5u << 24) == nullptr);
  CHECK(function_of(0xffffffff) == nullptr);
  CHECK(function_of(1u << 16 | 15) == nullptr);
}

}  // namespace bulkhead::wire::bacnet
