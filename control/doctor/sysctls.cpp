// SPDX-License-Identifier: Apache-2.0
// Settings of the kernel that work against the dataplane, or around it.
#include "doctor/checks.h"

namespace bulkhead::doctor {
namespace {

struct Row {
  const char* key;  // below /proc/sys
  int64_t not_wanted;
  Level level;
  const char* because;
};
constexpr Row kRows[] = {
    {"net/ipv4/ip_forward", 1, Level::kWarn,
     "the kernel forwards between its own interfaces, past the policy"},
    {"net/ipv6/conf/all/forwarding", 1, Level::kWarn,
     "the kernel forwards between its own interfaces, past the policy"},
    {"net/ipv4/conf/all/proxy_arp", 1, Level::kBad,
     "the kernel answers ARP for others where only known identities may be seen"},
    {"vm/overcommit_memory", 2, Level::kWarn,
     "address space of flows is reserved whole: inspected_flows_per_worker may have to be smaller"},
    {"kernel/randomize_va_space", 0, Level::kWarn, "addresses of memory are guessable"},
    {"kernel/numa_balancing", 1, Level::kWarn, "moves pages from under workers, which then wait"},
};

std::string dotted(std::string key) {
  for (char& c : key)
    if (c == '/') c = '.';
  return key;
}

}  // namespace

Findings look_at_sysctls(const Patient& patient) {
  Findings found;
  for (const Row& row : kRows) {
    const auto value = patient.machine.number(std::string("/proc/sys/") + row.key);
    if (!value || *value != row.not_wanted) continue;
    found.push_back({row.level, dotted(row.key),
                     "is " + std::to_string(*value) + ": " + row.because,
                     "set another value in /etc/sysctl.d/, unless something else here needs it"});
  }
  if (found.empty()) found.push_back(ok("", "none of those that matter is set against us"));
  return found;
}

}  // namespace bulkhead::doctor
