// SPDX-License-Identifier: Apache-2.0
// What the key agreement knows of one peer, for status and the API. Holds no secrets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/address.h"
#include "identity/digest.h"

namespace bulkhead::control {

enum class PeerPhase : uint8_t {
  kNoDataplane = 1,  // ours is away: nothing to make keys for
  kConnecting,       // we are the initiator and try
  kWaiting,          // the peer is the initiator
  kUp,               // keys agreed, control connection open
  kRevoked,          // cut off: no lanes, until it agrees with a certificate that is believed
};
std::string_view to_string(PeerPhase phase) noexcept;

struct PeerState {
  std::string name;
  Endpoint handshake;      // the path on which the newest keys were agreed, or the first one
  bool initiator = false;  // we connect to it
  PeerPhase phase = PeerPhase::kNoDataplane;
  bool keys_installed = false;  // lanes may work although the control connection is down
  uint64_t session = 0;         // of the newest keys; 0: none yet
  uint64_t sessions = 0;        // agreed since start; each after the first is a rekey
  int64_t agreed_wall_ns = 0;   // when the newest keys were agreed; 0: never
  uint32_t inbound_lanes = 0;   // installed, draining ones too
  uint32_t outbound_lanes = 0;
  std::string certificate_id;  // SPIFFE ID of the verified leaf
  identity::CertificateDigest certificate;
  int64_t certificate_not_after = 0;  // seconds since 1970
  bool certificate_in_grace = false;  // expired, and accepted by the grace policy
  std::string cut_off;                // why it is revoked; empty: it is not
  std::string last_error;             // newest failure; empty after success
  int64_t last_error_wall_ns = 0;
  uint64_t failures = 0;  // since start
};

}  // namespace bulkhead::control
