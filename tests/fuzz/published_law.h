// SPDX-License-Identifier: Apache-2.0
// Laws of protocols right behind Ethernet whose parser keeps nothing from one datagram to the next:
// a fault lies inside of the datagram, and then nothing was told.
#pragma once

#include <string>

#include "protocol_law.h"

namespace bulkhead::test {

// What is told of a datagram in the words of Witness; nothing: it has a fault. Judge: an
// OperationSink with a Witness `witness` that it hands on to.
template <wire::DatagramProtocol P, typename Judge>
std::string tell_published(Bytes datagram) {
  static Judge judge;
  judge.witness.said.clear();
  const wire::Fault fault = P{}.datagram(wire::Side::kRequest, datagram, judge);
  if (fault.kind == wire::FaultKind::kNone) return judge.witness.said;
  LAW(fault.offset <= datagram.size());
  LAW(judge.witness.said.empty());
  return {};
}

// Of GOOSE and sampled values (IEC 61850-8-1 annex C, 9-2 annex A), whose length stands in bytes 2
// and 3: padding tells the same, and what is cut, or says that it is shorter, is a fault.
template <wire::DatagramProtocol P, typename Judge>
void check_length_of_publisher(Bytes datagram) {
  const std::string said = tell_published<P, Judge>(datagram);
  if (said.empty()) return;
  const size_t length = size_t{datagram[2]} << 8 | datagram[3];
  std::vector<uint8_t> bytes(datagram.begin(), datagram.begin() + static_cast<ptrdiff_t>(length));
  LAW((tell_published<P, Judge>(bytes) == said));
  LAW((tell_published<P, Judge>(Bytes(bytes).first(length - 1)).empty()));
  bytes[2] = static_cast<uint8_t>((length - 1) >> 8);
  bytes[3] = static_cast<uint8_t>(length - 1);
  LAW((tell_published<P, Judge>(bytes).empty()));
}

}  // namespace bulkhead::test
