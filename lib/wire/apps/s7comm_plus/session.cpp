// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/s7comm_plus/session.h"

#include <algorithm>

#include "wire/apps/s7comm_plus/body.h"
#include "wire/apps/s7comm_plus/table.h"

namespace bulkhead::wire::s7comm_plus {
namespace {

size_t index(Side side) noexcept {
  return side == Side::kRequest ? 0 : 1;
}

constexpr bool failed(const Fault& fault) noexcept {
  return fault.kind != FaultKind::kNone;
}

void begin(Operation& out) noexcept {
  out.clear();
  out.app = App::kS7commPlus;
}

void tell_alive(Version version, OperationSink& sink) noexcept {
  begin(sink.operation);
  describe(version == Version::kKeepAlive ? kKeepAlive : kSystemEvent, sink.operation);
  sink.operation.direction = Direction::kUnsolicited;
  sink.told();
}

}  // namespace

bool Session::pending(Side side) const noexcept {
  return ways_[index(side)].open;
}

bool Session::amid_record(Side side) const noexcept {
  return ways_[index(side)].records.amid_record();
}

void Session::forget() noexcept {
  for (Way& way : ways_) {
    way.open = way.cut = false;
    way.held = 0;
    way.records = {};
    way.outstanding = {};
  }
}

Fault Session::hold(Way& way, const Part& part) noexcept {
  if (way.open && way.version != part.version) {
    way.open = false;
    return {FaultKind::kBadState, 1};
  }
  if (!way.open) way.held = 0;
  if (!way.open) way.cut = false;
  way.version = part.version;
  way.open = true;
  const size_t taken = std::min(part.data.size(), way.head.size() - way.held);
  std::ranges::copy(part.data.first(taken), way.head.begin() + way.held);
  way.held = static_cast<uint16_t>(way.held + taken);
  way.cut = way.cut || taken != part.data.size();
  return {};
}

Fault Session::tell(Side side, const Part& part, OperationSink& sink) noexcept {
  Operation& out = sink.operation;
  begin(out);
  Way& way = ways_[index(side)];
  const bool joined = way.open;
  const auto data = joined ? std::span<const uint8_t>(way.head).first(way.held) : part.data;
  way.open = false;
  const Layout layout{.old = part.version == Version::kConnect, .cut = joined && way.cut};
  if (Fault fault = take_body(data, layout, out); failed(fault)) {
    fault.offset = static_cast<uint32_t>(part.data_at + (joined ? 0 : fault.offset));
    return fault;
  }
  if (out.direction == Direction::kRequest) way.outstanding.asked(out);
  if (out.direction == Direction::kResponse) {
    const auto asked = ways_[1 - index(side)].outstanding.answered(out);
    if (asked && asked->code == out.code) describe_as(*asked, out);
  }
  sink.told();
  return {};
}

Fault Session::tsdu(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept {
  const Parsed<Part> part = parse_part(bytes);
  if (!part.ok()) return part.fault();
  if (part->version == Version::kKeepAlive || part->version == Version::kSystemEvent) {
    tell_alive(part->version, sink);
    return {};
  }
  Way& way = ways_[index(side)];
  if (way.open || !part->last)
    if (const Fault fault = hold(way, *part); failed(fault)) return fault;
  return part->last ? tell(side, *part, sink) : Fault{};
}

Fault Session::tls(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept {
  TlsRecords& records = ways_[index(side)].records;
  if (const Fault fault = records.pass(bytes); failed(fault)) return fault;
  Operation& out = sink.operation;
  begin(out);
  describe(kTls, out);
  out.opaque = true;
  out.direction = side == Side::kRequest ? Direction::kRequest : Direction::kResponse;
  sink.told();
  return {};
}

}  // namespace bulkhead::wire::s7comm_plus
