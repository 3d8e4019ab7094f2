// SPDX-License-Identifier: Apache-2.0
// What control and the dataplane say to each other over the unix socket. The dataplane listens;
// one control process at a time is connected; control asks, the dataplane answers in order.
//
// Each message is one SOCK_SEQPACKET packet: Header, then the body as laid out by encode()
// (little endian, lengths before bytes). Descriptors travel as SCM_RIGHTS with the packet.
// Anything malformed ends the connection; the dataplane goes on with what it has.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/address.h"
#include "base/result.h"
#include "esp/lane.h"

namespace bulkhead::ipc {

inline constexpr uint32_t kProtocolVersion = 6;
inline constexpr size_t kMaxMessageBytes = 256u << 10;
inline constexpr size_t kMaxLanes = 1024;  // per message
inline constexpr size_t kMaxPeers = 1024;
inline constexpr size_t kMaxPaths = 4;       // per peer
inline constexpr size_t kMaxSources = 4;     // prefixes per peer
inline constexpr size_t kStatusPeers = 256;  // per answer to GetStatus
inline constexpr size_t kMaxName = 63;
inline constexpr size_t kMaxObjectName = 128;  // of relationships, grants, people
inline constexpr size_t kMaxOpening = 8192;    // break_glass/codec.h
inline constexpr size_t kMaxOpenings = 16;
inline constexpr uint32_t kMaxTraceMs = 600'000;

using BootNonce = std::array<uint8_t, 16>;    // fresh random at each dataplane start
using ImageDigest = std::array<uint8_t, 32>;  // SHA-256

// dataplane -> control, unasked, right after accept. Carries one descriptor: the telemetry segment.
struct Hello {
  uint32_t protocol_version = kProtocolVersion;
  std::string gateway;
  BootNonce boot_nonce{};
  uint32_t workers = 0;
  uint64_t generation = 0;  // of the image in force; 0: none
  ImageDigest digest{};
  std::string version;
  uint64_t overlay_number = 0;  // of the overlay in force; 0: none
  ImageDigest overlay_digest{};
};

// Carries one descriptor: a memfd sealed against write, grow and shrink.
struct InstallImage {
  uint64_t generation = 0;
  ImageDigest digest{};
};
// The whole set of peers; those left out are removed with their lanes.
struct PeerPath {
  Endpoint underlay;      // where its ESP in UDP goes; a zero address: learnt (behind_nat)
  std::string mesh_port;  // name of the own mesh port that leads there; empty: the first
};
struct Peer {
  std::string name;             // gateway name, as in policy bindings
  std::vector<PeerPath> paths;  // 1..kMaxPaths, the most wanted first
  uint16_t handshake_port = 0;  // its control's TCP port; ours is in our own config
  // The peer's address may change: it is learnt from authenticated packets that come from `from`,
  // and lanes to it share the ESP source port, so that its translator lets answers in.
  bool behind_nat = false;
  std::vector<IpPrefix> from;  // where such a peer may come from; empty without behind_nat
};
struct SetPeers {
  std::vector<Peer> peers;
  uint16_t own_handshake_port = 0;
  uint32_t keepalive_ms = 1000;  // between probes of a path, 100..60000; three missed: it is down
  bool own_behind_nat = false;   // all our lanes share the ESP source port
};
struct AllocateSpis {
  uint32_t count = 0;  // 1..kMaxLanes
};
// Lanes on which a peer sends to us. Installed beside the existing ones (old ones go on until
// removed).
struct InboundLane {
  uint32_t spi = 0;
  uint16_t receive_worker = 0;
  esp::KeyMaterial keys;
};
struct InstallInbound {
  std::string peer;
  std::vector<InboundLane> lanes;
};
// Lanes on which we send to a peer. Replaces the peer's outbound set in one publication.
struct OutboundLane {
  uint32_t spi = 0;             // chosen by the receiver
  uint16_t send_worker = 0;     // ours
  uint16_t receive_worker = 0;  // the peer's
  uint16_t source_port = 0;     // UDP, one per lane, so that NICs can spread
  esp::KeyMaterial keys;
};
struct InstallOutbound {
  std::string peer;
  uint16_t peer_workers = 0;
  std::vector<OutboundLane> lanes;  // own workers x peer_workers
};
// Without SPIs: all of the peer's lanes but those of its newest InstallInbound. A restarted control
// says it once it has agreed on new keys, as it does not know the SPIs of its earlier life.
struct RemoveInbound {
  std::string peer;
  std::vector<uint32_t> spis;
};
// The peers in name order, kStatusPeers at most, from the first whose name is greater than `after`.
struct GetStatus {
  std::string after;
};
// Nothing is accepted from or sent to the peer when the answer comes: all of its lanes are gone, in
// both directions. New ones may be installed afterwards.
struct DropLanes {
  std::string peer;
};

// Locks, islands and posture (overlay/model.h), signed as an image is, with a descriptor as an
// image has. In force at once, for every decision that is cached too.
struct InstallOverlay {
  uint64_t number = 0;
  ImageDigest digest{};  // of the bytes, signature included
};

// A break-glass grant is to be opened: a request as break_glass/codec.h has it, with its
// signatures. In force at once, and kept over a restart until its time is over.
struct OpenBreakGlass {
  std::string request;
};
// Before its time. The same request does not open it again.
struct CloseBreakGlass {
  std::string grant;
};

// Follow single packets through the stages (docs/trace.md): one trace at a time, over when there
// were so many packets, when the time is over, or at StopTrace. Steps go into the trace rings.
struct StartTrace {
  uint64_t number = 0;
  IpAddress from, to;  // zero: any
  uint16_t port = 0;   // 0: any
  bool both = false;   // directions
  uint8_t packets = 1;
  uint32_t for_ms = 0;  // kMaxTraceMs at most
};
struct StopTrace {
  uint64_t number = 0;  // another one goes on
};

struct Ok {};
struct ImageInstalled {
  uint64_t generation = 0;
  uint64_t verify_ns = 0;
  uint64_t publish_ns = 0;  // from the pointer store until every worker obeyed
};
struct OverlayInstalled {
  uint64_t number = 0;
  uint64_t verify_ns = 0;
  uint64_t publish_ns = 0;  // from the pointer store until every worker obeyed
};
struct BreakGlassOpened {
  std::string grant;
  int64_t until_wall_ns = 0;
  std::string approvers;    // "j.keller, m.ito"
  uint64_t publish_ns = 0;  // from the pointer store until every worker obeyed; 0: open already
};
struct Spis {
  std::vector<uint32_t> spis;
};
struct PathStatus {
  Endpoint underlay;  // as configured, or as last learnt
  std::string mesh_port;
  bool resolved = false;        // link-layer address known
  bool up = false;              // a keepalive was answered within three intervals
  bool active = false;          // data goes here
  uint32_t rtt_us = 0;          // smoothed; 0: not measured
  uint32_t loss_per_mille = 0;  // of the last keepalives
  uint16_t mtu = 0;             // largest underlay packet that is known to arrive
  uint64_t failovers = 0;       // times data left this path because it was down
};
struct PeerStatus {
  std::string name;
  uint32_t inbound_lanes = 0;
  uint32_t outbound_lanes = 0;
  uint64_t packets_in = 0, bytes_in = 0, packets_out = 0, bytes_out = 0;
  uint64_t newest_sequence = 0;  // highest outbound sequence number used
  int64_t last_in_wall_ns = 0;   // 0: never
  uint32_t inbound_epoch = 0;    // highest of its lanes; 0 until lanes step their keys (ADR 4)
  uint32_t outbound_epoch = 0;
  std::vector<PathStatus> paths;  // as in SetPeers
};
struct BreakGlassStatus {
  std::string grant;
  int64_t until_wall_ns = 0;
  std::string approvers;
  std::string reason;
};
struct DataplaneStatus {
  uint64_t generation = 0;
  ImageDigest digest{};
  std::string last_image_error;  // empty: the last install succeeded
  bool image_from_disk = false;
  uint64_t uptime_ns = 0;
  std::string worker_mode;  // "poll" | "adaptive"
  std::vector<PeerStatus> peers;
  bool more_peers = false;  // ask again after the last one's name
  uint64_t overlay_number = 0;
  std::string last_overlay_error;             // empty: the last install succeeded
  std::vector<BreakGlassStatus> break_glass;  // open now
  // Failures that the operator lets pass, "inspector_full, scan_full"; empty: everything fails
  // closed.
  std::string pass_and_mark;
};
struct Failure {
  Error error;
};

using Body = std::variant<Hello, InstallImage, SetPeers, AllocateSpis, InstallInbound,
                          InstallOutbound, RemoveInbound, GetStatus, Ok, ImageInstalled, Spis,
                          DataplaneStatus, Failure, DropLanes, InstallOverlay, OverlayInstalled,
                          OpenBreakGlass, CloseBreakGlass, BreakGlassOpened, StartTrace, StopTrace>;

struct Message {
  uint32_t request_id = 0;  // answers carry that of the question; Hello has 0
  Body body;
};

}  // namespace bulkhead::ipc
