// SPDX-License-Identifier: Apache-2.0
#include "pdp/proposal_desk.h"

namespace bulkhead::control {

namespace {

constexpr const char* kLocal = "local socket";

std::string title(uint64_t number) {
  return "proposal " + std::to_string(number);
}

Person author_of(const Proposal& proposal) {
  return {proposal.author, proposal.authentication};
}

}  // namespace

bool same_person(const Person& a, const Person& b) {
  const bool a_local = a.authentication == kLocal, b_local = b.authentication == kLocal;
  return a_local || b_local ? a_local == b_local : a.name == b.name;
}

bool ProposalDesk::needed(ProposalKind kind) const noexcept {
  switch (kind) {
    case ProposalKind::kApply:
      return rules_.apply;
    case ProposalKind::kRollback:
      return rules_.rollback;
    case ProposalKind::kGrant:
      return rules_.grant;
    case ProposalKind::kUnspecified:
      break;
  }
  return true;
}

AuditRecord ProposalDesk::record(const char* action, uint64_t number, const Person& person,
                                 const std::string& details) const {
  return {.wall_ns = clock_.now().wall_ns,
          .actor = person.name,
          .authentication = person.authentication,
          .action = action,
          .object = title(number),
          .outcome = "done",
          .details = details};
}

Result<uint64_t> ProposalDesk::propose(ProposalKind kind, std::string request, std::string summary,
                                       const Person& author) {
  const int64_t now = clock_.now().wall_ns;
  const Proposal proposal{.kind = kind,
                          .request = std::move(request),
                          .summary = std::move(summary),
                          .author = author.name,
                          .authentication = author.authentication,
                          .at_wall_ns = now,
                          .until_wall_ns = now + int64_t{rules_.expires_s} * 1'000'000'000};
  return store_.add(proposal, [&](Database& database, uint64_t number) {
    return audit_.append_within(database,
                                record("proposal.make", number, author, proposal.summary));
  });
}

bool ProposalDesk::is_open(const Proposal& proposal) const {
  return proposal.state == ProposalState::kOpen && clock_.now().wall_ns < proposal.until_wall_ns;
}

Result<Proposal> ProposalDesk::get(uint64_t number) {
  auto found = store_.get(number);
  if (!found) return std::move(found).error();
  if (!found->has_value()) return Error{ErrorCode::kNotFound, title(number) + " is not there"};
  return std::move(**found);
}

Result<Proposal> ProposalDesk::open_one(uint64_t number) {
  auto proposal = get(number);
  if (!proposal) return proposal;
  if (is_open(*proposal)) return proposal;
  const bool late = proposal->state == ProposalState::kOpen;
  return Error{ErrorCode::kConflict,
               title(number) + (late ? " was open too long: propose it again"
                                     : " is decided: `bulkhead proposals` shows how")};
}

Result<Proposal> ProposalDesk::approve(uint64_t number, const Person& person) {
  auto proposal = open_one(number);
  if (!proposal) return proposal;
  if (same_person(author_of(*proposal), person))
    return Error{ErrorCode::kPermission,
                 title(number) + " is " + proposal->author +
                     "'s own: another person must approve it" +
                     (person.authentication == kLocal
                          ? " (all who come by the local socket count as one: use --server "
                            "with an approver's certificate)"
                          : "")};
  const AuditRecord entry =
      record("proposal.approve", number, person, proposal->author + ": " + proposal->summary);
  Status claimed =
      store_.claim(number, ProposalState::kApproved, person.name, entry.wall_ns, "",
                   [&](Database& database) { return audit_.append_within(database, entry); });
  if (!claimed) return std::move(claimed).error();
  return proposal;
}

Status ProposalDesk::finish(uint64_t number, bool done, const std::string& outcome) {
  return store_.finish(number, done ? ProposalState::kDone : ProposalState::kFailed, outcome);
}

Status ProposalDesk::reject(uint64_t number, const Person& person, const std::string& why) {
  auto proposal = open_one(number);
  if (!proposal) return std::move(proposal).error();
  const bool own = same_person(author_of(*proposal), person);
  const AuditRecord entry =
      record(own ? "proposal.withdraw" : "proposal.reject", number, person, why);
  return store_.claim(number, ProposalState::kRejected, person.name, entry.wall_ns, why,
                      [&](Database& database) { return audit_.append_within(database, entry); });
}

}  // namespace bulkhead::control
