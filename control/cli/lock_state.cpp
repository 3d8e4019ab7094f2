// SPDX-License-Identifier: Apache-2.0
// state: locks, islands and posture as three tables.
#include <iostream>

#include "cli/lock_commands.h"

namespace bulkhead::cli {

namespace {

std::string time_of(const google::protobuf::Timestamp& time) {
  return local_time(time.seconds(), 0, TimeStyle::kDate);
}

std::string kind_of(const v1::LockSubject& subject) {
  switch (subject.subject_case()) {
    case v1::LockSubject::kIdentity:
      return "identity";
    case v1::LockSubject::kRelationship:
      return "relationship";
    case v1::LockSubject::kGateway:
      return "gateway";
    case v1::LockSubject::kZone:
      return "zone";
    case v1::LockSubject::SUBJECT_NOT_SET:
      break;
  }
  return "?";
}

std::string name_of(const v1::LockSubject& subject) {
  return subject.identity() + subject.relationship() + subject.gateway() + subject.zone();
}

void print_locks(const v1::ListStateResponse& state) {
  Table table(
      {{"LOCKED"}, {"NAME"}, {"MEANS", Table::Align::kRight}, {"SINCE"}, {"BY"}, {"REASON"}});
  for (const v1::LockState& lock : state.locks())
    table.add({kind_of(lock.subject()), name_of(lock.subject()),
               lock.subject().has_zone() ? count(lock.identities()) : "", time_of(lock.since()),
               lock.author(), lock.reason()});
  std::cout << (table.empty() ? "nothing is locked\n" : table.text());
}

void print_islands(const v1::ListStateResponse& state) {
  Table table(
      {{"ISLAND"}, {"INSIDE"}, {"MEANS", Table::Align::kRight}, {"SINCE"}, {"BY"}, {"REASON"}});
  for (const v1::IslandState& island : state.islands())
    table.add({island.name(),
               island.has_gateway() ? "gateway " + island.gateway() : "zone " + island.zone(),
               island.has_zone() ? count(island.identities()) : "", time_of(island.since()),
               island.author(), island.reason()});
  if (!table.empty()) std::cout << table.text();
}

void print_posture(const v1::ListStateResponse& state) {
  Table table({{"IDENTITY"}, {"IS"}, {"UNTIL"}, {"BY"}});
  for (const v1::PostureState& fact : state.posture())
    table.add({fact.identity(), fact.attribute(), time_of(fact.until()), fact.author()});
  if (!table.empty()) std::cout << table.text();
}

}  // namespace

int run_state(const Session& session) {
  const auto answer = ApiClient(session.place).state();
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  const auto& state = std::get<v1::ListStateResponse>(answer);
  if (session.json) {
    print_json(state);
    return kOk;
  }
  print_locks(state);
  print_islands(state);
  print_posture(state);
  return kOk;
}

}  // namespace bulkhead::cli
