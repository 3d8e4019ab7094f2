// SPDX-License-Identifier: Apache-2.0
// The published tables of operations are the code's.
#include <catch2/catch.hpp>

#include "../function_table.h"
#include "wire/apps/goose/goose.h"
#include "wire/apps/mms/table.h"
#include "wire/apps/sv/sv.h"

using namespace bulkhead;
using namespace bulkhead::wire;
using test::documented_rows;
using test::expected_rows;

TEST_CASE("mms: docs/protocols/mms.md lists exactly the operations of the table", "[mms][docs]") {
  CHECK(documented_rows("mms") == expected_rows(mms::functions()));
}

TEST_CASE("goose, sv: their documents list exactly the operations of the tables",
          "[goose][sv][docs]") {
  CHECK(documented_rows("goose") == expected_rows(goose::functions()));
  CHECK(documented_rows("sv") == expected_rows(sv::functions()));
}

TEST_CASE("mms: every operation is found by its code, has a class and a technique", "[mms]") {
  for (const FunctionFact& fact : mms::functions()) {
    CHECK(mms::function_of(fact.code) == &fact);
    CHECK(fact.cls != OperationClass::kUnspecified);
    CHECK(fact.technique != 0);
  }
  CHECK(mms::function_of(78) == nullptr);
  CHECK(mms::function_of(5u << 24 | 7) == nullptr);
  CHECK(mms::function_of(0xffffffff) == nullptr);
}
