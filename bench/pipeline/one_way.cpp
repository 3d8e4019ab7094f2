// SPDX-License-Identifier: Apache-2.0
#include "pipeline/one_way.h"

#include <x86intrin.h>

namespace bulkhead::bench {
namespace {

constexpr size_t kBuffers = 512;
constexpr uint64_t kConfirmEvery = 64;  // polls
constexpr uint64_t kOwnWords = 256;     // keepalives and questions for neighbours, at most

}  // namespace

std::unique_ptr<Gateway> gateway_with_pretended_peer(const Plant& plant) {
  auto gateway = std::make_unique<Gateway>(
      plant, kOwnGateway, std::vector{zone_port(kZoneMac), mesh_port(kOwnGateway, kOwnMeshMac)});
  gateway->send_to(nullptr, kPeerGateway, kPeerMeshMac);
  return gateway;
}

OneWay::OneWay(const Gateway& gateway, const RigSize& size)
    : pool_(kBuffers),
      rig_(gateway, {zone_port(kZoneMac), &zone_}, {mesh_port(kOwnGateway, kOwnMeshMac), &mesh_},
           pool_, size) {}

bool OneWay::put(std::span<const uint8_t> frame) {
  dataplane::Packet* packet = pool_.copy_of(frame);
  if (packet == nullptr) return false;
  zone_in_.push_back(packet);
  ++put_;
  return true;
}

uint64_t OneWay::poll() {
  if (polls_++ % kConfirmEvery == 0) rig_.confirm_neighbours();
  const uint64_t start = __rdtsc();
  rig_.worker().poll_once();
  const uint64_t cycles = __rdtsc() - start;
  sent_ += mesh_out_.size();
  pool_.free(mesh_out_);
  mesh_out_.clear();
  return cycles;
}

std::string OneWay::broken(uint64_t flows) const {
  const telemetry::WorkerCounters& counters = rig_.counters();
  const auto& encrypt =
      counters.zone_stages[dataplane::ZonePipeline::index_of<dataplane::EncryptStage>()];
  if (put_ == 0) return "no packets";
  if (rig_.drops() != 0) return "dropped: " + rig_.drops_text();
  if (counters.ports[kZone].rx_packets.load() != put_) return "not every frame was received";
  if (encrypt.packets_out.load() < put_) return "not every frame was encrypted";
  if (sent_ < put_ || sent_ > put_ + kOwnWords) return "not every frame was sent, or others were";
  if (!zone_out_.empty()) return "something was delivered";
  if (counters.flows_live.load() != flows)
    return std::to_string(counters.flows_live.load()) + " flows are open";
  return {};
}

}  // namespace bulkhead::bench
