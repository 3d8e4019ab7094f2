// SPDX-License-Identifier: Apache-2.0
// The layout of every message body, written once: encode() and decode() both walk it.
//
// An Io takes integers, bool, bounded strings, byte arrays, addresses and bounded vectors, in the
// order given here. A new field goes at the end of its message and raises kProtocolVersion.
#pragma once

#include <concepts>
#include <type_traits>

#include "ipc/messages.h"

namespace bulkhead::ipc {

template <typename M, typename Of>
concept Like = std::same_as<std::remove_const_t<M>, Of>;

inline constexpr size_t kMaxSentence = 8192;
inline constexpr size_t kMaxVersion = 255;
inline constexpr uint8_t kLastErrorCode = static_cast<uint8_t>(ErrorCode::kInternal);

void fields(auto& io, Like<IpAddress> auto& m) {
  io.raw(m.bytes);
}
void fields(auto& io, Like<Endpoint> auto& m) {
  fields(io, m.ip);
  io.integer(m.port);
}
void fields(auto& io, Like<IpPrefix> auto& m) {
  fields(io, m.address);
  io.integer(m.length);
}
void fields(auto& io, Like<esp::KeyMaterial> auto& m) {
  io.raw(m.key);
  io.raw(m.salt);
  io.raw(m.chain);
}
void fields(auto& io, Like<uint32_t> auto& m) {
  io.integer(m);
}

void fields(auto& io, Like<Hello> auto& m) {
  io.integer(m.protocol_version);
  io.text(m.gateway, kMaxName);
  io.raw(m.boot_nonce);
  io.integer(m.workers);
  io.integer(m.generation);
  io.raw(m.digest);
  io.text(m.version, kMaxVersion);
  io.integer(m.overlay_number);
  io.raw(m.overlay_digest);
}
void fields(auto& io, Like<InstallImage> auto& m) {
  io.integer(m.generation);
  io.raw(m.digest);
}
void fields(auto& io, Like<PeerPath> auto& m) {
  fields(io, m.underlay);
  io.text(m.mesh_port, kMaxName);
}
void fields(auto& io, Like<Peer> auto& m) {
  io.text(m.name, kMaxName);
  io.list(m.paths, kMaxPaths);
  io.integer(m.handshake_port);
  io.boolean(m.behind_nat);
  io.list(m.from, kMaxSources);
}
void fields(auto& io, Like<SetPeers> auto& m) {
  io.list(m.peers, kMaxPeers);
  io.integer(m.own_handshake_port);
  io.integer(m.keepalive_ms);
  io.boolean(m.own_behind_nat);
}
void fields(auto& io, Like<AllocateSpis> auto& m) {
  io.integer(m.count);
}
void fields(auto& io, Like<InboundLane> auto& m) {
  io.integer(m.spi);
  io.integer(m.receive_worker);
  fields(io, m.keys);
}
void fields(auto& io, Like<InstallInbound> auto& m) {
  io.text(m.peer, kMaxName);
  io.list(m.lanes, kMaxLanes);
}
void fields(auto& io, Like<OutboundLane> auto& m) {
  io.integer(m.spi);
  io.integer(m.send_worker);
  io.integer(m.receive_worker);
  io.integer(m.source_port);
  fields(io, m.keys);
}
void fields(auto& io, Like<InstallOutbound> auto& m) {
  io.text(m.peer, kMaxName);
  io.integer(m.peer_workers);
  io.list(m.lanes, kMaxLanes);
}
void fields(auto& io, Like<RemoveInbound> auto& m) {
  io.text(m.peer, kMaxName);
  io.list(m.spis, kMaxLanes);
}
void fields(auto& io, Like<GetStatus> auto& m) {
  io.text(m.after, kMaxName);
}
void fields(auto& io, Like<DropLanes> auto& m) {
  io.text(m.peer, kMaxName);
}
void fields(auto&, Like<Ok> auto&) {}
void fields(auto& io, Like<ImageInstalled> auto& m) {
  io.integer(m.generation);
  io.integer(m.verify_ns);
  io.integer(m.publish_ns);
}
void fields(auto& io, Like<InstallOverlay> auto& m) {
  io.integer(m.number);
  io.raw(m.digest);
}
void fields(auto& io, Like<OverlayInstalled> auto& m) {
  io.integer(m.number);
  io.integer(m.verify_ns);
  io.integer(m.publish_ns);
}
void fields(auto& io, Like<OpenBreakGlass> auto& m) {
  io.text(m.request, kMaxOpening);
}
void fields(auto& io, Like<CloseBreakGlass> auto& m) {
  io.text(m.grant, kMaxObjectName);
}
void fields(auto& io, Like<StartTrace> auto& m) {
  io.integer(m.number);
  fields(io, m.from);
  fields(io, m.to);
  io.integer(m.port);
  io.boolean(m.both);
  io.integer(m.packets);
  io.integer(m.for_ms);
}
void fields(auto& io, Like<StopTrace> auto& m) {
  io.integer(m.number);
}
void fields(auto& io, Like<BreakGlassOpened> auto& m) {
  io.text(m.grant, kMaxObjectName);
  io.integer(m.until_wall_ns);
  io.text(m.approvers, kMaxSentence);
  io.integer(m.publish_ns);
}
void fields(auto& io, Like<BreakGlassStatus> auto& m) {
  io.text(m.grant, kMaxObjectName);
  io.integer(m.until_wall_ns);
  io.text(m.approvers, kMaxSentence);
  io.text(m.reason, kMaxSentence);
}
void fields(auto& io, Like<Spis> auto& m) {
  io.list(m.spis, kMaxLanes);
}
void fields(auto& io, Like<PathStatus> auto& m) {
  fields(io, m.underlay);
  io.text(m.mesh_port, kMaxName);
  io.boolean(m.resolved);
  io.boolean(m.up);
  io.boolean(m.active);
  io.integer(m.rtt_us);
  io.integer(m.loss_per_mille);
  io.integer(m.mtu);
  io.integer(m.failovers);
}
void fields(auto& io, Like<PeerStatus> auto& m) {
  io.text(m.name, kMaxName);
  io.integer(m.inbound_lanes);
  io.integer(m.outbound_lanes);
  io.integer(m.packets_in);
  io.integer(m.bytes_in);
  io.integer(m.packets_out);
  io.integer(m.bytes_out);
  io.integer(m.newest_sequence);
  io.integer(m.last_in_wall_ns);
  io.integer(m.inbound_epoch);
  io.integer(m.outbound_epoch);
  io.list(m.paths, kMaxPaths);
}
void fields(auto& io, Like<DataplaneStatus> auto& m) {
  io.integer(m.generation);
  io.raw(m.digest);
  io.text(m.last_image_error, kMaxSentence);
  io.boolean(m.image_from_disk);
  io.integer(m.uptime_ns);
  io.text(m.worker_mode, kMaxName);
  io.list(m.peers, kStatusPeers);
  io.boolean(m.more_peers);
  io.integer(m.overlay_number);
  io.text(m.last_overlay_error, kMaxSentence);
  io.list(m.break_glass, kMaxOpenings);
  io.text(m.pass_and_mark, kMaxSentence);
}
void fields(auto& io, Like<Failure> auto& m) {
  io.code(m.error.code, kLastErrorCode);
  io.text(m.error.sentence, kMaxSentence);
}

}  // namespace bulkhead::ipc
