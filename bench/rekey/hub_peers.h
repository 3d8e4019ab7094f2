// SPDX-License-Identifier: Apache-2.0
// All peer gateways of the hub in one process: each with its own dataplane (Core) and its own key
// agreement. One thread carries the packets of all: it is the switch of the underlay, it polls each
// peer's worker that has something to do, and the device behind each peer.
#pragma once

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "mesh/key_agreement.h"
#include "rekey/core.h"
#include "rekey/hub_links.h"
#include "rekey/hub_plant.h"
#include "rekey/wire.h"

namespace bulkhead::bench {

// A queue whose packets another object of the same thread puts in.
class Inbox : public dataplane::PortQueue {
 public:
  void put(dataplane::Packet* packet) { waiting_.push_back(packet); }
  size_t receive(std::span<dataplane::Packet*> slots) noexcept override;
  [[nodiscard]] bool empty() const noexcept { return waiting_.empty(); }

 private:
  std::vector<dataplane::Packet*> waiting_;
};

// The device behind a peer: what is delivered to it comes back as its answer.
class Device final : public Inbox {
 public:
  size_t transmit(std::span<dataplane::Packet* const> packets) noexcept override;
};

class PeerPort final : public Inbox {
 public:
  explicit PeerPort(PacketRing& to_hub) noexcept : to_hub_(to_hub) {}
  size_t transmit(std::span<dataplane::Packet* const> packets) noexcept override;

 private:
  PacketRing& to_hub_;
};

struct HubPeer {
  HubPeer(uint32_t i, const std::string& directory, PacketRing& to_hub,
          dataplane::PacketPool& pool);

  Device device;
  PeerPort port;
  Core core;
  CoreLink link{core};
  SystemClock clock;
  std::unique_ptr<control::KeyAgreement> keys;
};

class HubPeers {
 public:
  HubPeers(uint32_t count, const std::string& directory, PacketRing& from_hub, PacketRing& to_hub,
           SharedPool& pool);
  ~HubPeers() { end(); }

  void run();  // the threads
  void end();
  [[nodiscard]] HubPeer& at(uint32_t i) { return *peers_[i]; }
  [[nodiscard]] uint32_t count() const { return static_cast<uint32_t>(peers_.size()); }

 private:
  void loop();
  size_t carry(std::vector<uint32_t>& touched);
  void serve(HubPeer& peer);
  [[nodiscard]] uint32_t addressee(const dataplane::Packet& packet) const;

  PacketRing& from_hub_;
  SharedPool& pool_;
  std::vector<std::unique_ptr<HubPeer>> peers_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
  std::thread ticks_;  // of all admin sides, each about every 100 ms
};

}  // namespace bulkhead::bench
