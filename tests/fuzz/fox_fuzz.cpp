// SPDX-License-Identifier: Apache-2.0
// Laws of Fox: those of every stream, and that no message is told before the one before it ended.
#include "protocol_law.h"
#include "wire/apps/fox/fox.h"

using namespace bulkhead;
using namespace bulkhead::wire;

namespace {

class Judge final : public OperationSink {
 public:
  void told() noexcept override {
    ++count;
    LAW((operation.cls == OperationClass::kUnspecified) == (operation.code == 0));
    LAW(operation.points.empty() && operation.values.empty());
    if (operation.is_exception) LAW(operation.direction == Direction::kResponse);
  }
  int count = 0;
};

void check_operations(test::Bytes input) {
  static Judge judge;
  fox::Connection connection;
  test::each_frame(input, connection, [&](Side side, test::Bytes frame) {
    const bool amid = connection.pending(side);
    const int before = judge.count;
    const Fault fault = connection.frame(side, frame, judge);
    const bool began = !amid && fault.kind == FaultKind::kNone;
    LAW(judge.count == before + (began ? 1 : 0));
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  test::check_stream<fox::Connection>(data, size);
  check_operations({data, size});
  return 0;
}
