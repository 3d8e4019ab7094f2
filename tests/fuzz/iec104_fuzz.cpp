// SPDX-License-Identifier: Apache-2.0
// Laws of IEC 104 beside those of every protocol: what has no class is no known type, and each
// object is among the points. Input: a mask of sides, then APDUs.
#include "protocol_law.h"
#include "wire/apps/iec104/iec104.h"

using namespace bulkhead;
using namespace bulkhead::wire;

namespace {

class Counter final : public OperationSink {
 public:
  void told() noexcept override {
    const bool known = iec104::function_of(operation.code) != nullptr;
    LAW(known == (operation.cls != OperationClass::kUnspecified));
    uint64_t points = 0;
    for (const PointRange& point : operation.points) points += point.last - point.first + 1;
    if (operation.code < 256) LAW(points >= operation.values.size() && points <= 127);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  test::check_stream<iec104::Connection>(data, size);
  if (size < 7) return 0;
  iec104::Connection connection;
  Counter counter;
  const std::span<const uint8_t> bytes(data + 1, size - 1);
  const auto frame = connection.frame_size(Side::kRequest, bytes);
  if (frame.ok() && *frame <= bytes.size())
    (void)connection.frame(Side::kRequest, bytes.first(*frame), counter);
  return 0;
}
