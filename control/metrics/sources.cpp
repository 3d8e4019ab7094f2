// SPDX-License-Identifier: Apache-2.0
#include "metrics/sources.h"

#include "metrics/dataplane_metrics.h"
#include "metrics/event_metrics.h"
#include "metrics/gateway_metrics.h"
#include "metrics/peer_metrics.h"

namespace bulkhead::control {

MetricsEndpoint::Sources metric_sources(const Parts& parts, const GatewayFactsWatch& watch) {
  return {std::make_shared<GatewayMetrics>(watch), std::make_shared<PeerMetrics>(watch),
          std::make_shared<DataplaneMetrics>(parts.telemetry),
          std::make_shared<EventMetrics>(parts)};
}

}  // namespace bulkhead::control
