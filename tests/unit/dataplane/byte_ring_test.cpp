// SPDX-License-Identifier: Apache-2.0
#include "inspect/byte_ring.h"

#include <array>
#include <catch2/catch.hpp>
#include <random>
#include <vector>

using bulkhead::dataplane::ByteRing;

TEST_CASE("byte ring: reads back what was appended, inserted, dropped and overwritten",
          "[dataplane][byte_ring]") {
  std::mt19937 random(11);
  std::array<uint8_t, 64> memory{};
  ByteRing ring{memory};
  std::vector<uint8_t> all;
  for (int step = 0; step < 20'000; ++step) {
    std::vector<uint8_t> bytes(random() % 20);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
    const auto known = std::min<size_t>(all.size(), memory.size());
    switch (random() % 4) {
      case 0:
        ring.append(bytes);
        all.insert(all.end(), bytes.begin(), bytes.end());
        break;
      case 1: {
        const size_t tail = random() % (std::min<size_t>(known, 40) + 1);
        ring.insert_before(tail, bytes);
        all.insert(all.end() - static_cast<std::ptrdiff_t>(tail), bytes.begin(), bytes.end());
        break;
      }
      case 2: {
        // What is dropped is forgotten, and older bytes it had pushed out do not come back.
        const size_t n = std::min<size_t>(random() % 5, known);
        ring.drop_newest(n);
        all.resize(all.size() - n);
        if (n != 0) {
          all.clear();
          ring.rewind();
        }
        break;
      }
      default: {
        if (bytes.size() > known) break;
        const size_t back = bytes.size() + random() % (known - bytes.size() + 1);
        ring.overwrite(back, bytes);
        std::copy(bytes.begin(), bytes.end(), all.end() - static_cast<std::ptrdiff_t>(back));
      }
    }
    const size_t check = std::min<size_t>(all.size(), memory.size());
    REQUIRE(ring.known() == check);
    const std::vector<uint8_t> newest(all.end() - static_cast<std::ptrdiff_t>(check), all.end());
    REQUIRE(ring.matches(check, newest));
    std::vector<uint8_t> read(check);
    ring.read(check, read);
    REQUIRE(read == newest);
  }
}

TEST_CASE("byte ring: one other byte is no match", "[dataplane][byte_ring]") {
  std::array<uint8_t, 16> memory{};
  ByteRing ring{memory};
  std::vector<uint8_t> bytes{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  ring.append(bytes);
  ring.append(bytes);  // across the end of the memory
  CHECK(ring.matches(12, bytes));
  for (uint8_t& byte : bytes) {
    byte ^= 0x80;
    CHECK_FALSE(ring.matches(12, bytes));
    byte ^= 0x80;
  }
}
