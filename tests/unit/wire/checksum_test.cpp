// SPDX-License-Identifier: Apache-2.0
#include "wire/checksum.h"

#include <catch2/catch.hpp>
#include <random>

#include "packet_builder.h"

using namespace bulkhead::test;
using namespace bulkhead::wire;

TEST_CASE("checksum: the example of RFC 1071, gives its sum", "[wire][checksum]") {
  CHECK(internet_checksum(Bytes{0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7}) ==
        static_cast<uint16_t>(~0xddf2));
  CHECK(internet_checksum({}) == 0xffff);
  CHECK(internet_checksum(Bytes{0xff}) == 0x00ff);
}

TEST_CASE("checksum: any bytes in any even cut, sum as by the book", "[wire][checksum][property]") {
  std::mt19937 random(7);
  for (size_t size = 0; size < 200; ++size) {
    Bytes bytes(size);
    for (uint8_t& b : bytes) b = static_cast<uint8_t>(random());
    uint32_t sum = 0;
    for (size_t i = 0; i < size; ++i) sum += i % 2 == 0 ? bytes[i] * 256u : bytes[i];
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    const size_t cut = size / 4 * 2;
    ChecksumSum two;
    two.add(std::span(bytes).first(cut));
    two.add(std::span(bytes).subspan(cut));
    REQUIRE(internet_checksum(bytes) == static_cast<uint16_t>(~sum));
    REQUIRE(two.value() == static_cast<uint16_t>(~sum));
  }
}

TEST_CASE("checksum: long spans of all ones, all zeroes and anything, sum as by the book",
          "[wire][checksum][property]") {
  std::mt19937 random(9);
  for (const size_t size : {127u, 128u, 160u, 1472u, 9001u, 65535u, 131072u, 300001u})
    for (const int kind : {0, 1, 2}) {
      Bytes bytes(size, kind == 0 ? uint8_t{0xff} : uint8_t{0});
      if (kind == 2)
        for (uint8_t& b : bytes) b = static_cast<uint8_t>(random());
      uint64_t sum = 0;
      for (size_t i = 0; i < size; ++i) sum += i % 2 == 0 ? bytes[i] * 256u : bytes[i];
      while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
      REQUIRE(internet_checksum(bytes) == static_cast<uint16_t>(~sum));
    }
}

TEST_CASE("checksum: an incremental update, equals a fresh sum", "[wire][checksum][property]") {
  std::mt19937 random(8);
  for (int round = 0; round < 10000; ++round) {
    Bytes bytes(20);
    for (uint8_t& b : bytes) b = static_cast<uint8_t>(random());
    const uint16_t before = internet_checksum(bytes);
    const auto old_word = static_cast<uint16_t>(bytes[4] << 8 | bytes[5]);
    bytes[4] = static_cast<uint8_t>(random());
    bytes[5] = static_cast<uint8_t>(random());
    const auto new_word = static_cast<uint16_t>(bytes[4] << 8 | bytes[5]);
    REQUIRE(checksum_after(before, old_word, new_word) == internet_checksum(bytes));
  }
}

TEST_CASE("checksum: the example of RFC 1624, avoids the negative zero", "[wire][checksum]") {
  CHECK(checksum_after(0xdd2f, 0x5555, 0x3285) == 0x0000);
}
