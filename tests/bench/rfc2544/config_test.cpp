// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "rfc2544/tester_config.h"

namespace bulkhead::bench {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

const std::string kSides =
    "out:\n"
    "  port: { driver: af_packet, device: t0 }\n"
    "  mac: \"02:00:00:00:20:01\"\n"
    "  ip: 10.20.0.201\n"
    "back:\n"
    "  port: { driver: af_packet, device: t1 }\n"
    "  mac: \"02:00:00:00:20:02\"\n"
    "  ip: 10.20.0.202\n";
const std::string kRate = "trials: { highest_per_second: 1000 }\n";

std::string problems_of(const std::string& text) {
  const auto config = parse_tester_config(text, "site.yaml");
  REQUIRE_FALSE(config.ok());
  CHECK(config.error().code == ErrorCode::kInvalid);
  return config.error().sentence;
}

TesterConfig parsed(const std::string& text) {
  auto config = parse_tester_config(text, "site.yaml");
  if (!config) FAIL(config.error().sentence);
  return std::move(config).value();
}

}  // namespace

TEST_CASE("tester config: a short file has the times of RFC 2544 and all its sizes and tests",
          "[rfc2544][config]") {
  const TesterConfig c = parsed(kSides + kRate);
  CHECK(c.seconds == 60);
  CHECK(c.wait_ms == 2000);
  CHECK(c.rest_ms == 5000);
  REQUIRE(c.sizes.size() == 8);
  CHECK(c.sizes[0].name == "64B");
  CHECK(c.sizes[0].mix.bytes(0) == 60);  // without FCS
  CHECK(c.sizes[6].mix.bytes(0) == 1514);
  CHECK(c.sizes[7].name == "imix");
  CHECK(c.tests.recovery);
  CHECK(c.out.host.next_hop == c.back.host.ip);  // on one segment
  CHECK(c.back.host.next_hop == c.out.host.ip);
}

TEST_CASE("tester config: every key arrives", "[rfc2544][config]") {
  const TesterConfig c = parsed(
      "out:\n"
      "  port: { driver: pci, device: \"0000:3b:00.0\", options: \"a=1\" }\n"
      "  mac: \"02:00:00:00:20:01\"\n  ip: 10.20.0.201\n  next_hop: 10.20.0.1\n"
      "back:\n"
      "  port: { driver: pci, device: \"0000:3b:00.1\" }\n"
      "  mac: \"02:00:00:00:20:02\"\n  ip: 10.40.0.202\n  next_hop: 10.40.0.1\n"
      "traffic: { frame_bytes: [512, imix], flows: 10, source_port: 30000, port: 5000 }\n"
      "trials: { tests: [throughput, latency], seconds: 5, wait_ms: 100, rest_ms: 0,\n"
      "  highest_per_second: 9999, lowest_per_second: 10, link_mbps: 25000, resolution_percent: "
      "2,\n"
      "  latency_loads: [50], back_to_back_repeats: 4, back_to_back_ms: 300, recovery_seconds: 7 "
      "}\n"
      "gateways: { near: [ssh, gw-a, bulkhead], far: [ssh, gw-b, bulkhead] }\n"
      "machine: { threads: 1, packet_buffers: 8192, eal: [--log-level=8] }\n");
  CHECK(c.out.port.driver == dataplane::PortDriver::kPci);
  CHECK(c.out.port.device == "0000:3b:00.0");
  CHECK(c.out.port.options == "a=1");
  CHECK(to_string(c.out.host.mac) == "02:00:00:00:20:01");
  CHECK(to_string(c.back.host.next_hop) == "10.40.0.1");
  CHECK(c.sizes.size() == 2);
  CHECK(c.flows == 10);
  CHECK(c.source_port == 30000);
  CHECK(c.port == 5000);
  CHECK((c.tests.throughput && c.tests.latency && !c.tests.loss && !c.tests.back_to_back));
  CHECK((c.seconds == 5 && c.wait_ms == 100 && c.rest_ms == 0));
  CHECK((c.highest_per_second == 9999 && c.lowest_per_second == 10 && c.link_mbps == 25000));
  CHECK((c.resolution_percent == 2 && c.latency_loads == std::vector<uint32_t>{50}));
  CHECK((c.back_to_back_repeats == 4 && c.back_to_back_ms == 300 && c.recovery_seconds == 7));
  CHECK(c.near_command == std::vector<std::string>{"ssh", "gw-a", "bulkhead"});
  CHECK(c.far_command.size() == 3);
  CHECK((c.threads == 1 && c.packet_buffers == 8192 && c.eal.size() == 1));
}

