// SPDX-License-Identifier: Apache-2.0
// Everything that the Prometheus endpoint shows.
#pragma once

#include "metrics/gateway_facts.h"
#include "metrics/metrics_endpoint.h"

namespace bulkhead::control {

// Another kind of metrics is another Collectable in this list, and rows in docs/metrics.md. Both
// arguments outlive the result.
MetricsEndpoint::Sources metric_sources(const Parts& parts, const GatewayFactsWatch& watch);

}  // namespace bulkhead::control
