// SPDX-License-Identifier: Apache-2.0
// revoke.
#include <fmt/format.h>

#include <iostream>

#include "base/file.h"
#include "cli/commands.h"

namespace bulkhead::cli {

namespace {

constexpr size_t kMaxRecordBytes = 8000;

void print(const google::protobuf::RepeatedPtrField<v1::DenyRecord>& records) {
  Table table({{"SIGNER"},
               {"NUMBER", Table::Align::kRight},
               {"ISSUED"},
               {"GATEWAY"},
               {"DENIED"},
               {"REASON"}});
  for (const v1::DenyRecord& record : records)
    table.add({hex(record.signer(), 6), std::to_string(record.number()),
               local_time(record.issued().seconds(), 0, TimeStyle::kDate), record.gateway(),
               record.target(), record.reason()});
  std::cout << (table.empty() ? "nothing is denied\n" : table.text());
}

int run_list(const Session& session) {
  const auto answer = ApiClient(session.place).deny_records();
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  const auto& list = std::get<v1::ListDenyRecordsResponse>(answer);
  if (session.json)
    print_json(list);
  else
    print(list.records());
  return kOk;
}

}  // namespace

int run_revoke(const Session& session, const RevokeArguments& arguments) {
  if (arguments.list) return run_list(session);
  v1::RevokeRequest request;
  request.set_gateway(arguments.gateway);
  request.set_reason(arguments.reason);
  if (!arguments.record.empty()) {
    Result<std::string> record = read_file(arguments.record, kMaxRecordBytes);
    if (!record) return report({false, record.error().sentence, {}});
    request.set_record(std::move(*record));
  }
  const auto answer = ApiClient(session.place).revoke(request);
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  const auto& done = std::get<v1::RevokeResponse>(answer);
  if (session.json) {
    print_json(done);
  } else {
    print(done.records());
    for (const v1::NotDropped& left : done.not_dropped())
      std::cout << paint(Colour::kRed,
                         fmt::format("{} may have lanes still: {}", left.peer(), left.sentence()))
                << "\n";
  }
  return done.not_dropped().empty() ? kOk : kRefused;
}

}  // namespace bulkhead::cli
