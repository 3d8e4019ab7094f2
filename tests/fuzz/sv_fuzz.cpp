// SPDX-License-Identifier: Apache-2.0
// Laws of sampled values: padding tells the same, a PDU that is cut is a fault, and what is told is
// in the table, or has no class. Input: datagrams (protocol_law.h).
#include "protocol_law.h"
#include "wire/apps/sv/sv.h"

using namespace bulkhead;
using namespace bulkhead::wire;
using test::Bytes;

namespace {

class Judge final : public OperationSink {
 public:
  void told() noexcept override {
    const FunctionFact* const fact = sv::function_of(operation.code);
    LAW((fact == nullptr) == (operation.name == "unknown"));
    LAW((fact == nullptr) == (operation.cls == OperationClass::kUnspecified));
    LAW(operation.direction == Direction::kUnsolicited);
    for (const PointRange& point : operation.points) LAW(point.access == operation.cls);
    witness.operation = operation;
    witness.told();
  }
  test::Witness witness;
};

std::string tell(Bytes datagram) {
  static Judge judge;
  judge.witness.said.clear();
  const Fault fault = sv::Connection{}.datagram(Side::kRequest, datagram, judge);
  if (fault.kind == FaultKind::kNone) return judge.witness.said;
  LAW(fault.offset <= datagram.size());
  LAW(judge.witness.said.empty());
  return {};
}

void check(Bytes datagram) {
  const std::string said = tell(datagram);
  if (said.empty()) return;
  const size_t length = size_t{datagram[2]} << 8 | datagram[3];
  std::vector<uint8_t> bytes(datagram.begin(), datagram.begin() + static_cast<ptrdiff_t>(length));
  LAW(tell(bytes) == said);
  LAW(tell(Bytes(bytes).first(length - 1)).empty());
  bytes[2] = static_cast<uint8_t>((length - 1) >> 8);
  bytes[3] = static_cast<uint8_t>(length - 1);
  LAW(tell(bytes).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  test::check_datagrams<sv::Connection>(data, size);
  Bytes rest(data, size);
  while (rest.size() >= 3) {
    const size_t length = std::min<size_t>(rest[1] | rest[2] << 8, rest.size() - 3);
    check(rest.subspan(3, length));
    rest = rest.subspan(3 + length);
  }
  return 0;
}
