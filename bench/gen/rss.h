// SPDX-License-Identifier: Apache-2.0
// Which receive queue a NIC puts a frame into: the Toeplitz hash over addresses and ports with the
// key that the product gives to NICs (dataplane/dpdk/ethdev_setup.cpp: 6d5a over and over, the same
// for both directions), and a table of 128 places that are dealt to the queues in turn.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/byte_order.h"
#include "support/plant.h"

namespace bulkhead::bench {

inline constexpr uint32_t kRssPlaces = 128;

// Bit by bit: for every bit of the input that is set, the 32 bits of the key that begin there.
inline uint32_t toeplitz(std::span<const uint8_t> input) noexcept {
  constexpr uint64_t kKey = 0x6d5a'6d5a'6d5a'6d5a;  // a period of 16 bits
  uint32_t hash = 0;
  for (size_t bit = 0; bit < input.size() * 8; ++bit)
    if ((input[bit / 8] >> (7 - bit % 8) & 1) != 0)
      hash ^= static_cast<uint32_t>(kKey >> (32 - bit % 16));
  return hash;
}

inline uint32_t rss_queue(const PlantFlow& flow, uint16_t server_port, uint32_t queues) noexcept {
  std::array<uint8_t, 12> input{};  // source and destination address, source and destination port
  std::copy_n(flow.client.bytes.end() - 4, 4, input.begin());
  std::copy_n(flow.server.bytes.end() - 4, 4, input.begin() + 4);
  store_be(&input[8], flow.client_port);
  store_be(&input[10], server_port);
  return toeplitz(input) % kRssPlaces % queues;
}

}  // namespace bulkhead::bench
