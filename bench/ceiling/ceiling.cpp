// SPDX-License-Identifier: Apache-2.0
// The ceiling probe: the least program that could do the gateway's job in the encrypt direction.
//
// Receives from port 0 (net_pcap, infinite_rx=1), does the work (work.h), sends to port 1
// (net_null, no-rx=1). DPDK and IPsec-MB only: nothing of the product can make it slower or faster.
#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "ceiling/work.h"
#include "support/arguments.h"
#include "support/measure.h"

namespace {

constexpr uint16_t kBurst = 64;
constexpr uint32_t kBuffers = 32768;

bulkhead::bench::CeilingWork ceiling;

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "ceiling: %s\n", what);
  std::exit(1);
}

void wrap(rte_mbuf* m) {
  auto* frame = rte_pktmbuf_mtod(m, uint8_t*);
  const auto wrapped = ceiling.handle(frame);
  if (wrapped.frame == nullptr) fail("more flows than the table is made for");
  m->data_off = static_cast<uint16_t>(m->data_off - (frame - wrapped.frame));
  m->data_len = wrapped.length;
  m->pkt_len = wrapped.length;
}

void start_port(uint16_t port, rte_mempool* pool) {
  const rte_eth_conf conf{};
  if (rte_eth_dev_configure(port, 1, 1, &conf) != 0 ||
      rte_eth_rx_queue_setup(port, 0, 512, SOCKET_ID_ANY, nullptr, pool) != 0 ||
      rte_eth_tx_queue_setup(port, 0, 512, SOCKET_ID_ANY, nullptr) != 0 ||
      rte_eth_dev_start(port) != 0)
    fail("a port does not start (more packets in the capture than buffers?)");
}

void run(double seconds, bool work, bulkhead::bench::Meter& meter, uint64_t& received,
         uint64_t& sent) {
  rte_mbuf* burst[kBurst];
  meter.start(seconds);
  while (!meter.done()) {
    const uint16_t n = rte_eth_rx_burst(0, 0, burst, kBurst);
    for (uint16_t i = 0; work && i < n; ++i) wrap(burst[i]);
    received += n;
    sent += rte_eth_tx_burst(1, 0, burst, n);
    meter.add(n);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int used = rte_eal_init(argc, argv);
  if (used < 0) fail("EAL does not start");
  const bulkhead::bench::Arguments arguments(
      argc - used, argv + used,
      {{"seconds", "1"}, {"warm-up", "0.2"}, {"name", "ceiling"}, {"flows", "0"}, {"work", "1"}},
      "usage: ceiling EAL-ARGUMENTS -- [--seconds S] [--warm-up S] [--name NAME] [--flows N]\n"
      "                                [--work 0|1]   0: receive and send only\n");
  const bool work = arguments.number("work", 0, 1) == 1;
  const uint32_t flows =
      arguments.number("flows", 0, ceiling.kMostFlows);  // expected; 0: not checked
  if (rte_eth_dev_count_avail() < 2) fail("needs two ports");
  if (const char* why = ceiling.start()) fail(why);
  rte_mempool* pool = rte_pktmbuf_pool_create("buffers", kBuffers - 1, 512, 0,
                                              RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
  if (pool == nullptr) fail("no memory for packet buffers");
  start_port(0, pool);
  start_port(1, pool);

  bulkhead::bench::Meter meter;
  bulkhead::bench::Report report;
  report.name = arguments.text("name");
  uint64_t received = 0, sent = 0;
  run(arguments.real("warm-up"), work, meter, received, sent);
  run(arguments.real("seconds"), work, meter, received, sent);
  meter.finish(report);
  report.claim(report.packets > 0, "no packets came");
  report.claim(ceiling.encrypted() == (work ? received : 0), "not every packet was encrypted");
  report.claim(sent == received, "not every packet was sent");
  report.claim(flows == 0 || !work || ceiling.flows() == flows, "other flows than expected");
  report.extra = {{"received", static_cast<double>(received)},
                  {"encrypted", static_cast<double>(ceiling.encrypted())},
                  {"sent", static_cast<double>(sent)},
                  {"flows", ceiling.flows()}};
  print(report);
  rte_eal_cleanup();
  return report.valid ? 0 : 1;
}
