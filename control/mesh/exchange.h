// SPDX-License-Identifier: Apache-2.0
// One agreement over a verified TLS connection, from Hello to Switched (docs/mesh.md). The same for
// both sides, but that the initiator speaks first and chooses the session number:
//
//   Hello, Offer      who, how many workers, SPIs to send to
//   [keys derived]    from the exporter, after the peer's first record was read
//   install inbound   beside the old lanes
//   Ready             the peer may send
//   install outbound  replaces ours, when the peer is ready
//   Switched          the peer's old lanes may drain
//
// At any failure the old lanes are as they were, or replaced by new ones that both sides have.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "mesh/inbound_lanes.h"
#include "mesh/key_schedule.h"
#include "mesh/lane_installer.h"
#include "mesh/tls_stream.h"

namespace bulkhead::control {

struct ExchangeInput {
  bool initiator = false;
  std::string gateway;  // own name
  std::string peer;     // its name, as configured and verified
  identity::SpiffeId own_id;
  identity::CertificateDigest own_leaf;
  PeerLeaf peer_leaf;
  uint64_t session = 0;      // initiator only
  uint32_t sending_spi = 0;  // of the outbound set in use; 0: unknown
  uint64_t drain_ns = 0;
  uint64_t deadline_ns = 0;
};

struct Agreement {
  uint64_t session = 0;
  mesh::BootNonce own_nonce{};
  mesh::BootNonce peer_nonce{};
  uint32_t outbound_lanes = 0;
};

class Exchange {
 public:
  Exchange(ExchangeInput input, TlsStream& stream, LaneInstaller& installer, InboundLanes& inbound,
           const Clock& clock);

  // Told to the peer where the fault is its own. kUnavailable: trying again soon may help.
  Result<Agreement> run();
  // Even if run() failed later: an SPI of the outbound set that replaced the old one, or 0 when the
  // dataplane was lost while it did. Nothing: the old one is in use.
  [[nodiscard]] std::optional<uint32_t> switched_to() const noexcept { return switched_to_; }

 private:
  Status greet();
  Status offer();
  Status derive();
  Status open_inbound();
  Status open_outbound();
  Status check_greeting(const mesh::Hello& theirs);
  Status check_offer(const mesh::Offer& theirs);
  [[nodiscard]] mesh::Transcript transcript() const;
  template <typename T>
  Result<T> expect();
  Status send(const mesh::Message& message) { return stream_.send(message, input_.deadline_ns); }
  Error refuse(mesh::RefusalCode code, std::string text);

  ExchangeInput input_;
  TlsStream& stream_;
  LaneInstaller& installer_;
  InboundLanes& inbound_;
  const Clock& clock_;
  ReadyDataplane own_;
  mesh::Hello theirs_;
  uint64_t session_ = 0;
  std::vector<uint32_t> own_spis_;
  std::vector<uint32_t> peer_spis_;
  std::optional<KeySchedule> keys_;
  std::optional<uint32_t> switched_to_;
};

}  // namespace bulkhead::control
