// SPDX-License-Identifier: Apache-2.0
// The published table of operations is the code's.
#include <catch2/catch.hpp>

#include "../function_table.h"
#include "wire/apps/iec104/types.h"

using namespace bulkhead::test;
namespace iec104 = bulkhead::wire::iec104;

TEST_CASE("iec104: docs/protocols/iec104.md lists exactly the functions of the table",
          "[wire][iec104][docs]") {
  CHECK(documented_rows("iec104") == expected_rows(iec104::functions()));
}

TEST_CASE("iec104: each type has its function, and each function is found", "[wire][iec104]") {
  for (const auto& fact : iec104::functions()) {
    CHECK(iec104::function_of(fact.code) == &fact);
    if (fact.code < 256) CHECK(iec104::type_of(static_cast<uint8_t>(fact.code)) != nullptr);
  }
  for (unsigned id = 0; id < 256; ++id)
    CHECK((iec104::type_of(static_cast<uint8_t>(id)) == nullptr) ==
          (iec104::function_of(id) == nullptr));
}
