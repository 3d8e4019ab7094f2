// SPDX-License-Identifier: Apache-2.0
#include "events/resolved_event.h"

#include <fmt/format.h>

#include "events/names.h"
#include "match/protocol.h"
#include "policy/event_text.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::control {

namespace {

// Of the signature with that number: ` "..."`.
std::string message_of(const image::ImageView& view, uint32_t sid) {
  for (const match::SignatureRecord& signature : view.sections().signatures)
    if (signature.sid == sid)
      return fmt::format(" \"{}\"",
                         view.text({signature.message_offset, signature.message_length}));
  return {};
}

std::string describe_transport(const telemetry::EventRecord& record) {
  switch (record.protocol) {
    case wire::ip_protocol::kTcp:
      return fmt::format("tcp {}", record.dst_port);
    case wire::ip_protocol::kUdp:
      return fmt::format("udp {}", record.dst_port);
    case wire::ip_protocol::kIcmp:
      return "icmp";
    case wire::ip_protocol::kIcmpv6:
      return "icmpv6";
    default:
      return fmt::format("IP protocol {}", record.protocol);
  }
}

}  // namespace

std::string describe(const telemetry::EventRecord& record) {
  std::string found;
  if (record.identified != 0)
    found = ", carries " + std::string(to_string(static_cast<match::Protocol>(record.identified)));
  if (record.signature != 0) found += fmt::format(", signature {}", record.signature);
  if (!found.empty()) return describe_transport(record) + found;
  if (std::string text = policy::event_operation(record); !text.empty()) return text;
  if (record.ethertype == wire::ethertype::kArp) return "arp for " + to_string(record.dst);
  if (record.protocol != 0 || !record.dst.is_zero()) return describe_transport(record);
  return fmt::format("ethertype 0x{:04x}", record.ethertype);
}

ResolvedEvent resolve(const telemetry::EventRecord& record, const CompiledPolicy* policy) {
  ResolvedEvent event;
  event.record = record;
  event.what = describe(record);
  if (policy == nullptr) {
    event.names_unresolved = record.generation != 0;
    return event;
  }
  const image::ImageView& view = policy->view;
  event.source = name_at(view, view.identities(), record.source);
  event.destination = name_at(view, view.identities(), record.destination);
  event.relationship = name_at(view, view.relationships(), record.relationship);
  event.veto = name_at(view, view.vetoes(), record.veto);
  event.peer = name_at(view, view.gateways(), record.peer);
  if (record.signature != 0) event.what += message_of(view, record.signature);
  return event;
}

}  // namespace bulkhead::control
