// SPDX-License-Identifier: Apache-2.0
// Laws of EtherCAT: what is told is in the table, or has no class; of a frame of commands every
// datagram is told, with all addresses that it writes, none of them as a read but the EEPROM's
// control; a frame that is cut or has more is a fault, but for padding on Ethernet, which changes
// nothing. Input: datagrams (inputs.h).
#include "protocol_law.h"
#include "wire/apps/ethercat/ethercat.h"

using namespace bulkhead;
using namespace bulkhead::wire;
using test::Bytes;

namespace {

class Judge final : public OperationSink {
 public:
  void told() noexcept override {
    const FunctionFact* const fact = ethercat::function_of(operation.code);
    LAW(operation.app == App::kEthercat);
    LAW((fact == nullptr) == (operation.cls == OperationClass::kUnspecified));
    LAW(!operation.clipped);
    if (operation.direction != Direction::kResponse) LAW(!operation.is_exception);
    parts.emplace_back(operation.points.begin(), operation.points.end());
    witness.operation = operation;
    witness.told();
  }
  test::Witness witness;
  std::vector<std::vector<PointRange>> parts;  // of each operation
};

// In the words of Witness; nothing: it has a fault.
template <typename Connection = ethercat::Connection>
const Judge& tell(Side side, Bytes datagram) {
  static Judge judge;
  judge.witness.said.clear();
  judge.parts.clear();
  const Fault fault = Connection{}.datagram(side, datagram, judge);
  LAW((fault.kind == FaultKind::kNone) != judge.witness.said.empty());
  LAW(fault.offset <= datagram.size());
  return judge;
}
template <typename Connection = ethercat::Connection>
std::string said(Side side, Bytes datagram) {
  return tell<Connection>(side, datagram).witness.said;
}

// Commands by number: writes, and is logical.
bool writes(uint8_t command) {
  return (0x7b6cu >> command & 1u) != 0;
}
bool is_logical(uint8_t command) {
  return command >= 10 && command <= 12;
}

// `points` of a datagram that writes `size` octets from `first` on.
void check_written(const std::vector<PointRange>& points, uint64_t first, uint64_t size) {
  uint64_t at = first;
  for (const PointRange& point : points) {
    if (point.first >> 32 > 1) continue;  // what a mailbox names
    LAW(point.first == at);
    if (point.access == OperationClass::kRead) LAW(point.first >= 0x502 && point.last <= 0x503);
    at = point.last + 1;
  }
  LAW(at == first + size);
}

// Told by a walk of its own.
void check_commands(Bytes bytes, const Judge& judge) {
  size_t at = 2, count = 0;
  for (bool more = true; more; ++count) {
    const uint8_t command = bytes[at];
    const size_t size = bytes[at + 6] | (bytes[at + 7] & 7) << 8;
    more = (bytes[at + 7] & 0x80) != 0;
    const uint64_t low = bytes[at + 2] | bytes[at + 3] << 8,
                   high = bytes[at + 4] | bytes[at + 5] << 8;
    LAW(count < judge.parts.size());
    if (command < 15 && writes(command)) {
      const bool logical = is_logical(command);
      check_written(judge.parts[count], logical ? 1ull << 32 | high << 16 | low : high, size);
    }
    at += 12 + size;
  }
  LAW(count == judge.parts.size());
}

void check(Side side, Bytes datagram) {
  const std::string told = said(side, datagram);
  if (told.empty()) return;
  if (datagram[1] >> 4 == 1) check_commands(datagram, tell(side, datagram));
  LAW(said(side, datagram.first(datagram.size() - 1)).empty());
  std::vector<uint8_t> more(datagram.begin(), datagram.end());
  more.push_back(0);
  LAW(said(side, more).empty());
  LAW(said<ethercat::LinkConnection>(side, more) == (more.size() <= 46 ? told : std::string{}));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  test::check_datagrams<ethercat::Connection>(data, size);
  test::check_datagrams<ethercat::LinkConnection>(data, size);
  test::each_datagram({data, size}, [](uint8_t first, Bytes datagram) {
    check(test::side_of((first & 1) != 0), datagram);
  });
  return 0;
}
