// SPDX-License-Identifier: Apache-2.0
// Changes that somebody proposed and another person must approve, in the store's SQLite file.
//
//   open --claim()--> approved --finish()--> done | failed
//     \--claim()----> rejected
//
// A proposal is claimed once: of two approvers at the same moment one gets it. One that control
// left as approved, by a crash, stays so; the history says whether it came into force. What is
// decided or expired keeps its line and loses its request. Each call is one transaction; calls are
// serialised inside.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/sqlite.h"

namespace bulkhead::control {

// The numbers are those of the store.
enum class ProposalKind : uint8_t { kUnspecified = 0, kApply = 1, kRollback = 2, kGrant = 3 };
enum class ProposalState : uint8_t {
  kUnspecified = 0,
  kOpen = 1,
  kApproved = 2,
  kDone = 3,
  kFailed = 4,
  kRejected = 5,
};

struct Proposal {
  uint64_t number = 0;  // given by add()
  ProposalKind kind = ProposalKind::kUnspecified;
  ProposalState state = ProposalState::kOpen;
  std::string request{};  // the call's message, as it will be made
  std::string summary{};  // one line
  std::string author{};
  std::string authentication{};
  int64_t at_wall_ns = 0;
  int64_t until_wall_ns = 0;  // open no longer than that
  std::string decided_by{};
  int64_t decided_wall_ns = 0;
  std::string outcome{};  // why rejected or failed; what came into force
};

class ProposalStore {
 public:
  static constexpr size_t kMostOpen = 100;
  static constexpr size_t kMostOpenBytes = 256u << 20;  // of their requests

  // Errors: kIo when the file cannot be opened or is damaged.
  static Result<std::unique_ptr<ProposalStore>> open(const std::string& path);

  // `also` is in the same transaction, and knows the number. Errors: kExhausted: too many are open
  // at `proposal.at_wall_ns`, or too large ones.
  Result<uint64_t> add(const Proposal& proposal,
                       const std::function<Status(Database&, uint64_t number)>& also);
  Result<std::optional<Proposal>> get(uint64_t number);
  // Newest first, without their requests.
  Result<std::vector<Proposal>> list(size_t limit);

  // From open to `state`. Errors: kConflict: it is open no longer.
  Status claim(uint64_t number, ProposalState state, const std::string& by, int64_t wall_ns,
               const std::string& outcome, const InTransaction& also);
  // From approved to `state`.
  Status finish(uint64_t number, ProposalState state, const std::string& outcome);

 private:
  explicit ProposalStore(Database database) : database_(std::move(database)) {}
  Result<std::vector<Proposal>> select(const std::string& tail, uint64_t parameter);

  std::mutex mutex_;
  Database database_;
};

}  // namespace bulkhead::control
