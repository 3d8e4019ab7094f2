// SPDX-License-Identifier: Apache-2.0
#include "mesh/keepalives.h"

#include <algorithm>

#include "base/byte_order.h"
#include "mesh/esp_frame.h"
#include "stage/rate_gate.h"

namespace bulkhead::dataplane {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr RateGate kAnswerGate{1'000'000, 64};  // per path; probes come every 100 ms at most

void publish(PathSlot& slot) noexcept {
  const auto put = [](auto& where, auto value) {
    if (where.load(kRelaxed) != value) where.store(value, kRelaxed);
  };
  put(slot.rtt_us, slot.liveness.rtt_us());
  put(slot.loss_per_mille, slot.liveness.loss_per_mille());
  put(slot.mtu, slot.sizes.mtu());
  put(slot.mtu_confirmed, slot.sizes.confirmed());
  put(slot.state, slot.liveness.state());
}

bool send(const MeshTable::Peer& peer, const OuterTemplate& outer, const mesh::LaneKeepalive& what,
          size_t payload, WorkerView& view) noexcept {
  Packet* made = view.outbox.make();
  if (made == nullptr) return false;
  made->meta.tx_port = outer.port;
  const KeyedLane lane{*peer.outbound.lanes.front(), *peer.outbound.keys.front()};
  const auto write = [&](std::span<uint8_t> room) { return mesh::write_keepalive(room, what); };
  if (make_dummy(*made, lane, outer, payload, write) && view.outbox.send(made)) return true;
  view.outbox.discard(made);
  return false;
}

// The path by which a packet came: own mesh port and, where it does not change, remote address.
const MeshTable::Path* path_of(const Packet& packet, const MeshTable::Peer& peer,
                               const MeshTable& mesh) noexcept {
  for (const MeshTable::Path& path : peer.paths) {
    if (mesh.own(path.own).port != packet.meta.rx_port) continue;
    if (path.roams || path.remote.ip == packet.meta.frame.ip.src) return &path;
  }
  return nullptr;
}

Endpoint source_of(const Packet& packet) noexcept {
  return {packet.meta.frame.ip.src, packet.meta.frame.ip.src_port};
}

// The highest number of its lane so far: nothing that was held back or repeated.
bool newest(const Packet& packet, const InboundLane& lane) noexcept {
  const wire::PacketHeaders& outer = packet.meta.frame.ip;
  const uint8_t* esp = packet.data + outer.payload_offset;
  return load_be<uint32_t>(esp + 4) == static_cast<uint32_t>(lane.window.top());
}

bool may_come_from(const MeshTable::Peer& peer, const IpAddress& ip) noexcept {
  return std::any_of(peer.from.begin(), peer.from.end(),
                     [&](const IpPrefix& prefix) { return prefix.contains(ip); });
}

}  // namespace

uint32_t Keepalives::random() noexcept {
  random_ ^= random_ << 13;  // xorshift64, Marsaglia 2003
  random_ ^= random_ >> 7;
  random_ ^= random_ << 17;
  return static_cast<uint32_t>(random_ >> 32);
}

void Keepalives::tick(WorkerView& view) noexcept {
  if (view.now.steady_ns < due_ns_ || view.snapshot.mesh == nullptr) return;
  due_ns_ = view.now.steady_ns + kTickNs;
  const auto peers = view.snapshot.mesh->peers();
  probes_ = 0;
  const uint32_t first = peer_;
  for (unsigned i = 0; i < kVisits && probes_ < kProbes && !peers.empty(); ++i) {
    if (peer_ >= peers.size()) peer_ = 0;
    if (i > 0 && peer_ == first && path_ == 0) return;  // once round
    const MeshTable::Peer& peer = peers[peer_];
    if (path_ < peer.paths.size()) visit(peer, path_++, view);
    if (path_ >= peer.paths.size()) {
      path_ = 0;
      ++peer_;
    }
  }
}

