// SPDX-License-Identifier: Apache-2.0
#include "metrics/peer_metrics.h"

#include "metrics/family.h"

namespace bulkhead::control {

namespace {

using prometheus::MetricType;

template <typename Subject>
struct Row {
  MetricType type;
  const char* name;
  const char* help;
  double (*value)(const Subject&);
};

constexpr auto kGauge = MetricType::Gauge;
constexpr auto kCounter = MetricType::Counter;

// What key agreement knows.
constexpr Row<PeerState> kPeerRows[] = {
    {kGauge, "bulkhead_peer_up", "1 while keys are agreed and the control connection is open.",
     [](const PeerState& p) { return p.phase == PeerPhase::kUp ? 1.0 : 0.0; }},
    {kGauge, "bulkhead_peer_revoked", "1 while the peer is cut off.",
     [](const PeerState& p) { return p.phase == PeerPhase::kRevoked ? 1.0 : 0.0; }},
    {kGauge, "bulkhead_peer_keys_installed", "1 while there are keys, so that data may pass.",
     [](const PeerState& p) { return p.keys_installed ? 1.0 : 0.0; }},
    {kGauge, "bulkhead_peer_certificate_expiry_timestamp_seconds",
     "When the certificate ends with which the peer last agreed; 0: it has not yet.",
     [](const PeerState& p) { return static_cast<double>(p.certificate_not_after); }},
    {kGauge, "bulkhead_peer_certificate_in_grace", "1 while an expired certificate is taken.",
     [](const PeerState& p) { return p.certificate_in_grace ? 1.0 : 0.0; }},
    {kCounter, "bulkhead_peer_sessions_total", "Key agreements that succeeded.",
     [](const PeerState& p) { return static_cast<double>(p.sessions); }},
    {kCounter, "bulkhead_peer_failures_total", "Key agreements that failed.",
     [](const PeerState& p) { return static_cast<double>(p.failures); }},
};

// What the dataplane counts, in either direction.
struct WayRow {
  MetricType type;
  const char* name;
  const char* help;
  double (*in)(const ipc::PeerStatus&);
  double (*out)(const ipc::PeerStatus&);
};
constexpr WayRow kWayRows[] = {
    {kGauge, "bulkhead_peer_lanes", "Lanes with keys, by direction.",
     [](const ipc::PeerStatus& p) { return static_cast<double>(p.inbound_lanes); },
     [](const ipc::PeerStatus& p) { return static_cast<double>(p.outbound_lanes); }},
    {kCounter, "bulkhead_peer_packets_total", "Sealed packets, by direction.",
     [](const ipc::PeerStatus& p) { return static_cast<double>(p.packets_in); },
     [](const ipc::PeerStatus& p) { return static_cast<double>(p.packets_out); }},
    {kCounter, "bulkhead_peer_bytes_total", "Bytes in sealed packets, by direction.",
     [](const ipc::PeerStatus& p) { return static_cast<double>(p.bytes_in); },
     [](const ipc::PeerStatus& p) { return static_cast<double>(p.bytes_out); }},
};

constexpr Row<ipc::PathStatus> kPathRows[] = {
    {kGauge, "bulkhead_peer_path_up", "1 while keepalives of the path are answered.",
     [](const ipc::PathStatus& p) { return p.up ? 1.0 : 0.0; }},
    {kGauge, "bulkhead_peer_path_active", "1 for the path that data takes.",
     [](const ipc::PathStatus& p) { return p.active ? 1.0 : 0.0; }},
    {kGauge, "bulkhead_peer_path_rtt_seconds", "Smoothed round trip; 0: not measured.",
     [](const ipc::PathStatus& p) { return p.rtt_us / 1e6; }},
    {kGauge, "bulkhead_peer_path_loss_ratio", "Of the last keepalives, 0 to 1.",
     [](const ipc::PathStatus& p) { return p.loss_per_mille / 1e3; }},
    {kGauge, "bulkhead_peer_path_mtu_bytes", "Largest underlay packet that is known to arrive.",
     [](const ipc::PathStatus& p) { return static_cast<double>(p.mtu); }},
    {kCounter, "bulkhead_peer_path_failovers_total", "Times data left the path as it was down.",
     [](const ipc::PathStatus& p) { return static_cast<double>(p.failovers); }},
};

prometheus::MetricFamily& add_family(Families& all, MetricType type, const char* name,
                                     const char* help) {
  return type == kCounter ? add_counter(all, name, help) : add_gauge(all, name, help);
}

void add_paths(prometheus::MetricFamily& family, const Row<ipc::PathStatus>& row,
               const ipc::PeerStatus& peer) {
  for (size_t i = 0; i < peer.paths.size(); ++i)
    add(family, row.value(peer.paths[i]), {{"peer", peer.name}, {"path", std::to_string(i)}});
}

}  // namespace

std::vector<prometheus::MetricFamily> PeerMetrics::Collect() const {
  const GatewayFacts facts = watch_.facts();
  Families all;
  gauge(all, "bulkhead_peers_configured", "Peers of control.yaml and of the store.",
        static_cast<double>(facts.peers_configured));
  for (const auto& row : kPeerRows) {
    auto& family = add_family(all, row.type, row.name, row.help);
    for (const PeerState& peer : facts.peers) add(family, row.value(peer), {{"peer", peer.name}});
  }
  for (const WayRow& row : kWayRows) {
    auto& family = add_family(all, row.type, row.name, row.help);
    for (const ipc::PeerStatus& peer : facts.dataplane.peers) {
      add(family, row.in(peer), {{"peer", peer.name}, {"direction", "in"}});
      add(family, row.out(peer), {{"peer", peer.name}, {"direction", "out"}});
    }
  }
  for (const auto& row : kPathRows) {
    auto& family = add_family(all, row.type, row.name, row.help);
    for (const ipc::PeerStatus& peer : facts.dataplane.peers) add_paths(family, row, peer);
  }
  return all;
}

}  // namespace bulkhead::control
