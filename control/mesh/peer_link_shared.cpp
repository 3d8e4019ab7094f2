// SPDX-License-Identifier: Apache-2.0
// The part of PeerLink that other threads call.
#include <csignal>

#include "mesh/peer_link.h"

namespace bulkhead::control {

std::string_view to_string(PeerPhase phase) noexcept {
  switch (phase) {
    case PeerPhase::kNoDataplane:
      return "no_dataplane";
    case PeerPhase::kConnecting:
      return "connecting";
    case PeerPhase::kWaiting:
      return "waiting";
    case PeerPhase::kUp:
      return "up";
  }
  return "unknown";
}

void block_sigpipe() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  (void)pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void PeerLink::request_rekey(mesh::RekeyReason reason) {
  {
    const std::scoped_lock lock(mutex_);
    local_wish_ = reason;
  }
  wake();
}

void PeerLink::offer(TlsStream stream, PeerLeaf leaf) {
  {
    const std::scoped_lock lock(mutex_);
    offered_.emplace(Offered{std::move(stream), std::move(leaf)});
  }
  wake();
}

void PeerLink::note_failure(const std::string& sentence) {
  const std::scoped_lock lock(mutex_);
  state_.last_error = sentence;
  state_.last_error_wall_ns = mesh_.clock.now().wall_ns;
  state_.failures += 1;
}

PeerState PeerLink::state() const {
  const std::scoped_lock lock(mutex_);
  return state_;
}

void PeerLink::publish() {
  PeerPhase phase = initiator_ ? PeerPhase::kConnecting : PeerPhase::kWaiting;
  if (session_) phase = PeerPhase::kUp;
  if (!mesh_.installer.ready()) phase = PeerPhase::kNoDataplane;
  const std::scoped_lock lock(mutex_);
  state_.phase = phase;
  state_.inbound_lanes = static_cast<uint32_t>(inbound_.lanes());
  state_.keys_installed = sending_spi_ != 0 && inbound_.sets() != 0;
}

}  // namespace bulkhead::control
