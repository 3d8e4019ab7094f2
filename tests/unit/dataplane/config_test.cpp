// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "dataplane_config.h"
#include "host/kernel_silence.h"

namespace bulkhead::dataplane {
namespace {

const std::string kHead =
    "gateway: gw-cell3\n"
    "control_socket: /run/bulkhead/dataplane.sock\n"
    "state_directory: /var/lib/bulkhead\n"
    "image_signer: /etc/bulkhead/signer.pem\n";
const std::string kZone = "  - { name: zone0, role: zone, driver: af_packet, device: z0 }\n";
const std::string kMesh =
    "  - { name: mesh0, role: mesh, driver: af_packet, device: m0, address: 192.0.2.1/24 }\n";

std::string problems_of(const std::string& text) {
  const auto config = parse_config(text, "dp.yaml");
  REQUIRE_FALSE(config.ok());
  CHECK(config.error().code == ErrorCode::kInvalid);
  return config.error().sentence;
}

std::string with_port(const std::string& port) {
  return kHead + "ports:\n" + port;
}

using Catch::Matchers::Contains;

}  // namespace

TEST_CASE("config: a whole file, every key arrives", "[dataplane][config]") {
  const auto config =
      parse_config(kHead +
                       "workers: 2\nworker_mode: poll\nidle_pause_us: 100\n"
                       "flows_per_worker: 1024\ninspected_flows_per_worker: 99\n"
                       "flow_share_percent: 10\nrate_limits: 256\npoint_values: 1024\nevent_ring: "
                       "128\npacket_ring: 0\n"
                       "packet_buffers: 4096\nexception_device: bh-exc0\n"
                       "esp_port: 4501\nhandshake_port: 4434\neal: [--log-level=8]\n"
                       "ports:\n"
                       "  - name: zone0\n    role: zone\n    driver: tap\n"
                       "    device: t0\n    options: remote=eth0\n    mode: routed\n"
                       "    address: 10.0.0.1/24\n    mtu: 1400\n"
                       "  - name: mesh0\n    role: mesh\n    device: m0\n"
                       "    address: 2001:db8::1/64\n    next_hop: 2001:db8::ff\n    dscp: 46\n",
                   "dp.yaml");
  if (!config) FAIL(config.error().sentence);
  CHECK(config->gateway == "gw-cell3");
  CHECK(config->control_socket == "/run/bulkhead/dataplane.sock");
  CHECK(config->state_directory == "/var/lib/bulkhead");
  CHECK(config->image_signer == "/etc/bulkhead/signer.pem");
  CHECK(config->workers == 2);
  CHECK(config->worker_mode == WorkerMode::kPoll);
  CHECK(config->idle_pause_us == 100);
  CHECK(config->flows_per_worker == 1024);
  CHECK(config->inspected_flows_per_worker == 99);
  CHECK(config->flow_share_percent == 10);
  CHECK(config->rate_limits == 256);
  CHECK(config->point_values == 1024);
  CHECK(config->event_ring == 128);
  CHECK(config->packet_ring == 0);
  CHECK(config->packet_buffers == 4096);
  CHECK(config->exception_device == "bh-exc0");
  CHECK(config->esp_port == 4501);
  CHECK(config->handshake_port == 4434);
  CHECK(config->eal == std::vector<std::string>{"--log-level=8"});
  REQUIRE(config->ports.size() == 2);
  const PortConfig& zone = config->ports[0];
  CHECK(zone.driver == PortDriver::kTap);
  CHECK(zone.options == "remote=eth0");
  CHECK(zone.mode == ZoneMode::kRouted);
  CHECK(to_string(*zone.address) == "10.0.0.1/24");
  CHECK(zone.mtu == 1400);
  const PortConfig& mesh = config->ports[1];
  CHECK(mesh.role == PortRole::kMesh);
  CHECK(mesh.driver == PortDriver::kAfPacket);
  CHECK(to_string(*mesh.next_hop) == "2001:db8::ff");
  CHECK(mesh.dscp == DscpRule{0, 46 << 2});
  CHECK(config_warnings(*config).empty());
}

TEST_CASE("config: only what is needed, the rest has defaults", "[dataplane][config]") {
  const auto config = parse_config(with_port(kZone + kMesh), "dp.yaml");
  REQUIRE(config.ok());
  CHECK(config->workers == 1);
  CHECK(config->worker_mode == WorkerMode::kAdaptive);
  CHECK(config->ports[0].mode == ZoneMode::kSegment);
  CHECK(config->ports[0].mtu == 1500);
}

TEST_CASE("config: what fails open is named, warned of, and nothing else can be",
          "[dataplane][config]") {
  const auto with = [](const std::string& list) {
    return parse_config("pass_and_mark: " + list + "\n" + with_port(kZone + kMesh), "dp.yaml");
  };
  CHECK(parse_config(with_port(kZone + kMesh), "dp.yaml")->failure_policy.fails_closed());
  const auto config = with("[out_of_turn, inspector_full]");
  REQUIRE(config.ok());
  CHECK(to_string(config->failure_policy) == "inspector_full, out_of_turn");
  CHECK(config_warnings(*config).at(1) ==
        "fails open for inspector_full, out_of_turn: what passes so is marked by events");
  CHECK_THAT(with("[protocol_violation]").error().sentence,
             Catch::Matchers::Contains("'protocol_violation' is not one of inspector_full"));
  CHECK_THAT(with("[scan_full, scan_full]").error().sentence,
             Catch::Matchers::Contains("'scan_full' is there twice"));
}

TEST_CASE("config: dscp is copy, none or a number, and only of mesh ports", "[dataplane][config]") {
  const auto mesh = [](const std::string& dscp) {
    return with_port(kZone + "  - { name: m, role: mesh, device: m, address: 192.0.2.1/24, dscp: " +
                     dscp + " }\n");
  };
  CHECK(parse_config(mesh("copy"), "dp.yaml")->ports[1].dscp == DscpRule{0xfc, 0});
  CHECK(parse_config(mesh("none"), "dp.yaml")->ports[1].dscp == DscpRule{0, 0});
  CHECK(parse_config(mesh("63"), "dp.yaml")->ports[1].dscp == DscpRule{0, 0xfc});
  for (const char* bad : {"64", "-1", "EF", "4x", "\"\""})
    CHECK_THAT(problems_of(mesh(bad)), Contains("dscp"));
  CHECK_THAT(problems_of(with_port("  - { name: z, role: zone, device: z, dscp: copy }\n")),
             Contains("only mesh ports"));
}

TEST_CASE("config: an empty file, says what is missing", "[dataplane][config]") {
  CHECK_THAT(problems_of(""), Contains("dp.yaml"));
}

TEST_CASE("config: an unknown key, is named with its place", "[dataplane][config]") {
  CHECK_THAT(problems_of(kHead + "workrs: 2\nports:\n" + kZone),
             Contains("dp.yaml:5:1") && Contains("workrs"));
}

TEST_CASE("config: a duplicate key, is named with its place", "[dataplane][config]") {
  CHECK_THAT(problems_of(kHead + "gateway: again\nports:\n" + kZone),
             Contains("dp.yaml:5:1") && Contains("gateway"));
}

TEST_CASE("config: several mistakes, all are told, one per line", "[dataplane][config]") {
  const std::string text =
      problems_of(kHead + "workers: many\nworker_mode: fast\nports:\n" + kZone);
  CHECK_THAT(text, Contains("dp.yaml:5:10") && Contains("dp.yaml:6:14"));
  CHECK(std::count(text.begin(), text.end(), '\n') == 1);
}

TEST_CASE("config: numbers outside their range, are refused", "[dataplane][config]") {
  const std::string line = GENERATE(
      as<std::string>{}, "workers: 0", "workers: 65", "idle_pause_us: 0", "flow_share_percent: 101",
      "esp_port: 0", "handshake_port: 65536", "packet_buffers: 10", "flows_per_worker: 1000",
      "event_ring: 100", "packet_ring: 100", "event_ring: 0", "rate_limits: 100",
      "point_values: 32", "workers: -1");
  CHECK_THAT(problems_of(kHead + line + "\nports:\n" + kZone), Contains("dp.yaml:5:"));
}

TEST_CASE("config: a size that is no power of two, the next one is named", "[dataplane][config]") {
  CHECK_THAT(problems_of(kHead + "flows_per_worker: 1000\nports:\n" + kZone), Contains("1024"));
}

TEST_CASE("config: two ports with one name or device, are refused", "[dataplane][config]") {
  CHECK_THAT(problems_of(with_port(kZone + "  - { name: zone0, role: zone, device: z1 }\n")),
             Contains("zone0"));
  CHECK_THAT(problems_of(with_port(kZone + "  - { name: zone1, role: zone, device: z0 }\n")),
             Contains("z0"));
}

TEST_CASE("config: impossible ports, the reason is told", "[dataplane][config]") {
  using Row = std::pair<std::string, std::string>;
  const auto [port, reason] = GENERATE(
      Row{"{ name: m, role: mesh, device: m0 }", "underlay address"},
      Row{"{ name: m, role: mesh, device: m0, address: 192.0.2.1/24, mode: routed }", "mode"},
      Row{"{ name: m, role: mesh, device: m0, address: 192.0.2.1/24, next_hop: 198.51.100.1 }",
          "inside 192.0.2.1/24"},
      Row{"{ name: m, role: mesh, device: m0, address: 192.0.2.1/24, next_hop: 2001:db8::1 }",
          "IP version"},
      Row{"{ name: m, role: mesh, device: m0, address: 224.0.0.1/24 }", "no address of a host"},
      Row{"{ name: m, role: mesh, device: m0, address: 192.0.2.300/24 }", "192.0.2.300"},
      Row{"{ name: z, role: zone, device: z0, mode: routed }", "needs the gateway's address"},
      Row{"{ name: z, role: zone, device: z0, address: 10.0.0.1/24 }", "mode: routed"},
      Row{"{ name: z, role: zone, device: z0, next_hop: 10.0.0.1 }", "next hop"},
      Row{"{ name: z, role: zone, driver: af_packet }", "interface name"},
      Row{"{ name: z, role: zone, device: \"z0,qpairs=9\" }", "interface name"},
      Row{"{ name: z, role: zone, driver: pci, device: eth0 }", "0000:3b:00.0"},
      Row{"{ name: z, role: zone, driver: \"null\", device: x }", "has no device"},
      Row{"{ name: z, role: zone, driver: pcap }", "rx_pcap"},
      Row{"{ name: z, role: zone, driver: memif }", "socket"},
      Row{"{ name: z, role: sone, device: z0 }", "sone"}, Row{"{ name: z, device: z0 }", "role"},
      Row{"{ name: z, role: zone, device: z0, mtu: 100 }", "100"});
  INFO(port);
  CHECK_THAT(problems_of(with_port("  - " + port + "\n")), Contains(reason));
}

TEST_CASE("config: an exception device without a mesh port, is refused", "[dataplane][config]") {
  CHECK_THAT(problems_of(kHead + "exception_device: bh-exc0\nports:\n" + kZone),
             Contains("exception_device"));
}

TEST_CASE("config: several mesh ports, count their exception devices on from the first",
          "[dataplane][config]") {
  const auto config =
      parse_config(kHead + "exception_device: bh-exc9\nports:\n" + kMesh + kZone +
                       "  - { name: m1, role: mesh, device: m1, address: 198.51.100.9/24 }\n"
                       "  - { name: m2, role: mesh, device: m2, address: 203.0.113.9/24, "
                       "exception_device: x }\n",
                   "dp.yaml");
  REQUIRE(config.ok());
  CHECK(config->ports[0].exception_device == "bh-exc9");
  CHECK(config->ports[1].exception_device.empty());
  CHECK(config->ports[2].exception_device == "bh-exc10");
  CHECK(config->ports[3].exception_device == "x");
}

TEST_CASE("config: mesh ports that are too many, or whose taps clash, are refused",
          "[dataplane][config]") {
  std::string five;
  for (const char digit : std::string("12345"))
    five += std::string("  - { name: m") + digit + ", role: mesh, device: m" + digit +
            ", address: 192.0." + digit + ".1/24 }\n";
  CHECK_THAT(problems_of(with_port(five)), Contains("at most 4"));
  const std::string clash =
      "  - { name: m1, role: mesh, device: m1, address: 198.51.100.9/24, exception_device: t0 }\n";
  CHECK_THAT(problems_of(kHead + "exception_device: t0\nports:\n" + kMesh + clash),
             Contains("two mesh ports"));
  CHECK_THAT(problems_of(with_port(kMesh + clash)), Contains("missing here"));
  CHECK_THAT(
      problems_of(with_port("  - { name: z, role: zone, device: z0, exception_device: t0 }\n")),
      Contains("only mesh ports"));
}

TEST_CASE("config: more ports than telemetry has room for, are refused", "[dataplane][config]") {
  std::string ports;
  for (int i = 0; i < 17; ++i)
    ports += "  - { name: z" + std::to_string(i) + ", role: zone, driver: ring }\n";
  CHECK_THAT(problems_of(with_port(ports)), Contains("at most 16"));
}

TEST_CASE("config: no mesh port, is possible and warned of", "[dataplane][config]") {
  const auto config = parse_config(with_port(kZone), "dp.yaml");
  REQUIRE(config.ok());
  REQUIRE(config_warnings(*config).size() == 1);
  CHECK_THAT(config_warnings(*config)[0], Contains("no mesh port"));
}

TEST_CASE("config: a missing interface, the error names those that exist", "[dataplane][config]") {
  const auto config = parse_config(with_port(kZone + kMesh), "dp.yaml");
  REQUIRE(config.ok());
  CHECK(check_interfaces(*config, {"lo", "m0", "z0"}).ok());
  const Status status = check_interfaces(*config, {"lo", "m0"});
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().sentence == "port zone0: no network interface 'z0' here; there are: lo, m0");
}

TEST_CASE("config: a file that is not there, the path is named", "[dataplane][config]") {
  const auto config = load_config("/nonexistent/dp.yaml");
  REQUIRE_FALSE(config.ok());
  CHECK_THAT(config.error().sentence, Contains("/nonexistent/dp.yaml"));
}

}  // namespace bulkhead::dataplane
