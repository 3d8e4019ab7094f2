// SPDX-License-Identifier: Apache-2.0
// The control connection after an agreement: keepalives both ways, the responder's wish for a
// rekey, and deny records. Its end says that the peer's control is gone; lanes are not touched by
// that. Owned by the peer's thread.
#pragma once

#include <optional>

#include "base/result.h"
#include "mesh/deny_relay.h"
#include "mesh/exchange.h"
#include "mesh/tls_stream.h"
#include "mesh/tuning.h"

namespace bulkhead::control {

class ControlSession {
 public:
  ControlSession(TlsStream stream, Agreement agreement, const MeshTuning& tuning,
                 trust::DenyList& denied, uint64_t now_ns);

  // Reads what is there, sends what is due. Errors: the connection is over.
  Status serve(uint64_t now_ns, const mesh::BootNonce& own_nonce);
  // Responder: asks the initiator for a fresh handshake, again after a while.
  Status ask_for_rekey(mesh::RekeyReason reason, uint64_t now_ns);
  // A deny record for the peer, sent by the next serve().
  void relay(DenyBytes record) { relay_.add(std::move(record)); }
  // Before it goes: deny records that wait, as far as they can be sent without waiting.
  void say_why(uint64_t now_ns) { (void)send_records(now_ns); }
  [[nodiscard]] bool relaying() const noexcept { return relay_.more(); }
  // Why the peer needs a fresh handshake, told once.
  std::optional<mesh::RekeyReason> take_wish();

  [[nodiscard]] const Agreement& agreement() const noexcept { return agreement_; }
  [[nodiscard]] int fd() const noexcept { return stream_.fd(); }
  [[nodiscard]] uint64_t next_due_ns() const noexcept;
  [[nodiscard]] uint64_t ask_again_ns() const noexcept { return ask_again_ns_; }

 private:
  Status hear_all(uint64_t now_ns);
  Status hear(const mesh::Message& message);
  Status send_records(uint64_t deadline_ns);

  TlsStream stream_;
  Agreement agreement_;
  const MeshTuning& tuning_;
  DenyRelay relay_;
  uint64_t heard_ns_;
  uint64_t sent_ns_;
  uint64_t ask_again_ns_ = 0;
  std::optional<mesh::RekeyReason> wish_;
  bool restart_seen_ = false;
  bool greeted_ = false;
  bool unheard_ = false;  // more was received than one step reads
};

}  // namespace bulkhead::control
