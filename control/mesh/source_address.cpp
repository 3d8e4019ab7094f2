// SPDX-License-Identifier: Apache-2.0
#include <bit>

#include "mesh/mesh_context.h"

namespace bulkhead::control {

namespace {

int common_bits(const IpAddress& a, const IpAddress& b) {
  int bits = 0;
  for (size_t i = 0; i < a.bytes.size(); ++i) {
    const auto differ = static_cast<uint8_t>(a.bytes[i] ^ b.bytes[i]);
    bits += std::countl_zero(differ);
    if (differ != 0) break;
  }
  return bits;
}

}  // namespace

Result<IpAddress> source_for(const ControlConfig& config, const PeerPathConfig& path) {
  const IpAddress& to = path.handshake.ip;
  const ListenConfig* best = nullptr;
  for (const ListenConfig& own : config.handshake_listen) {
    if (own.endpoint.ip.is_v4() != to.is_v4()) continue;
    if (!path.mesh_port.empty() && own.mesh_port == path.mesh_port) return own.endpoint.ip;
    if (best == nullptr || common_bits(own.endpoint.ip, to) > common_bits(best->endpoint.ip, to))
      best = &own;
  }
  if (best != nullptr) return best->endpoint.ip;
  return Error{ErrorCode::kInvalid,
               "no handshake_listen address has the family of " + to_string(path.handshake)};
}

}  // namespace bulkhead::control
