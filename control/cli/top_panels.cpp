// SPDX-License-Identifier: Apache-2.0
#include "cli/top_panels.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.h"

namespace bulkhead::cli {

namespace {

using Align = Table::Align;

TopLines lines_of(const Table& table) {
  TopLines lines;
  for (std::string& text : table.lines())
    lines.push_back({std::move(text), lines.empty() ? Colour::kBold : Colour::kNone});
  return lines;
}

// The row of the reading before that `is_same` finds; an empty one where there is none, and then
// nothing is known of its rate either.
template <typename Rows, typename Same>
const auto* find_row(const Rows& rows, Same is_same) {
  const auto found = std::ranges::find_if(rows, is_same);
  return found == rows.end() ? nullptr : &*found;
}

template <typename Row>
Rate rate_of(const TopView& view, const Row* before, const Row& now,
             google::protobuf::uint64 (Row::*counter)() const) {
  return before == nullptr ? Rate{} : view.interval.rate((before->*counter)(), (now.*counter)());
}

Rate in_bits(const Rate& bytes) {
  return bytes ? Rate(*bytes * 8) : Rate{};
}

Rate rate_of(const TopView& view,
             google::protobuf::uint64 (v1::GetCountersResponse::*counter)() const) {
  return rate_of(view, &view.before.counters, view.now.counters, counter);
}

std::string clock_of(const TopReading& reading) {
  const auto& at = reading.counters.at();
  return local_time(at.seconds(), 0, TimeStyle::kDate);
}

void add_warnings(TopLines& lines, const TopReading& now) {
  const auto warn = [&](std::string text) { lines.push_back({std::move(text), Colour::kRed}); };
  if (!now.error.empty()) warn("old values: " + now.error);
  if (!now.status.connected()) warn("the dataplane is not connected: last known values");
  if (now.status.connected() && now.status.generation() == 0)
    warn("no policy is in force: everything is denied");
  if (!now.status.pass_and_mark().empty()) warn("fails open for " + now.status.pass_and_mark());
  if (!now.peers.own_denial().empty())
    warn("our own certificate is revoked: " + now.peers.own_denial());
  for (const auto& glass : now.status.break_glass())
    warn(fmt::format("break-glass '{}' is open, by {}", glass.grant(), glass.approvers()));
}

struct DropRow {
  const v1::DropCounter* drop;
  Rate rate;
};

// A reason that drops now comes before one that only did.
std::vector<DropRow> sorted_drops(const TopView& view) {
  std::vector<DropRow> rows;
  for (const v1::DropCounter& drop : view.now.counters.drops()) {
    if (drop.packets() == 0) continue;
    const auto* before = find_row(view.before.counters.drops(),
                                  [&](const auto& d) { return d.reason() == drop.reason(); });
    rows.push_back({&drop, rate_of(view, before, drop, &v1::DropCounter::packets)});
  }
  std::ranges::stable_sort(rows, [](const DropRow& a, const DropRow& b) {
    const double rate_a = a.rate.value_or(0), rate_b = b.rate.value_or(0);
    return rate_a != rate_b ? rate_a > rate_b : a.drop->packets() > b.drop->packets();
  });
  return rows;
}

const v1::Path& path_of(const v1::Peer& peer) {
  static const v1::Path kNone;
  const auto* active = find_row(peer.paths(), [](const auto& path) { return path.active(); });
  if (active != nullptr) return *active;
  return peer.paths().empty() ? kNone : peer.paths(0);
}

std::string where(const v1::Path& path) {
  std::string text = path.underlay().empty() ? "-" : path.underlay();
  if (!path.mesh_port().empty()) text += " by " + path.mesh_port();
  return path.up() ? text : text + " (down)";
}

std::string age(const google::protobuf::Timestamp& then, const google::protobuf::Timestamp& now) {
  const auto seconds = static_cast<uint64_t>(std::max<int64_t>(0, now.seconds() - then.seconds()));
  return duration(seconds * 1'000'000'000) + " ago";
}

Colour colour_of(const v1::Peer& peer) {
  if (peer.state() == "up" && path_of(peer).up()) return Colour::kNone;
  return peer.keys_installed() ? Colour::kYellow : Colour::kRed;
}

}  // namespace

TopLines top_header(const TopView& view) {
  const TopReading& now = view.now;
  const v1::GetCountersResponse& counters = now.counters;
  TopLines lines;
  lines.push_back({fmt::format("{}  {}  generation {}  up {}", now.status.gateway(), clock_of(now),
                               now.status.generation(), duration(now.status.uptime_ns())),
                   Colour::kBold});
  add_warnings(lines, now);
  lines.push_back({fmt::format(
      "operations/s: {} allowed, {} refused, {} monitored   flows: {} live, {}/s new, {}/s cut",
      rate_text(rate_of(view, &v1::GetCountersResponse::operations_allowed)),
      rate_text(rate_of(view, &v1::GetCountersResponse::operations_refused)),
      rate_text(rate_of(view, &v1::GetCountersResponse::operations_monitored)),
      count(counters.flows_live()),
      rate_text(rate_of(view, &v1::GetCountersResponse::flows_created)),
      rate_text(rate_of(view, &v1::GetCountersResponse::flows_cut)))});
  return lines;
}

TopLines top_ports(const TopView& view) {
  Table table({{"PORT"},
               {"RX PACKET/S", Align::kRight},
               {"RX BIT/S", Align::kRight},
               {"TX PACKET/S", Align::kRight},
               {"TX BIT/S", Align::kRight}});
  for (const v1::PortCounters& port : view.now.counters.ports()) {
    const auto* before = find_row(view.before.counters.ports(),
                                  [&](const auto& p) { return p.port() == port.port(); });
    const auto rate = [&](auto counter) { return rate_of(view, before, port, counter); };
    table.add({port.port(), rate_text(rate(&v1::PortCounters::rx_packets)),
               rate_text(in_bits(rate(&v1::PortCounters::rx_bytes))),
               rate_text(rate(&v1::PortCounters::tx_packets)),
               rate_text(in_bits(rate(&v1::PortCounters::tx_bytes)))});
  }
  return table.empty() ? TopLines{} : lines_of(table);
}

TopLines top_drops(const TopView& view) {
  Table table({{"DROPPED AS"},
               {"PACKET/S", Align::kRight},
               {"PACKETS", Align::kRight},
               {"STAGE"},
               {"MEANING"}});
  for (const DropRow& row : sorted_drops(view))
    table.add({row.drop->reason(), rate_text(row.rate), count(row.drop->packets()),
               row.drop->stage(), row.drop->sentence()});
  return table.empty() ? TopLines{} : lines_of(table);
}

TopLines top_peers(const TopView& view) {
  Table table({{"PEER"},
               {"STATE"},
               {"PATH"},
               {"RTT", Align::kRight},
               {"LOSS", Align::kRight},
               {"KEYED"},
               {"IN/S", Align::kRight},
               {"OUT/S", Align::kRight}});
  std::vector<Colour> colours;
  for (const v1::Peer& peer : view.now.peers.peers()) {
    const auto* before =
        find_row(view.before.peers.peers(), [&](const auto& p) { return p.name() == peer.name(); });
    const v1::Path& path = path_of(peer);
    table.add({peer.name(), peer.state(), where(path),
               path.rtt_us() == 0 ? "-" : duration(uint64_t{path.rtt_us()} * 1000),
               fmt::format("{}.{} %", path.loss_per_mille() / 10, path.loss_per_mille() % 10),
               peer.has_keyed() ? age(peer.keyed(), view.now.counters.at()) : "never",
               rate_text(rate_of(view, before, peer, &v1::Peer::packets_in)),
               rate_text(rate_of(view, before, peer, &v1::Peer::packets_out))});
    colours.push_back(colour_of(peer));
  }
  if (table.empty()) return {};
  TopLines lines = lines_of(table);
  for (size_t i = 0; i < colours.size(); ++i) lines[i + 1].colour = colours[i];
  return lines;
}

TopLines top_workers(const TopView& view) {
  Table table({{"WORKER"},
               {"BUSY", Align::kRight},
               {"GENERATION", Align::kRight},
               {"LAST BURST"},
               {"EVENT/S", Align::kRight},
               {"EVENTS LOST", Align::kRight}});
  for (const v1::WorkerStatus& worker : view.now.counters.workers()) {
    const auto* before = find_row(view.before.counters.workers(),
                                  [&](const auto& w) { return w.worker() == worker.worker(); });
    const auto rate = [&](auto counter) { return rate_of(view, before, worker, counter); };
    table.add({std::to_string(worker.worker()),
               share_text(rate(&v1::WorkerStatus::bursts), rate(&v1::WorkerStatus::idle_polls)),
               std::to_string(worker.generation()), duration(worker.heartbeat_age_ns()) + " ago",
               rate_text(rate(&v1::WorkerStatus::events_written)), count(worker.events_lost())});
  }
  return table.empty() ? TopLines{} : lines_of(table);
}

// What of telemetry itself was lost, since control started.
TopLines top_losses(const TopView& view) {
  const v1::EventLosses& events = view.now.counters.event_losses();
  const v1::PacketLosses& packets = view.now.counters.packet_losses();
  const bool any = events.ring_full() + events.gaps() + events.slow_readers() +
                       packets.ring_full() + packets.without_event() + packets.not_written() +
                       packets.missed() !=
                   0;
  const std::string files = packets.recording()
                                ? fmt::format(", {} not written, {} missed",
                                              count(packets.not_written()), count(packets.missed()))
                                : std::string();
  return {{fmt::format("lost events: {} ring full, {} gaps, {} slow readers; {} suppressed",
                       count(events.ring_full()), count(events.gaps()),
                       count(events.slow_readers()), count(events.suppressed())),
           any ? Colour::kYellow : Colour::kDim},
          {fmt::format("lost packets of events: {} ring full, {} without event{}",
                       count(packets.ring_full()), count(packets.without_event()), files),
           any ? Colour::kYellow : Colour::kDim}};
}

TopLines top_events(const TopView& view) {
  TopLines lines;
  for (const v1::Event& event : view.now.events) lines.push_back({event_line(event, nullptr)});
  return lines;
}

}  // namespace bulkhead::cli
