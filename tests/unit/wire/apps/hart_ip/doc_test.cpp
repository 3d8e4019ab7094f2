// SPDX-License-Identifier: Apache-2.0
// The published table of operations is the code's.
#include <catch2/catch.hpp>

#include "../function_table.h"
#include "wire/apps/hart_ip/commands.h"
#include "wire/apps/hart_ip/hart_ip.h"

using namespace bulkhead::test;
namespace hart_ip = bulkhead::wire::hart_ip;

TEST_CASE("hart_ip: docs/protocols/hart_ip.md lists exactly the functions of the table",
          "[wire][hart_ip][docs]") {
  CHECK(documented_rows("hart_ip") == expected_rows(hart_ip::functions()));
}

TEST_CASE("hart_ip: a command that names variables is one of the table", "[wire][hart_ip]") {
  for (uint32_t number = 0; number < 0x10000; ++number)
    if (hart_ip::command_row(number) != nullptr) CHECK(hart_ip::function_of(number) != nullptr);
}
