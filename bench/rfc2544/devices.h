// SPDX-License-Identifier: Apache-2.0
// What the tester stands on: EAL, packet buffers, two ports and their threads, opened as the
// dataplane opens its own. The one place here that knows DPDK.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "dpdk/eal.h"
#include "dpdk/eal_log.h"
#include "dpdk/mbuf_pool.h"
#include "dpdk/port_set.h"
#include "rfc2544/host.h"
#include "rfc2544/tester_config.h"
#include "rfc2544/trial.h"

namespace bulkhead::bench {

class Devices {
 public:
  // Errors: what of the machine or the configuration does not do, and what DPDK said.
  static Result<std::unique_ptr<Devices>> open(const TesterConfig& config);

  [[nodiscard]] Host& out() noexcept { return *out_; }
  [[nodiscard]] Host& back() noexcept { return *back_; }
  [[nodiscard]] double hz() const noexcept { return hz_; }
  // What the slower of the two links carries, as the ports say; nullopt: they do not.
  [[nodiscard]] std::optional<uint32_t> link_mbps() const;
  // Waits until both links are up. Errors: which is not.
  Status wait_for_links(unsigned seconds) const;
  // On the threads of the configuration; returns when it is over.
  Result<TrialResult> run(Trial& trial);
  // "out net_ixgbe 02:00:00:00:20:01, back ..."
  [[nodiscard]] std::string text() const;
  // What memory was taken, and why.
  [[nodiscard]] const std::string& memory() const noexcept { return memory_; }

 private:
  explicit Devices(const TesterConfig& config);
  Status build();
  // Frames that the back port could not hand over in time.
  [[nodiscard]] uint64_t overruns() const;

  const TesterConfig& config_;
  dataplane::DataplaneConfig shape_;  // the same in the dataplane's words
  std::string memory_;
  dataplane::EalLog log_;
  std::unique_ptr<dataplane::Eal> eal_;
  std::unique_ptr<dataplane::MbufPool> pool_;
  dataplane::PortSet ports_;
  std::unique_ptr<Host> out_, back_;
  double hz_ = 0;
};

}  // namespace bulkhead::bench
