// SPDX-License-Identifier: Apache-2.0
// An ethdev as a port of the dataplane: opened, configured with one queue pair per worker, started;
// stopped and closed on destruction.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "dpdk/mbuf_pool.h"
#include "port/port.h"

namespace bulkhead::dataplane {

// One queue pair. A device with fewer receive queues than workers leaves the later workers without
// one (`receives` false): they only send. `descriptor`: as PortQueue's.
class DpdkQueue final : public PortQueue {
 public:
  DpdkQueue(uint16_t port, uint16_t queue, bool receives, int descriptor) noexcept
      : port_(port), queue_(queue), receives_(receives), descriptor_(descriptor) {}
  size_t receive(std::span<Packet*> out) noexcept override;
  size_t transmit(std::span<Packet* const> packets) noexcept override;
  [[nodiscard]] int descriptor() const noexcept override { return descriptor_; }

 private:
  uint16_t port_;
  uint16_t queue_;
  bool receives_;
  int descriptor_;
};

struct PortPlan {
  PortInfo info;                              // mac is filled in by open()
  std::string device;                         // ethdev name
  uint16_t descriptors = 512;                 // per queue; each may hold a packet buffer
  uint16_t device_mtu = 1500;                 // what the ethdev is told
  std::string string;                         // what to probe; empty: EAL has probed it (PCI)
  std::function<Status()> before_start = {};  // between probe and start; empty: nothing
};

class DpdkPort {
 public:
  // Errors name the port and what the driver lacks or refused.
  static Result<std::unique_ptr<DpdkPort>> open(const PortPlan& plan, uint16_t workers,
                                                const MbufPool& pool);
  ~DpdkPort();
  DpdkPort(const DpdkPort&) = delete;
  DpdkPort& operator=(const DpdkPort&) = delete;

  [[nodiscard]] const PortInfo& info() const noexcept { return info_; }
  [[nodiscard]] PortQueue& queue(size_t worker) noexcept { return queues_[worker]; }
  [[nodiscard]] bool link_up() const noexcept;
  [[nodiscard]] const std::string& driver() const noexcept { return driver_; }

 private:
  DpdkPort(PortInfo info, uint16_t id) : info_(info), id_(id) {}
  Status configure(const PortPlan& plan, uint16_t workers, const MbufPool& pool);
  Status start();

  PortInfo info_;
  uint16_t id_;
  std::string driver_;
  std::vector<DpdkQueue> queues_;
};

}  // namespace bulkhead::dataplane
