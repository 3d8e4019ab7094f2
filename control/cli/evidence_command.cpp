// SPDX-License-Identifier: Apache-2.0
// evidence: what a standard asks for, what implements it, what shows it. Asks no server.
#include <google/protobuf/struct.pb.h>

#include <iostream>

#include "cli/commands.h"
#include "compliance/report.h"

namespace bulkhead::cli {

namespace {

using control::Requirement;
using google::protobuf::Struct;

void put(Struct& out, const std::string& key, const std::vector<std::string>& items) {
  auto& list = *(*out.mutable_fields())[key].mutable_list_value();
  for (const std::string& item : items) list.add_values()->set_string_value(item);
}

Struct json_of(const Requirement& one) {
  Struct out;
  auto& fields = *out.mutable_fields();
  fields["standard"].set_string_value("IEC 62443-4-2:2019");
  fields["id"].set_string_value(one.id);
  fields["title"].set_string_value(one.title);
  fields["level"].set_number_value(one.level);
  fields["state"].set_string_value(std::string(to_string(one.state)));
  fields["how"].set_string_value(one.how);
  fields["missing"].set_string_value(one.missing);
  put(out, "parts", one.parts);
  put(out, "tests", one.tests);
  return out;
}

}  // namespace

int run_evidence(const Session& session, uint32_t level) {
  auto all = control::read_requirements(control::kIec62443Table, "iec62443_4_2.yaml");
  if (!all) {
    std::cerr << paint(Colour::kRed, "error: ") << all.error().sentence << "\n";
    return kRefused;
  }
  const auto asked = control::up_to_level(*all, static_cast<uint8_t>(level));
  if (session.json)
    for (const Requirement& one : asked) print_json(json_of(one));
  else
    std::cout << control::to_markdown(asked, static_cast<uint8_t>(level), BULKHEAD_VERSION);
  return kOk;
}

}  // namespace bulkhead::cli
