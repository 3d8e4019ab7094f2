// SPDX-License-Identifier: Apache-2.0
// Laws of MQTT: those of every stream, and that what a table does not know has no class.
#include "protocol_law.h"
#include "wire/apps/mqtt/mqtt.h"

using namespace bulkhead;
using namespace bulkhead::wire;

namespace {

class Judge final : public OperationSink {
 public:
  void told() noexcept override {
    LAW(mqtt::function_of(operation.code) != nullptr);
    LAW(operation.cls != OperationClass::kUnspecified);
    for (const PointRange& point : operation.points) LAW(!point.name.empty());
    if (operation.direction != Direction::kResponse) LAW(!operation.is_exception);
    if ((operation.code & 0xffff) == 3) LAW(operation.points.size() == 1);
  }
};

void check_operations(test::Bytes input) {
  static Judge judge;
  mqtt::Connection connection;
  test::each_frame(input, connection, [&](Side side, test::Bytes frame) {
    (void)connection.frame(side, frame, judge);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  test::check_stream<mqtt::Connection>(data, size);
  check_operations({data, size});
  return 0;
}