TEST_CASE("tester config: what is wrong is told with its place, all at once", "[rfc2544][config]") {
  const std::string text =
      problems_of(kSides +
                  "traffic: { frame_bytes: [64, 63, big] }\n"
                  "trials: { highest_per_second: 1000, tests: [latency], sekonds: 3 }\n");
  CHECK_THAT(text,
             Contains("site.yaml:9:25: traffic.frame_bytes: '63' is neither imix nor a number"));
  CHECK_THAT(text, Contains("'big' is neither imix"));
  CHECK_THAT(text, Contains("latency is measured at parts of the throughput: add throughput"));
  CHECK_THAT(text, Contains("site.yaml:10:"));
  CHECK_THAT(text, Contains("sekonds"));
}

TEST_CASE("tester config: a missing side, port or address is named", "[rfc2544][config]") {
  CHECK_THAT(problems_of("out: {}\n" + kRate), Contains("back"));
  const std::string text = problems_of("out: { port: { device: t0 } }\nback: {}\n" + kRate);
  CHECK_THAT(text, Contains("site.yaml:1:"));
  CHECK_THAT(text, Contains("out.port: 'driver' is missing"));
  CHECK_THAT(text, Contains("out: 'mac' is missing"));
  CHECK_THAT(text, Contains("back: 'port' is missing"));
  CHECK_THAT(text, !Contains("is not a MAC address"));  // one problem, one line
}

TEST_CASE("tester config: an address that no host has is refused", "[rfc2544][config]") {
  std::string text = kSides + kRate;
  text.replace(text.find("10.20.0.202"), 11, "2001:db8::1");
  CHECK_THAT(problems_of(text), Contains("back.ip: 2001:db8::1 is no IPv4 address of a host"));
  text = kSides + kRate;
  text.replace(text.find("10.20.0.202"), 11, "10.20.0.201");
  CHECK_THAT(problems_of(text), Contains("back: has the address of out"));
  text = kSides + kRate;
  text.replace(text.find("02:00:00:00:20:01"), 2, "03");
  CHECK_THAT(problems_of(text), Contains("out.mac: is no address of a host"));
}

TEST_CASE("tester config: a software port needs to be told how fast it may go",
          "[rfc2544][config]") {
  CHECK_THAT(problems_of(kSides), Contains("only PCI ports say what their line carries"));
}

TEST_CASE("tester config: one port cannot be both ends", "[rfc2544][config]") {
  std::string text = kSides + kRate;
  text.replace(text.find("t1"), 2, "t0");
  CHECK_THAT(problems_of(text), Contains("back: is the port of out"));
}

TEST_CASE("tester config: flows must have a port each", "[rfc2544][config]") {
  CHECK_THAT(problems_of(kSides + kRate + "traffic: { source_port: 60000, flows: 6000 }\n"),
             Contains("traffic.flows: 6000 flows have no place above source_port 60000"));
}

TEST_CASE("tester config: the way is proven by both gateways or by none", "[rfc2544][config]") {
  CHECK_THAT(problems_of(kSides + kRate + "gateways: { near: bulkhead }\n"),
             Contains("gateways.far: the way is only proven by both gateways"));
}

TEST_CASE("tester config: what is asked for needs its test", "[rfc2544][config]") {
  const std::string trials = "trials: { highest_per_second: 1000, tests: [throughput] }\n";
  const TesterConfig c = parsed(kSides + trials + "accept: { line_rate_percent: 90 }\n");
  CHECK(c.accept_line_rate_percent == 90);
  CHECK(c.accept_p99_us == 0);
  const std::string text =
      problems_of(kSides + trials + "accept: { p99_us: 500, recovery_ms: 100 }\n");
  CHECK_THAT(text, Contains("site.yaml:10:19: accept.p99_us: needs the test latency"));
  CHECK_THAT(text, Contains("accept.recovery_ms: needs the test recovery"));
}

TEST_CASE("tester config: quick trials keep ports, hosts and traffic", "[rfc2544][config]") {
  TesterConfig c = parsed(kSides + kRate);
  make_quick(c);
  CHECK(c.seconds == 1);
  CHECK(c.back_to_back_repeats == 3);
  CHECK(c.sizes.size() == 8);
  CHECK(c.highest_per_second == 1000);
}

TEST_CASE("tester config: the example of the documents is well formed", "[rfc2544][config]") {
  const auto c = load_tester_config(BULKHEAD_EXAMPLES "/rfc2544.yaml");
  if (!c) FAIL(c.error().sentence);
  CHECK(c->out.port.driver == dataplane::PortDriver::kPci);
  CHECK_FALSE(c->near_command.empty());
}

}  // namespace bulkhead::bench
