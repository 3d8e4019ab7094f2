// SPDX-License-Identifier: Apache-2.0
#include "rekey/hub_peers.h"

#include <algorithm>

#include "base/byte_order.h"

namespace bulkhead::bench {
namespace {

constexpr size_t kMostAtOnce = 256;
constexpr uint32_t kRoundsApart = 64;  // a peer with nothing to do is polled every so many rounds
constexpr std::chrono::microseconds kRest{100};
constexpr size_t kArpTarget = 14 + 24;  // of a frame with an ARP question
constexpr uint32_t kNobody = 0xffff'ffff;

CoreSpec spec_of(uint32_t i, const std::string& directory) {
  CoreSpec spec;
  spec.name = peer_name(i);
  spec.underlay = underlay(kFirstPeerIp + i);
  spec.mesh_mac = peer_mac(i);
  spec.zone_mac = peer_zone_mac(i);
  spec.directory = directory;
  spec.flows = {.flows = 8, .share_percent = 100};
  return spec;
}

}  // namespace

size_t Inbox::receive(std::span<dataplane::Packet*> slots) noexcept {
  const size_t n = std::min(slots.size(), waiting_.size());
  std::copy_n(waiting_.begin(), n, slots.begin());
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(n));
  return n;
}

size_t Device::transmit(std::span<dataplane::Packet* const> packets) noexcept {
  for (dataplane::Packet* packet : packets) {
    answer(packet->bytes());
    put(packet);
  }
  return packets.size();
}

size_t PeerPort::transmit(std::span<dataplane::Packet* const> packets) noexcept {
  for (dataplane::Packet* packet : packets) (void)to_hub_.push(packet);
  return packets.size();
}

HubPeer::HubPeer(uint32_t i, const std::string& directory, PacketRing& to_hub,
                 dataplane::PacketPool& pool)
    : port(to_hub), core(spec_of(i, directory), device, port, pool) {
  core.enforce(peer_policy(i));
}

HubPeers::HubPeers(uint32_t count, const std::string& directory, PacketRing& from_hub,
                   PacketRing& to_hub, SharedPool& pool)
    : from_hub_(from_hub), pool_(pool) {
  for (uint32_t i = 0; i < count; ++i)
    peers_.push_back(std::make_unique<HubPeer>(i, directory, to_hub, pool));
}

void HubPeers::run() {
  thread_ = std::thread([this] { loop(); });
  ticks_ = std::thread([this] {
    for (size_t i = 0; !stop_.load(std::memory_order_relaxed); ++i) {
      peers_[i % peers_.size()]->core.tick();
      if (i % (peers_.size() / 10 + 1) == 0)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  });
}

void HubPeers::end() {
  stop_.store(true);
  if (thread_.joinable()) thread_.join();
  if (ticks_.joinable()) ticks_.join();
}

void HubPeers::loop() {
  std::vector<uint32_t> touched;
  for (uint32_t round = 0; !stop_.load(std::memory_order_relaxed); ++round) {
    touched.clear();
    const size_t carried = carry(touched);
    for (const uint32_t i : touched) serve(*peers_[i]);
    for (uint32_t i = round % kRoundsApart; i < peers_.size(); i += kRoundsApart) serve(*peers_[i]);
    if (carried == 0) std::this_thread::sleep_for(kRest);
  }
}

// From the hub's port to that of the peer whom the frame is for.
size_t HubPeers::carry(std::vector<uint32_t>& touched) {
  dataplane::Packet* packet = nullptr;
  size_t n = 0;
  for (; n < kMostAtOnce && from_hub_.pop(packet); ++n) {
    const uint32_t i = addressee(*packet);
    if (i >= peers_.size()) {
      pool_.free({&packet, 1});
      continue;
    }
    if (peers_[i]->port.empty()) touched.push_back(i);
    peers_[i]->port.put(packet);
  }
  return n;
}

// By MAC address; a question for all, by the address it asks for.
uint32_t HubPeers::addressee(const dataplane::Packet& packet) const {
  const MacAddress to = MacAddress::from_wire(packet.data);
  if (!to.is_multicast()) return static_cast<uint32_t>(to.packed() - peer_mac(0).packed());
  if (packet.length < kArpTarget + 4) return kNobody;
  return load_be<uint32_t>(packet.data + kArpTarget) - kFirstPeerIp;
}

// Offline between its turns, as an adaptive worker is while it rests.
void HubPeers::serve(HubPeer& peer) {
  dataplane::Worker& worker = peer.core.worker();
  worker.online();
  while (worker.poll_once() != 0) {
  }
  worker.offline();
}

}  // namespace bulkhead::bench
