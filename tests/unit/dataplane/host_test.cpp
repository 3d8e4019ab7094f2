// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>

#include "host/eal_arguments.h"
#include "host/vdev_arguments.h"

namespace bulkhead::dataplane {
namespace {

using Catch::Matchers::Contains;

PortConfig port_of(PortDriver driver, std::string device, std::string options = "") {
  PortConfig port;
  port.driver = driver;
  port.device = std::move(device);
  port.options = std::move(options);
  return port;
}

bool has(const EalArguments& eal, const std::string& word) {
  return std::find(eal.arguments.begin(), eal.arguments.end(), word) != eal.arguments.end();
}

constexpr uint64_t kPlenty = 4ull << 30;

}  // namespace

TEST_CASE("device string: af_packet, ring slots hold the mtu", "[dataplane][host]") {
  PortConfig port = port_of(PortDriver::kAfPacket, "z0");
  CHECK(device_string(port, 3, 2) ==
        "net_af_packet3,iface=z0,qpairs=2,blocksz=65536,framesz=2048,framecnt=4096");
  port.mtu = 9000;
  CHECK(device_string(port, 0, 1) ==
        "net_af_packet0,iface=z0,qpairs=1,blocksz=65536,framesz=16384,framecnt=512");
}

TEST_CASE("device string: an option of the operator, replaces ours", "[dataplane][host]") {
  CHECK(device_string(port_of(PortDriver::kNull, ""), 1, 1) == "net_null1,no-rx=1");
  CHECK(device_string(port_of(PortDriver::kNull, "", "size=128,no-rx=0"), 1, 1) ==
        "net_null1,size=128,no-rx=0");
}

TEST_CASE("device string: every driver, its own words", "[dataplane][host]") {
  CHECK(device_string(port_of(PortDriver::kTap, "t0"), 0, 1) == "net_tap0,iface=t0");
  CHECK(device_string(port_of(PortDriver::kAfXdp, "z0"), 0, 2) ==
        "net_af_xdp0,iface=z0,start_queue=0,queue_count=2");
  CHECK(device_string(port_of(PortDriver::kMemif, "/run/m.sock", "role=server"), 0, 1) ==
        "net_memif0,socket=/run/m.sock,socket-abstract=no,role=server");
  CHECK(device_string(port_of(PortDriver::kPcap, "", "rx_pcap=a,tx_pcap=b"), 0, 1) ==
        "net_pcap0,rx_pcap=a,tx_pcap=b");
  CHECK(device_string(port_of(PortDriver::kRing, ""), 2, 1) == "net_ring2");
  CHECK(device_name(port_of(PortDriver::kPci, "0000:3b:00.0"), 2) == "0000:3b:00.0");
}

TEST_CASE("eal: enough huge pages, in memory without files", "[dataplane][host]") {
  const auto eal = eal_arguments({}, {.cpus = {0, 1}, .free_hugepage_bytes = kPlenty}, 42);
  REQUIRE(eal.ok());
  CHECK(has(*eal, "--in-memory"));
  CHECK_FALSE(has(*eal, "--no-huge"));
  CHECK(has(*eal, "--no-pci"));
  CHECK(has(*eal, "--file-prefix=bulkhead-42"));
}

TEST_CASE("eal: no huge pages, ordinary memory and the reason", "[dataplane][host]") {
  const auto eal = eal_arguments({}, {.cpus = {0}, .free_hugepage_bytes = 0}, 42);
  REQUIRE(eal.ok());
  CHECK(has(*eal, "--no-huge"));
  CHECK_FALSE(has(*eal, "--in-memory"));
  CHECK_THAT(eal->memory, Contains("ordinary pages") && Contains("0 MiB free"));
}

TEST_CASE("eal: a PCI port without huge pages, is refused with advice", "[dataplane][host]") {
  DataplaneConfig config;
  config.ports = {port_of(PortDriver::kPci, "0000:3b:00.0")};
  const auto refused = eal_arguments(config, {.cpus = {0}, .free_hugepage_bytes = 0}, 42);
  REQUIRE_FALSE(refused.ok());
  CHECK_THAT(refused.error().sentence, Contains("nr_hugepages"));
  const auto eal = eal_arguments(config, {.cpus = {0}, .free_hugepage_bytes = kPlenty}, 42);
  REQUIRE(eal.ok());
  CHECK_FALSE(has(*eal, "--no-pci"));
  CHECK(has(*eal, "0000:3b:00.0"));
}

TEST_CASE("eal: more workers than processors, each is still a thread", "[dataplane][host]") {
  DataplaneConfig config;
  config.workers = 3;
  config.worker_mode = WorkerMode::kPoll;
  const auto eal = eal_arguments(config, {.cpus = {4, 6}, .free_hugepage_bytes = kPlenty}, 42);
  REQUIRE(eal.ok());
  CHECK(has(*eal, "0@(4,6),1@6,2@4,3@6"));
  config.worker_mode = WorkerMode::kAdaptive;
  CHECK(has(*eal_arguments(config, {.cpus = {4, 6}, .free_hugepage_bytes = kPlenty}, 42),
            "0@(4,6),1@(4,6),2@(4,6),3@(4,6)"));
}

TEST_CASE("eal: what the operator says, replaces ours", "[dataplane][host]") {
  DataplaneConfig config;
  config.eal = {"--lcores", "0@0,1@0", "--no-huge", "-m", "512", "--file-prefix=mine"};
  const auto eal = eal_arguments(config, {.cpus = {0}, .free_hugepage_bytes = kPlenty}, 42);
  REQUIRE(eal.ok());
  CHECK(std::count(eal->arguments.begin(), eal->arguments.end(), "--lcores") == 1);
  CHECK_FALSE(has(*eal, "--in-memory"));
  CHECK_FALSE(has(*eal, "--file-prefix=bulkhead-42"));
}

TEST_CASE("eal: a larger mtu, larger packet buffers", "[dataplane][host]") {
  DataplaneConfig config;
  config.ports = {port_of(PortDriver::kRing, "")};
  CHECK(buffer_bytes(config) == 128 + 2048 + 64);
  config.ports[0].mtu = 9000;
  CHECK(buffer_bytes(config) == 128 + 16384 + 64);
}

TEST_CASE("host facts: no sysfs, no huge pages", "[dataplane][host]") {
  const HostFacts facts = read_host_facts("/nonexistent");
  CHECK(facts.free_hugepage_bytes == 0);
  CHECK_FALSE(facts.cpus.empty());
}

}  // namespace bulkhead::dataplane
