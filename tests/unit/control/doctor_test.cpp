// SPDX-License-Identifier: Apache-2.0
// The checks against a machine made of files.
#include <catch2/catch.hpp>
#include <set>

#include "doctor/machine_calls.h"
#include "doctor/report.h"
#include "doctor_fixture.h"

namespace bulkhead::doctor {
namespace {

using Catch::Matchers::Contains;

// The only finding, or the failure of the test.
Finding only(const Findings& findings) {
  REQUIRE(findings.size() == 1);
  return findings.front();
}
Level level_of(const Findings& findings) {
  return only(findings).level;
}

constexpr const char* kModern =
    "processor\t: 0\nflags\t\t: fpu avx2 bmi2 fma aes pclmulqdq vaes avx512f avx512bw\n";

std::string without(const std::string& flag) {
  std::string text = kModern;
  text.replace(text.find(flag), flag.size(), "none");
  return text;
}

}  // namespace

TEST_CASE("doctor: a port's interface that is missing, down or without carrier is bad",
          "[doctor]") {
  Gateway gateway;
  gateway.port("af_packet", "eth1");
  CHECK_THAT(only(look_at_links(gateway.patient)).saw, Contains("no interface eth1"));
  gateway.interface("eth1", "0x1002");
  CHECK_THAT(only(look_at_links(gateway.patient)).saw, Contains("is down"));
  gateway.interface("eth1", "0x1003", "0");
  CHECK_THAT(only(look_at_links(gateway.patient)).saw, Contains("no carrier"));
  CHECK(level_of(look_at_links(gateway.patient)) == Level::kBad);
  gateway.interface("eth1");
  CHECK(level_of(look_at_links(gateway.patient)) == Level::kOk);
}

TEST_CASE("doctor: an interface that carries less than its port is warned of", "[doctor]") {
  Gateway gateway;
  gateway.port("af_packet", "eth1").mtu = 9000;
  gateway.interface("eth1");
  CHECK(level_of(look_at_links(gateway.patient)) == Level::kWarn);
}

TEST_CASE("doctor: ports that share no interface have no link and no offload to look at",
          "[doctor]") {
  Gateway gateway;
  gateway.port("pcap", "");
  CHECK(look_at_links(gateway.patient).empty());
  CHECK(look_at_offloads(gateway.patient).empty());
}

TEST_CASE("doctor: gro or lro on a port's interface is bad, and unknown is unseen", "[doctor]") {
  Gateway gateway;
  gateway.port("af_packet", "eth1");
  CHECK(level_of(look_at_offloads(gateway.patient)) == Level::kOk);
  gateway.patient.machine.offloads = [](const std::string&) -> Result<Offloads> {
    return Offloads{.gro = true, .lro = false};
  };
  CHECK(level_of(look_at_offloads(gateway.patient)) == Level::kBad);
  CHECK_THAT(only(look_at_offloads(gateway.patient)).advice, Contains("ethtool -K eth1 gro off"));
  gateway.patient.machine.offloads = [](const std::string&) -> Result<Offloads> {
    return Error{ErrorCode::kUnsupported, "no"};
  };
  CHECK(level_of(look_at_offloads(gateway.patient)) == Level::kUnseen);
}

TEST_CASE("doctor: a PCI port needs its device, vfio-pci and an IOMMU", "[doctor]") {
  Gateway gateway;
  gateway.port("pci", "0000:3b:00.0");
  const std::string device = "/sys/bus/pci/devices/0000:3b:00.0";
  CHECK_THAT(only(look_at_drivers(gateway.patient)).saw, Contains("no PCI device"));
  gateway.put(device + "/vendor", "0x8086\n");
  gateway.link(device + "/driver", "../../drivers/ixgbe");
  CHECK_THAT(only(look_at_drivers(gateway.patient)).saw, Contains("bound to ixgbe"));
  std::filesystem::remove(gateway.root + device + "/driver");
  gateway.link(device + "/driver", "../../drivers/vfio-pci");
  CHECK_THAT(only(look_at_drivers(gateway.patient)).saw, Contains("no IOMMU"));
  CHECK(level_of(look_at_drivers(gateway.patient)) == Level::kBad);
  gateway.link(device + "/iommu_group", "../../../kernel/iommu_groups/7");
  CHECK(level_of(look_at_drivers(gateway.patient)) == Level::kOk);
}

TEST_CASE("doctor: no huge pages are bad with PCI ports, else a warning", "[doctor]") {
  Gateway gateway;
  CHECK(level_of(look_at_huge_pages(gateway.patient)) == Level::kWarn);
  gateway.port("pci", "0000:3b:00.0");
  CHECK(level_of(look_at_huge_pages(gateway.patient)) == Level::kBad);
  gateway.put("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "512\n");
  gateway.put("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "100\n");
  const Finding found = only(look_at_huge_pages(gateway.patient));
  CHECK(found.level == Level::kOk);
  CHECK_THAT(found.saw, Contains("200 of 1024 MiB free"));
}

TEST_CASE("doctor: a processor without what the build needs is bad, without speed a warning",
          "[doctor]") {
  Gateway gateway;
  CHECK(level_of(look_at_processor(gateway.patient)) == Level::kUnseen);
  gateway.put("/proc/cpuinfo", kModern);
  CHECK(level_of(look_at_processor(gateway.patient)) == Level::kOk);
  gateway.put("/proc/cpuinfo", without("vaes"));
  CHECK(level_of(look_at_processor(gateway.patient)) == Level::kWarn);
#ifdef __AVX2__
  gateway.put("/proc/cpuinfo", without("avx2"));
  const Finding found = only(look_at_processor(gateway.patient));
  CHECK(found.level == Level::kBad);
  CHECK(found.subject == "avx2");
#endif
}

TEST_CASE("doctor: workers that poll want processors of their own at full speed", "[doctor]") {
  Gateway gateway;
  const std::string cpus = "/sys/devices/system/cpu/";
  for (const char* cpu : {"cpu0", "cpu1", "cpu2", "cpu3"}) gateway.put(cpus + cpu + "/online", "1");
  gateway.put(cpus + "cpufreq/boost", "1");
  gateway.put(cpus + "isolated", "\n");
  CHECK_THAT(only(look_at_cpus(gateway.patient)).saw, Contains("on 4 processors"));
  gateway.patient.dataplane.value().worker_mode = "poll";
  CHECK(only(look_at_cpus(gateway.patient)).subject == "isolation");
  gateway.put(cpus + "isolated", "1-3\n");
  gateway.put(cpus + "cpu0/cpufreq/scaling_governor", "powersave\n");
  CHECK(only(look_at_cpus(gateway.patient)).subject == "governor");
  gateway.put(cpus + "cpu0/cpufreq/scaling_governor", "performance\n");
  CHECK(level_of(look_at_cpus(gateway.patient)) == Level::kOk);
  gateway.patient.dataplane.value().workers = 4;
  CHECK(only(look_at_cpus(gateway.patient)).subject == "workers");
}

TEST_CASE("doctor: a kernel that answers or forwards by itself is named with its setting",
          "[doctor]") {
  Gateway gateway;
  gateway.put("/proc/sys/net/ipv4/ip_forward", "0\n");
  CHECK(level_of(look_at_sysctls(gateway.patient)) == Level::kOk);
  gateway.put("/proc/sys/net/ipv4/ip_forward", "1\n");
  CHECK(only(look_at_sysctls(gateway.patient)).subject == "net.ipv4.ip_forward");
  CHECK(level_of(look_at_sysctls(gateway.patient)) == Level::kWarn);
  gateway.put("/proc/sys/net/ipv4/ip_forward", "0\n");
  gateway.put("/proc/sys/net/ipv4/conf/all/proxy_arp", "1\n");
  CHECK(level_of(look_at_sysctls(gateway.patient)) == Level::kBad);
}

TEST_CASE("doctor: a clock that nobody keeps, or that may be far off, is warned of", "[doctor]") {
  Gateway gateway;
  CHECK(level_of(look_at_clock(gateway.patient)) == Level::kOk);
  gateway.patient.machine.clock = [] { return ClockState{.synchronised = false, .error_us = 0}; };
  CHECK(level_of(look_at_clock(gateway.patient)) == Level::kWarn);
  gateway.patient.machine.clock = [] {
    return ClockState{.synchronised = true, .error_us = 5'000'000};
  };
  CHECK_THAT(only(look_at_clock(gateway.patient)).saw, Contains("5000 ms"));
}

TEST_CASE("doctor: a full, read-only or missing disk is bad, a filling one a warning", "[doctor]") {
  Gateway gateway;
  gateway.patient.control.value().store = "/var/lib/bulkhead/control.db";
  DiskSpace space{.free_bytes = 9'000'000'000, .total_bytes = 10'000'000'000, .free_files = 1000};
  std::string asked;
  gateway.patient.machine.disk = [&](const std::string& path) -> Result<DiskSpace> {
    asked = path;
    return space;
  };
  CHECK(level_of(look_at_disk(gateway.patient)) == Level::kOk);
  CHECK(asked == "/var/lib/bulkhead");
  space.free_bytes = 400'000'000;
  CHECK(level_of(look_at_disk(gateway.patient)) == Level::kWarn);
  space.free_bytes = 4'000'000;
  CHECK(level_of(look_at_disk(gateway.patient)) == Level::kBad);
  space = {.free_bytes = 9'000'000'000, .total_bytes = 10'000'000'000, .free_files = 3};
  CHECK(level_of(look_at_disk(gateway.patient)) == Level::kBad);
  space = {.free_bytes = 1, .total_bytes = 1, .free_files = 1000, .read_only = true};
  CHECK_THAT(only(look_at_disk(gateway.patient)).saw, Contains("read-only"));
}

TEST_CASE("doctor: processes that do not answer, differ in version or in policy are told apart",
          "[doctor]") {
  Gateway gateway;
  for (const Finding& finding : look_at_processes(gateway.patient))
    CHECK(finding.level == Level::kOk);
  const auto worst = [&] { return look_at_processes(gateway.patient).back(); };
  gateway.running.in_step = false;
  CHECK(worst().level == Level::kWarn);
  gateway.running.in_force = 0;
  CHECK_THAT(worst().saw, Contains("everything is denied"));
  gateway.running.trouble = "disk full";
  CHECK(worst().level == Level::kBad);
  gateway.running.dataplane_version = "0.9";
  CHECK(look_at_processes(gateway.patient)[2].level == Level::kWarn);
  gateway.running.dataplane_version = "";
  CHECK(worst().subject == "dataplane");
  CHECK(worst().level == Level::kBad);
  gateway.patient.ask_control = []() -> Result<Running> {
    return Error{ErrorCode::kUnavailable, "nobody listens"};
  };
  CHECK(level_of(look_at_processes(gateway.patient)) == Level::kBad);
  gateway.patient.ask_control = []() -> Result<Running> {
    return Error{ErrorCode::kPermission, "not for you"};
  };
  CHECK(level_of(look_at_processes(gateway.patient)) == Level::kUnseen);
}

TEST_CASE("doctor: the dataplane judges its own file, and its words are shown", "[doctor]") {
  Gateway gateway;
  CHECK(level_of(look_at_dataplane_config(gateway.patient)) == Level::kOk);
  std::vector<std::string> words;
  gateway.patient.machine.run = [&](const std::vector<std::string>& asked) {
    words = asked;
    return Ran{.status = 2, .output = "dataplane.yaml:3:1: workers: too many\n"};
  };
  const Finding found = only(look_at_dataplane_config(gateway.patient));
  CHECK(found.level == Level::kBad);
  CHECK(found.saw == "dataplane.yaml:3:1: workers: too many");
  CHECK(words ==
        std::vector<std::string>{"bulkhead-dataplane", "--config", "dataplane.yaml", "--check"});
  gateway.patient.machine.run = [](const std::vector<std::string>&) { return Ran{}; };
  CHECK(level_of(look_at_dataplane_config(gateway.patient)) == Level::kUnseen);
}

TEST_CASE("doctor: a file that may not be read is unseen, one that is wrong is bad", "[doctor]") {
  Gateway gateway;
  gateway.patient.control = Error{ErrorCode::kIo, "open control.yaml: Permission denied"};
  CHECK(level_of(look_at_control_config(gateway.patient)) == Level::kUnseen);
  gateway.patient.control = Error{ErrorCode::kInvalid, "control.yaml:1:1: unknown key"};
  CHECK(level_of(look_at_control_config(gateway.patient)) == Level::kBad);
  CHECK(look_at_certificates(gateway.patient).empty());  // nothing to go by
}

TEST_CASE("doctor: what is needed of dataplane.yaml is read, whatever else is in it", "[doctor]") {
  Gateway gateway;
  gateway.put("/dataplane.yaml",
              "workers: 3\nworker_mode: poll\nwrokers: 1\nstate_directory: /s\nports:\n"
              "  - { name: a, role: zone, device: eth1 }\n"
              "  - { name: b, role: mesh, driver: pci, device: \"0000:3b:00.0\", mtu: 9000 }\n");
  const auto facts = read_dataplane_facts(gateway.root + "/dataplane.yaml");
  REQUIRE(facts.ok());
  CHECK(facts->workers == 3);
  CHECK(facts->worker_mode == "poll");
  CHECK(facts->state_directory == "/s");
  REQUIRE(facts->ports.size() == 2);
  CHECK(facts->ports[0].shares_interface());
  CHECK(facts->ports[0].mtu == 1500);
  CHECK(facts->ports[1].is_pci());
  CHECK(facts->ports[1].mtu == 9000);
}

TEST_CASE("doctor: a program's output and status are taken, and its absence is no status",
          "[doctor]") {
  const Ran ran = run_program({"sh", "-c", "echo out; echo err >&2; exit 3"});
  CHECK(ran.status == 3);
  CHECK(ran.output == "out\nerr\n");
  CHECK(run_program({"/nonexistent/program"}).status < 0);
  const Ran loud = run_program({"sh", "-c", "head -c 100000 /dev/zero"});
  CHECK(loud.status == 0);
  CHECK(loud.output.size() == 16384);
}

TEST_CASE("doctor: every check has an id of its own, and a JSON line holds any text", "[doctor]") {
  std::set<std::string_view> ids;
  for (const Check& check : checks()) CHECK(ids.insert(check.id).second);
  CHECK(ids.size() >= 14);
  CHECK(json_line("links", bad("a \"b\"", "x\ny", "c\\d")) ==
        R"({"check":"links","level":"bad","subject":"a \"b\"","saw":"x\u000ay","advice":"c\\d"})");
}

}  // namespace bulkhead::doctor
