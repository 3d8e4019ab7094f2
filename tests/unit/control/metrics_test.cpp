// SPDX-License-Identifier: Apache-2.0
// The Prometheus endpoint over real HTTP, held against docs/metrics.md, the dashboard and the
// rules.
#include <sys/socket.h>

#include <catch2/catch.hpp>
#include <map>
#include <regex>

#include "control_fixture.h"
#include "export_fixture.h"
#include "mesh/sockets.h"
#include "metrics/sources.h"
#include "metrics_documents.h"
#include "telemetry/drop_reason.h"

namespace bulkhead::control {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

// A dataplane that says how it is, and counts how often it was asked.
class StatusLink final : public DataplaneLink {
 public:
  void add_listener(Listener) override {}
  Result<ipc::Body> ask(ipc::Body question, int) override {
    ++asked;
    if (!present) return Error{ErrorCode::kUnavailable, "the dataplane is not connected"};
    ipc::DataplaneStatus page = status;
    const std::string& after = std::get<ipc::GetStatus>(question).after;
    std::erase_if(page.peers, [&](const ipc::PeerStatus& peer) { return peer.name <= after; });
    page.more_peers = page.peers.size() > 1;
    page.peers.resize(std::min<size_t>(page.peers.size(), 1));
    return ipc::Body{page};
  }
  [[nodiscard]] std::optional<ipc::Hello> connected() const override {
    return present ? std::optional{hello} : std::nullopt;
  }

  bool present = true;
  int asked = 0;
  ipc::Hello hello;
  ipc::DataplaneStatus status;
};

telemetry::Segment segment() {
  static constexpr std::string_view kStages[] = {"parse", "decide"};
  static constexpr std::string_view kPorts[] = {"zone0", "mesh0"};
  telemetry::SegmentConfig config;
  config.workers = 2;
  config.event_ring = 4;
  config.zone_stages = kStages;
  config.mesh_stages = kStages;
  config.ports = kPorts;
  auto made = telemetry::Segment::create(config);
  REQUIRE(made);
  return std::move(*made);
}

struct Metered {
  Metered() {
    config.gateway = "gw-a";
    config.store = plant.directory.file("control.db");
    REQUIRE_FALSE(plant.apply(policy_yaml()).error);
    link.hello = {.gateway = "gw-a", .workers = 2, .version = "9.9"};
    link.status.generation = 1;
    link.status.digest = plant.dataplane.hello.digest;
    link.status.worker_mode = "adaptive";
    link.status.pass_and_mark = "inspector_full, scan_full";
    for (const char* name : {"gw-b", "gw-c"}) {
      ipc::PeerStatus& peer = link.status.peers.emplace_back();
      peer.name = name;
      peer.inbound_lanes = 2;
      peer.bytes_out = 77;
      ipc::PathStatus& path = peer.paths.emplace_back();
      path.up = path.active = true;
      path.rtt_us = 250;
      path.loss_per_mille = 10;
    }
    parts.mesh.configured = [] { return std::vector<PeerConfig>(2); };
    parts.mesh.peers = [] {
      std::vector<PeerState> peers(2);
      peers[0].name = "gw-b";
      peers[0].phase = PeerPhase::kUp;
      peers[0].certificate_not_after = 1'900'000'000;
      peers[1].name = "gw-c";
      peers[1].phase = PeerPhase::kWaiting;
      return peers;
    };
    parts.exports = [] {
      return std::vector{ExportReading{
          .name = "cef tcp 192.0.2.9:514", .made = 5, .sent = 2, .lost_queue_full = 3, .up = true}};
    };
    REQUIRE(reader.attach(shared.fd()));
  }

