// SPDX-License-Identifier: Apache-2.0
// What policies can say of each protocol: from the tables that the parsers use.
#include <fmt/format.h>
#include <google/protobuf/struct.pb.h>

#include <iostream>

#include "cli/commands.h"
#include "wire/apps/vocabulary.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::cli {

namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

std::string transport_name(const wire::Transport& transport) {
  const bool tcp = transport.protocol == wire::ip_protocol::kTcp;
  return fmt::format("{}/{}", tcp ? "tcp" : "udp", transport.port);
}

std::string technique_name(uint16_t technique) {
  return technique == 0 ? "-" : fmt::format("T{:04}", technique);
}

Struct json_of(const wire::Vocabulary& row) {
  Struct out;
  auto& fields = *out.mutable_fields();
  fields["protocol"].set_string_value(std::string(to_string(row.app)));
  fields["title"].set_string_value(std::string(row.title));
  if (!row.unit.empty()) fields["last_unit"].set_number_value(row.last_unit);
  for (const wire::Transport& transport : row.transports)
    fields["transports"].mutable_list_value()->add_values()->set_string_value(
        transport_name(transport));
  for (const wire::PointWord& word : row.points) {
    auto& point = *fields["points"].mutable_list_value()->add_values()->mutable_struct_value();
    (*point.mutable_fields())["word"].set_string_value(std::string(word.word));
    (*point.mutable_fields())["named"].set_bool_value(word.named);
    (*point.mutable_fields())["containers"].set_bool_value(word.shift != 0);
  }
  for (const wire::FunctionFact& fact : row.functions) {
    auto& function =
        *fields["functions"].mutable_list_value()->add_values()->mutable_struct_value();
    (*function.mutable_fields())["name"].set_string_value(std::string(fact.name));
    (*function.mutable_fields())["class"].set_string_value(std::string(to_string(fact.cls)));
    (*function.mutable_fields())["code"].set_number_value(fact.code);
  }
  return out;
}

std::string joined(auto&& items, auto&& text) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "" : ", ") + std::string(text(item));
  return out.empty() ? "-" : out;
}

void print_all() {
  Table table(
      {{"PROTOCOL"}, {"PORTS"}, {"OPERATIONS", Table::Align::kRight}, {"UNITS"}, {"POINTS"}});
  for (const wire::Vocabulary& row : wire::vocabularies())
    table.add({std::string(to_string(row.app)), joined(row.transports, transport_name),
               std::to_string(row.functions.size()),
               row.unit.empty() ? "-" : fmt::format("{} 0-{}", row.unit, row.last_unit),
               joined(row.points, [](const wire::PointWord& word) { return word.word; })});
  std::cout << table.text();
}

void print_one(const wire::Vocabulary& row) {
  Table table({{"OPERATION"}, {"CLASS"}, {"CODE", Table::Align::kRight}, {"TECHNIQUE"}});
  for (const wire::FunctionFact& fact : row.functions)
    table.add({std::string(fact.name), std::string(to_string(fact.cls)), std::to_string(fact.code),
               technique_name(fact.technique)});
  std::cout << table.text();
}

}  // namespace

int run_protocols(const Session& session, const std::string& name) {
  const wire::Vocabulary* one = wire::vocabulary_named(name);
  if (!name.empty() && one == nullptr) {
    std::cerr << "bulkhead: '" << name << "' is not a protocol that policies can open: "
              << joined(wire::vocabularies(), [](const auto& row) { return to_string(row.app); })
              << "\n";
    return kUsage;
  }
  if (!session.json) {
    if (one != nullptr)
      print_one(*one);
    else
      print_all();
    return kOk;
  }
  for (const wire::Vocabulary& row : wire::vocabularies())
    if (one == nullptr || one == &row) print_json(json_of(row));
  return kOk;
}

}  // namespace bulkhead::cli
