// SPDX-License-Identifier: Apache-2.0
// Two gateways of the mesh fixture that probe each other over wires that can be cut.
#pragma once

#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "mesh_fixture.h"
#include "stage/decrypt.h"
#include "stage/underlay.h"

namespace bulkhead::dataplane {

struct Talk {
  explicit Talk(const MeshShape& shape) : pair(shape) {}

  MeshPair pair;
  std::set<uint16_t> cut;                           // ports whose wire is cut
  std::function<void(Bytes&, bool from_a)> on_way;  // may change frames, or empty them
  std::vector<std::string> said;                    // by the admin threads
  unsigned publications = 0;

  // What a mesh port receives, from underlay to decryption; the reason.
  static DropReason receive(MeshGateway& at, const Bytes& frame, uint16_t port) {
    UnderlayStage underlay;
    Outcome out = at.run(underlay, frame, port);
    if (out.in_burst) {
      DecryptStage decrypt;
      out = at.run(decrypt, out.packet);
    }
    if (out.in_burst || out.reason != DropReason::kNone) at.pool.free({&out.packet, 1});
    return out.reason;
  }

  // Takes what one gateway said to the other one.
  void carry(MeshGateway& from, MeshGateway& to) {
    for (Packet* packet : from.said()) {
      const uint16_t port = packet->meta.tx_port;
      Bytes frame = bytes_of(*packet);
      from.pool.free({&packet, 1});
      if (on_way) on_way(frame, &from == &pair.a);
      if (frame.empty() || cut.contains(port)) continue;
      (void)receive(to, frame, port);
    }
  }

  void tick(MeshGateway& gateway) {
    WorkerView view = gateway.make_view();
    gateway.keepalives.tick(view);
  }

  // Milliseconds of both gateways' life, at a millisecond per way.
  void run(unsigned ms) {
    for (unsigned i = 0; i < ms; ++i) {
      pair.a.now.steady_ns += 1'000'000;
      pair.b.now.steady_ns += 1'000'000;
      tick(pair.a);
      tick(pair.b);
      carry(pair.a, pair.b);
      carry(pair.b, pair.a);
      if (i % 10 == 0)
        for (MeshGateway* gateway : {&pair.a, &pair.b}) admin(*gateway);
    }
  }

  void admin(MeshGateway& gateway) {
    if (!gateway.state.tick(gateway.now.steady_ns, said)) return;
    gateway.publish();
    gateway.resolve_peer();
    ++publications;
  }

  [[nodiscard]] bool heard(std::string_view part) const {
    for (const std::string& sentence : said)
      if (sentence.find(part) != std::string::npos) return true;
    return false;
  }
  static ipc::PathStatus path(const MeshGateway& gateway, size_t index = 0) {
    return first_status(gateway.state).paths.at(index);
  }
};

}  // namespace bulkhead::dataplane
