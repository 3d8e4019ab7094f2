// SPDX-License-Identifier: Apache-2.0
#include "dpdk/dpdk_port.h"

#include <fmt/format.h>
#include <rte_dev.h>
#include <rte_ethdev.h>

#include <algorithm>
#include <array>

#include "base/prefetch.h"
#include "burst.h"
#include "dpdk/ethdev_setup.h"
#include "host/packet_sockets.h"

namespace bulkhead::dataplane {

namespace {

// The notes of a packet are written whole as soon as it is here.
void prefetch_for_write(const Packet* packet) noexcept {
  const auto* line = reinterpret_cast<const uint8_t*>(packet);
  for (size_t at = 0; at < sizeof *packet; at += RTE_CACHE_LINE_SIZE)
    prefetch_line_to_write(line + at);
}

}  // namespace

size_t DpdkQueue::receive(std::span<Packet*> out) noexcept {
  if (!receives_) return 0;
  std::array<rte_mbuf*, Burst::kCapacity> mbufs;
  const uint16_t want = static_cast<uint16_t>(std::min(out.size(), mbufs.size()));
  const uint16_t n = rte_eth_rx_burst(port_, queue_, mbufs.data(), want);
  for (uint16_t i = 0; i < n; ++i) {
    rte_prefetch0(rte_pktmbuf_mtod(mbufs[i], void*));
    prefetch_for_write(packet_of(mbufs[i]));
  }
  for (uint16_t i = 0; i < n; ++i) out[i] = from_mbuf(mbufs[i]);
  return n;
}

size_t DpdkQueue::transmit(std::span<Packet* const> packets) noexcept {
  std::array<rte_mbuf*, Burst::kCapacity> mbufs;
  const size_t n = std::min(packets.size(), mbufs.size());
  for (size_t i = 0; i < n; ++i) mbufs[i] = to_mbuf(packets[i]);
  return rte_eth_tx_burst(port_, queue_, mbufs.data(), static_cast<uint16_t>(n));
}

Result<std::unique_ptr<DpdkPort>> DpdkPort::open(const PortPlan& plan, uint16_t workers,
                                                 const MbufPool& pool) {
  const auto failed = [&](Error error) {
    return std::move(error).within(fmt::format("port {}", plan.info.name));
  };
  if (!plan.string.empty())
    if (const int error = rte_dev_probe(plan.string.c_str()); error != 0)
      return failed(driver_error("the driver refuses " + plan.string, error));
  uint16_t id = 0;
  if (rte_eth_dev_get_port_by_name(plan.device.c_str(), &id) != 0)
    return failed({ErrorCode::kNotFound, "no driver took the device " + plan.device});
  std::unique_ptr<DpdkPort> port(new DpdkPort(plan.info, id));
  if (Status done = port->configure(plan, workers, pool); !done)
    return failed(std::move(done).error());
  if (plan.before_start)
    if (Status done = plan.before_start(); !done) return failed(std::move(done).error());
  if (Status done = port->start(); !done) return failed(std::move(done).error());
  return port;
}

Status DpdkPort::configure(const PortPlan& plan, uint16_t workers, const MbufPool& pool) {
  const EthdevShape shape{
      .mtu = plan.device_mtu, .workers = workers, .descriptors = plan.descriptors};
  auto receiving = configure_ethdev(id_, shape, pool.handle());
  if (!receiving) return std::move(receiving).error();
  auto identity = identify_ethdev(id_);
  if (!identity) return std::move(identity).error();
  // net_af_packet opens one socket for each queue, in their order; other drivers have none.
  const std::vector<int> sockets = packet_sockets_on(identity->interface);
  for (uint16_t i = 0; i < workers; ++i)
    queues_.emplace_back(id_, i, i < *receiving, sockets.size() == workers ? sockets[i] : -1);
  info_.mac = identity->mac;
  driver_ = identity->driver;
  return {};
}

Status DpdkPort::start() {
  if (const int error = rte_eth_dev_start(id_); error != 0)
    return driver_error("cannot be started", error);
  // A zone port hears for many addresses (segment mode stands in for the peers); a mesh port only
  // for its own, and for the multicast of neighbour discovery.
  if (info_.role == PortRole::kZone) {
    const int error = rte_eth_promiscuous_enable(id_);
    if (error != 0 && error != -ENOTSUP) return driver_error("promiscuous mode", error);
  } else {
    rte_eth_allmulticast_enable(id_);
  }
  return {};
}

bool DpdkPort::link_up() const noexcept {
  rte_eth_link link{};
  return rte_eth_link_get_nowait(id_, &link) == 0 && link.link_status == RTE_ETH_LINK_UP;
}

DpdkPort::~DpdkPort() {
  rte_eth_dev_stop(id_);
  rte_eth_dev_close(id_);
}

}  // namespace bulkhead::dataplane
