// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/opcua/service.h"

#include "wire/apps/opcua/bodies.h"
#include "wire/apps/opcua/opcua.h"
#include "wire/apps/opcua/walk.h"

namespace bulkhead::wire::opcua {

namespace {

// OPN and CLO carry their own services only, and MSG all others; any may be refused.
bool carried(const Service* service, MessageType type) noexcept {
  const uint16_t code = service == nullptr ? 0 : service->code;
  if (code == kServiceFault) return true;
  if (code == 446 || code == 449) return type == MessageType::kOpen;
  if (code == 452 || code == 455) return type == MessageType::kClose;
  return type == MessageType::kMessage;
}

// A service of another namespace, or of no number, is none that we know.
uint32_t code_of(const NodeId& type) noexcept {
  const bool ours = type.kind == NodeId::Kind::kNumeric && type.space == 0;
  return ours && type.numeric < kForeignService ? type.numeric : kForeignService;
}

bool follows(const PointRange& before, const PointRange& next) noexcept {
  return next.detail != 0 && next.detail == before.detail && next.access == before.access &&
         next.name.empty() && before.name.empty() && next.first == before.last + 1 &&
         next.first >> 32 == before.first >> 32;
}

bool any_follows(std::span<const PointRange> points) noexcept {
  for (size_t i = 1; i < points.size(); ++i)
    if (follows(points[i - 1], points[i])) return true;
  return false;
}

// Joins attributes of consecutive nodes. Only where no values refer to ranges by their index.
void join_points(Operation& out) noexcept {
  if (!out.values.empty() || !any_follows({out.points.begin(), out.points.size()})) return;
  const auto all = std::span(out.points.begin(), out.points.size());
  const PointRange first = all[0];
  PointRange last = first;
  out.points.clear();
  for (const PointRange& point : all.subspan(1)) {
    const PointRange next = point;
    if (follows(last, next)) {
      last.last = next.last;
      continue;
    }
    (void)out.points.push_back(last);
    last = next;
  }
  (void)out.points.push_back(last);
}

void describe(const Service& service, Operation& out) noexcept {
  out.name = service.name;
  out.cls = service.cls;
  out.technique = service.technique;
  out.direction = service.request() ? Direction::kRequest : Direction::kResponse;
}

// A request header (Part 4, 7.33), to its handle and behind it.
uint32_t take_handle(Reader& in) noexcept {
  in.node();                  // token of the session
  in.skip(sizeof(uint64_t));  // time
  return in.u32();
}
uint32_t take_request_header(Reader& in) noexcept {
  const uint32_t handle = take_handle(in);
  in.u32();     // diagnostics asked for
  in.string();  // audit entry
  in.u32();     // timeout
  in.extension();
  return handle;
}

}  // namespace

Fault read_message(const Message& message, Operation& out, uint32_t& handle) noexcept {
  Reader in{Cursor{message.bytes, message.at}, message.from_client};
  out.direction = message.from_client ? Direction::kRequest : Direction::kResponse;
  const NodeId type = in.expanded_node();
  if (!in.ok()) return in.fault();
  out.code = type.elsewhere ? kForeignService : code_of(type);
  const Service* service = service_of(out.code);
  const auto start = static_cast<uint32_t>(message.at);
  if (!carried(service, message.type)) return {FaultKind::kBadType, start};
  if (service == nullptr) {
    handle = take_handle(in);
    return {};
  }
  if (service->request() != message.from_client) return {FaultKind::kBadState, start};
  describe(*service, out);
  if (service->request())
    handle = take_request_header(in);
  else
    walk(layouts::kResponseHeader, in, out);
  if (message.cut) return in.fault();
  const bool ends = out.is_exception && in.left() == 0;
  if (!ends) walk(service->body, in, out);
  if (in.left() != 0) in.fail(FaultKind::kBadLength, in.at());
  join_points(out);
  return in.fault();
}

}  // namespace bulkhead::wire::opcua
