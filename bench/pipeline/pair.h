// SPDX-License-Identifier: Apache-2.0
// Two gateways back to back in one thread: clients in front of A, servers behind B, ESP in between,
// all over memory ports. Each direction of each gateway is polled, and so measured, by itself.
//
//   clients -> [zone A mesh] -> [mesh B zone] -> servers -> [zone B mesh] -> [mesh A zone] ->
//   clients
#pragma once

#include "pipeline/gateway.h"
#include "pipeline/memory.h"
#include "pipeline/rig.h"
#include "support/measure.h"

namespace bulkhead::bench {

inline constexpr MacAddress kPeerZoneMac{{0x02, 0x70, 0x63, 0x61, 0x70, 0x01}};

// What lies on a gateway's wires.
struct Wires {
  Fifo zone_in, zone_out, mesh_in, mesh_out;
};

class Pair {
 public:
  explicit Pair(const Plant& plant, const RigSize& size = {});

  // Puts a copy of the frame before A's or B's zone port. False: no buffer.
  bool from_client(std::span<const uint8_t> frame) { return put(frame, a_wires_.zone_in); }
  bool from_server(std::span<const uint8_t> frame) { return put(frame, b_wires_.zone_in); }
  // One poll each, and untimed ones for what more than a burst holds; returns the TSC cycles of the
  // first.
  uint64_t poll_a();
  uint64_t poll_b();
  // Takes what came out for the servers or clients; returns how many packets.
  size_t reached_servers() { return take(b_wires_.zone_out); }
  size_t reached_clients() { return take(a_wires_.zone_out); }

  [[nodiscard]] const Rig& a() const noexcept { return a_; }
  [[nodiscard]] const Rig& b() const noexcept { return b_; }
  [[nodiscard]] uint64_t encrypted_by_a() const { return a_gateway_.encrypted(); }
  [[nodiscard]] uint64_t decrypted_by_b() const { return b_gateway_.decrypted(); }

 private:
  bool put(std::span<const uint8_t> frame, Fifo& wire);
  size_t take(Fifo& wire);

  BufferPool pool_;
  Gateway a_gateway_, b_gateway_;
  Wires a_wires_, b_wires_;
  FifoQueue a_zone_, a_mesh_, b_zone_, b_mesh_;
  Rig a_, b_;
  uint64_t polls_ = 0;
};

}  // namespace bulkhead::bench
