// SPDX-License-Identifier: Apache-2.0
#include "cli/lock_commands.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>
#include <memory>

#include "base/span_text.h"

namespace bulkhead::cli {

namespace {

using Command = std::function<int()>;

struct OrderArguments {
  std::string identity, relationship, gateway, zone;  // one of them
  std::string name;                                   // of an island
  std::string reason;
};

struct PostureArguments {
  std::string identity;
  std::string attribute;
  std::string span;
};

int print(const Session& session, const std::string& what,
          const Answer<v1::OrderResponse>& answer) {
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  const auto& done = std::get<v1::OrderResponse>(answer);
  if (session.json) {
    print_json(done);
    return kOk;
  }
  if (!done.warning().empty()) std::cerr << "warning: " << done.warning() << "\n";
  if (done.delivery() == v1::DELIVERY_STORED)
    std::cout << fmt::format("{} {}: dataplane not connected; it obeys at its next connection\n",
                             paint(Colour::kYellow, "stored"), what);
  else
    std::cout << fmt::format("{} {}: every worker obeys, {} after publication\n",
                             paint(Colour::kGreen, "in force"), what, duration(done.publish_ns()));
  return kOk;
}

v1::LockSubject subject_of(const OrderArguments& arguments) {
  v1::LockSubject out;
  if (!arguments.identity.empty()) out.set_identity(arguments.identity);
  if (!arguments.relationship.empty()) out.set_relationship(arguments.relationship);
  if (!arguments.gateway.empty()) out.set_gateway(arguments.gateway);
  if (!arguments.zone.empty()) out.set_zone(arguments.zone);
  return out;
}

std::string words_of(const OrderArguments& arguments) {
  return arguments.identity + arguments.relationship + arguments.gateway + arguments.zone;
}

int run_lock(const Session& session, const OrderArguments& arguments) {
  v1::LockRequest request;
  *request.mutable_subject() = subject_of(arguments);
  request.set_reason(arguments.reason);
  return print(session, "lock of " + words_of(arguments), ApiClient(session.place).lock(request));
}

int run_unlock(const Session& session, const OrderArguments& arguments) {
  v1::UnlockRequest request;
  *request.mutable_subject() = subject_of(arguments);
  return print(session, "end of the lock of " + words_of(arguments),
               ApiClient(session.place).unlock(request));
}

int run_island(const Session& session, const OrderArguments& arguments) {
  v1::IslandRequest request;
  request.set_name(arguments.name);
  if (!arguments.gateway.empty()) request.set_gateway(arguments.gateway);
  if (!arguments.zone.empty()) request.set_zone(arguments.zone);
  request.set_reason(arguments.reason);
  return print(session, "island " + arguments.name, ApiClient(session.place).island(request));
}

int run_release(const Session& session, const std::string& name) {
  v1::ReleaseRequest request;
  request.set_name(name);
  return print(session, "end of island " + name, ApiClient(session.place).release(request));
}

int run_posture_set(const Session& session, const PostureArguments& arguments) {
  const auto seconds = seconds_of(arguments.span);
  if (!seconds) {
    std::cerr << "bulkhead posture set: --for: a number and s, m, h or d, as in 8h\n";
    return kUsage;
  }
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  v1::SetPostureRequest request;
  request.set_identity(arguments.identity);
  request.set_attribute(arguments.attribute);
  request.mutable_until()->set_seconds(
      std::chrono::duration_cast<std::chrono::seconds>(now).count() +
      static_cast<int64_t>(*seconds));
  return print(session, arguments.identity + " is " + arguments.attribute,
               ApiClient(session.place).set_posture(request));
}

// What is locked: one of these, and no more than one.
void add_subject(CLI::App& app, OrderArguments& arguments) {
  auto* subject = app.add_option_group("what", "Exactly one of these");
  subject->add_option("IDENTITY", arguments.identity, "Name of an identity");
  subject->add_option("--relationship", arguments.relationship, "Name of a relationship or grant");
  subject->add_option("--gateway", arguments.gateway, "All that is bound at this gateway");
  subject->add_option("--zone", arguments.zone, "All with these labels: cell=3,role=plc|hmi");
  subject->require_option(1);
}

void add_locks(CLI::App& app, const Session& session, Command& command) {
  auto arguments = std::make_shared<OrderArguments>();
  auto* lock = app.add_subcommand("lock",
                                  "Cut everything of one identity, relationship, gateway "
                                  "or zone at once");
  add_subject(*lock, *arguments);
  lock->add_option("--reason", arguments->reason, "Kept with the lock");
  lock->callback([=, &session, &command] {
    command = [=, &session] { return run_lock(session, *arguments); };
  });
  auto ended = std::make_shared<OrderArguments>();
  auto* unlock = app.add_subcommand("unlock", "End a lock, named as it was made");
  add_subject(*unlock, *ended);
  unlock->callback(
      [=, &session, &command] { command = [=, &session] { return run_unlock(session, *ended); }; });
}

void add_islands(CLI::App& app, const Session& session, Command& command) {
  auto arguments = std::make_shared<OrderArguments>();
  auto* island = app.add_subcommand("island", "Let those inside speak only with each other");
  island->add_option("NAME", arguments->name, "Of the island, for release")->required();
  auto* inside = island->add_option_group("inside", "Exactly one of these");
  inside->add_option("--gateway", arguments->gateway, "All that is bound at this gateway");
  inside->add_option("--zone", arguments->zone, "All with these labels: cell=3,role=plc|hmi");
  inside->require_option(1);
  island->add_option("--reason", arguments->reason, "Kept with the island");
  island->callback([=, &session, &command] {
    command = [=, &session] { return run_island(session, *arguments); };
  });
  auto name = std::make_shared<std::string>();
  auto* release = app.add_subcommand("release", "End an island");
  release->add_option("NAME", *name, "As `bulkhead state` shows it")->required();
  release->callback(
      [=, &session, &command] { command = [=, &session] { return run_release(session, *name); }; });
}

void add_posture(CLI::App& app, const Session& session, Command& command) {
  auto arguments = std::make_shared<PostureArguments>();
  auto* posture = app.add_subcommand("posture", "What is true of an identity, for a time");
  posture->require_subcommand(1);
  auto* set = posture->add_subcommand("set", "Say that it is so; a second time replaces the first");
  set->add_option("IDENTITY", arguments->identity)->required();
  set->add_option("ATTRIBUTE", arguments->attribute, "As in `when: { posture: [patched] }`")
      ->required();
  set->add_option("--for", arguments->span, "How long: 90s, 8h, 7d")->required();
  set->callback([=, &session, &command] {
    command = [=, &session] { return run_posture_set(session, *arguments); };
  });
}

}  // namespace

void add_lock_commands(CLI::App& app, const Session& session, Command& command) {
  add_locks(app, session, command);
  add_islands(app, session, command);
  add_posture(app, session, command);
  app.add_subcommand("state", "All that is locked, on an island, or known of posture")
      ->callback([&session, &command] { command = [&session] { return run_state(session); }; });
}

}  // namespace bulkhead::cli
