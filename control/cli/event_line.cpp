// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cli/commands.h"

namespace bulkhead::cli {

namespace {

std::string end_of(const v1::EventEnd& end) {
  const std::string& ip = end.address();
  if (end.identity().empty()) return ip.empty() ? "unknown" : "unknown " + ip;
  return ip.empty() ? end.identity() : fmt::format("{} ({})", end.identity(), ip);
}

std::string plain(Colour /*unused*/, std::string_view text) {
  return std::string(text);
}

std::string kind_of(const v1::Event& event, Painter paint) {
  switch (event.kind()) {
    case v1::EVENT_KIND_DROPPED:
      return paint(Colour::kRed, "DENIED   ");
    case v1::EVENT_KIND_MONITORED:
      return paint(Colour::kYellow, "MONITORED");
    case v1::EVENT_KIND_FLOW_ENDED:
      return paint(Colour::kYellow, "CUT      ");
    case v1::EVENT_KIND_IDENTIFIED:
      return paint(Colour::kDim, "FOUND    ");
    case v1::EVENT_KIND_ALERT:
      return paint(Colour::kYellow, "ALERT    ");
    default:
      return "?        ";
  }
}

std::string rule_of(const v1::Event& event) {
  if (!event.veto().empty()) return "veto " + event.veto();
  if (!event.relationship().empty()) return "relationship " + event.relationship();
  return "no relationship";
}

}  // namespace

std::string event_line(const v1::Event& event, Painter painter) {
  const Painter paint = painter != nullptr ? painter : plain;
  std::string line = fmt::format(
      "{}  {}  {}  {}  {} -> {}  {}  {}",
      paint(Colour::kDim, local_time(event.at().seconds(), event.at().nanos(), TimeStyle::kClock)),
      paint(Colour::kBold, fmt::format("#{:<4}", event.id())), kind_of(event, paint), event.what(),
      end_of(event.source()), end_of(event.destination()), rule_of(event), event.reason());
  if (const std::string& limit = event.operation().limit(); !limit.empty())
    line += fmt::format(" ({})", limit);
  if (!event.fault().empty())
    line += fmt::format(" ({} at byte {})", event.fault(), event.fault_offset());
  if (!event.technique().empty())
    line += fmt::format("  {} {}", paint(Colour::kBold, event.technique()), event.technique_name());
  if (!event.peer().empty()) line += fmt::format("  from {}", event.peer());
  if (event.suppressed() != 0) line += fmt::format("  (+{} like it)", event.suppressed());
  return line;
}

}  // namespace bulkhead::cli
