// SPDX-License-Identifier: Apache-2.0
// Laws of BACnet/IP. Input: a byte for the law, then
// 0: datagrams (protocol_law.h): a copy tells the same, an unknown operation has no class;
// 1: service, then the length of a piece, then its parameters: cut into segments of that length
//    they are told as in one.
#include <algorithm>
#include <memory>

#include "protocol_law.h"
#include "wire/apps/bacnet/bacnet.h"

using namespace bulkhead;
using namespace bulkhead::wire;
using test::Bytes;

namespace {

using Datagram = std::vector<uint8_t>;

class Judge final : public OperationSink {
 public:
  void told() noexcept override {
    const bool known = bacnet::function_of(operation.code) != nullptr;
    LAW(known == (operation.name != "unknown"));
    LAW(known == (operation.cls != OperationClass::kUnspecified));
    for (const PointRange& point : operation.points) LAW(point.access == operation.cls);
    if (operation.direction != Direction::kResponse) LAW(!operation.is_exception);
    witness.operation = operation;
    witness.told();
  }
  test::Witness witness;
};

std::string tell(bacnet::Connection& connection, Side side, const Datagram& datagram) {
  static Judge judge;
  judge.witness.said.clear();
  const Fault fault = connection.datagram(side, datagram, judge);
  if (fault.kind == FaultKind::kNone) return judge.witness.said;
  LAW(judge.witness.said.empty());
  return std::string(to_string(fault.kind));
}

void check_copies(Bytes input) {
  auto connection = std::make_unique<bacnet::Connection>();
  test::each_datagram(input, [&](uint8_t first, const Datagram& datagram) {
    const Side side = test::side_of((first & 1) != 0);
    const auto copy = std::make_unique<bacnet::Connection>(*connection);
    LAW(tell(*connection, side, datagram) == tell(*copy, side, datagram));
  });
}

Datagram request(Datagram head, Bytes parameters) {
  const size_t size = 6 + head.size() + parameters.size();
  Datagram out = {0x81, 10, static_cast<uint8_t>(size >> 8), static_cast<uint8_t>(size), 1, 4};
  out.insert(out.end(), head.begin(), head.end());
  out.insert(out.end(), parameters.begin(), parameters.end());
  return out;
}

void check_segments(Bytes input) {
  if (input.size() < 2) return;
  const uint8_t service = input[0];
  const Bytes parameters = input.subspan(2).first(std::min<size_t>(input.size() - 2, 4096));
  const size_t piece = std::max<size_t>(input[1], parameters.size() / bacnet::kMaxSegments + 1);
  auto connection = std::make_unique<bacnet::Connection>();
  const std::string whole =
      tell(*connection, Side::kRequest, request({0x00, 5, 7, service}, parameters));
  std::string said;
  size_t at = 0;
  for (uint8_t sequence = 0; at < parameters.size() || sequence == 0; ++sequence) {
    const size_t end = std::min(at + piece, parameters.size());
    const bool last = end == parameters.size();
    const auto flags = static_cast<uint8_t>(last ? 0x08 : 0x0c);
    said = tell(*connection, Side::kRequest,
                request({flags, 5, 7, sequence, 1, service}, parameters.subspan(at, end - at)));
    at = end;
  }
  LAW(said == whole);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const Bytes input(data + 1, size - 1);
  if ((data[0] & 1) != 0) {
    check_segments(input);
    return 0;
  }
  test::check_datagrams<bacnet::Connection>(input.data(), input.size());
  check_copies(input);
  return 0;
}
