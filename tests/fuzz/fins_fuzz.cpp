// SPDX-License-Identifier: Apache-2.0
// Laws of FINS: those of every stream and of datagrams, and that a refusal is told as one.
#include "protocol_law.h"
#include "wire/apps/fins/fins.h"

using namespace bulkhead;
using namespace bulkhead::wire;

namespace {

class Judge final : public OperationSink {
 public:
  void told() noexcept override {
    const bool known = fins::function_of(operation.code) != nullptr;
    LAW(known == (operation.cls != OperationClass::kUnspecified));
    if (operation.direction == Direction::kResponse) LAW(operation.points.empty());
    if (operation.direction == Direction::kRequest) LAW(!operation.is_exception);
    for (const PointRange& point : operation.points) LAW(point.last < 0x10'0000);
  }
};

void check_refusal(test::Bytes datagram) {
  static Judge judge;
  fins::Connection connection;
  if (connection.datagram(Side::kRequest, datagram, judge).kind != FaultKind::kNone) return;
  const uint64_t id = judge.operation.request_id;
  std::array<uint8_t, 32> out{};
  const size_t size = connection.refuse(Side::kRequest, datagram, judge.operation, out);
  if (size == 0) return;
  LAW(connection.datagram(Side::kResponse, std::span(out).first(size), judge).kind ==
      FaultKind::kNone);
  LAW(judge.operation.is_exception && judge.operation.request_id == id);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  test::check_stream<fins::Connection>(data, size);
  test::check_datagrams<fins::Connection>(data, size);
  check_refusal(test::Bytes(data + 1, size - 1));
  return 0;
}
