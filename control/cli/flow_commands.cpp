// SPDX-License-Identifier: Apache-2.0
#include "cli/flow_commands.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>
#include <memory>
#include <thread>

namespace bulkhead::cli {

namespace {

using Command = std::function<int()>;

constexpr std::chrono::seconds kWatchInterval{1};
constexpr uint32_t kPage = 10'000;

struct FlowsArguments {
  bool follow = false;
  uint32_t last = 20;
  std::string relationship, identity;
};

struct RelationshipsArguments {
  bool watch = false;
  bool unused = false;
};

int run_flows(const Session& session, const FlowsArguments& arguments) {
  v1::StreamFlowRecordsRequest request;
  request.set_replay(arguments.last);
  request.set_follow(arguments.follow);
  request.set_relationship(arguments.relationship);
  request.set_identity(arguments.identity);
  const auto error =
      ApiClient(session.place)
          .flow_records(request, [&](const v1::StreamFlowRecordsResponse& response) {
            if (session.json) {
              print_json(response);
            } else if (response.has_flow()) {
              std::cout << flow_line(response.flow()) << std::endl;
            } else {
              std::cout << paint(Colour::kYellow, fmt::format("... {} flow records were lost here: "
                                                              "this reader was too slow",
                                                              response.lost()))
                        << std::endl;
            }
            return static_cast<bool>(std::cout);
          });
  return error ? report(*error) : kOk;
}

// Every page; `each` gets them in order.
std::optional<CallError> pages(
    ApiClient& client, bool unused,
    const std::function<void(const v1::GetRelationshipCountersResponse&)>& each) {
  v1::GetRelationshipCountersRequest request;
  request.set_page_size(kPage);
  request.set_only_unused(unused);
  do {
    const auto answer = client.relationship_counters(request);
    if (const auto* error = std::get_if<CallError>(&answer)) return *error;
    const auto& page = std::get<v1::GetRelationshipCountersResponse>(answer);
    each(page);
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return std::nullopt;
}

std::optional<CallError> print_table(ApiClient& client, bool unused,
                                     std::optional<BytesByName>& before) {
  RelationshipTable table(before ? &*before : nullptr);
  v1::GetRelationshipCountersResponse last;
  const auto error = pages(client, unused, [&](const v1::GetRelationshipCountersResponse& page) {
    for (const v1::RelationshipCounters& row : page.relationships()) table.add(row);
    last = page;
  });
  if (error) return error;
  if (!unused) table.add_sums(last);
  const v1::FlowRecordLosses& losses = last.losses();
  std::cout << (before ? "\n" : "") << table.text() << paint(Colour::kDim, "since ")
            << paint(Colour::kDim,
                     local_time(last.since().seconds(), last.since().nanos(), TimeStyle::kDate))
            << "\n"
            << paint(Colour::kYellow, loss_text(losses)) << std::flush;
  before = table.bytes();
  return std::nullopt;
}

int run_relationships(const Session& session, const RelationshipsArguments& arguments) {
  ApiClient client(session.place);
  std::optional<BytesByName> before;
  for (;;) {
    const auto error = session.json ? pages(client, arguments.unused, print_json)
                                    : print_table(client, arguments.unused, before);
    if (error) return report(*error);
    if (!arguments.watch) return kOk;
    std::this_thread::sleep_for(kWatchInterval);
  }
}

int run_operations(const Session& session) {
  const auto answer = ApiClient(session.place).operation_counters();
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  const auto& operations = std::get<v1::GetOperationCountersResponse>(answer);
  if (session.json) {
    print_json(operations);
  } else {
    std::cout << operation_table(operations);
  }
  return kOk;
}

void add_flows(CLI::App& app, const Session& session, Command& command) {
  auto arguments = std::make_shared<FlowsArguments>();
  auto* flows = app.add_subcommand("flows", "What flows carry, record by record");
  flows->add_flag("--follow", arguments->follow, "Stay and print new ones");
  flows->add_option("--last", arguments->last, "How many past ones first")
      ->check(CLI::Range(0, 10000))
      ->capture_default_str();
  flows->add_option("--relationship", arguments->relationship, "Only of this one");
  flows->add_option("--identity", arguments->identity, "Only of flows from or to this one");
  flows->callback([=, &session, &command] {
    command = [=, &session] { return run_flows(session, *arguments); };
  });
}

}  // namespace

void add_flow_commands(CLI::App& app, const Session& session, Command& command) {
  add_flows(app, session, command);
  auto arguments = std::make_shared<RelationshipsArguments>();
  auto* relationships =
      app.add_subcommand("relationships", "What each relationship carried since control started");
  relationships->add_flag("--watch", arguments->watch, "Again every second, with rates");
  relationships->add_flag("--unused", arguments->unused, "Only those that carried nothing");
  relationships->callback([=, &session, &command] {
    command = [=, &session] { return run_relationships(session, *arguments); };
  });
  app.add_subcommand("operations", "Operations by kind: allowed, refused, monitored")
      ->callback(
          [&session, &command] { command = [&session] { return run_operations(session); }; });
}

}  // namespace bulkhead::cli
