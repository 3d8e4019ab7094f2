// SPDX-License-Identifier: Apache-2.0
// Times and bounds of the key agreement. The defaults are the product's; tests shorten the times.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bulkhead::control {

inline constexpr uint64_t kMillisecond = 1'000'000;  // ns
inline constexpr uint64_t kSecond = 1'000 * kMillisecond;

struct MeshTuning {
  uint64_t handshake_ns = 10 * kSecond;  // TCP, TLS and the exchange, each
  uint64_t connect_ns = 3 * kSecond;     // TCP to one of several paths, then the next is tried
  uint64_t keepalive_ns = 5 * kSecond;   // on an idle control connection; three missed end it
  uint64_t retry_min_ns = 250 * kMillisecond;  // doubles after each failure, jittered by a quarter
  uint64_t retry_away_ns = 1 * kSecond;        // longest while the peer is not there or not ready
  uint64_t retry_refused_ns = 15 * kSecond;    // longest after a refusal: somebody must act
  uint64_t request_again_ns = 5 * kSecond;     // responder asks once more for a rekey
  uint64_t retry_cut_ns = 60 * kSecond;        // to a revoked peer: it may have a new certificate
  uint64_t reload_spread_ns = 10 * kSecond;    // new certificate: fresh keys within that time
  uint64_t lonely_ns = 60 * kSecond;           // a peer that never called: say what may be wrong
  size_t handshakes = 16;                      // inbound, at once
  size_t handshakes_per_source = 4;
  uint32_t bucket_burst = 10;      // inbound connections per source address ...
  uint32_t bucket_per_second = 2;  // ... before any cryptography
};

}  // namespace bulkhead::control
