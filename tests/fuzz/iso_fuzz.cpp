// SPDX-License-Identifier: Apache-2.0
// Laws of ISO transport and of what speaks over it: those of streams, and that operations of S7 are
// in their tables. Input: protocol_law.h.
#include "protocol_law.h"
#include "wire/apps/iso/connection.h"
#include "wire/apps/s7comm/table.h"
#include "wire/apps/s7comm_plus/table.h"

using namespace bulkhead;
using namespace bulkhead::wire;

namespace {

const FunctionFact* fact_of(const Operation& op) {
  if (op.app == App::kS7comm) return s7comm::function_of(op.code);
  if (op.app == App::kS7commPlus) return s7comm_plus::function_of(op.code);
  return iso::function_of(op.code);
}

// What nobody knows is of no class, and of no other name.
class Inspector final : public OperationSink {
 public:
  void told() noexcept override {
    if (operation.app == App::kMms) return;
    const FunctionFact* const fact = fact_of(operation);
    LAW((fact == nullptr) == (operation.name == "unknown"));
    if (fact == nullptr) LAW(operation.cls == OperationClass::kUnspecified);
    if (fact != nullptr) LAW(operation.name == fact->name);
    LAW(!operation.opaque || operation.cls == OperationClass::kUnspecified);
    LAW(operation.is_exception ? operation.direction == Direction::kResponse : true);
  }
};

void check_faults(test::Bytes input) {
  iso::Connection connection;
  Inspector inspector;
  test::each_frame(input, connection, [&](Side side, test::Bytes frame) {
    const Fault fault = connection.frame(side, frame, inspector);
    LAW(fault.kind == FaultKind::kNone || fault.offset <= frame.size());
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  test::check_stream<iso::Connection>(data, size);
  check_faults({data, size});
  return 0;
}
