// SPDX-License-Identifier: Apache-2.0
// Laws of PROFINET context management: what is told is in the table, or has no class; records have
// the class of their operation; a call in fragments is told as it is in one; a datagram that is cut
// or has more is a fault. Input: datagrams (protocol_law.h).
#include <memory>

#include "protocol_law.h"
#include "wire/apps/pn_cm/pn_cm.h"

using namespace bulkhead;
using namespace bulkhead::wire;
using test::Bytes;

namespace {

class Judge final : public OperationSink {
 public:
  void told() noexcept override {
    const FunctionFact* const fact = pn_cm::function_of(operation.code);
    LAW((fact == nullptr) == (operation.cls == OperationClass::kUnspecified));
    if (operation.direction == Direction::kRequest) LAW(!operation.is_exception);
    for (const PointRange& point : operation.points) LAW(point.access == operation.cls);
    if (operation.code == 3 && operation.direction == Direction::kRequest)
      LAW(operation.values.size() <= operation.points.size());
    witness.operation = operation;
    witness.told();
  }
  test::Witness witness;
};

struct Told {
  Fault fault;
  std::string said;
};
Told tell(pn_cm::Connection& connection, Bytes datagram) {
  static Judge judge;
  judge.witness.said.clear();
  const Fault fault = connection.datagram(Side::kRequest, datagram, judge);
  LAW(fault.kind == FaultKind::kNone || judge.witness.said.empty());
  return {fault, judge.witness.said};
}
Told tell(Bytes datagram) {
  const auto fresh = std::make_unique<pn_cm::Connection>();
  return tell(*fresh, datagram);
}

constexpr size_t kHeader = 80, kFlagsAt = 2, kOrderAt = 4, kLengthAt = 74, kNumberAt = 76;

// The same header in front of a part of the body, as a fragment.
std::vector<uint8_t> fragment_of(Bytes whole, size_t from, size_t to, uint8_t number, bool last) {
  std::vector<uint8_t> out(whole.begin(), whole.begin() + kHeader);
  out.insert(out.end(), whole.begin() + static_cast<ptrdiff_t>(kHeader + from),
             whole.begin() + static_cast<ptrdiff_t>(kHeader + to));
  const bool little = out[kOrderAt] == 0x10;
  out[kFlagsAt] = last ? 6 : 4;
  out[kLengthAt + (little ? 1 : 0)] = static_cast<uint8_t>((to - from) >> 8);
  out[kLengthAt + (little ? 0 : 1)] = static_cast<uint8_t>(to - from);
  out[kNumberAt + (little ? 0 : 1)] = number;
  out[kNumberAt + (little ? 1 : 0)] = 0;
  return out;
}

void check_fragments(Bytes whole, const std::string& said) {
  const size_t body = whole.size() - kHeader;
  const bool call = whole[1] == 0 || whole[1] == 2;
  if (!call || (whole[kFlagsAt] & 4) != 0 || body > 4096) return;
  const auto connection = std::make_unique<pn_cm::Connection>();
  const size_t cut = body / 2;
  LAW(tell(*connection, fragment_of(whole, 0, cut, 0, false)).fault.kind == FaultKind::kNone);
  LAW(tell(*connection, fragment_of(whole, cut, body, 1, true)).said == said);
}

void check(Bytes datagram) {
  const Told told = tell(datagram);
  if (told.said.empty()) return;
  LAW(tell(datagram.first(datagram.size() - 1)).said.empty());
  std::vector<uint8_t> more(datagram.begin(), datagram.end());
  more.push_back(0);
  LAW(tell(more).said.empty());
  check_fragments(datagram, told.said);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  test::check_datagrams<pn_cm::Connection>(data, size);
  test::each_datagram({data, size}, [](uint8_t, Bytes datagram) { check(datagram); });
  return 0;
}
