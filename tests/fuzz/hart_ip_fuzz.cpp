// SPDX-License-Identifier: Apache-2.0
// Laws of HART-IP: those of every stream; what the table does not know has no class; a request
// names points, and those of one device or of all; a refusal is a message that refuses.
#include <array>

#include "protocol_law.h"
#include "wire/apps/hart_ip/hart_ip.h"

using namespace bulkhead;
using namespace bulkhead::wire;

namespace {

class Judge final : public OperationSink {
 public:
  void told() noexcept override {
    ++count;
    const FunctionFact* const fact = hart_ip::function_of(operation.code);
    LAW((fact == nullptr) == (operation.cls == OperationClass::kUnspecified));
    refused = refused || operation.is_exception;
    if (operation.is_exception) LAW(operation.direction == Direction::kResponse);
    for (const PointRange& point : operation.points) check(point);
    const bool command = operation.code < hart_ip::kMessages;
    if (command && operation.direction == Direction::kRequest) LAW(!operation.points.empty());
  }
  int count = 0;
  bool refused = false;

 private:
  void check(const PointRange& point) const {
    const uint64_t first = point.first >> hart_ip::kVariableBits;
    const uint64_t last = point.last >> hart_ip::kVariableBits;
    LAW(point.access == operation.cls);
    LAW(last <= hart_ip::kLastDevice);
    LAW(first == last || (first == 0 && last == hart_ip::kLastDevice));
  }
};

// What is refused in the device's words is a whole message that an opener's parser takes so.
void check_refusal(hart_ip::Connection& connection, test::Bytes frame, const Operation& asked) {
  static Judge judge;
  std::array<uint8_t, hart_ip::Connection::kLongestFrame> out{};
  const size_t size = connection.refuse(Side::kRequest, frame, asked, out);
  LAW(connection.refuse(Side::kResponse, frame, asked, out) == 0);
  if (size == 0) return;
  const test::Bytes said = test::Bytes(out).first(size);
  const auto length = connection.frame_size(Side::kResponse, said);
  LAW(length.ok() && *length == size);
  judge.refused = false;
  judge.count = 0;
  const Fault fault = connection.frame(Side::kResponse, said, judge);
  LAW(fault.kind == FaultKind::kNone);
  LAW(judge.count >= 1);
  LAW(judge.refused);
}

void check_operations(const uint8_t* data, size_t size) {
  static Judge judge;
  hart_ip::Connection connection;
  test::Bytes rest(data + 1, size - 1);
  for (unsigned turn = 0; !rest.empty(); ++turn) {
    const auto side = (data[0] >> (turn % 8) & 1) != 0 ? Side::kResponse : Side::kRequest;
    const auto length = connection.frame_size(side, rest);
    if (!length.ok() || *length > rest.size()) return;
    const auto frame = rest.first(*length);
    const Fault fault = connection.frame(side, frame, judge);
    LAW(fault.offset <= frame.size());
    if (side == Side::kRequest && fault.kind == FaultKind::kNone)
      check_refusal(connection, frame, judge.operation);
    rest = rest.subspan(*length);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  test::check_stream<hart_ip::Connection>(data, size);
  check_operations(data, size);
  return 0;
}
