// SPDX-License-Identifier: Apache-2.0
// The ceiling probe: the least program that could do the gateway's job in the encrypt direction.
//
// Receives from port 0 (net_pcap, infinite_rx=1), finds the 5-tuple in a preallocated table,
// wraps the IP packet in ESP in UDP with one direct AES-256-GCM call, sends to port 1 (net_null,
// no-rx=1). No identity, policy, state, checks or counters beyond what proves that it did so.
// DPDK and IPsec-MB only: nothing of the product can make it slower or faster.
#include <intel-ipsec-mb.h>
#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_random.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "support/arguments.h"
#include "support/measure.h"

namespace {

constexpr uint16_t kBurst = 64;
constexpr uint32_t kBuffers = 32768;
constexpr uint32_t kSlots = 1u << 17;  // flow table
constexpr size_t kEthernet = 14, kIpv4 = 20, kUdp = 8, kEsp = 8, kIv = 8, kIcv = 16;
constexpr size_t kOuter = kEthernet + kIpv4 + kUdp + kEsp + kIv;

struct alignas(32) FlowSlot {
  uint64_t addresses = 0, ports = 0;  // ports also has the protocol, which is never 0
  uint64_t packets = 0;
  uint32_t sa = 0;
};

struct alignas(64) Sa {
  gcm_key_data key;
  uint32_t spi_be;
  uint32_t salt;
  uint64_t sequence = 0;
  uint8_t outer[kEthernet + kIpv4 + kUdp];
  uint32_t checksum_base;  // of the outer IPv4 header without its length
};

IMB_MGR* manager = nullptr;
std::vector<FlowSlot> table(kSlots);
std::vector<Sa> associations(1);
uint32_t flows_seen = 0;
uint64_t encrypted = 0;

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "ceiling: %s\n", what);
  std::exit(1);
}

template <typename T>
T load(const uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}
template <typename T>
void store(uint8_t* at, T value) {
  std::memcpy(at, &value, sizeof value);
}

FlowSlot& find_flow(const uint8_t* ip) {
  const auto addresses = load<uint64_t>(ip + 12);
  const uint64_t ports = load<uint32_t>(ip + 20) | (uint64_t{ip[9]} << 32);
  uint64_t at = _mm_crc32_u64(_mm_crc32_u64(0, addresses), ports);
  for (;; ++at) {
    FlowSlot& slot = table[at & (kSlots - 1)];
    if (slot.addresses == addresses && slot.ports == ports) [[likely]]
      return slot;
    if (slot.ports != 0) continue;
    slot.addresses = addresses;
    slot.ports = ports;
    if (++flows_seen > kSlots / 2) fail("more flows than the table is made for");
    return slot;
  }
}

void init_sa(Sa& sa) {
  uint8_t key[32];
  for (uint8_t& b : key) b = static_cast<uint8_t>(rte_rand());
  IMB_AES256_GCM_PRE(manager, key, &sa.key);
  sa.spi_be = static_cast<uint32_t>(rte_rand());
  sa.salt = static_cast<uint32_t>(rte_rand());
  static constexpr uint8_t kTemplate[sizeof sa.outer] = {
      2,    0, 0,    0,    1, 2, 2,    0, 0,  0,  1, 1, 8,   0,                      // Ethernet
      0x45, 0, 0,    0,    0, 0, 0x40, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2,  // IPv4
      0xc0, 0, 0x11, 0x94, 0, 0, 0,    0};                                           // UDP, to 4500
  std::memcpy(sa.outer, kTemplate, sizeof kTemplate);
  sa.checksum_base = 0;
  for (size_t i = kEthernet; i < kEthernet + kIpv4; i += 2)
    sa.checksum_base += static_cast<uint32_t>(sa.outer[i] << 8 | sa.outer[i + 1]);
}

