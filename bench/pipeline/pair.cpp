// SPDX-License-Identifier: Apache-2.0
#include "pipeline/pair.h"

#include <x86intrin.h>

namespace bulkhead::bench {
namespace {

constexpr size_t kBuffers = 1024;

std::vector<dataplane::PortInfo> ports_of(const char* gateway) {
  const bool own = std::string_view(gateway) == kOwnGateway;
  return {zone_port(own ? kZoneMac : kPeerZoneMac),
          mesh_port(gateway, own ? kOwnMeshMac : kPeerMeshMac)};
}

// Lanes both ways must be there before either rig takes its snapshot.
Gateway& joined(Gateway& a, Gateway& b) {
  a.send_to(&b, kPeerGateway, kPeerMeshMac);
  b.send_to(&a, kOwnGateway, kOwnMeshMac);
  return a;
}

constexpr uint64_t kConfirmEvery = 64;  // polls

// A burst has no room for a keepalive that came with it: what is left over is polled, too, but not
// timed, so that nothing overtakes it.
uint64_t poll(dataplane::Worker& worker, const FifoQueue& zone, const FifoQueue& mesh) {
  const uint64_t start = __rdtsc();
  worker.poll_once();
  const uint64_t cycles = __rdtsc() - start;
  while (zone.waiting() + mesh.waiting() != 0) worker.poll_once();
  return cycles;
}

void carry(Fifo& from, Fifo& to) {
  to.insert(to.end(), from.begin(), from.end());
  from.clear();
}

}  // namespace

Pair::Pair(const Plant& plant, const RigSize& size)
    : pool_(kBuffers),
      a_gateway_(plant, kOwnGateway, ports_of(kOwnGateway)),
      b_gateway_(plant, kPeerGateway, ports_of(kPeerGateway)),
      a_zone_(a_wires_.zone_in, a_wires_.zone_out),
      a_mesh_(a_wires_.mesh_in, a_wires_.mesh_out),
      b_zone_(b_wires_.zone_in, b_wires_.zone_out),
      b_mesh_(b_wires_.mesh_in, b_wires_.mesh_out),
      a_(joined(a_gateway_, b_gateway_), {ports_of(kOwnGateway)[kZone], &a_zone_},
         {ports_of(kOwnGateway)[kMesh], &a_mesh_}, pool_, size),
      b_(b_gateway_, {ports_of(kPeerGateway)[kZone], &b_zone_},
         {ports_of(kPeerGateway)[kMesh], &b_mesh_}, pool_, size) {}

uint64_t Pair::poll_a() {
  if (polls_++ % kConfirmEvery == 0) {
    a_.confirm_neighbours();
    b_.confirm_neighbours();
  }
  const uint64_t cycles = poll(a_.worker(), a_zone_, a_mesh_);
  carry(a_wires_.mesh_out, b_wires_.mesh_in);
  return cycles;
}

uint64_t Pair::poll_b() {
  const uint64_t cycles = poll(b_.worker(), b_zone_, b_mesh_);
  carry(b_wires_.mesh_out, a_wires_.mesh_in);
  return cycles;
}

bool Pair::put(std::span<const uint8_t> frame, Fifo& wire) {
  dataplane::Packet* packet = pool_.copy_of(frame);
  if (packet == nullptr) return false;
  wire.push_back(packet);
  return true;
}

size_t Pair::take(Fifo& wire) {
  const size_t n = wire.size();
  pool_.free(wire);
  wire.clear();
  return n;
}

}  // namespace bulkhead::bench
