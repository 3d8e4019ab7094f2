// SPDX-License-Identifier: Apache-2.0
// counters, stages, events.
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <iostream>
#include <map>
#include <thread>

#include "cli/commands.h"
#include "telemetry/latency.h"

namespace bulkhead::cli {

namespace {

using Align = Table::Align;
using Reading = std::map<std::string, uint64_t>;  // counter -> value

constexpr std::chrono::seconds kWatchInterval{1};

// Every number people may want to see move, by name.
Reading reading_of(const v1::GetCountersResponse& counters) {
  Reading reading;
  for (const v1::PortCounters& port : counters.ports()) {
    reading["port " + port.port() + " rx packets"] = port.rx_packets();
    reading["port " + port.port() + " rx bytes"] = port.rx_bytes();
    reading["port " + port.port() + " tx packets"] = port.tx_packets();
    reading["port " + port.port() + " tx bytes"] = port.tx_bytes();
  }
  reading["operations allowed"] = counters.operations_allowed();
  reading["operations refused"] = counters.operations_refused();
  reading["operations monitored"] = counters.operations_monitored();
  reading["passed and marked"] = counters.passed_and_marked();
  reading["flows live"] = counters.flows_live();
  reading["flows live at most"] = counters.flows_capacity();
  reading["flows created"] = counters.flows_created();
  reading["flows ended"] = counters.flows_ended();
  reading["flows cut"] = counters.flows_cut();
  reading["events lost: ring full"] = counters.event_losses().ring_full();
  reading["events lost: gaps"] = counters.event_losses().gaps();
  reading["events lost: slow readers"] = counters.event_losses().slow_readers();
  reading["flow records lost: ring full"] = counters.flow_record_losses().ring_full();
  reading["flow records lost: gaps"] = counters.flow_record_losses().gaps();
  reading["flow records lost: slow readers"] = counters.flow_record_losses().slow_readers();
  reading["events suppressed"] = counters.event_losses().suppressed();
  for (const v1::ExportCounters& out : counters.exports()) {
    const std::string name = "export " + out.name() + ": ";
    reading[name + "made"] = out.made();
    reading[name + "sent"] = out.sent();
    reading[name + "queued"] = out.queued();
    reading[name + "lost: queue full"] = out.lost_queue_full();
    reading[name + "lost: refused"] = out.lost_refused();
  }
  for (const v1::DropCounter& drop : counters.drops())
    if (drop.packets() != 0) reading["drop " + drop.reason()] = drop.packets();
  return reading;
}

std::string rate(uint64_t now, uint64_t before) {
  if (now == before) return "";
  return now > before ? "+" + count(now - before) + "/s" : "-" + count(before - now) + "/s";
}

void print_reading(const v1::GetCountersResponse& counters, const Reading* before) {
  if (!counters.connected())
    std::cout << paint(Colour::kYellow, "the dataplane is not connected: last known values\n");
  Table table(
      {{"COUNTER"}, {"VALUE", Align::kRight}, {before == nullptr ? "" : "RATE", Align::kRight}});
  for (const auto& [name, value] : reading_of(counters)) {
    const auto was = before == nullptr ? Reading::const_iterator{} : before->find(name);
    const bool known = before != nullptr && was != before->end();
    table.add({name, count(value), known ? rate(value, was->second) : ""});
  }
  std::cout << table.text();
}

void print_troubled_exports(const v1::GetCountersResponse& counters) {
  for (const v1::ExportCounters& out : counters.exports())
    if (!out.up())
      std::cout << paint(Colour::kYellow,
                         fmt::format("export {}: {}\n", out.name(), out.last_error()));
}

void print_workers(const v1::GetCountersResponse& counters) {
  Table table({{"WORKER"},
               {"GENERATION", Align::kRight},
               {"LAST BURST", Align::kRight},
               {"BURSTS", Align::kRight},
               {"IDLE POLLS", Align::kRight},
               {"EVENTS", Align::kRight},
               {"LOST", Align::kRight}});
  for (const v1::WorkerStatus& worker : counters.workers())
    table.add({std::to_string(worker.worker()), std::to_string(worker.generation()),
               duration(worker.heartbeat_age_ns()) + " ago", count(worker.bursts()),
               count(worker.idle_polls()), count(worker.events_written()),
               count(worker.events_lost())});
  std::cout << "\n" << table.text();
}

std::string ratio(uint64_t a, uint64_t b) {
  return b == 0 ? "-" : fmt::format("{:.1f}", static_cast<double>(a) / static_cast<double>(b));
}

// The time within which that part of the packets was sent, as far as the buckets tell.
std::string within(const v1::LatencyCounters& latency, double part) {
  uint64_t all = 0, so_far = 0;
  for (const uint64_t packets : latency.packets()) all += packets;
  const auto wanted = static_cast<uint64_t>(std::ceil(static_cast<double>(all) * part));
  const int bounded = latency.packets_size() - 1;  // the last bucket has no bound
  for (int i = 0; i < bounded; ++i)
    if ((so_far += latency.packets(i)) >= wanted)
      return "<= " + duration(telemetry::latency_bound_ns(static_cast<size_t>(i)));
  return "> " + duration(telemetry::latency_bound_ns(static_cast<size_t>(bounded) - 1));
}

void print_latencies(const v1::GetCountersResponse& counters) {
  Table table({{"PIPELINE"},
               {"SENT", Align::kRight},
               {"MEAN", Align::kRight},
               {"P50", Align::kRight},
               {"P99", Align::kRight},
               {"P99.9", Align::kRight}});
  for (const v1::LatencyCounters& latency : counters.latencies()) {
    uint64_t all = 0;
    for (const uint64_t packets : latency.packets()) all += packets;
    if (all == 0) continue;
    table.add({latency.pipeline(), count(all), duration(latency.sum_ns() / all),
               within(latency, 0.5), within(latency, 0.99), within(latency, 0.999)});
  }
  if (!table.empty()) std::cout << "\n" << table.text();
}

void print_stages(const v1::GetCountersResponse& counters) {
  Table stages({{"PIPELINE"},
                {"STAGE"},
                {"CALLS", Align::kRight},
                {"PACKETS IN", Align::kRight},
                {"PACKETS OUT", Align::kRight},
                {"PACKETS/CALL", Align::kRight},
                {"CYCLES/PACKET", Align::kRight}});
  for (const v1::StageCounters& stage : counters.stages())
    stages.add({stage.pipeline(), stage.stage(), count(stage.calls()), count(stage.packets_in()),
                count(stage.packets_out()), ratio(stage.packets_in(), stage.calls()),
                ratio(stage.cycles(), stage.packets_in())});
  std::cout << stages.text();
  print_latencies(counters);
  Table drops({{"STAGE"}, {"DROP REASON"}, {"PACKETS", Align::kRight}, {"MEANING"}});
  for (const v1::DropCounter& drop : counters.drops())
    if (drop.packets() != 0)
      drops.add({drop.stage(), drop.reason(), count(drop.packets()), drop.sentence()});
  if (!drops.empty()) std::cout << "\n" << drops.text();
}

}  // namespace

int run_counters(const Session& session, bool watch) {
  ApiClient client(session.place);
  std::optional<Reading> before;
  for (;;) {
    const auto answer = client.counters();
    if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
    const auto& counters = std::get<v1::GetCountersResponse>(answer);
    if (session.json) {
      print_json(counters);
    } else {
      if (before) std::cout << "\n";
      print_reading(counters, before ? &*before : nullptr);
      print_workers(counters);
      print_troubled_exports(counters);
      std::cout << std::flush;
    }
    if (!watch) return kOk;
    before = reading_of(counters);
    std::this_thread::sleep_for(kWatchInterval);
  }
}

int run_stages(const Session& session) {
  const auto answer = ApiClient(session.place).counters();
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  const auto& counters = std::get<v1::GetCountersResponse>(answer);
  if (session.json) {
    print_json(counters);
  } else {
    print_stages(counters);
  }
  return kOk;
}

int run_events(const Session& session, const EventsArguments& arguments) {
  v1::StreamEventsRequest request;
  request.set_replay(arguments.last);
  request.set_follow(arguments.follow);
  const auto error =
      ApiClient(session.place).events(request, [&](const v1::StreamEventsResponse& response) {
        if (session.json) {
          print_json(response);
        } else if (response.has_event()) {
          std::cout << event_line(response.event()) << std::endl;
        } else {
          std::cout << paint(Colour::kYellow,
                             fmt::format("... {} events were lost here: this reader was "
                                         "too slow",
                                         response.lost()))
                    << std::endl;
        }
        return static_cast<bool>(std::cout);
      });
  return error ? report(*error) : kOk;
}

}  // namespace bulkhead::cli
