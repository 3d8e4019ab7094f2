// SPDX-License-Identifier: Apache-2.0
#include "server/packet_stream.h"

#include <grpcpp/server_context.h>

#include <chrono>

#include "capture/pcapng.h"
#include "server/edge.h"
#include "server/services.h"
#include "telemetry/drop_reason.h"

namespace bulkhead::control {

namespace {

// How long a stream takes to notice that its caller is gone.
constexpr std::chrono::milliseconds kStreamCheck{200};
constexpr size_t kMaxName = 128;

bool is_reason(const std::string& text) {
  for (unsigned i = 0; i < kDropReasonCount; ++i)
    if (text == to_string(static_cast<DropReason>(i))) return true;
  return false;
}

Status check(const v1::StreamPacketsRequest& request) {
  if (request.replay() > EventHub::kKept)
    return Error{ErrorCode::kInvalid, "replay is larger than 10000"};
  if (!request.reason().empty() && !is_reason(request.reason()))
    return Error{ErrorCode::kInvalid,
                 "'" + request.reason() + "' is no reason: see bulkhead stages"};
  return check_text("identity", request.identity(), kMaxName);
}

bool matches(const ResolvedEvent& event, const v1::StreamPacketsRequest& request) {
  const std::string& who = request.identity();
  if (!who.empty() && who != event.source && who != event.destination) return false;
  return request.reason().empty() ||
         request.reason() == to_string(static_cast<DropReason>(event.record.reason));
}

}  // namespace

std::string wanted(const v1::StreamPacketsRequest& request) {
  std::string text = request.follow() ? "packets as they come" : "packets";
  if (!request.identity().empty()) text += " of " + request.identity();
  if (!request.reason().empty()) text += ", refused as " + request.reason();
  return text;
}

grpc::Status stream_packets(const grpc::ServerContext& context,
                            const v1::StreamPacketsRequest& request,
                            grpc::ServerWriter<v1::StreamPacketsResponse>& writer, Parts& parts) {
  if (Status good = check(request); !good) return to_grpc(good.error());
  auto follower = parts.events.follow(request.replay(), EventHub::Wants::kPackets);
  if (!follower) return to_grpc(follower.error());
  pcapng::Section section(parts.config.gateway);
  v1::StreamPacketsResponse response;
  response.set_blocks(section.begin());
  bool heard = writer.Write(response);
  while (heard && !context.IsCancelled() && !parts.stopping()) {
    const auto wait = request.follow() ? kStreamCheck : std::chrono::milliseconds{0};
    const EventHub::Item item = (*follower)->next(wait);
    if (item.nothing() && !request.follow()) break;
    if (item.nothing() || (item.event != nullptr && !matches(*item.event, request))) continue;
    if (item.event != nullptr)
      response.set_blocks(section.packet(*item.event));
    else
      response.set_lost(item.lost);
    heard = writer.Write(response);
  }
  return grpc::Status::OK;
}

}  // namespace bulkhead::control
