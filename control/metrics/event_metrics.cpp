// SPDX-License-Identifier: Apache-2.0
#include "metrics/event_metrics.h"

#include "metrics/family.h"

namespace bulkhead::control {

namespace {

void add_losses(Families& all, const EventLosses& losses, uint64_t slow_readers) {
  auto& family = add_counter(all, "bulkhead_events_lost_total",
                             "Events that did not reach everybody who should have them, by cause.");
  add(family, losses.ring_full, {{"cause", "ring_full"}});
  add(family, losses.gaps, {{"cause", "gap"}});
  add(family, slow_readers, {{"cause", "slow_reader"}});
  counter(all, "bulkhead_events_suppressed_total",
          "Events of one cause that the dataplane's rate limit swallowed.", losses.suppressed);
}

struct ExportRow {
  const char* name;
  const char* help;
  uint64_t ExportReading::*value;
};
constexpr ExportRow kExportRows[] = {
    {"bulkhead_export_events_total", "Events offered to an export.", &ExportReading::made},
    {"bulkhead_export_sent_total", "Events that an export gave out.", &ExportReading::sent},
};

void add_exports(Families& all, const std::vector<ExportReading>& exports) {
  for (const ExportRow& row : kExportRows) {
    auto& family = add_counter(all, row.name, row.help);
    for (const ExportReading& out : exports) add(family, out.*row.value, {{"export", out.name}});
  }
  auto& lost = add_counter(all, "bulkhead_export_lost_total", "Events an export lost, by cause.");
  for (const ExportReading& out : exports) {
    add(lost, out.lost_queue_full, {{"export", out.name}, {"cause", "queue_full"}});
    add(lost, out.lost_refused, {{"export", out.name}, {"cause", "refused"}});
  }
  auto& queued = add_gauge(all, "bulkhead_export_queued", "Events that wait for an export.");
  for (const ExportReading& out : exports) add(queued, out.queued, {{"export", out.name}});
  auto& up = add_gauge(all, "bulkhead_export_up", "1 if an export's last try succeeded.");
  for (const ExportReading& out : exports) add(up, out.up, {{"export", out.name}});
}

}  // namespace

std::vector<prometheus::MetricFamily> EventMetrics::Collect() const {
  Families all;
  auto& read = add_counter(all, "bulkhead_events_total",
                           "Events read from a worker of the dataplane that is connected.");
  const std::vector<RingReading> rings = parts_.telemetry.rings();
  for (size_t i = 0; i < rings.size(); ++i)
    add(read, rings[i].written, {{"worker", std::to_string(i)}});
  add_losses(all, parts_.telemetry.losses(), parts_.events.lost());
  add_exports(all, parts_.exports());
  return all;
}

}  // namespace bulkhead::control
