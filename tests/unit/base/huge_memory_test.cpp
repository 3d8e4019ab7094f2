// SPDX-License-Identifier: Apache-2.0
#include "base/huge_memory.h"

#include <catch2/catch.hpp>
#include <cstdint>

using bulkhead::HugeMemory;

TEST_CASE(
    "huge memory: begins at a huge page, all of it can be written, and what was touched is "
    "zeroes",
    "[base][huge_memory]") {
  constexpr size_t kBytes = HugeMemory::kPage + 4096;
  HugeMemory memory = HugeMemory::reserve(kBytes);
  REQUIRE(memory.data() != nullptr);
  CHECK(reinterpret_cast<uintptr_t>(memory.data()) % HugeMemory::kPage == 0);
  memory.data()[0] = std::byte{1};
  memory.data()[kBytes - 1] = std::byte{2};
  memory.touch(1);
  CHECK(memory.data()[0] == std::byte{0});
  CHECK(memory.data()[kBytes - 1] == std::byte{2});
}

TEST_CASE("huge memory: more than there is address space for is none", "[base][huge_memory]") {
  HugeMemory memory = HugeMemory::reserve(size_t{1} << 62);
  CHECK(memory.data() == nullptr);
  memory.touch(1);
}
