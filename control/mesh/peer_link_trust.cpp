// SPDX-License-Identifier: Apache-2.0
// The part of PeerLink that judges the peer's certificates again while it is in session.
#include <algorithm>
#include <utility>

#include "mesh/peer_link.h"

namespace bulkhead::control {

void PeerLink::remember(PeerLeaf leaf) {
  const std::scoped_lock lock(mutex_);
  leaf_ = std::move(leaf);
}

std::optional<PeerLeaf> PeerLink::leaf() const {
  const std::scoped_lock lock(mutex_);
  return leaf_;
}

std::string PeerLink::distrust() {
  std::optional<PeerLeaf> leaf, candidate;
  {
    const std::scoped_lock lock(mutex_);
    leaf = leaf_;
    candidate = candidate_;
  }
  for (const auto& seen : {leaf, candidate}) {
    if (!seen || !seen->chain) continue;
    const trust::Verdict now = mesh_.trust->verifier().verdict_now(seen->chain.get(), seen->role);
    if (!now.accepted()) return now.sentence;
    const std::scoped_lock lock(mutex_);
    if (!leaf_ || leaf_->chain != seen->chain) continue;
    leaf_->ends_at = now.ends_at;
    leaf_->in_grace = now.kind == trust::VerdictKind::kInGrace;
    state_.certificate_in_grace = leaf_->in_grace;
  }
  return {};
}

Status PeerLink::rejudge() {
  const std::string why = distrust();
  if (why.empty()) return {};
  {
    const std::scoped_lock lock(mutex_);
    if (dropped_ && !agreeing_) return {};
  }
  return cut(why);
}

// The verdict on the peer's certificate turns: it expires, or its grace ends.
void PeerLink::notice_time() {
  int64_t ends_at = 0;
  {
    const std::scoped_lock lock(mutex_);
    if (leaf_ && !dropped_) ends_at = leaf_->ends_at;
  }
  if (ends_at == 0 || mesh_.trust->clock().now() < ends_at) return;
  if (Status cut_off = rejudge(); !cut_off.ok()) note_failure(cut_off.error().sentence);
  notice_cut();
}

void PeerLink::keep_chain(const PeerLeaf& leaf) {
  {
    const std::scoped_lock lock(mutex_);
    if (leaf_ && state_.certificate == leaf.digest) return;
  }
  PeerStore::Chain chain;
  for (int i = 0; leaf.chain && i < sk_X509_num(leaf.chain.get()); ++i) {
    X509* const element = sk_X509_value(leaf.chain.get(), i);
    std::vector<uint8_t> der(static_cast<size_t>(std::max(0, i2d_X509(element, nullptr))));
    unsigned char* at = der.data();
    if (i2d_X509(element, &at) > 0) chain.push_back(std::move(der));
  }
  if (Status kept = mesh_.store->keep_chain(peer_.name, chain); !kept.ok())
    note_failure("the peer's certificate is not kept: " + kept.error().sentence);
}

void PeerLink::relay(const DenyBytes& record) {
  if (std::this_thread::get_id() == thread_.get_id()) return;
  {
    const std::scoped_lock lock(mutex_);
    // One more than a relay keeps makes it send all that the peer lacks.
    if (records_.size() <= DenyRelay::kMaxFresh) records_.push_back(record);
    if (state_.phase == PeerPhase::kUp) relaying_ = true;
  }
  wake();
}

bool PeerLink::relaying() const {
  const std::scoped_lock lock(mutex_);
  return relaying_;
}

void PeerLink::take_records() {
  std::vector<DenyBytes> records;
  {
    const std::scoped_lock lock(mutex_);
    records.swap(records_);
    if (!session_) relaying_ = false;
  }
  if (!session_) return;
  for (DenyBytes& record : records) session_->relay(std::move(record));
}

}  // namespace bulkhead::control
