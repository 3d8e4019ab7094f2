// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/cip/asking.h"

#include "wire/apps/cip/pccc.h"
#include "wire/apps/cip/points.h"
#include "wire/apps/cip/route.h"
#include "wire/apps/fact_table.h"

namespace bulkhead::wire::cip {
namespace {

constexpr uint32_t kOpen = code_in(kConnectionManager, service::kForwardOpen);
constexpr uint32_t kLargeOpen = code_in(kConnectionManager, service::kLargeForwardOpen);
constexpr uint32_t kClose = code_in(kConnectionManager, service::kForwardClose);
constexpr uint32_t kSend = code_in(kConnectionManager, service::kUnconnectedSend);
constexpr uint32_t kExecute = code_in(kPccc, service::kExecutePccc);

// The one object of its class that devices have, and that these services are sent to.
bool to_the_one(const Request& request, uint32_t cls) noexcept {
  const Path& path = request.path;
  return path.objects.size() == 1 && path.objects[0].cls == cls && path.objects[0].instance == 1 &&
         !path.objects[0].has_attribute && !path.odd && path.connection_points.empty();
}

// What a connection is opened to is what it will be used for: messages are judged one by one, but
// data has no more names.
Opening kind_of(const ForwardOpen& open, const TagText& text, uint32_t target) noexcept {
  if (!open.for_messages(text)) return Opening::kIo;
  return target <= kLastSlot ? Opening::kMessages : Opening::kMessagesElsewhere;
}

}  // namespace

Fault Asking::all(Reader& in, uint32_t unit) noexcept {
  request(in, unit);
  return in.fault();
}

uint32_t Asking::begin(uint32_t code, uint32_t unit) noexcept {
  Operation& out = sink_.operation;
  out.clear();
  out.app = App::kCip;
  describe(out, code, function_of(code));
  out.unit = unit;
  const uint32_t index = exchange_.ask(code, unit);
  out.request_id = exchange_.identifier(index);
  out.pairing.alone = index != 0;  // a part: answered with the packet
  out.pairing.id = pairing_of(exchange_.key, exchange_.service);
  return index;
}

void Asking::tell() noexcept {
  sink_.told();
}

void Asking::request(Reader& in, uint32_t unit) noexcept {
  const size_t at = in.at();
  Request request;
  read_request(in, session_.text_, request);
  in.expect((request.service & service::kReply) == 0, FaultKind::kBadFunction, at);
  if (!in.ok()) return;
  unit = unit_behind(unit, request.path);
  const bool outermost = depth_ == 0 || (depth_ == 1 && exchange_.routed);
  if (outermost) exchange_.service = request.service;
  const uint32_t code = code_of(request.path, session_.text_, request.service);
  switch (code) {
    case kSend:
      in.expect(to_the_one(request, kConnectionManager), FaultKind::kBadPath, at);
      return routed(in, unit);
    case service::kMultiple:
      return parts(in, request, unit);
    case kOpen:
    case kLargeOpen:
      return open(in, request, unit);
    case kClose:
      return close(in, request, unit);
    case kExecute:
      return pccc(in, request, unit);
    default:
      break;
  }
  begin(code, unit);
  add_points(request, session_.text_, in, sink_.operation);
  if (in.ok()) tell();
}

// The operation is the request inside, at the device where its route ends.
void Asking::routed(Reader& in, uint32_t unit) noexcept {
  in.expect(depth_ < Session::kDeepest, FaultKind::kTooDeep, in.at());
  UnconnectedSend send = read_unconnected_send(in, session_.text_);
  if (!in.ok()) return;
  if (depth_ == 0) exchange_.routed = true;
  ++depth_;
  request(send.message, unit_behind(unit, send.route));
  --depth_;
  in.fail(send.message.fault());
}

// Told as an operation of its own, and then each part as one.
void Asking::parts(Reader& in, const Request& request, uint32_t unit) noexcept {
  if (depth_ == Session::kDeepest) return in.fail(FaultKind::kTooDeep, in.at());
  const Parts parts(in);
  in.fail(parts.fault());
  if (!in.ok()) return;
  const uint32_t index = begin(service::kMultiple, unit);
  const bool told_in_full = index + parts.count() <= Session::kMostParts;
  sink_.operation.clipped = !told_in_full || !to_the_one(request, kMessageRouter);
  tell();
  if (!told_in_full) return;
  ++depth_;
  for (uint16_t i = 0; in.ok() && i < parts.count(); ++i) {
    Reader part = parts.part(i);
    this->request(part, unit);
    in.fail(part.fault());
  }
  --depth_;
  exchange_.close_part(index);
}

void Asking::open(Reader& in, const Request& request, uint32_t unit) noexcept {
  const bool plain = to_the_one(request, kConnectionManager);
  const ForwardOpen open =
      read_forward_open(in, session_.text_, request.service == service::kLargeForwardOpen);
  in.end();
  if (!in.ok()) return;
  const uint32_t target = unit_behind(unit, open.path);
  const Opening kind = kind_of(open, session_.text_, target);
  begin(opening_code(request.service, kind), target);
  sink_.operation.clipped = !plain;
  if (kind == Opening::kIo) endpoints({request.service, open.path});
  session_.connections_.opening(side_, open, session_.text_, target);
  tell();
}

// What data will go to and come from, and the configuration that the opening carries.
void Asking::endpoints(const Request& opened) noexcept {
  Reader none{{}};
  add_points(opened, session_.text_, none, sink_.operation);
  const auto data = opened.path.data;
  if (!data.empty()) sink_.operation.add_values({ValueView::Encoding::kBytes, 0, 1, data});
}

void Asking::close(Reader& in, const Request& request, uint32_t unit) noexcept {
  const bool plain = to_the_one(request, kConnectionManager);
  const ForwardClose close = read_forward_close(in, session_.text_);
  in.end();
  if (!in.ok()) return;
  begin(kClose, unit_behind(unit, close.path));
  sink_.operation.clipped = !plain;
  tell();
}

void Asking::pccc(Reader& in, const Request& request, uint32_t unit) noexcept {
  const Pccc command = read_pccc(in);
  in.expect(!command.is_answer, FaultKind::kBadFunction, in.at());
  if (!in.ok()) return;
  begin(pccc_code(command.command, command.function), unit);
  sink_.operation.clipped = !to_the_one(request, kPccc);
  add_files(command, in, sink_.operation);
  if (in.ok()) tell();
}

}  // namespace bulkhead::wire::cip
