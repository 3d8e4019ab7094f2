// SPDX-License-Identifier: Apache-2.0
#include "outcome.h"

#include <algorithm>

#include "scenario.h"
#include "telemetry/drop_reason.h"
#include "test_gateway.h"
#include "wire/apps/modbus.h"
#include "wire/frame.h"

namespace bulkhead::scenario {
namespace {

using wire::Frame;

std::span<const uint8_t> packet_in(std::span<const uint8_t> bytes, const Frame& frame) {
  return bytes.subspan(frame.ip.l3_offset, frame.ip.l3_length);
}

bool same_packet(std::span<const uint8_t> sent, std::span<const uint8_t> received,
                 const Frame& frame) {
  Frame before;
  if (wire::parse_frame(sent, before).kind != wire::FaultKind::kNone) return false;
  if (before.ip.ip_version == 0 || frame.ip.ip_version == 0) return false;
  return std::ranges::equal(packet_in(sent, before), packet_in(received, frame));
}

std::string kind_of(const Frame& frame) {
  if (frame.ethertype == wire::ethertype::kArp) return ":arp_reply";
  if (frame.ip.protocol == wire::ip_protocol::kIcmp) return ":icmp";
  if ((frame.ip.tcp_flags & wire::tcp_flag::kRst) != 0) return ":tcp_reset";
  return ":rewritten";
}

std::string text_or_null(std::string_view text) {
  return text.empty() ? "null" : '"' + std::string(text) + '"';
}

std::string joined(const std::vector<std::string>& parts) {
  std::string all;
  for (const std::string& part : parts) all += (all.empty() ? "" : ", ") + part;
  return all;
}

std::string technique(uint16_t number) {
  if (number == 0) return "null";
  const std::string digits = std::to_string(number);
  return "\"T" + std::string(4 - std::min<size_t>(4, digits.size()), '0') + digits + '"';
}

std::string_view operation(const telemetry::EventRecord& record) {
  if (record.app != static_cast<uint8_t>(wire::App::kModbus) || record.operation_class == 0)
    return {};
  const wire::modbus::FunctionRow* row = wire::modbus::function_of(record.operation_code);
  return row == nullptr ? "unknown_function" : row->name;
}

// The relationship that came nearest, or the veto that forbade it.
std::string_view rule(const telemetry::EventRecord& record, const image::ImageView& image) {
  if (record.veto < image.vetoes().size()) return image.text(image.vetoes()[record.veto].name);
  return image.name_of(RelationshipIndex(record.relationship));
}

std::string event_json(const telemetry::EventRecord& record, const image::ImageView& image) {
  std::string text = "{\"kind\":";
  text += text_or_null(to_string(static_cast<telemetry::EventKind>(record.kind)));
  text += ",\"reason\":" + text_or_null(to_string(static_cast<DropReason>(record.reason)));
  text += ",\"technique\":" + technique(record.technique);
  text += ",\"operation\":" + text_or_null(operation(record));
  text += ",\"source\":" + text_or_null(image.name_of(IdentityIndex(record.source)));
  text += ",\"destination\":" + text_or_null(image.name_of(IdentityIndex(record.destination)));
  text += ",\"rule\":" + text_or_null(rule(record, image));
  return text + "}";
}

// One event stands alone, as most frames make one at most.
std::string events_json(const Outcome& outcome, const image::ImageView& image) {
  if (outcome.events.empty()) return "null";
  if (outcome.events.size() == 1) return event_json(outcome.events[0], image);
  std::vector<std::string> all;
  for (const auto& record : outcome.events) all.push_back(event_json(record, image));
  return "[" + joined(all) + "]";
}

}  // namespace

std::string out_text(uint16_t port, std::span<const uint8_t> sent,
                     std::span<const uint8_t> received) {
  const std::string name = port_name(port);
  if (port == test::TestGateway::kMesh) return name;
  Frame frame;
  if (wire::parse_frame(received, frame).kind != wire::FaultKind::kNone) return name + ":malformed";
  const std::string tag = frame.vlan == wire::kNoVlan ? "" : "." + std::to_string(frame.vlan);
  return name + tag + (same_packet(sent, received, frame) ? "" : kind_of(frame));
}

std::string to_json(const Outcome& outcome, const image::ImageView& image) {
  return "{\"frame\":" + std::to_string(outcome.frame) +
         ",\"out\":" + text_or_null(joined(outcome.out)) +
         ",\"drop\":" + text_or_null(joined(outcome.drop)) +
         ",\"event\":" + events_json(outcome, image) + "}";
}

}  // namespace bulkhead::scenario