  // What GET /metrics says.
  std::string scrape() {
    auto endpoint =
        MetricsEndpoint::start({IpAddress::v4(0x7f00'0001), 0}, metric_sources(parts, watch));
    if (!endpoint) FAIL(endpoint.error().sentence);
    const SystemClock time;
    const Endpoint at{IpAddress::v4(0x7f00'0001), (*endpoint)->port()};
    const SignalFd never;
    auto fd =
        connect_to(IpAddress::v4(0), at, time, time.now().steady_ns + 5'000'000'000, never.get());
    REQUIRE(fd);
    const std::string request = "GET /metrics HTTP/1.0\r\n\r\n";
    REQUIRE(::send(fd->get(), request.data(), request.size(), 0) > 0);
    const std::string answer = read_from(fd->get(), [](const auto&) { return false; });
    REQUIRE_THAT(answer, Catch::Contains("200 OK"));
    return answer;
  }

  Plant plant;
  ControlConfig config;
  StatusLink link;
  EventHub events;
  TelemetryReader reader{plant.policies.recent(), events, plant.clock};
  Explainer explainer{plant.policies, events, plant.clock};
  telemetry::Segment shared = segment();
  Parts parts{.config = config,
              .policies = plant.policies,
              .explainer = explainer,
              .events = events,
              .telemetry = reader,
              .link = link,
              .mesh = {},
              .clock = plant.clock,
              .started_wall_ns = plant.clock.wall_ns};
  GatewayFactsWatch watch{parts, [] { return int64_t{1'800'000'000}; }};
};

// Name and type of each family.
std::map<std::string, std::string> families_in(const std::string& text) {
  std::map<std::string, std::string> out;
  const std::regex line("# TYPE ([a-z_]+) ([a-z]+)");
  for (std::sregex_iterator at(text.begin(), text.end(), line), end; at != end; ++at)
    out[(*at)[1]] = (*at)[2];
  return out;
}

void require_line(const std::string& text, const std::string& line) {
  INFO("no line " << line);
  REQUIRE(text.find("\n" + line) != std::string::npos);
}

}  // namespace

TEST_CASE("metrics: what is exposed is what docs/metrics.md lists, by name and type",
          "[control][metrics]") {
  Metered gateway;
  gateway.watch.read();
  gateway.scrape();  // the exposer counts the scrapes before
  const auto exposed = families_in(gateway.scrape());
  const auto listed = documented_metrics();
  for (const auto& [name, type] : exposed) {
    CAPTURE(name, type);
    CHECK(listed.contains(name));
    if (listed.contains(name)) CHECK(listed.at(name) == type);
  }
  for (const auto& [name, type] : listed) {
    CAPTURE(name);
    CHECK(exposed.contains(name));
  }
}

TEST_CASE("metrics: what the dataplane counts is there, summed over workers",
          "[control][metrics]") {
  Metered gateway;
  for (const uint32_t worker : {0u, 1u}) {
    telemetry::WorkerCounters& counters = gateway.shared.counters(worker);
    counters.ports[1].tx_bytes.store(100, kRelaxed);
    counters.drops[static_cast<size_t>(DropReason::kNoRelationship)].store(3, kRelaxed);
    counters.zone_latency.packets[0].store(5, kRelaxed);
    counters.zone_latency.packets[3].store(2, kRelaxed);
    counters.zone_latency.packets[telemetry::kLatencyBuckets - 1].store(1, kRelaxed);
    counters.zone_latency.sum_ns.store(1'500'000'000, kRelaxed);
    counters.heartbeat_steady_ns.store(1, kRelaxed);
  }
  gateway.plant.clock.advance(2'500'000'000);
  const std::string text = gateway.scrape();
  require_line(text, "bulkhead_port_transmit_bytes_total{port=\"mesh0\"} 200");
  require_line(text,
               "bulkhead_dropped_packets_total{reason=\"no_relationship\",stage=\"decide\"} 6");
  require_line(text, "bulkhead_worker_heartbeat_age_seconds{worker=\"1\"} 2.5");
  require_line(text, "bulkhead_latency_seconds_count{pipeline=\"zone\"} 16");
  require_line(text, "bulkhead_latency_seconds_sum{pipeline=\"zone\"} 3");
  require_line(text, "bulkhead_latency_seconds_bucket{pipeline=\"zone\",le=\"2.56e-07\"} 10");
  require_line(text, "bulkhead_latency_seconds_bucket{pipeline=\"zone\",le=\"2.048e-06\"} 14");
  require_line(text, "bulkhead_latency_seconds_bucket{pipeline=\"zone\",le=\"+Inf\"} 16");
}

TEST_CASE("metrics: policy, peers, certificates, exports and what fails open are there",
          "[control][metrics]") {
  Metered gateway;
  gateway.watch.read();
  const std::string text = gateway.scrape();
  for (const char* line :
       {"bulkhead_policy_generation_wanted 1", "bulkhead_policy_generation_obeyed 1",
        "bulkhead_policy_in_step 1", "bulkhead_dataplane_connected 1",
        "bulkhead_dataplane_info{version=\"9.9\",worker_mode=\"adaptive\"} 1",
        "bulkhead_fails_open{cause=\"inspector_full\"} 1",
        "bulkhead_fails_open{cause=\"scan_full\"} 1", "bulkhead_peer_up{peer=\"gw-b\"} 1",
        "bulkhead_peer_up{peer=\"gw-c\"} 0",
        "bulkhead_peer_certificate_expiry_timestamp_seconds{peer=\"gw-b\"} 1900000000",
        "bulkhead_certificate_expiry_timestamp_seconds 1800000000",
        "bulkhead_peer_bytes_total{peer=\"gw-c\",direction=\"out\"} 77",
        "bulkhead_peer_path_rtt_seconds{peer=\"gw-c\",path=\"0\"} 0.00025",
        "bulkhead_peer_path_loss_ratio{peer=\"gw-b\",path=\"0\"} 0.01",
        "bulkhead_export_lost_total{export=\"cef tcp 192.0.2.9:514\",cause=\"queue_full\"} 3",
        "bulkhead_audit_entries_total 1"})
    require_line(text, line);
}

TEST_CASE("metrics: every loss of events has its own series", "[control][metrics]") {
  Metered gateway;
  auto producer = gateway.shared.event_producer(0);
  telemetry::EventRecord record;
  record.suppressed = 10;
  for (record.sequence = 1; record.sequence <= 6; ++record.sequence) (void)producer->push(record);
  gateway.reader.drain();
  record.sequence = 10;
  REQUIRE(producer->push(record));
  gateway.reader.drain();
  const std::string text = gateway.scrape();
  require_line(text, "bulkhead_events_total{worker=\"0\"} 5");
  require_line(text, "bulkhead_events_lost_total{cause=\"ring_full\"} 2");
  require_line(text, "bulkhead_events_lost_total{cause=\"gap\"} 3");
  require_line(text, "bulkhead_events_lost_total{cause=\"slow_reader\"} 0");
  require_line(text, "bulkhead_events_suppressed_total 50");
}

TEST_CASE("metrics: without a dataplane that is said, and a policy it does not obey is",
          "[control][metrics]") {
  Metered gateway;
  gateway.link.status.generation = 0;
  gateway.link.status.digest = {};
  gateway.watch.read();
  require_line(gateway.scrape(), "bulkhead_policy_in_step 0");
  gateway.link.present = false;
  gateway.watch.read();
  const std::string text = gateway.scrape();
  require_line(text, "bulkhead_dataplane_connected 0");
  REQUIRE(text.find("bulkhead_policy_generation_obeyed ") == std::string::npos);
}

TEST_CASE("metrics: a scrape asks the dataplane nothing", "[control][metrics]") {
  Metered gateway;
  gateway.watch.read();
  const int before = gateway.link.asked;
  for (int i = 0; i < 3; ++i) gateway.scrape();
  REQUIRE(gateway.link.asked == before);
}

TEST_CASE("metrics: an address that is taken is refused with a sentence", "[control][metrics]") {
  const Collector taken(SOCK_STREAM);
  const auto endpoint = MetricsEndpoint::start(taken.endpoint(), {});
  REQUIRE_FALSE(endpoint);
  REQUIRE_THAT(endpoint.error().sentence, Catch::Contains(to_string(taken.endpoint())));
}

}  // namespace bulkhead::control
