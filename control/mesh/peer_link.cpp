// SPDX-License-Identifier: Apache-2.0
// PeerLink's thread: what it does in a step, and how long it waits.
#include "mesh/peer_link.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <utility>

namespace bulkhead::control {

namespace {

constexpr uint64_t kIdleWait = 60 * kSecond;

}  // namespace

PeerLink::PeerLink(PeerConfig peer, MeshContext& mesh)
    : peer_(std::move(peer)),
      mesh_(mesh),
      initiator_(initiates(peer_, mesh.config.gateway, mesh.config.behind_nat)),
      waiting_since_ns_(mesh.steady_ns()),
      backoff_(mesh.tuning.retry_min_ns) {
  state_.name = peer_.name;
  state_.initiator = initiator_;
  state_.handshake = peer_.paths.front().handshake;
}

PeerLink::~PeerLink() {
  stop();
  join();
}

void PeerLink::run() {
  block_sigpipe();
  while (!stopping()) {
    step();
    publish();
    wait();
    wake_.clear();
  }
  session_.reset();
}

void PeerLink::step() {
  notice_cut();
  notice_dataplane();
  notice_hurry();
  notice_time();
  take_offered();
  connect_if_due();
  take_records();
  serve_session();
  note_relayed();
  retire_lanes();
  notice_loneliness();
}

// The dataplane has dropped all lanes: what we know of them is void.
void PeerLink::notice_cut() {
  {
    const std::scoped_lock lock(mutex_);
    if (cutting_ != 0 || !std::exchange(cut_, false)) return;
    interrupt_.clear();
    offered_.reset();
  }
  if (stopping()) interrupt_.raise();
  take_records();
  if (session_) session_->say_why(mesh_.steady_ns());
  session_.reset();
  inbound_.clear();
  sending_spi_ = 0;
  swept_ = true;
  waiting_since_ns_ = mesh_.steady_ns();
  backoff_.hold(waiting_since_ns_, mesh_.tuning.retry_cut_ns);
}

// Another boot nonce: the lanes went with the old process.
void PeerLink::notice_dataplane() {
  const std::optional<ReadyDataplane> now = mesh_.installer.ready();
  const bool changed = now && (!dataplane_ || now->boot_nonce != dataplane_->boot_nonce);
  if (!changed) return;
  if (dataplane_) {
    inbound_.clear();
    sending_spi_ = 0;
    swept_ = true;
  }
  dataplane_ = now;
  backoff_.reset();
}

void PeerLink::notice_hurry() {
  const std::scoped_lock lock(mutex_);
  if (std::exchange(hurry_, false)) backoff_.reset();
}

// Both ends may think that the other one calls; only a person can tell.
void PeerLink::notice_loneliness() {
  if (initiator_ || session_ || !mesh_.installer.ready()) return;
  const uint64_t now = mesh_.steady_ns();
  if (now < waiting_since_ns_ + mesh_.tuning.lonely_ns) return;
  waiting_since_ns_ = now;
  note_failure(
      "the peer does not call, and it is the one to do so: is it up, and is behind_nat the "
      "same at both ends?");
}

void PeerLink::take_offered() {
  std::optional<Offered> offered;
  {
    const std::scoped_lock lock(mutex_);
    offered.swap(offered_);
  }
  if (!offered) return;
  if (Status agreed = agree(std::move(*offered)); !agreed.ok())
    note_failure(agreed.error().sentence);
}

std::optional<mesh::RekeyReason> PeerLink::own_wish(uint64_t now_ns) const {
  if (dataplane_ && session_ && session_->agreement().own_nonce != dataplane_->boot_nonce)
    return mesh::RekeyReason::kDataplaneRestart;
  if (now_ns >= rekey_at_ns_) return mesh::RekeyReason::kTime;
  const std::scoped_lock lock(mutex_);
  return now_ns >= local_wish_at_ns_ ? local_wish_ : std::nullopt;
}

bool PeerLink::connect_wanted(uint64_t now_ns) const {
  return !session_ || peer_wish_ || own_wish(now_ns);
}

void PeerLink::serve_session() {
  if (!session_) return;
  const uint64_t now = mesh_.steady_ns();
  const std::optional<ReadyDataplane> ready = mesh_.installer.ready();
  Status served = session_->serve(now, ready ? ready->boot_nonce : mesh::BootNonce{});
  if (const auto wish = session_->take_wish(); served.ok() && wish) {
    peer_wish_ = wish;
    backoff_.reset();
  }
  if (const auto wish = own_wish(now); served.ok() && wish && !initiator_)
    served = session_->ask_for_rekey(*wish, now);
  if (served.ok()) return;
  session_.reset();
  waiting_since_ns_ = now;
  note_failure("the control connection ended: " + served.error().sentence);
  if (initiator_) backoff_.failed(now, mesh_.tuning.retry_min_ns);
}

void PeerLink::note_relayed() {
  const std::scoped_lock lock(mutex_);
  if (records_.empty() && (!session_ || !session_->relaying())) relaying_ = false;
}

void PeerLink::retire_lanes() {
  std::vector<uint32_t> due = inbound_.take_due(mesh_.steady_ns());
  if (!due.empty()) (void)mesh_.installer.remove(peer_.name, std::move(due));
  sweep_orphans(mesh_.steady_ns());
}

// Only while the newest set is the only one: RemoveInbound without SPIs spares no other.
void PeerLink::sweep_orphans(uint64_t now_ns) {
  if (swept_ || sweep_at_ns_ == 0 || now_ns < sweep_at_ns_ || inbound_.sets() != 1) return;
  swept_ = mesh_.installer.remove(peer_.name, {}).ok();
  if (!swept_) sweep_at_ns_ = now_ns + mesh_.config.drain_s * kSecond + kSecond;
}

uint64_t PeerLink::next_due_ns() const {
  const uint64_t now = mesh_.steady_ns();
  uint64_t next = now + kIdleWait;
  const auto sooner = [&next](uint64_t at) { next = std::min(next, at); };
  if (session_) sooner(session_->next_due_ns());
  if (session_ && rekey_at_ns_ > now) sooner(rekey_at_ns_);
  if (session_ && !initiator_ && own_wish(now)) sooner(session_->ask_again_ns());
  if (initiator_ && connect_wanted(now) && mesh_.installer.ready())
    sooner(backoff_.not_before_ns());
  if (!swept_ && sweep_at_ns_ > now) sooner(sweep_at_ns_);
  const std::scoped_lock lock(mutex_);
  if (local_wish_ && local_wish_at_ns_ > now) sooner(local_wish_at_ns_);
  return std::min(next, inbound_.next_due().value_or(next));
}

void PeerLink::wait() const {
  const uint64_t now = mesh_.steady_ns();
  const uint64_t due = next_due_ns();
  // At least a millisecond: what is due but cannot be done yet must not spin.
  const int timeout = due > now ? static_cast<int>((due - now) / kMillisecond) + 1 : 1;
  std::array<pollfd, 2> waits = {pollfd{wake_.get(), POLLIN, 0},
                                 pollfd{session_ ? session_->fd() : -1, POLLIN, 0}};
  (void)::poll(waits.data(), waits.size(), timeout);
}

}  // namespace bulkhead::control
