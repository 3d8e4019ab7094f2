// SPDX-License-Identifier: Apache-2.0
// Laws of GOOSE: padding tells the same, a PDU that is cut is a fault, and what is told is in
// the table, or has no class. Input: datagrams (inputs.h).
#include "published_law.h"
#include "wire/apps/goose/goose.h"

using namespace bulkhead;
using namespace bulkhead::wire;
using test::Bytes;

namespace {

class Judge final : public OperationSink {
 public:
  void told() noexcept override {
    const FunctionFact* const fact = goose::function_of(operation.code);
    LAW((fact == nullptr) == (operation.name == "unknown"));
    LAW((fact == nullptr) == (operation.cls == OperationClass::kUnspecified));
    LAW(operation.direction == Direction::kUnsolicited);
    for (const PointRange& point : operation.points) LAW(point.access == operation.cls);
    witness.operation = operation;
    witness.told();
  }
  test::Witness witness;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  test::check_datagrams<goose::Connection>(data, size);
  test::each_datagram({data, size}, [](uint8_t, Bytes datagram) {
    test::check_length_of_publisher<goose::Connection, Judge>(datagram);
  });
  return 0;
}
