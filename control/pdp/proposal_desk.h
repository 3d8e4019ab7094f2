// SPDX-License-Identifier: Apache-2.0
// Two people for one change: what one proposes takes effect when another approves. Who a person is
// says their certificate; all who come by the local socket count as one person, as the socket
// tells them apart by nothing but what they claim.
//
// Threads: any.
#pragma once

#include <string>

#include "base/clock.h"
#include "config/approval_config.h"
#include "store/audit_log.h"
#include "store/proposal_store.h"

namespace bulkhead::control {

struct Person {
  std::string name;
  std::string authentication;  // as in the audit log
};

class ProposalDesk {
 public:
  // Store, audit log and clock outlive it.
  ProposalDesk(ApprovalConfig rules, ProposalStore& store, AuditLog& audit, const Clock& clock)
      : rules_(rules), store_(store), audit_(audit), clock_(clock) {}

  [[nodiscard]] bool needed(ProposalKind kind) const noexcept;

  // `request`: the call to be made, with all it depends on in it. Errors: kExhausted, kIo.
  Result<uint64_t> propose(ProposalKind kind, std::string request, std::string summary,
                           const Person& author);

  // From now on it is this person's to carry out, and nobody else's; finish() says how it went.
  // Errors: kNotFound; kPermission: the author's own; kConflict: decided already, or too late.
  Result<Proposal> approve(uint64_t number, const Person& person);
  Status finish(uint64_t number, bool done, const std::string& outcome);
  // By an approver, or by its author, who takes it back. Errors: as approve().
  Status reject(uint64_t number, const Person& person, const std::string& why);

  Result<Proposal> get(uint64_t number);
  Result<std::vector<Proposal>> list(size_t limit) { return store_.list(limit); }
  [[nodiscard]] bool is_open(const Proposal& proposal) const;

 private:
  [[nodiscard]] AuditRecord record(const char* action, uint64_t number, const Person& person,
                                   const std::string& details) const;
  Result<Proposal> open_one(uint64_t number);

  const ApprovalConfig rules_;
  ProposalStore& store_;
  AuditLog& audit_;
  const Clock& clock_;
};

bool same_person(const Person& a, const Person& b);

}  // namespace bulkhead::control
