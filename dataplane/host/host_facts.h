// SPDX-License-Identifier: Apache-2.0
// What this machine offers the dataplane: processors and huge pages. Read once at start.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bulkhead::dataplane {

struct HostFacts {
  std::vector<unsigned> cpus;        // we may run on (affinity mask, so cpusets are obeyed)
  uint64_t free_hugepage_bytes = 0;  // of all sizes
};

HostFacts read_host_facts(const std::string& hugepages = "/sys/kernel/mm/hugepages");

}  // namespace bulkhead::dataplane
