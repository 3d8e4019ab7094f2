// SPDX-License-Identifier: Apache-2.0
// The part of PeerLink that other threads call.
#include <algorithm>
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
    case PeerPhase::kRevoked:
      return "revoked";
  }
  return "unknown";
}

void block_sigpipe() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  (void)pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void PeerLink::start() {
  thread_ = std::thread([this] { run(); });
}

void PeerLink::stop() {
  stopping_.store(true, std::memory_order_release);
  interrupt_.raise();
  wake();
}

void PeerLink::join() {
  if (thread_.joinable()) thread_.join();
}

void PeerLink::request_rekey(mesh::RekeyReason reason) {
  {
    const std::scoped_lock lock(mutex_);
    local_wish_ = reason;
    local_wish_at_ns_ = 0;
    hurry_ = true;
  }
  wake();
}

void PeerLink::request_rekey_within(mesh::RekeyReason reason, uint64_t spread_ns) {
  {
    const std::scoped_lock lock(mutex_);
    Jitter jitter;
    const uint64_t at = mesh_.steady_ns() + jitter.around(spread_ns / 2, 1.0);
    // A wish that waits already is not put off: renewals may follow closer than the spread.
    local_wish_at_ns_ = local_wish_ ? std::min(local_wish_at_ns_, at) : at;
    local_wish_ = reason;
  }
  wake();
}

void PeerLink::offer(TlsStream stream, PeerLeaf leaf) {
  stream.stop_with(interrupt_.get());
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

Status PeerLink::cut(const std::string& why) {
  {
    std::unique_lock lock(mutex_);
    ++cutting_;
    state_.cut_off = why;
    interrupt_.raise();
    idle_.wait(lock, [this] { return !agreeing_; });
    state_.cut_off = why;  // an agreement that was about to end may have cleared it
  }
  Status dropped = mesh_.installer.drop(peer_.name);
  {
    const std::scoped_lock lock(mutex_);
    --cutting_;
    cut_ = true;
    dropped_ = dropped.ok();
  }
  wake();
  return dropped;
}

PeerState PeerLink::state() const {
  const std::scoped_lock lock(mutex_);
  return state_;
}

bool PeerLink::may_come_from(const IpAddress& source) const {
  if (std::ranges::any_of(peer_.paths, [&](const auto& p) { return p.handshake.ip == source; }))
    return true;
  return std::ranges::any_of(peer_.from, [&](const IpPrefix& p) { return p.contains(source); });
}

std::string PeerLink::wrong_role() const {
  const std::string& own = mesh_.config.gateway;
  if (mesh_.config.behind_nat)
    return own + " is behind_nat and calls its peers: set behind_nat for the peer " + own + " at " +
           peer_.name;
  return own + " has the smaller name and calls " + peer_.name + ": if " + peer_.name +
         " is behind a translator, set behind_nat for the peer " + peer_.name + " at " + own +
         "; if not, remove behind_nat at " + peer_.name;
}

void PeerLink::publish() {
  PeerPhase phase = initiator_ ? PeerPhase::kConnecting : PeerPhase::kWaiting;
  if (session_) phase = PeerPhase::kUp;
  const bool away = !mesh_.installer.ready();
  const std::scoped_lock lock(mutex_);
  if (!state_.cut_off.empty()) phase = PeerPhase::kRevoked;
  if (away) phase = PeerPhase::kNoDataplane;
  state_.phase = phase;
  state_.inbound_lanes = static_cast<uint32_t>(inbound_.lanes());
  if (sending_spi_ == 0) state_.outbound_lanes = 0;
  state_.keys_installed = sending_spi_ != 0 && inbound_.sets() != 0;
}

}  // namespace bulkhead::control
