// SPDX-License-Identifier: Apache-2.0
// Laws of SLMP: those of every stream and of datagrams, and that a refusal is told as one.
#include "protocol_law.h"
#include "wire/apps/slmp/slmp.h"

using namespace bulkhead;
using namespace bulkhead::wire;

namespace {

class Judge final : public OperationSink {
 public:
  void told() noexcept override {
    const bool answer = operation.direction == Direction::kResponse;
    const bool known = slmp::function_of(operation.code) != nullptr;
    LAW(known == (operation.cls != OperationClass::kUnspecified));
    if (answer) LAW(operation.points.empty());
    if (!answer) LAW(!operation.is_exception);
    for (const PointRange& point : operation.points) LAW(point.last <= UINT32_MAX);
    for (const PointRange& point : operation.points) LAW(point.access == operation.cls);
  }
};

void check_refusal(test::Bytes frame) {
  static Judge judge;
  slmp::Connection connection;
  if (connection.datagram(Side::kRequest, frame, judge).kind != FaultKind::kNone) return;
  const uint64_t id = judge.operation.request_id;
  const uint32_t code = judge.operation.code;
  std::array<uint8_t, 64> out{};
  const size_t size = connection.refuse(Side::kRequest, frame, judge.operation, out);
  if (size == 0) return;
  const auto answer = std::span(out).first(size);
  LAW(*connection.frame_size(Side::kResponse, answer) == size);
  LAW(connection.frame(Side::kResponse, answer, judge).kind == FaultKind::kNone);
  LAW(judge.operation.is_exception && judge.operation.request_id == id);
  LAW(judge.operation.code == code);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  test::check_stream<slmp::Connection>(data, size);
  test::check_datagrams<slmp::Connection>(data, size);
  check_refusal(test::Bytes(data + 1, size - 1));
  return 0;
}
