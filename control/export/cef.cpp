// SPDX-License-Identifier: Apache-2.0
#include "export/cef.h"

#include <algorithm>
#include <array>

#include "events/technique.h"
#include "export/plain_text.h"
#include "policy/event_text.h"
#include "telemetry/drop_reason.h"
#include "wire/apps/vocabulary.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::control {

namespace {

using telemetry::EventKind;
using telemetry::EventRecord;

struct SeverityRow {
  DropReason reason;
  int severity;
};
// What is not here is kUsual.
constexpr int kUsual = 3;
constexpr std::array kSeverities = {
    // Bytes that pretend, or attack the reader of a protocol.
    SeverityRow{DropReason::kSpoofedBinding, 8},
    SeverityRow{DropReason::kIdentityNotAtPeer, 9},
    SeverityRow{DropReason::kProtocolViolation, 8},
    SeverityRow{DropReason::kStreamConflict, 8},
    SeverityRow{DropReason::kReassemblyOverlap, 8},
    SeverityRow{DropReason::kSignatureHit, 8},
    SeverityRow{DropReason::kForeignProtocol, 8},
    SeverityRow{DropReason::kAuthFailed, 8},
    SeverityRow{DropReason::kReplay, 7},
    SeverityRow{DropReason::kUnaskedAnswer, 7},
    // Operations that nobody allowed.
    SeverityRow{DropReason::kOperationDenied, 7},
    SeverityRow{DropReason::kValueOutOfRange, 7},
    SeverityRow{DropReason::kValueStep, 7},
    SeverityRow{DropReason::kRateExceeded, 6},
    SeverityRow{DropReason::kOutOfTurn, 6},
    SeverityRow{DropReason::kOpaqueSession, 6},
    SeverityRow{DropReason::kTlsTerms, 6},
    SeverityRow{DropReason::kVetoed, 7},
    // Somebody who looks around.
    SeverityRow{DropReason::kNoRelationship, 5},
    SeverityRow{DropReason::kUnknownSource, 5},
    SeverityRow{DropReason::kUnknownDestination, 5},
    SeverityRow{DropReason::kArpSilence, 5},
    SeverityRow{DropReason::kHandshakeRefused, 5},
    // What was allowed, at another time or in another state.
    SeverityRow{DropReason::kExpired, 4},
    SeverityRow{DropReason::kOutsideSchedule, 4},
    SeverityRow{DropReason::kPosture, 5},
    SeverityRow{DropReason::kIsland, 4},
    SeverityRow{DropReason::kLocked, 4},
    // Something is full.
    SeverityRow{DropReason::kFlowTableFull, 6},
    SeverityRow{DropReason::kFlowShareFull, 6},
    SeverityRow{DropReason::kInspectorFull, 6},
    SeverityRow{DropReason::kScanFull, 6},
    SeverityRow{DropReason::kRateTableFull, 6},
    SeverityRow{DropReason::kReassemblyFull, 6},
};

// Records come from shared memory: any number may stand in them.
DropReason reason_of(const EventRecord& record) noexcept {
  return record.reason < kDropReasonCount ? static_cast<DropReason>(record.reason)
                                          : DropReason::kNone;
}

std::string_view name_of(const EventRecord& record) {
  if (const DropReason reason = reason_of(record); reason != DropReason::kNone)
    return sentence_of(reason);
  switch (static_cast<EventKind>(record.kind)) {
    case EventKind::kIdentified:
      return "a connection carries a protocol that nobody named";
    case EventKind::kAlert:
      return "a content signature matched";
    default:
      return "an event of a newer dataplane";
  }
}

std::string_view transport_of(uint8_t protocol) {
  switch (protocol) {
    case wire::ip_protocol::kTcp:
      return "TCP";
    case wire::ip_protocol::kUdp:
      return "UDP";
    case wire::ip_protocol::kIcmp:
      return "ICMP";
    case wire::ip_protocol::kIcmpv6:
      return "ICMPv6";
    default:
      return {};
  }
}

// The extension: keys that have a value, a space between them.
class Extension {
 public:
  Extension& add(std::string_view key, std::string_view value) {
    if (value.empty()) return *this;
    text_ += text_.empty() ? "" : " ";
    text_.append(key).append("=").append(cef_value(value));
    return *this;
  }
  Extension& add_number(std::string_view key, uint64_t value) {
    return value == 0 ? *this : add(key, std::to_string(value));
  }
  // A field of the sender's own, with its name.
  Extension& add_custom(const std::string& key, std::string_view label, std::string_view value) {
    return value.empty() ? *this : add(key + "Label", label).add(key, value);
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string mac_text(const std::array<uint8_t, 6>& mac) {
  return mac == std::array<uint8_t, 6>{} ? std::string{} : to_string(MacAddress{mac});
}

// Keys of one end: "src" and "c6a2" for its address, IPv4 or IPv6.
struct EndKeys {
  std::string_view v4, v6, v6_label, port, mac, host;
};
constexpr EndKeys kSource{"src", "c6a2", "Source IPv6 Address", "spt", "smac", "shost"};
constexpr EndKeys kDestination{"dst", "c6a3", "Destination IPv6 Address", "dpt", "dmac", "dhost"};

void add_end(Extension& out, const EndKeys& keys, const IpAddress& ip, uint16_t port,
             const std::array<uint8_t, 6>& mac, const std::string& identity) {
  if (ip.is_v4() && !ip.is_zero())
    out.add(keys.v4, to_string(ip));
  else if (!ip.is_zero())
    out.add_custom(std::string(keys.v6), keys.v6_label, to_string(ip));
  out.add_number(keys.port, port).add(keys.mac, mac_text(mac)).add(keys.host, identity);
}

void add_operation(Extension& out, const EventRecord& record) {
  if (record.app != 0 && record.app < wire::kAppCount)
    out.add("app", wire::to_string(static_cast<wire::App>(record.app)));
  out.add_custom("cs3", "limit", policy::event_limit(record));
}

std::string technique_text(uint16_t number) {
  const std::string id = technique_id(number);
  return id.empty() ? "none" : id;
}

Extension extension_of(const ResolvedEvent& event, std::string_view gateway) {
  const EventRecord& record = event.record;
  Extension out;
  out.add("rt", std::to_string(record.wall_ns / 1'000'000))
      .add("dvchost", gateway)
      .add_number("externalId", event.id)
      .add("act", to_string(static_cast<EventKind>(record.kind)))
      .add("proto", transport_of(record.protocol));
  add_end(out, kSource, record.src, record.src_port, record.src_mac, event.source);
  add_end(out, kDestination, record.dst, record.dst_port, record.dst_mac, event.destination);
  add_operation(out, record);
  out.add_custom("cs1", "relationship", event.relationship)
      .add_custom("cs2", "veto", event.veto)
      .add_custom("cs4", "technique", technique_text(record.technique))
      .add_custom("cs5", "techniqueName", technique_name(record.technique))
      .add_custom("cs6", "peer", event.peer)
      .add_custom("cn1", "generation", std::to_string(record.generation));
  if (record.signature != 0)
    out.add_custom("cn2", "contentSignature", std::to_string(record.signature));
  return out.add_number("cnt", uint64_t{record.suppressed} + 1).add("msg", event.what);
}

}  // namespace

int severity_of(const EventRecord& record) noexcept {
  const DropReason reason = reason_of(record);
  if (reason == DropReason::kNone)
    return static_cast<EventKind>(record.kind) == EventKind::kAlert ? 7 : kUsual;
  const auto* row = std::ranges::find(kSeverities, reason, &SeverityRow::reason);
  return row != kSeverities.end() ? row->severity : kUsual;
}

std::string_view signature_of(const EventRecord& record) noexcept {
  const DropReason reason = reason_of(record);
  return reason != DropReason::kNone ? to_string(reason)
                                     : to_string(static_cast<EventKind>(record.kind));
}

std::string cef(const ResolvedEvent& event, std::string_view gateway) {
  const EventRecord& record = event.record;
  std::string out = "CEF:0|Bulkhead|gateway|" BULKHEAD_VERSION "|";
  out += cef_header(signature_of(record)) + '|' + cef_header(name_of(record)) + '|';
  return out + std::to_string(severity_of(record)) + '|' + extension_of(event, gateway).text();
}

}  // namespace bulkhead::control
