// SPDX-License-Identifier: Apache-2.0
// Flow records and what is counted by relationship and by operation, as people read them.
#include <fmt/format.h>

#include "cli/flow_commands.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::cli {

namespace {

using Align = Table::Align;

std::string transport_of(const v1::FlowRecord& flow) {
  switch (flow.protocol()) {
    case wire::ip_protocol::kTcp:
      return "tcp";
    case wire::ip_protocol::kUdp:
      return "udp";
    case wire::ip_protocol::kIcmp:
      return "icmp";
    case wire::ip_protocol::kIcmpv6:
      return "icmpv6";
    default:
      return fmt::format("IP protocol {}", flow.protocol());
  }
}

std::string party_of(const v1::FlowParty& party) {
  const bool v6 = party.address().find(':') != std::string::npos;
  const std::string address = v6 ? "[" + party.address() + "]" : party.address();
  return fmt::format("{} ({}:{})", party.identity().empty() ? "unknown" : party.identity(), address,
                     party.port());
}

std::string end_of(const v1::FlowRecord& flow) {
  switch (flow.end()) {
    case v1::FLOW_END_OPEN:
      return paint(Colour::kGreen, "open    ");
    case v1::FLOW_END_TIMEOUT:
      return paint(Colour::kDim, "timeout ");
    case v1::FLOW_END_CLOSED:
      return paint(Colour::kDim, "closed  ");
    case v1::FLOW_END_RESET:
      return paint(Colour::kDim, "reset   ");
    case v1::FLOW_END_CUT:
      return paint(Colour::kYellow, "cut     ");
    case v1::FLOW_END_REOPENED:
      return paint(Colour::kDim, "reopened");
    default:
      return "?       ";
  }
}

std::string fates_of(const v1::OperationFates& fates) {
  std::string out;
  const auto add = [&](uint64_t n, const char* word) {
    if (n != 0) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count(n), word);
  };
  add(fates.allowed(), "allowed");
  add(fates.refused(), "refused");
  add(fates.monitored(), "monitored");
  return out;
}

std::string none_or(uint64_t n) {
  return n == 0 ? "-" : count(n);
}

bool carried(const v1::RelationshipCounters& row) {
  return row.from_initiators().packets() + row.from_responders().packets() != 0;
}

}  // namespace

std::string flow_line(const v1::FlowRecord& flow) {
  std::string line = fmt::format(
      "{}  {}  {} -> {}  {}",
      paint(Colour::kDim, local_time(flow.at().seconds(), flow.at().nanos(), TimeStyle::kClock)),
      end_of(flow), party_of(flow.initiator()), party_of(flow.responder()), transport_of(flow));
  if (!flow.application().empty()) line += " " + flow.application();
  line += flow.relationship().empty() ? "  relationship unknown"
                                      : "  relationship " + flow.relationship();
  const v1::Carried &there = flow.from_initiator(), &back = flow.from_responder();
  line += fmt::format("  {} + {} packets, {} + {} bytes", count(there.packets()),
                      count(back.packets()), count(there.bytes()), count(back.bytes()));
  if (const std::string fates = fates_of(flow.operations()); !fates.empty())
    line += "  operations: " + fates;
  if (!flow.reason().empty()) line += "  " + flow.reason();
  return line;
}

RelationshipTable::RelationshipTable(const BytesByName* before)
    : before_(before),
      table_({{"RELATIONSHIP"},
              {"FLOWS", Align::kRight},
              {"PACKETS THERE", Align::kRight},
              {"BACK", Align::kRight},
              {"BYTES THERE", Align::kRight},
              {"BACK", Align::kRight},
              {before == nullptr ? "" : "BYTES/S", Align::kRight},
              {"ALLOWED", Align::kRight},
              {"REFUSED", Align::kRight},
              {"MONITORED", Align::kRight},
              {"LAST USE"}}) {}

void RelationshipTable::add(const std::string& name, const v1::RelationshipCounters& row) {
  const uint64_t bytes = row.from_initiators().bytes() + row.from_responders().bytes();
  bytes_[name] = bytes;
  std::string rate;
  if (before_ != nullptr) {
    const auto was = before_->find(name);
    const uint64_t former = was == before_->end() ? 0 : was->second;
    if (bytes > former) rate = "+" + count(bytes - former);
  }
  const std::string last =
      row.has_last_packet()
          ? local_time(row.last_packet().seconds(), row.last_packet().nanos(), TimeStyle::kDate)
          : "never";
  table_.add({name, none_or(row.flows_begun()), none_or(row.from_initiators().packets()),
              none_or(row.from_responders().packets()), none_or(row.from_initiators().bytes()),
              none_or(row.from_responders().bytes()), rate, none_or(row.operations().allowed()),
              none_or(row.operations().refused()), none_or(row.operations().monitored()), last});
}

void RelationshipTable::add(const v1::RelationshipCounters& row) {
  add(row.in_policy() ? row.relationship() : row.relationship() + " (former)", row);
}

void RelationshipTable::add_sums(const v1::GetRelationshipCountersResponse& answer) {
  if (carried(answer.unnamed())) add("(not known)", answer.unnamed());
  if (carried(answer.rest())) add("(former ones, folded)", answer.rest());
}

std::string operation_table(const v1::GetOperationCountersResponse& answer) {
  Table table({{"PROTOCOL"},
               {"OPERATION"},
               {"CLASS"},
               {"ALLOWED", Align::kRight},
               {"REFUSED", Align::kRight},
               {"MONITORED", Align::kRight}});
  const auto add = [&](const v1::OperationCounters& row, const std::string& protocol) {
    table.add({protocol, row.name(), row.operation_class(), none_or(row.times().allowed()),
               none_or(row.times().refused()), none_or(row.times().monitored())});
  };
  for (const v1::OperationCounters& row : answer.operations()) add(row, row.application());
  if (!fates_of(answer.other().times()).empty()) add(answer.other(), "(others)");
  return table.text();
}

std::string loss_text(const v1::FlowRecordLosses& losses) {
  if (losses.ring_full() + losses.gaps() == 0) return {};
  return fmt::format("{} flow records were lost: at least {} packets and {} bytes are in no sum\n",
                     count(losses.ring_full() + losses.gaps()), count(losses.packets()),
                     count(losses.bytes()));
}

}  // namespace bulkhead::cli
