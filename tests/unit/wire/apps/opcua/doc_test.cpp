// SPDX-License-Identifier: Apache-2.0
// The published table of operations is the code's.
#include <catch2/catch.hpp>

#include "../function_table.h"
#include "wire/apps/opcua/opcua.h"

namespace bulkhead::wire::opcua {

TEST_CASE("opcua: docs/protocols/opcua.md lists exactly the operations of the table",
          "[wire][opcua][docs]") {
  REQUIRE(test::documented_rows("opcua") == test::expected_rows(functions()));
}

TEST_CASE("opcua: every request's response is in the table, with its class", "[wire][opcua]") {
  for (const Service& service : services()) {
    REQUIRE(function_of(service.code)->name == service.name);
    if (!service.request()) continue;
    const Service* response = service_of(service.response);
    REQUIRE(response != nullptr);
    REQUIRE_FALSE(response->request());
    REQUIRE(response->cls == service.cls);
  }
}

}  // namespace bulkhead::wire::opcua
