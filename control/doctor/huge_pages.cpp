// SPDX-License-Identifier: Apache-2.0
// Huge pages: PCI ports need them, the others are faster with them. The dataplane takes them
// without files, so a mounted hugetlbfs is only told of.
#include <charconv>

#include "doctor/checks.h"

namespace bulkhead::doctor {
namespace {

constexpr const char* kPlace = "/sys/kernel/mm/hugepages/";
constexpr const char* kAdvice =
    "sysctl vm.nr_hugepages=512, and the same in /etc/sysctl.d/ for the next start";

struct Pages {
  int64_t total_kib = 0, free_kib = 0;
};

Pages count(const Machine& machine) {
  Pages pages;
  for (const std::string& name : machine.names(kPlace)) {
    constexpr std::string_view kPrefix = "hugepages-";
    int64_t kib = 0;
    if (!name.starts_with(kPrefix)) continue;
    std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), kib);
    pages.total_kib += kib * machine.number(kPlace + name + "/nr_hugepages").value_or(0);
    pages.free_kib += kib * machine.number(kPlace + name + "/free_hugepages").value_or(0);
  }
  return pages;
}

}  // namespace

Findings look_at_huge_pages(const Patient& patient) {
  bool pci = false;
  for (const PortFact& port : patient.ports()) pci |= port.is_pci();
  const Pages pages = count(patient.machine);
  if (pages.total_kib == 0 && pci) return {bad("", "none, and PCI ports need them", kAdvice)};
  if (pages.total_kib == 0)
    return {warn("", "none: the dataplane takes ordinary pages, which is slower", kAdvice)};
  const std::string mounts = patient.machine.text("/proc/mounts").value_or("");
  return {ok("", std::to_string(pages.free_kib / 1024) + " of " +
                     std::to_string(pages.total_kib / 1024) + " MiB free, hugetlbfs " +
                     (mounts.find(" hugetlbfs ") == std::string::npos ? "not mounted" : "mounted") +
                     " (not needed)")};
}

}  // namespace bulkhead::doctor
