// SPDX-License-Identifier: Apache-2.0
// Laws of EtherNet/IP and CIP beside those of every stream: operations are in their tables, what is
// not is of no class, units are those of routes; a refusal is a frame that is read as one. Input:
// protocol_law.h.
#include <array>

#include "protocol_law.h"
#include "wire/apps/cip/route.h"
#include "wire/apps/cip/services.h"
#include "wire/apps/enip/connection.h"

using namespace bulkhead;
using namespace bulkhead::wire;

namespace {

class Inspector final : public OperationSink {
 public:
  void told() noexcept override {
    const bool cip = operation.app == App::kCip;
    LAW(cip || operation.app == App::kEnip);
    const FunctionFact* const fact =
        cip ? cip::function_of(operation.code) : enip::function_of(operation.code);
    LAW((fact == nullptr) == (operation.name == "unknown"));
    if (fact == nullptr) LAW(operation.cls == OperationClass::kUnspecified);
    LAW(operation.unit <= cip::kElsewhere || operation.unit == cip::kUnknown);
    LAW(operation.is_exception ? operation.direction == Direction::kResponse : true);
    asks |= operation.direction == Direction::kRequest;
    refuses |= operation.is_exception;
    ++count;
  }
  bool asks = false;
  bool refuses = false;
  int count = 0;
};

Side other(Side side) {
  return side == Side::kRequest ? Side::kResponse : Side::kRequest;
}

// Of a request that was told, as the device would; read by who reads the device.
void check_refusal(const enip::Connection& state, Side side, std::span<const uint8_t> frame,
                   const Operation& operation) {
  enip::Connection connection = state;
  std::array<uint8_t, 128> out;
  const size_t size = connection.refuse(side, frame, operation, out);
  LAW(size <= out.size());
  if (size == 0) return;
  const auto answer = std::span<const uint8_t>(out).first(size);
  const Parsed<size_t> whole = connection.frame_size(other(side), answer);
  LAW(whole.ok() && *whole == size);
  if (side != Side::kRequest) return;
  Inspector reader;
  LAW(connection.frame(other(side), answer, reader).kind == FaultKind::kNone);
  LAW(reader.count == 1 && reader.refuses);
}

void check_frames(test::Bytes input) {
  enip::Connection connection;
  test::each_frame(input, connection, [&](Side side, test::Bytes frame) {
    Inspector inspector;
    const Fault fault = connection.frame(side, frame, inspector);
    LAW(fault.kind == FaultKind::kNone || fault.offset <= frame.size());
    if (inspector.asks) check_refusal(connection, side, frame, inspector.operation);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  test::check_stream<enip::Connection>(data, size);
  check_frames({data, size});
  return 0;
}
