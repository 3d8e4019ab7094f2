// SPDX-License-Identifier: Apache-2.0
#include "host/eal_arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "host/vdev_arguments.h"

namespace bulkhead::dataplane {
namespace {

constexpr uint32_t kHeadroom = 128;       // RTE_PKTMBUF_HEADROOM: outer Ethernet, IP, UDP and ESP
constexpr uint32_t kTrailerRoom = 64;     // ESP padding, trailer and ICV
constexpr uint32_t kPerBuffer = 512;      // mbuf, private area, mempool header
constexpr uint64_t kOtherMegabytes = 96;  // rings, queues, EAL itself

bool has_pci(const DataplaneConfig& config) {
  return std::any_of(config.ports.begin(), config.ports.end(),
                     [](const PortConfig& p) { return p.driver == PortDriver::kPci; });
}

// Does the operator say something about this subject himself? "-m" matches "-m", "--lcores" also
// "--lcores=...".
bool says(const DataplaneConfig& config, std::initializer_list<std::string_view> options) {
  for (const std::string& given : config.eal)
    for (const std::string_view option : options)
      if (given == option || (given.starts_with(option) && given.size() > option.size() &&
                              given[option.size()] == '='))
        return true;
  return false;
}

uint64_t needed_megabytes(const DataplaneConfig& config) {
  const uint64_t per_packet = buffer_bytes(config) + kPerBuffer;
  return ((config.packet_buffers * per_packet * 5 / 4) >> 20) + kOtherMegabytes;
}

Status add_memory(const DataplaneConfig& config, const HostFacts& host, EalArguments& out) {
  if (says(config,
           {"-m", "--no-huge", "--in-memory", "--socket-mem", "--huge-dir", "--legacy-mem"})) {
    out.memory = "memory as the configuration's eal options say";
    return {};
  }
  const uint64_t need = needed_megabytes(config);
  const uint64_t have = host.free_hugepage_bytes >> 20;
  if (have >= need) {
    out.arguments.push_back("--in-memory");
    out.memory = fmt::format("huge pages ({} MiB free, about {} MiB needed)", have, need);
    return {};
  }
  if (has_pci(config))
    return Error{
        ErrorCode::kUnsupported,
        fmt::format("PCI ports need huge pages: {} MiB free, about {} MiB needed; try: echo "
                    "{} > /proc/sys/vm/nr_hugepages",
                    have, need, need / 2 + 1)};
  // --no-huge and --in-memory exclude each other in DPDK 22.11; --no-shconf keeps files away too.
  for (const char* word : {"--no-huge", "--no-shconf", "-m"}) out.arguments.emplace_back(word);
  out.arguments.push_back(std::to_string(need));
  out.memory = fmt::format("ordinary pages, {} MiB (huge pages: {} MiB free, about {} MiB needed)",
                           need, have, need);
  return {};
}

std::string lcore_map(const DataplaneConfig& config, const HostFacts& host) {
  const std::string all = fmt::format("({})", fmt::join(host.cpus, ","));
  std::string map = "0@" + all;
  for (uint32_t i = 0; i < config.workers; ++i) {
    // The first processor is left to the kernel and the admin thread as long as there are others.
    const std::string own = std::to_string(host.cpus[(i + 1) % host.cpus.size()]);
    map += fmt::format(",{}@{}", i + 1, config.worker_mode == WorkerMode::kPoll ? own : all);
  }
  return map;
}

}  // namespace

uint32_t buffer_bytes(const DataplaneConfig& config) {
  uint32_t frame = 0;
  for (const PortConfig& port : config.ports) frame = std::max(frame, frame_slot_bytes(port.mtu));
  return kHeadroom + std::max(frame, 2048u) + kTrailerRoom;
}

Result<EalArguments> eal_arguments(const DataplaneConfig& config, const HostFacts& host, int pid) {
  EalArguments out;
  out.arguments = {"bulkhead-dataplane", "--no-telemetry"};
  if (!says(config, {"--log-level"})) out.arguments.push_back("--log-level=warning");
  if (!says(config, {"--file-prefix"}))
    out.arguments.push_back(fmt::format("--file-prefix=bulkhead-{}", pid));
  if (Status memory = add_memory(config, host, out); !memory) return std::move(memory).error();
  if (!says(config, {"--lcores", "-l", "-c"})) {
    out.arguments.push_back("--lcores");
    out.arguments.push_back(lcore_map(config, host));
  }
  if (!has_pci(config)) out.arguments.push_back("--no-pci");
  for (const PortConfig& port : config.ports)
    if (port.driver == PortDriver::kPci)
      out.arguments.insert(out.arguments.end(), {"-a", pci_allow(port)});
  out.arguments.insert(out.arguments.end(), config.eal.begin(), config.eal.end());
  return out;
}

}  // namespace bulkhead::dataplane