// ESP in UDP around the IP packet of `m`: RFC 4303 with extended sequence numbers, RFC 4106.
void encapsulate(rte_mbuf* m, Sa& sa) {
  const auto* frame = rte_pktmbuf_mtod(m, const uint8_t*);
  const size_t inner = rte_be_to_cpu_16(load<uint16_t>(frame + kEthernet + 2));
  const size_t padding = (4 - (inner + 2) % 4) % 4;
  const size_t text = inner + padding + 2;
  m->data_off = static_cast<uint16_t>(m->data_off + kEthernet - kOuter);
  m->data_len = static_cast<uint16_t>(kOuter + text + kIcv);
  m->pkt_len = m->data_len;

  auto* out = rte_pktmbuf_mtod(m, uint8_t*);
  std::memcpy(out, sa.outer, sizeof sa.outer);
  uint8_t* ip = out + kEthernet;
  const size_t ip_length = kIpv4 + kUdp + kEsp + kIv + text + kIcv;
  uint32_t sum = sa.checksum_base + static_cast<uint32_t>(ip_length);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  store(ip + 2, rte_cpu_to_be_16(static_cast<uint16_t>(ip_length)));
  store(ip + 10, rte_cpu_to_be_16(static_cast<uint16_t>(~sum)));
  store(ip + kIpv4 + 4, rte_cpu_to_be_16(static_cast<uint16_t>(ip_length - kIpv4)));

  const uint64_t sequence = rte_cpu_to_be_64(++sa.sequence);
  uint8_t* esp = ip + kIpv4 + kUdp;
  store(esp, sa.spi_be);
  store(esp + 4, static_cast<uint32_t>(sequence >> 32));
  store(esp + kEsp, sequence);
  uint8_t* clear = esp + kEsp + kIv;
  for (size_t i = 0; i < padding; ++i) clear[inner + i] = static_cast<uint8_t>(i + 1);
  clear[inner + padding] = static_cast<uint8_t>(padding);
  clear[inner + padding + 1] = 4;  // IPv4

  uint8_t nonce[12], aad[12];
  store(nonce, sa.salt);
  store(nonce + 4, sequence);
  store(aad, sa.spi_be);
  store(aad + 4, sequence);
  gcm_context_data context;
  IMB_AES256_GCM_ENC(manager, &sa.key, &context, clear, clear, text, nonce, aad, sizeof aad,
                     clear + text, kIcv);
  ++encrypted;
}

// One packet through encapsulate() and back: the same bytes, the same tag.
bool proves_itself(rte_mempool* pool) {
  rte_mbuf* m = rte_pktmbuf_alloc(pool);
  constexpr size_t kInner = 50;
  uint8_t frame[kEthernet + kInner]{};
  for (size_t i = 0; i < sizeof frame; ++i) frame[i] = static_cast<uint8_t>(i);
  store(frame + kEthernet + 2, rte_cpu_to_be_16(kInner));
  std::memcpy(rte_pktmbuf_append(m, sizeof frame), frame, sizeof frame);
  Sa& sa = associations[0];
  encapsulate(m, sa);
  uint8_t* esp = rte_pktmbuf_mtod_offset(m, uint8_t*, kOuter - kEsp - kIv);
  const size_t text = m->data_len - kOuter - kIcv;
  uint8_t nonce[12], aad[12], tag[kIcv];
  store(nonce, sa.salt);
  std::memcpy(nonce + 4, esp + kEsp, kIv);
  std::memcpy(aad, esp, 4);
  std::memcpy(aad + 4, esp + kEsp, kIv);
  uint8_t* clear = esp + kEsp + kIv;
  const bool hidden = std::memcmp(clear, frame + kEthernet, kInner) != 0;
  gcm_context_data context;
  IMB_AES256_GCM_DEC(manager, &sa.key, &context, clear, clear, text, nonce, aad, sizeof aad, tag,
                     kIcv);
  const bool same = std::memcmp(clear, frame + kEthernet, kInner) == 0 &&
                    std::memcmp(tag, clear + text, kIcv) == 0;
  rte_pktmbuf_free(m);
  encrypted = 0;
  return hidden && same;
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
    for (uint16_t i = 0; work && i < n; ++i) {
      FlowSlot& flow = find_flow(rte_pktmbuf_mtod_offset(burst[i], uint8_t*, kEthernet));
      ++flow.packets;
      encapsulate(burst[i], associations[flow.sa]);
    }
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
  const uint32_t flows = arguments.number("flows", 0, kSlots / 2);  // expected; 0: not checked
  if (rte_eth_dev_count_avail() < 2) fail("needs two ports");
  manager = alloc_mb_mgr(0);
  if (manager == nullptr) fail("no memory for IPsec-MB");
  init_mb_mgr_auto(manager, nullptr);
  init_sa(associations[0]);
  rte_mempool* pool = rte_pktmbuf_pool_create("buffers", kBuffers - 1, 512, 0,
                                              RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
  if (pool == nullptr) fail("no memory for packet buffers");
  if (!proves_itself(pool)) fail("what it encrypts does not decrypt");
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
  report.claim(encrypted == (work ? received : 0), "not every packet was encrypted");
  report.claim(sent == received, "not every packet was sent");
  report.claim(flows == 0 || !work || flows_seen == flows, "other flows than expected");
  report.extra = {{"received", static_cast<double>(received)},
                  {"encrypted", static_cast<double>(encrypted)},
                  {"sent", static_cast<double>(sent)},
                  {"flows", flows_seen}};
  print(report);
  rte_eal_cleanup();
  return report.valid ? 0 : 1;
}
