// SPDX-License-Identifier: Apache-2.0
#include "cli/trace_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/output.h"

namespace bulkhead::cli {

namespace {

bool is_end(const v1::TraceStep& step) {
  return step.kind() == v1::TRACE_STEP_KIND_DROPPED || step.kind() == v1::TRACE_STEP_KIND_SENT ||
         step.kind() == v1::TRACE_STEP_KIND_TAKEN;
}

std::string protocol_of(uint32_t protocol) {
  switch (protocol) {
    case 1:
      return "icmp";
    case 6:
      return "tcp";
    case 17:
      return "udp";
    case 58:
      return "icmpv6";
    default:
      return fmt::format("IP protocol {}", protocol);
  }
}

std::string end_of(const std::string& address, uint32_t port) {
  if (port == 0) return address;
  return address.find(':') == std::string::npos ? fmt::format("{}:{}", address, port)
                                                : fmt::format("[{}]:{}", address, port);
}

std::string title_of(const v1::TraceStep& step) {
  return fmt::format(
      "#{}  {}  {}  {} -> {}  {} bytes  by {}{}  worker {}, generation {}", step.packet(),
      local_time(step.at().seconds(), step.at().nanos(), TimeStyle::kClock),
      protocol_of(step.protocol()), end_of(step.source_address(), step.source_port()),
      end_of(step.destination_address(), step.destination_port()), step.length(),
      step.port().empty() ? "?" : step.port(),
      step.peer().empty() ? std::string() : ", sealed by " + step.peer(), step.worker(),
      step.generation());
}

// What a stage found out: what the notes say now, and did not say before.
std::string news(const v1::TraceStep& before, const v1::TraceStep& now) {
  std::string text;
  const auto add = [&](const std::string& what) { text += (text.empty() ? "" : ", ") + what; };
  if (now.source() != before.source()) add("from " + now.source());
  if (now.destination() != before.destination()) add("to " + now.destination());
  if (now.flow() != before.flow() && !now.flow().empty())
    add(now.flow() == "from_initiator" ? "flow, by its initiator" : "flow, by its responder");
  if (now.relationship() != before.relationship() && !now.relationship().empty())
    add("relationship " + now.relationship());
  if (now.length() != before.length())
    add(fmt::format("{} bytes, were {}", now.length(), before.length()));
  return text.empty() ? "passes" : text;
}

std::string text_of(const v1::TraceStep& before, const v1::TraceStep& step) {
  switch (step.kind()) {
    case v1::TRACE_STEP_KIND_OPERATION:
      return (step.answers() ? "answer: " : "") + step.operation();
    case v1::TRACE_STEP_KIND_DROPPED:
      return paint(Colour::kRed, "DROPPED as " + step.reason()) + ": " + step.sentence();
    case v1::TRACE_STEP_KIND_SENT:
      return paint(Colour::kGreen, "SENT by " + step.port());
    case v1::TRACE_STEP_KIND_HANDED_OVER:
      return fmt::format("handed to worker {}", step.to_worker());
    case v1::TRACE_STEP_KIND_TAKEN:
      return "kept by the stage: a fragment, or for control";
    default:
      return news(before, step);
  }
}

std::vector<std::string> lines_of(std::vector<v1::TraceStep> steps) {
  // Rings of several workers are read one after the other.
  const auto entered = std::ranges::find(steps, v1::TRACE_STEP_KIND_ENTERED, &v1::TraceStep::kind);
  const uint32_t first = entered != steps.end() ? entered->worker() : steps.front().worker();
  std::stable_partition(steps.begin(), steps.end(),
                        [&](const auto& step) { return step.worker() == first; });
  std::vector<std::string> lines = {paint(Colour::kBold, title_of(steps.front()))};
  v1::TraceStep before = steps.front();
  // The first stage's own step says what entering said; its news are those of the notes so far.
  before.clear_source();
  before.clear_destination();
  for (const v1::TraceStep& step : steps) {
    if (step.kind() == v1::TRACE_STEP_KIND_ENTERED) continue;
    lines.push_back(fmt::format("    {:<11}{}", step.stage(), text_of(before, step)));
    before = step;
  }
  return lines;
}

bool has(const std::vector<v1::TraceStep>& steps, v1::TraceStepKind kind) {
  return std::ranges::find(steps, kind, &v1::TraceStep::kind) != steps.end();
}

// Of a packet that another worker ended, the first one's last step is the hand-over.
bool is_whole(const std::vector<v1::TraceStep>& steps) {
  const auto end = std::ranges::find_if(steps, is_end);
  const auto entered = std::ranges::find(steps, v1::TRACE_STEP_KIND_ENTERED, &v1::TraceStep::kind);
  if (end == steps.end() || entered == steps.end()) return false;
  return end->worker() == entered->worker() || has(steps, v1::TRACE_STEP_KIND_HANDED_OVER);
}

}  // namespace

std::vector<std::string> TraceText::add(const v1::TraceStep& step) {
  std::vector<v1::TraceStep>& steps = packets_[step.packet()];
  steps.push_back(step);
  if (!is_whole(steps)) return {};
  std::vector<std::string> lines = lines_of(std::move(steps));
  packets_.erase(step.packet());
  return lines;
}

std::vector<std::string> TraceText::rest() {
  std::vector<std::string> lines;
  for (auto& [packet, steps] : packets_) {
    for (std::string& line : lines_of(std::move(steps))) lines.push_back(std::move(line));
    lines.push_back("    no more is known");
  }
  packets_.clear();
  return lines;
}

}  // namespace bulkhead::cli
