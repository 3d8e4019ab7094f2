// SPDX-License-Identifier: Apache-2.0
#include "dpdk/ethdev_setup.h"

#include <fmt/format.h>
#include <rte_errno.h>
#include <rte_ethdev.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace bulkhead::dataplane {
namespace {

constexpr size_t kMaxRssKey = 128;

// 0x6d5a repeated makes Toeplitz symmetric: both directions of a flow hash alike, so they meet at
// one worker (Woo and Park, "Scalable TCP Session Monitoring with Symmetric RSS").
std::array<uint8_t, kMaxRssKey> symmetric_key() {
  std::array<uint8_t, kMaxRssKey> key{};
  for (size_t i = 0; i < key.size(); ++i) key[i] = i % 2 == 0 ? 0x6d : 0x5a;
  return key;
}

rte_eth_conf configuration_for(const rte_eth_dev_info& device, uint16_t mtu, uint16_t rx_queues,
                               std::array<uint8_t, kMaxRssKey>& key) {
  rte_eth_conf conf{};
  conf.rxmode.mtu = mtu;
  // Software devices report hash types without a hash_key_size; their spreading is the kernel's.
  if (rx_queues > 1 && device.hash_key_size > 0 && device.hash_key_size <= key.size()) {
    conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
    conf.rx_adv_conf.rss_conf.rss_key = key.data();
    conf.rx_adv_conf.rss_conf.rss_key_len = device.hash_key_size;
    conf.rx_adv_conf.rss_conf.rss_hf =
        device.flow_type_rss_offloads & (RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP);
  }
  return conf;
}

Status set_up_queues(uint16_t id, uint16_t rx_queues, const EthdevShape& shape, rte_mempool* pool) {
  uint16_t rx = shape.descriptors;
  uint16_t tx = shape.descriptors;
  if (const int error = rte_eth_dev_adjust_nb_rx_tx_desc(id, &rx, &tx); error != 0)
    return driver_error("descriptor counts", error);
  const auto socket = static_cast<unsigned>(rte_eth_dev_socket_id(id));
  for (uint16_t q = 0; q < rx_queues; ++q)
    if (const int error = rte_eth_rx_queue_setup(id, q, rx, socket, nullptr, pool); error != 0)
      return driver_error(fmt::format("receive queue {}", q), error);
  for (uint16_t q = 0; q < shape.workers; ++q)
    if (const int error = rte_eth_tx_queue_setup(id, q, tx, socket, nullptr); error != 0)
      return driver_error(fmt::format("transmit queue {}", q), error);
  return {};
}

Status set_mtu(uint16_t id, uint16_t mtu) {
  const int error = rte_eth_dev_set_mtu(id, mtu);
  if (error == 0 || error == -ENOTSUP) return {};  // a driver without the call takes any size
  return driver_error(fmt::format("an mtu of {}", mtu), error);
}

}  // namespace

Error driver_error(const std::string& what, int error) {
  return {ErrorCode::kUnavailable, fmt::format("{}: {}", what, rte_strerror(std::abs(error)))};
}

Result<uint16_t> configure_ethdev(uint16_t id, const EthdevShape& shape, rte_mempool* pool) {
  rte_eth_dev_info device{};
  if (const int error = rte_eth_dev_info_get(id, &device); error != 0)
    return driver_error("device facts", error);
  if (device.max_tx_queues < shape.workers)
    return Error{
        ErrorCode::kUnsupported,
        fmt::format("{} has {} transmit queue(s), but each of the {} workers needs its own",
                    device.driver_name, device.max_tx_queues, shape.workers)};
  const uint16_t rx_queues = std::min(device.max_rx_queues, shape.workers);
  auto key = symmetric_key();
  const rte_eth_conf conf = configuration_for(device, shape.mtu, rx_queues, key);
  if (const int error = rte_eth_dev_configure(id, rx_queues, shape.workers, &conf); error != 0)
    return driver_error(fmt::format("{} with {} queues and an mtu of {}", device.driver_name,
                                    shape.workers, shape.mtu),
                        error);
  if (Status done = set_mtu(id, shape.mtu); !done) return std::move(done).error();
  if (Status done = set_up_queues(id, rx_queues, shape, pool); !done)
    return std::move(done).error();
  return rx_queues;
}

Result<EthdevIdentity> identify_ethdev(uint16_t id) {
  rte_eth_dev_info device{};
  rte_ether_addr address{};
  if (const int error = rte_eth_dev_info_get(id, &device); error != 0)
    return driver_error("device facts", error);
  if (const int error = rte_eth_macaddr_get(id, &address); error != 0)
    return driver_error("link-layer address", error);
  return EthdevIdentity{MacAddress::from_wire(address.addr_bytes), device.driver_name,
                        device.if_index};
}

}  // namespace bulkhead::dataplane
