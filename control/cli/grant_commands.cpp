// SPDX-License-Identifier: Apache-2.0
// grant, grant revoke, grants.
#include <iostream>

#include "cli/commands.h"

namespace bulkhead::cli {

namespace {

std::string state_of(const v1::Grant& grant) {
  switch (grant.state()) {
    case v1::GRANT_STATE_IN_FORCE:
      return paint(Colour::kGreen, "in force");
    case v1::GRANT_STATE_EXPIRED:
      return "expired";
    case v1::GRANT_STATE_REVOKED:
      return "revoked by " + grant.ended_by();
    case v1::GRANT_STATE_REFUSED:
      return paint(Colour::kRed, "refused");
    default:
      return "?";
  }
}

std::string date(const google::protobuf::Timestamp& time) {
  return local_time(time.seconds(), 0, TimeStyle::kDate);
}

}  // namespace

int run_grant(const Session& session, const std::string& file) {
  std::optional<std::string> text = read_policy(file);
  if (!text) return kRefused;
  v1::AddGrantRequest request;
  request.set_grant_yaml(std::move(*text));
  request.set_file_name(place_name(file));
  const auto answer = ApiClient(session.place).add_grant(request);
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  const auto& response = std::get<v1::AddGrantResponse>(answer);
  if (session.json)
    print_json(response);
  else
    print_applied(response.applied());
  return kOk;
}

int run_grant_revoke(const Session& session, const std::string& name) {
  v1::RevokeGrantRequest request;
  request.set_name(name);
  const auto answer = ApiClient(session.place).revoke_grant(request);
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  const auto& response = std::get<v1::RevokeGrantResponse>(answer);
  if (session.json)
    print_json(response);
  else
    print_applied(response.applied());
  return kOk;
}

int run_grants(const Session& session, uint32_t limit) {
  v1::ListGrantsRequest request;
  request.set_limit(limit);
  const auto answer = ApiClient(session.place).grants(request);
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  const auto& list = std::get<v1::ListGrantsResponse>(answer);
  if (session.json) {
    for (const v1::Grant& grant : list.grants()) print_json(grant);
    return kOk;
  }
  Table table({{"NAME"}, {"STATE"}, {"UNTIL"}, {"ADDED"}, {"BY"}});
  for (const v1::Grant& grant : list.grants())
    table.add(
        {grant.name(), state_of(grant), date(grant.until()), date(grant.added()), grant.author()});
  std::cout << (table.empty() ? "there are no grants\n" : table.text());
  return kOk;
}

}  // namespace bulkhead::cli
