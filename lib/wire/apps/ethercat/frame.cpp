// SPDX-License-Identifier: Apache-2.0
// Frames: length and type, then what the type says (ETG.1000.4 5.3).
#include "wire/apps/ethercat/datagram.h"
#include "wire/apps/ethercat/ethercat.h"
#include "wire/apps/ethercat/mailbox.h"
#include "wire/apps/fact_table.h"

namespace bulkhead::wire::ethercat {
namespace {

constexpr size_t kShortestPayload = 46;  // of an Ethernet frame; shorter ones are padded

// All of them, to the end: at most 170, for a frame has 2047 octets and the least datagram 12. Some
// masters count an octet that makes an odd length even.
Fault check_datagrams(Reader in) noexcept {
  const size_t length = in.left();
  bool more = true;
  while (in.ok() && more) more = read_datagram(in).more;
  if (in.left() == 1 && length % 2 == 0) in.skip(1);
  in.end();
  return in.fault();
}

Fault tell_datagrams(Reader in, Side side, OperationSink& sink) noexcept {
  if (const Fault fault = check_datagrams(in); fault.kind != FaultKind::kNone) return fault;
  bool more = true;
  for (uint32_t order = 0; more; ++order) {
    const Datagram datagram = read_datagram(in);
    more = datagram.more;
    tell_datagram(datagram, side, order, sink.operation);
    sink.told();
  }
  return {};
}

// ETG.8200: exactly one mailbox, for the station in its header. Nothing in it says what answers
// what.
Fault tell_gateway(Reader in, OperationSink& sink) noexcept {
  Operation& out = sink.operation;
  const size_t at = in.at();
  const Mailbox mailbox = read_mailbox_header(in);
  in.expect(mailbox.length == in.left(), FaultKind::kBadLength, at);
  const Service service = read_service(mailbox.type, in);
  if (!in.ok()) return in.fault();
  out.unit = mailbox.station;
  tell_service(service, function_of(service.code), out);
  sink.told();
  return {};
}

Fault tell_frame(FrameType type, Reader in, Side side, OperationSink& sink) noexcept {
  if (type == FrameType::kCommands) return tell_datagrams(in, side, sink);
  Operation& out = sink.operation;
  out.clear();
  out.app = App::kEthercat;
  out.direction = side == Side::kRequest ? Direction::kRequest : Direction::kResponse;
  out.pairing.alone = true;
  if (type == FrameType::kMailbox) return tell_gateway(in, sink);
  if (type == FrameType::kNetworkVariables) out.direction = Direction::kUnsolicited;
  describe(out, code_of(type), function_of(code_of(type)));
  sink.told();
  return {};
}

}  // namespace

template <Carrier kCarrier>
Fault On<kCarrier>::datagram(Side side, std::span<const uint8_t> bytes,
                             OperationSink& sink) noexcept {
  constexpr uint16_t kLength = 0x07ff, kReserved = 0x0800;
  constexpr bool kPadded = kCarrier == Carrier::kEthernet;
  Reader in(bytes);
  const uint16_t header = in.le16();
  if (!in.ok()) return {FaultKind::kTruncated, 0};
  in.expect((header & kReserved) == 0, FaultKind::kBadFlags, 0);
  const size_t length = header & kLength;
  in.expect(length <= in.left(), FaultKind::kBadLength, 0);
  const Reader content = in.take(length);
  if (!kPadded || bytes.size() > kShortestPayload) in.end();
  if (!in.ok()) return in.fault();
  return tell_frame(static_cast<FrameType>(header >> 12), content, side, sink);
}

template class On<Carrier::kEthernet>;
template class On<Carrier::kUdp>;

}  // namespace bulkhead::wire::ethercat
