// SPDX-License-Identifier: Apache-2.0
// Laws of HART-IP: those of every stream; what the table does not know has no class; a request
// names points, and those of one device or of all.
#include "protocol_law.h"
#include "wire/apps/hart_ip/hart_ip.h"

using namespace bulkhead;
using namespace bulkhead::wire;

namespace {

class Judge final : public OperationSink {
 public:
  void told() noexcept override {
    const FunctionFact* const fact = hart_ip::function_of(operation.code);
    LAW((fact == nullptr) == (operation.cls == OperationClass::kUnspecified));
    if (operation.is_exception) LAW(operation.direction == Direction::kResponse);
    for (const PointRange& point : operation.points) check(point);
    const bool command = operation.code < hart_ip::kMessages;
    if (command && operation.direction == Direction::kRequest) LAW(!operation.points.empty());
  }

 private:
  void check(const PointRange& point) const {
    const uint64_t first = point.first >> hart_ip::kVariableBits;
    const uint64_t last = point.last >> hart_ip::kVariableBits;
    LAW(point.access == operation.cls);
    LAW(last <= hart_ip::kLastDevice);
    LAW(first == last || (first == 0 && last == hart_ip::kLastDevice));
  }
};

void check_operations(test::Bytes input) {
  static Judge judge;
  hart_ip::Connection connection;
  test::each_frame(input, connection, [&](Side side, test::Bytes frame) {
    LAW(connection.frame(side, frame, judge).offset <= frame.size());
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  test::check_stream<hart_ip::Connection>(data, size);
  check_operations({data, size});
  return 0;
}
