// SPDX-License-Identifier: Apache-2.0
// Events, their exports and every way to lose one, as Prometheus metrics.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include "server/services.h"

namespace bulkhead::control {

class EventMetrics final : public prometheus::Collectable {
 public:
  // `parts` outlives it.
  explicit EventMetrics(const Parts& parts) : parts_(parts) {}
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const Parts& parts_;
};

}  // namespace bulkhead::control
