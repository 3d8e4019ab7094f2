// SPDX-License-Identifier: Apache-2.0
// Frames, answers to what was asked, and the answer that refuses.
#include "wire/apps/fact_table.h"
#include "wire/apps/slmp/slmp.h"

namespace bulkhead::wire::slmp {
namespace {

constexpr uint16_t kOnDemand = 0x2101;
constexpr uint16_t kNoDeviceAccess = 0xc05b, kCannotExecute = 0xc05f;

// Of CC-Link IE: sent to all.
constexpr bool to_all(uint32_t command) noexcept {
  return command >> 8 == 0x0e;
}

}  // namespace

Parsed<size_t> Connection::frame_size(Side, std::span<const uint8_t> bytes) const noexcept {
  const Parsed<Header> header = read_header(bytes);
  if (header.faulty()) return header.fault();
  if (header.need_more()) return NeedMore{header.missing()};
  return size_of_header(header->ascii, header->numbered) + header->length;
}

Fault Connection::frame(Side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept {
  const Parsed<Header> header = read_header(bytes);
  if (header.faulty()) return header.fault();
  if (!header.ok()) return {FaultKind::kBadLength, 0};
  const size_t start = size_of_header(header->ascii, header->numbered);
  if (bytes.size() != start + header->length) return {FaultKind::kBadLength, 0};
  Operation& out = sink.operation;
  out.clear();
  out.app = kApp;
  out.request_id = header->id();
  out.unit = header->unit();
  Fields in(Reader(bytes.subspan(start), start), header->ascii);
  header->response ? answer(in, out) : ask(in, *header, out);
  if (in.in.ok()) sink.told();
  return in.in.fault();
}

Fault Connection::datagram(Side side, std::span<const uint8_t> bytes,
                           OperationSink& sink) noexcept {
  return frame(side, bytes, sink);
}

void Connection::ask(Fields& in, const Header& header, Operation& out) noexcept {
  (void)in.u16();  // how long the station may wait
  const uint16_t command = in.u16(), subcommand = in.u16();
  describe(out, command, function_of(command));
  if (command == kOnDemand) out.direction = Direction::kUnsolicited;
  out.pairing.alone = to_all(command);
  read_points(in, subcommand, out);
  if (!in.in.ok()) return;
  requests_[next_] = {header.id(), header.unit(), command};
  next_ = static_cast<uint8_t>((next_ + 1) % kMost);
}

// Says of what only by its serial number; a 3E frame answers the latest request to its station.
void Connection::answer(Fields& in, Operation& out) const noexcept {
  const uint16_t end = in.u16();
  out.direction = Direction::kResponse;
  out.is_exception = end != 0;
  out.exception_code = end;
  for (size_t back = 1; back <= kMost; ++back) {
    const Request& request = requests_[(next_ + kMost - back) % kMost];
    if (request.command == 0 || request.id != out.request_id || request.unit != out.unit) continue;
    return describe(out, request.command, function_of(request.command));
  }
}

bool Connection::recognises(std::span<const uint8_t> bytes) noexcept {
  const Parsed<Header> header = read_header(bytes);
  if (!header.ok() || header->response) return false;
  const size_t start = size_of_header(header->ascii, header->numbered);
  if (bytes.size() < start + header->length) return false;
  Fields in(Reader(bytes.subspan(start), start), header->ascii);
  (void)in.u16();
  return function_of(in.u16()) != nullptr;
}

size_t Connection::refuse(Side, std::span<const uint8_t> bytes, const Operation& operation,
                          std::span<uint8_t> out) noexcept {
  const Parsed<Header> header = read_header(bytes);
  if (!header.ok() || header->response) return 0;
  if (operation.direction != Direction::kRequest || to_all(operation.code)) return 0;
  const size_t start = size_of_header(header->ascii, header->numbered);
  Fields in(Reader(bytes.subspan(start), start), header->ascii);
  (void)in.u16();
  const uint16_t command = in.u16(), subcommand = in.u16();
  if (!in.in.ok()) return 0;
  FieldWriter answer(out, header->ascii);
  const auto route = [&] {
    answer.number(header->network, 1).number(header->station, 1);
    answer.number(header->module, 2).number(header->multidrop, 1);
  };
  constexpr uint16_t kBytes = 11;  // end code, who refuses, what
  answer.byte(header->numbered ? 0xd4 : 0xd0).byte(0);
  if (header->numbered) answer.number(header->serial, 2).number(0, 2);
  route();
  answer.number(header->ascii ? kBytes * 2 : kBytes, 2);
  answer.number(operation.points.empty() ? kCannotExecute : kNoDeviceAccess, 2);
  route();
  answer.number(command, 2).number(subcommand, 2);
  return answer.whole();
}

}  // namespace bulkhead::wire::slmp
