// SPDX-License-Identifier: Apache-2.0
#include "capture/packet_comment.h"

#include <fmt/format.h>

#include "base/utf8.h"
#include "capture/pcapng.h"
#include "events/technique.h"
#include "telemetry/drop_reason.h"

namespace bulkhead::control {

namespace {

using telemetry::EventKind;

// As `bulkhead events` calls them.
std::string_view fate_of(const telemetry::EventRecord& record) {
  switch (static_cast<EventKind>(record.kind)) {
    case EventKind::kDropped:
      return "DENIED";
    case EventKind::kMonitored:
      return "MONITORED";
    case EventKind::kFlowEnded:
      return "CUT";
    case EventKind::kIdentified:
      return "FOUND";
    case EventKind::kAlert:
      return "ALERT";
    case EventKind::kUnspecified:
      break;
  }
  return "?";
}

std::string end_of(const std::string& identity, const IpAddress& ip) {
  if (!identity.empty()) return identity;
  return ip.is_zero() ? "unknown" : to_string(ip);
}

}  // namespace

std::string packet_comment(const ResolvedEvent& event) {
  const telemetry::EventRecord& record = event.record;
  std::string text =
      fmt::format("#{} {} {}  {} -> {}  {}", event.id, fate_of(record), event.what,
                  end_of(event.source, record.src), end_of(event.destination, record.dst),
                  to_string(static_cast<DropReason>(record.reason)));
  if (record.technique != 0) text += "  " + technique_id(record.technique);
  const CapturedPacket* packet = event.packet.get();
  if (packet != nullptr && packet->bytes.size() < packet->original_length)
    text += fmt::format("  first {} of {} bytes", packet->bytes.size(), packet->original_length);
  return printable_utf8(text, pcapng::kMaxOption);
}

}  // namespace bulkhead::control
