// SPDX-License-Identifier: Apache-2.0
// Deny records over one control connection: each side says what it holds, the other sends what is
// missing; a record accepted later is sent on at once. Bounded per step. Owned by the peer's
// thread.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "base/result.h"
#include "mesh/message.h"
#include "trust/deny_list.h"

namespace bulkhead::control {

using DenyBytes = std::shared_ptr<const std::vector<uint8_t>>;

class DenyRelay {
 public:
  static constexpr size_t kBatch = 8;      // records per step
  static constexpr size_t kMaxFresh = 64;  // waiting; beyond that all is sent again

  explicit DenyRelay(trust::DenyList& list) : list_(list) {}

  [[nodiscard]] mesh::DenyHave greeting() const;
  void heard(const mesh::DenyHave& held);
  // Errors: kInvalid, a record that no honest peer sends. Records that are refused for other
  // reasons are the deny list's to report.
  Status heard(const mesh::DenyRecord& record);
  void add(DenyBytes fresh);
  // What to send in this step; fewer than kBatch: nothing is left.
  std::vector<mesh::DenyRecord> take();
  [[nodiscard]] bool more() const noexcept { return !fresh_.empty() || behind_; }

 private:
  void catch_up(std::vector<mesh::DenyRecord>& out);

  trust::DenyList& list_;
  std::deque<DenyBytes> fresh_;
  std::map<identity::SpkiDigest, uint64_t> sent_to_;  // per signer: it has those up to here
  bool behind_ = false;  // the peer said what it has, and not all of the rest is sent
};

}  // namespace bulkhead::control