void Keepalives::visit(const MeshTable::Peer& peer, uint8_t path, WorkerView& view) noexcept {
  const MeshTable::Path& way = peer.paths[path];
  PathSlot& slot = *way.slot;
  const uint64_t now = view.now.steady_ns;
  if (peer.outbound.lanes.empty() || way.hop == nullptr) {
    slot.liveness.stop();
  } else if (slot.liveness.due(now, view.snapshot.mesh->keepalive_ns(), random())) {
    ++probes_;
    const mesh::LaneKeepalive probe{mesh::KeepaliveType::kProbe, path, false, slot.liveness.id(),
                                    now};
    (void)send(peer, way.probe, probe, mesh::kKeepaliveBytes, view);  // unsent is lost
    if (slot.liveness.state() == PathState::kUp) probe_size(peer, path, view);
  }
  publish(slot);
}

void Keepalives::probe_size(const MeshTable::Peer& peer, uint8_t path, WorkerView& view) noexcept {
  const MeshTable::Path& way = peer.paths[path];
  PathSlot& slot = *way.slot;
  if (slot.size_asked != 0) slot.sizes.lost(slot.size_asked);
  slot.size_asked = slot.sizes.next_probe_size(view.now.steady_ns);
  if (slot.size_asked == 0) return;
  ++probes_;
  const mesh::LaneKeepalive probe{mesh::KeepaliveType::kProbe, path, true, ++slot.size_id,
                                  view.now.steady_ns};
  (void)send(peer, way.probe, probe, largest_payload(way.probe, slot.size_asked), view);
}

void Keepalives::heard(const Packet& packet, const MeshTable::Inbound& on,
                       const WorkerView& view) noexcept {
  const MeshTable::Peer& peer = view.snapshot.mesh->peers()[on.peer];
  const Endpoint source = source_of(packet);
  if (on.lane->spi != peer.slot->keepalive_spi || on.set < peer.slot->newest_set) return;
  const MeshTable::Path* path = path_of(packet, peer, *view.snapshot.mesh);
  if (path == nullptr || !path->roams || path->remote == source || source.port == 0) return;
  if (newest(packet, *on.lane) && may_come_from(peer, source.ip)) path->slot->moved.leave(source);
}

DropReason Keepalives::received(const Packet& packet, std::span<const uint8_t> payload,
                                const MeshTable::Inbound& on, WorkerView& view) noexcept {
  mesh::LaneKeepalive keepalive;
  if (!mesh::parse_keepalive(payload, keepalive)) return DropReason::kDummyPacket;
  const MeshTable::Peer& peer = view.snapshot.mesh->peers()[on.peer];
  if (on.set >= peer.slot->newest_set && newest(packet, *on.lane)) {
    peer.slot->newest_set = on.set;
    peer.slot->keepalive_spi = on.lane->spi;
  }
  if (on.roams) heard(packet, on, view);
  const MeshTable::Path* from = path_of(packet, peer, *view.snapshot.mesh);
  if (keepalive.type == mesh::KeepaliveType::kAnswer) {
    take_answer(peer, from, keepalive, view);
    return DropReason::kKeepalive;
  }
  const bool known = from != nullptr && (!from->roams || from->remote == source_of(packet));
  if (!known || peer.outbound.lanes.empty()) return DropReason::kKeepalive;
  if (!kAnswerGate.admit(from->slot->answers, view.now.steady_ns)) return DropReason::kKeepalive;
  keepalive.type = mesh::KeepaliveType::kAnswer;
  (void)send(peer, from->probe, keepalive, mesh::kKeepaliveBytes, view);
  return DropReason::kKeepalive;
}

void Keepalives::take_answer(const MeshTable::Peer& peer, const MeshTable::Path* from,
                             const mesh::LaneKeepalive& answer, const WorkerView& view) noexcept {
  if (answer.path >= peer.paths.size() || from != &peer.paths[answer.path]) return;
  PathSlot& slot = *from->slot;
  if (answer.sizes) {
    if (answer.id != slot.size_id || slot.size_asked == 0) return;
    slot.sizes.answered(slot.size_asked);
    slot.size_asked = 0;
  } else {
    const uint64_t interval = view.snapshot.mesh->keepalive_ns();
    const bool was_down = slot.liveness.state() == PathState::kDown;
    if (slot.liveness.answered(answer.id, answer.sent_ns, view.now.steady_ns, interval) && was_down)
      slot.sizes.restart();
  }
  publish(slot);
}

}  // namespace bulkhead::dataplane
