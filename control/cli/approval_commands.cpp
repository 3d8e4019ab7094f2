// SPDX-License-Identifier: Apache-2.0
// proposals, proposal, approve, reject.
#include <fmt/format.h>

#include <iostream>

#include "cli/commands.h"

namespace bulkhead::cli {

namespace {

std::string state_of(const v1::Proposal& proposal) {
  switch (proposal.state()) {
    case v1::PROPOSAL_STATE_OPEN:
      return paint(Colour::kYellow, "open");
    case v1::PROPOSAL_STATE_APPROVED:
      return "approved, not finished";
    case v1::PROPOSAL_STATE_DONE:
      return paint(Colour::kGreen, "done");
    case v1::PROPOSAL_STATE_FAILED:
      return paint(Colour::kRed, "failed");
    case v1::PROPOSAL_STATE_REJECTED:
      return proposal.decided_by() == proposal.author() ? "taken back" : "rejected";
    case v1::PROPOSAL_STATE_EXPIRED:
      return "expired";
    default:
      return "?";
  }
}

std::string date(const google::protobuf::Timestamp& time) {
  return local_time(time.seconds(), 0, TimeStyle::kDate);
}

void print(const v1::Proposal& proposal) {
  std::cout << fmt::format("proposal {}, {}: {}\nby {} at {}, open until {}\n", proposal.number(),
                           state_of(proposal), proposal.summary(), proposal.author(),
                           date(proposal.made()), date(proposal.until()));
  if (proposal.has_decided())
    std::cout << fmt::format("decided by {} at {}: {}\n", proposal.decided_by(),
                             date(proposal.decided()), proposal.outcome());
}

}  // namespace

int run_proposals(const Session& session, uint32_t limit) {
  v1::ListProposalsRequest request;
  request.set_limit(limit);
  const auto answer = ApiClient(session.place).proposals(request);
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  const auto& list = std::get<v1::ListProposalsResponse>(answer);
  if (session.json) {
    for (const v1::Proposal& proposal : list.proposals()) print_json(proposal);
    return kOk;
  }
  Table table({{"NUMBER", Table::Align::kRight},
               {"STATE"},
               {"WHAT"},
               {"BY"},
               {"MADE"},
               {"DECIDED BY"},
               {"OUTCOME"}});
  for (const v1::Proposal& p : list.proposals())
    table.add({std::to_string(p.number()), state_of(p), p.summary(), p.author(), date(p.made()),
               p.decided_by(), p.outcome()});
  std::cout << (table.empty() ? "there are no proposals\n" : table.text());
  return kOk;
}

int run_proposal(const Session& session, uint64_t number) {
  v1::GetProposalRequest request;
  request.set_number(number);
  const auto answer = ApiClient(session.place).proposal(request);
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  const auto& response = std::get<v1::GetProposalResponse>(answer);
  if (session.json) {
    print_json(response);
    return kOk;
  }
  print(response.proposal());
  if (response.has_diff()) print_diff(response.diff());
  if (response.proposal().kind() == v1::PROPOSAL_KIND_GRANT) std::cout << response.yaml();
  return kOk;
}

int run_approve(const Session& session, uint64_t number) {
  v1::ApproveRequest request;
  request.set_number(number);
  const auto answer = ApiClient(session.place).approve(request);
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  const auto& response = std::get<v1::ApproveResponse>(answer);
  if (session.json)
    print_json(response);
  else
    print_applied(response.applied());
  return kOk;
}

int run_reject(const Session& session, uint64_t number, const std::string& reason) {
  v1::RejectRequest request;
  request.set_number(number);
  request.set_reason(reason);
  const auto answer = ApiClient(session.place).reject(request);
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  if (session.json)
    print_json(std::get<v1::RejectResponse>(answer));
  else
    std::cout << "proposal " << number << " is ended\n";
  return kOk;
}

}  // namespace bulkhead::cli
