// SPDX-License-Identifier: Apache-2.0
// What the dataplane counts in shared memory, as Prometheus metrics. Reads what GetCounters reads;
// the dataplane does not notice.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include "events/telemetry_reader.h"

namespace bulkhead::control {

class DataplaneMetrics final : public prometheus::Collectable {
 public:
  // `telemetry` outlives it.
  explicit DataplaneMetrics(const TelemetryReader& telemetry) : telemetry_(telemetry) {}

  // Empty until a dataplane has connected; of one that is gone, its last values.
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const TelemetryReader& telemetry_;
};

}  // namespace bulkhead::control
