// SPDX-License-Identifier: Apache-2.0
// Laws of UMAS inside Modbus: those of every stream, and that it is told only where it is known.
#include "protocol_law.h"
#include "wire/apps/modbus.h"

using namespace bulkhead;
using namespace bulkhead::wire;

namespace {

class Judge final : public OperationSink {
 public:
  void told() noexcept override {
    if (operation.app != App::kUmas) {
      LAW(operation.app == App::kModbus);
      return;
    }
    LAW(umas::function_of(operation.code) != nullptr);
    LAW(operation.cls != OperationClass::kUnspecified);
    for (const PointRange& point : operation.points) LAW(point.access == operation.cls);
    if (operation.direction == Direction::kResponse)
      LAW(operation.points.empty());
    else
      LAW(!operation.is_exception);
  }
};

void check_operations(test::Bytes input) {
  static Judge judge;
  modbus::Connection connection;
  test::each_frame(input, connection, [&](Side side, test::Bytes frame) {
    (void)connection.frame(side, frame, judge);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  test::check_stream<modbus::Connection>(data, size);
  check_operations({data, size});
  return 0;
}
