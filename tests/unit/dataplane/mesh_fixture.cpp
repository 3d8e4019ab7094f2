// SPDX-License-Identifier: Apache-2.0
#include "mesh_fixture.h"

#include <catch2/catch.hpp>

#include "image/compile.h"
#include "stage/flow_tuple.h"

namespace bulkhead::dataplane {
namespace {

policy::Identity identity_of(const std::string& name, const std::string& gateway,
                             const std::string& ip) {
  policy::Identity identity;
  identity.name = name;
  policy::Binding bind;
  bind.gateway = gateway;
  bind.port = "plant";
  bind.mac = *parse_mac("02:00:00:00:00:01");
  bind.ip = *parse_ip(ip);
  identity.bind = bind;
  return identity;
}

std::vector<uint8_t> image_for(const std::string& gateway) {
  const MeshShape any;
  policy::Policy policy;
  for (const Side& side : {side_a(any), side_b(any)}) {
    policy.identities.push_back(identity_of(side.gateway + "-v4", side.gateway, side.asset_v4));
    policy.identities.push_back(identity_of(side.gateway + "-v6", side.gateway, side.asset_v6));
  }
  Result<std::vector<uint8_t>> image = image::compile(policy, {gateway, 1, 0});
  REQUIRE(image.ok());
  return std::move(*image);
}

std::vector<Underlay> underlays_of(const Side& side, const MeshShape& shape) {
  Underlay own;
  own.name = "mesh";
  own.port = kMeshPort;
  own.exception = kExceptionPort;
  own.mac = *parse_mac(side.underlay_mac);
  const bool v4 = shape.underlay == IpVersion::kV4;
  own.address = *parse_prefix(side.underlay_ip + (v4 ? "/24" : "/64"));
  own.mtu = shape.mtu;
  if (shape.paths == 1) return {own};
  Underlay second = own;
  second.name = "mesh2";
  second.port = kMeshPort2;
  second.exception = kNoPort;
  second.address = *parse_prefix(side.underlay2_ip + (v4 ? "/24" : "/64"));
  return {own, second};
}

ipc::SetPeers only(const Side& peer, const MeshShape& shape) {
  ipc::SetPeers message;
  message.own_handshake_port = kHandshakePort;
  message.keepalive_ms = 100;
  ipc::Peer& to = message.peers.emplace_back();
  to.name = peer.gateway;
  to.handshake_port = kHandshakePort;
  to.paths.push_back({{*parse_ip(peer.underlay_ip), 4500}, {}});
  if (shape.paths == 2) to.paths.push_back({{*parse_ip(peer.underlay2_ip), 4500}, "mesh2"});
  to.behind_nat = shape.a_roams && peer.gateway == "gw-a";
  message.own_behind_nat = shape.a_roams && peer.gateway == "gw-b";
  if (to.behind_nat) to.from.push_back(*parse_prefix(kAnywhere));
  return message;
}

WorkerPort port(uint16_t index, PortRole role, std::string_view name, const MacAddress& mac) {
  WorkerPort made;
  made.info.index = index;
  made.info.role = role;
  made.info.name = name;
  made.info.mac = mac;
  return made;
}

}  // namespace

Side side_a(const MeshShape& shape) {
  const bool v4 = shape.underlay == IpVersion::kV4;
  return {"gw-a",
          v4 ? "192.0.2.1" : "2001:db8:f::1",
          "02:aa:00:00:00:01",
          v4 ? "198.51.100.1" : "2001:db8:e::1",
          "10.0.0.1",
          "2001:db8::1"};
}

Side side_b(const MeshShape& shape) {
  const bool v4 = shape.underlay == IpVersion::kV4;
  return {"gw-b",
          v4 ? "192.0.2.2" : "2001:db8:f::2",
          "02:aa:00:00:00:02",
          v4 ? "198.51.100.2" : "2001:db8:e::2",
          "10.0.0.2",
          "2001:db8::2"};
}

MeshGateway::MeshGateway(const Side& own, const Side& peer, const MeshShape& shape)
    : state(underlays_of(own, shape), shape.workers),
      image_(std::make_shared<std::vector<uint8_t>>(image_for(own.gateway))),
      peer_name_(peer.gateway),
      peer_mac_(*parse_mac(peer.underlay_mac)),
      workers_(shape.workers) {
  const MacAddress mac = *parse_mac(own.underlay_mac);
  ports_ = {port(kZonePort, PortRole::kZone, "plant", MacAddress{{2, 1, 1, 1, 1, 1}}),
            port(kMeshPort, PortRole::kMesh, "mesh", mac),
            port(kExceptionPort, PortRole::kException, "exception", mac),
            port(kMeshPort2, PortRole::kMesh, "mesh2", mac)};
  REQUIRE(state.set_peers(only(peer, shape)));
  publish();
}

void MeshGateway::publish() {
  SnapshotInput input;
  input.image = image::ImageView(*image_);
  input.image_memory = image_;
  input.mesh = state.build();
  std::vector<std::string> names;
  for (const MeshTable::Peer& p : input.mesh->peers()) names.push_back(p.slot->name);
  input.peer_names = names;
  const PortInfo infos[] = {ports_[0].info, ports_[1].info};
  input.ports = infos;
  snapshot_ = build_snapshot(input);
}

void MeshGateway::resolve_peer() {
  for (const auto& hop : mesh().neighbours())
    REQUIRE(mesh().learn(hop->own, hop->ip, peer_mac_, now.steady_ns));
}

IdentityIndex MeshGateway::identity(const std::string& ip) const {
  return snapshot_->image.identity_by_ip(*parse_ip(ip));
}

Packet* MeshGateway::decided(const Bytes& frame, const std::string& destination_ip) {
  Packet* packet = pool.make(frame);
  packet->meta = PacketMeta{};
  packet->meta.rx_port = kZonePort;
  REQUIRE(wire::parse_frame(packet->bytes(), packet->meta.frame).kind == wire::FaultKind::kNone);
  packet->meta.destination = identity(destination_ip);
  REQUIRE(packet->meta.destination.valid());
  packet->meta.flow_hash = flow_hash_of(packet->bytes(), packet->meta.frame.ip);
  return packet;
}

WorkerView MeshGateway::make_view() {
  const std::span<const WorkerPort> all(ports_);
  return {*snapshot_,  now,     worker,   workers_, has_exception_port ? all : all.first(2),
          counters,    events_, outbox,   pool,     flows_,
          inspectors_, scans_,  allowed_, nullptr,  worker == 0 ? &keepalives : nullptr};
}

std::vector<Packet*> MeshGateway::said() {
  Burst burst;
  outbox.drain_to(burst);
  return {burst.packets().begin(), burst.packets().end()};
}

bool MeshGateway::tick() {
  now.steady_ns += MeshState::kCatchUpNs;
  PeerPaths::News news;
  const bool changed = state.tick(now.steady_ns, news);
  if (changed) publish();
  return changed;
}

uint64_t MeshGateway::dropped(DropReason reason) const {
  return counters.drops[static_cast<size_t>(reason)].load();
}

void install_lanes(MeshGateway& from, const std::string& from_name, uint16_t from_workers,
                   MeshGateway& to, const std::string& to_name, uint16_t to_workers) {
  const Result<std::vector<uint32_t>> spis =
      to.state.allocate_spis(uint32_t{from_workers} * to_workers);
  REQUIRE(spis.ok());
  ipc::InstallInbound inbound{from_name, {}};
  ipc::InstallOutbound outbound{to_name, to_workers, {}};
  for (uint16_t s = 0; s < from_workers; ++s)
    for (uint16_t r = 0; r < to_workers; ++r) {
      const uint32_t spi = (*spis)[size_t{s} * to_workers + r];
      esp::KeyMaterial keys;
      keys.key.fill(static_cast<uint8_t>(spi * 31));
      keys.salt.fill(static_cast<uint8_t>(spi * 17));
      keys.chain.fill(static_cast<uint8_t>(spi * 7));
      inbound.lanes.push_back({spi, r, keys});
      outbound.lanes.push_back(
          {spi, s, r, static_cast<uint16_t>(50000 + outbound.lanes.size()), keys});
    }
  REQUIRE(to.state.install_inbound(inbound));
  REQUIRE(from.state.install_outbound(outbound));
}

MeshPair::MeshPair(const MeshShape& shape)
    : a(side_a(shape), side_b(shape), shape),
      b(side_b(shape), side_a(shape),
        {shape.underlay, shape.mtu, shape.peer_workers, shape.workers, shape.paths,
         shape.a_roams}) {
  install_lanes(a, "gw-a", shape.workers, b, "gw-b", shape.peer_workers);
  install_lanes(b, "gw-b", shape.peer_workers, a, "gw-a", shape.workers);
  a.publish();
  b.publish();
  a.resolve_peer();
  b.resolve_peer();
}

Bytes bytes_of(const Packet& packet) {
  return {packet.bytes().begin(), packet.bytes().end()};
}

ipc::PeerStatus first_status(const MeshState& state) {
  bool more = false;
  return state.status("", 1, more).at(0);
}

}  // namespace bulkhead::dataplane
