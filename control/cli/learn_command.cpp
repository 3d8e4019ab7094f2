// SPDX-License-Identifier: Apache-2.0
// learn.
#include <fmt/format.h>

#include <iostream>

#include "cli/commands.h"
#include "learn/proposal.h"

namespace bulkhead::cli {

namespace {

int64_t ns(const google::protobuf::Timestamp& time) {
  return time.seconds() * 1'000'000'000 + time.nanos();
}

learn::Interaction interaction_of(const v1::Interaction& from) {
  return {.from = from.from(),
          .to = from.to(),
          .protocol = static_cast<uint8_t>(from.protocol()),
          .port = static_cast<uint16_t>(from.port()),
          .app = static_cast<wire::App>(from.app()),
          .cls = static_cast<wire::OperationClass>(from.operation_class()),
          .code = from.code(),
          .unit = from.unit(),
          .type = static_cast<wire::PointType>(from.point_type()),
          .first = from.first_point(),
          .last = from.last_point()};
}

learn::Evidence evidence_of(const v1::GetEvidenceResponse& response) {
  learn::Evidence out;
  for (const v1::Interaction& each : response.interactions()) {
    learn::Seen seen{
        each.count(), ns(each.first_seen()), ns(each.last_seen()), {}, !each.other_values()};
    if (each.has_lowest_value())
      seen.values = policy::NumberRange{each.lowest_value(), each.highest_value()};
    out.add(interaction_of(each), seen);
  }
  out.note(response.left_out(), response.incomplete());
  return out;
}

}  // namespace

int run_learn(const Session& session, bool values) {
  const auto answer = ApiClient(session.place).evidence();
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  const auto& response = std::get<v1::GetEvidenceResponse>(answer);
  if (session.json) {
    print_json(response);
    return kOk;
  }
  const std::string since = local_time(response.since().seconds(), 0, TimeStyle::kDate);
  const auto proposal =
      learn::propose(evidence_of(response), {"this gateway since " + since, values});
  std::cout << proposal.yaml;
  std::cerr << fmt::format("{} relationships proposed from {} interactions since {}\n",
                           proposal.relationships, response.interactions_size(), since);
  if (response.interactions_size() == 0)
    std::cerr << "Nothing was seen: evidence comes from relationships with `mode: monitor` "
                 "(docs/learning.md)\n";
  return kOk;
}

int run_learn_forget(const Session& session) {
  const auto answer = ApiClient(session.place).forget_evidence();
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  const auto& response = std::get<v1::ForgetEvidenceResponse>(answer);
  if (session.json)
    print_json(response);
  else
    std::cout << response.interactions() << " interactions forgotten\n";
  return kOk;
}

}  // namespace bulkhead::cli
