// SPDX-License-Identifier: Apache-2.0
// Two gateways, a and b, that are each other's only peer, with one identity behind each and lanes
// between them; small enough to run single mesh stages on single packets.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "burst.h"
#include "event_sink.h"
#include "mesh/keepalives.h"
#include "outbox.h"
#include "packet_builder.h"
#include "port/memory_port.h"
#include "snapshot.h"
#include "table/allowed_operations.h"
#include "table/flow_table.h"
#include "table/inspector_pool.h"
#include "table/mesh_state.h"
#include "table/mesh_table.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

using namespace test;  // NOLINT: packets that read as sentences

enum class IpVersion { kV4, kV6 };
struct MeshShape {
  IpVersion underlay = IpVersion::kV4;
  uint16_t mtu = 1500;
  uint16_t workers = 1;       // here
  uint16_t peer_workers = 1;  // there
  uint16_t paths = 1;         // 2: a second underlay on kMeshPort2
  bool a_roams = false;       // b learns a's address, which may be anything in kAnywhere
};

// Names, addresses and MACs of one side.
struct Side {
  std::string gateway;
  std::string underlay_ip;
  std::string underlay_mac;
  std::string underlay2_ip;
  std::string asset_v4;
  std::string asset_v6;
};
Side side_a(const MeshShape& shape);
Side side_b(const MeshShape& shape);

inline constexpr uint16_t kZonePort = 0;
inline constexpr uint16_t kMeshPort = 1;
inline constexpr uint16_t kExceptionPort = 2;
inline constexpr uint16_t kMeshPort2 = 3;
inline constexpr const char* kAnywhere = "192.0.2.0/24";
inline constexpr uint16_t kHandshakePort = 4433;

// Which reason, if any, a stage gave a packet; and the packet.
struct Outcome {
  DropReason reason = DropReason::kNone;
  bool in_burst = false;
  Packet* packet = nullptr;
};

class MeshGateway {
 public:
  MeshGateway(const Side& own, const Side& peer, const MeshShape& shape);

  MeshState state;
  MemoryPool pool{256};
  Outbox outbox{pool};
  telemetry::WorkerCounters counters{};
  Now now{1'000'000'000'000, 1'700'000'000'000'000'000};
  uint16_t worker = 0;
  bool has_exception_port = true;
  Keepalives keepalives{7};

  // Makes what `state` says now visible to stages.
  void publish();
  // The admin thread's tick, and what it publishes. True: it did.
  bool tick();
  // Gives the peer's address without asking.
  void resolve_peer();
  const MeshTable& mesh() const { return *snapshot_->mesh; }
  const Snapshot& snapshot() const { return *snapshot_; }
  PeerSlot& peer_slot() const { return *mesh().peers()[0].slot; }
  Neighbour& peer_hop(size_t path = 0) const { return *mesh().peers()[0].paths[path].hop; }
  const OuterTemplate& outer(uint32_t hash = 0) const { return *mesh().way(0, worker, hash).outer; }
  OutboundLane& outbound_lane(uint32_t hash = 0) const { return *mesh().outbound(0, worker, hash); }
  const EpochKeys& outbound_keys(uint32_t hash = 0) const {
    return *mesh().way(0, worker, hash).keys;
  }

  IdentityIndex identity(const std::string& ip) const;

  // A packet as parse, bind, flow and decide leave it, on its way to `destination_ip`.
  Packet* decided(const Bytes& frame, const std::string& destination_ip);

  template <typename Stage>
  Outcome run(Stage& stage, Packet* packet) {
    Burst burst;
    (void)burst.push(packet);
    WorkerView view = make_view();
    stage.process(burst, view);
    Outcome out{DropReason::kNone, !burst.empty(), packet};
    if (!burst.dropped().empty()) out.reason = burst.dropped()[0].reason;
    return out;
  }
  template <typename Stage>
  Outcome run(Stage& stage, const Bytes& frame, uint16_t rx_port = kMeshPort) {
    Packet* packet = pool.make(frame);
    packet->meta = PacketMeta{};
    packet->meta.rx_port = rx_port;
    return run(stage, packet);
  }
  // What stages said themselves, oldest first.
  std::vector<Packet*> said();
  uint64_t dropped(DropReason reason) const;
  WorkerView make_view();

 private:
  std::shared_ptr<std::vector<uint8_t>> image_;
  std::string peer_name_;
  MacAddress peer_mac_;
  std::unique_ptr<Snapshot> snapshot_;
  std::vector<WorkerPort> ports_;
  EventSink events_{nullptr, nullptr, 0, 1};
  InspectorPool inspectors_{1};
  ScanPool scans_{1};
  AllowedOperations allowed_;
  FlowTable flows_{FlowTableSize{}, 1, inspectors_, scans_};
  uint16_t workers_;
};

// Both gateways with lanes installed both ways and addresses learnt.
struct MeshPair {
  explicit MeshPair(const MeshShape& shape = {});
  MeshGateway a;
  MeshGateway b;
};

// Lanes from `from` to `to`, `to` having `to_workers`.
void install_lanes(MeshGateway& from, const std::string& from_name, uint16_t from_workers,
                   MeshGateway& to, const std::string& to_name, uint16_t to_workers);

Bytes bytes_of(const Packet& packet);
ipc::PeerStatus first_status(const MeshState& state);

}  // namespace bulkhead::dataplane
