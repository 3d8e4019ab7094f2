// SPDX-License-Identifier: Apache-2.0
// The other gateways, as Prometheus metrics: what ListPeers says.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include "metrics/gateway_facts.h"

namespace bulkhead::control {

class PeerMetrics final : public prometheus::Collectable {
 public:
  // `watch` outlives it.
  explicit PeerMetrics(const GatewayFactsWatch& watch) : watch_(watch) {}
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const GatewayFactsWatch& watch_;
};

}  // namespace bulkhead::control
