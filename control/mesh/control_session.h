// SPDX-License-Identifier: Apache-2.0
// The control connection after an agreement: keepalives both ways, and the responder's wish for a
// rekey. Its end says that the peer's control is gone; lanes are not touched by that.
// Owned by the peer's thread.
#pragma once

#include <optional>

#include "base/result.h"
#include "mesh/exchange.h"
#include "mesh/tls_stream.h"
#include "mesh/tuning.h"

namespace bulkhead::control {

class ControlSession {
 public:
  ControlSession(TlsStream stream, Agreement agreement, const MeshTuning& tuning, uint64_t now_ns);

  // Reads what is there, sends what is due. Errors: the connection is over.
  Status serve(uint64_t now_ns, const mesh::BootNonce& own_nonce);
  // Responder: asks the initiator for a fresh handshake, again after a while.
  Status ask_for_rekey(mesh::RekeyReason reason, uint64_t now_ns);
  // Why the peer needs a fresh handshake, told once.
  std::optional<mesh::RekeyReason> take_wish();

  [[nodiscard]] const Agreement& agreement() const noexcept { return agreement_; }
  [[nodiscard]] int fd() const noexcept { return stream_.fd(); }
  [[nodiscard]] uint64_t next_due_ns() const noexcept;
  [[nodiscard]] uint64_t ask_again_ns() const noexcept { return ask_again_ns_; }

 private:
  Status hear(const mesh::Message& message);

  TlsStream stream_;
  Agreement agreement_;
  const MeshTuning& tuning_;
  uint64_t heard_ns_;
  uint64_t sent_ns_;
  uint64_t ask_again_ns_ = 0;
  std::optional<mesh::RekeyReason> wish_;
  bool restart_seen_ = false;
};

}  // namespace bulkhead::control
