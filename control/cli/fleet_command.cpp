// SPDX-License-Identifier: Apache-2.0
// fleet status.
#include <fmt/format.h>

#include <iostream>

#include "cli/commands.h"

namespace bulkhead::cli {

namespace {

std::string standing_of(const v1::FleetGateway& gateway) {
  switch (gateway.standing()) {
    case v1::FLEET_STANDING_OBEYS:
      return paint(Colour::kGreen, gateway.on_trial() ? "obeys, on trial" : "obeys");
    case v1::FLEET_STANDING_STORED:
      return paint(Colour::kYellow, "stored, dataplane away");
    case v1::FLEET_STANDING_REFUSED:
      return paint(Colour::kRed, "could not take a later one");
    case v1::FLEET_STANDING_WENT_BACK:
      return paint(Colour::kYellow, "went back alone");
    case v1::FLEET_STANDING_NONE:
      return "nothing taken yet";
    default:
      return "?";
  }
}

std::string date(const google::protobuf::Timestamp& time) {
  return local_time(time.seconds(), 0, TimeStyle::kDate);
}

void print(const v1::FleetHead& head) {
  std::cout << fmt::format("newest   version {} ({}) by {} at {}, {}{}\n", head.number(),
                           head.action(), head.author(), head.gateway(), date(head.at()),
                           head.comment().empty() ? "" : ": " + head.comment());
  std::cout << fmt::format("policy   {} bytes ({}), {} grants beside it\n", head.policy_bytes(),
                           hex(head.policy_digest(), 6), head.grants());
  if (head.former() != 0)
    std::cout << paint(Colour::kYellow,
                       fmt::format("on trial until {}: unless somebody confirms it, version {} "
                                   "comes back\n",
                                   date(head.deadline()), head.former()));
}

void print(const v1::GetFleetStatusResponse& status) {
  std::cout << "store    " << status.store() << "\n";
  if (!status.store_problem().empty())
    std::cout << paint(Colour::kRed, "away     " + status.store_problem() +
                                         ": what is in force stays so; changes wait") +
                     "\n";
  if (status.has_head())
    print(status.head());
  else if (status.store_problem().empty() && status.head_problem().empty())
    std::cout << "newest   nothing was applied yet\n";
  if (!status.head_problem().empty())
    std::cout << paint(Colour::kRed, "problem  " + status.head_problem()) << "\n";
  Table table({{"GATEWAY"},
               {"CONTROL"},
               {"VERSION", Table::Align::kRight},
               {"GENERATION", Table::Align::kRight},
               {"STANDING"},
               {"SINCE"}});
  for (const v1::FleetGateway& each : status.gateways())
    table.add({each.name(), each.present() ? "heard" : paint(Colour::kRed, "not heard"),
               std::to_string(each.version()), std::to_string(each.generation()), standing_of(each),
               date(each.at())});
  std::cout << table.text();
  for (const v1::FleetGateway& each : status.gateways())
    if (!each.problem().empty())
      std::cout << paint(Colour::kRed, each.name() + ": " + each.problem()) << "\n";
}

}  // namespace

int run_fleet_status(const Session& session) {
  const auto answer = ApiClient(session.place).fleet_status();
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  const auto& status = std::get<v1::GetFleetStatusResponse>(answer);
  if (session.json)
    print_json(status);
  else
    print(status);
  return kOk;
}

}  // namespace bulkhead::cli
