// SPDX-License-Identifier: Apache-2.0
// The running dataplane, built in the order in which things need each other: EAL, packet buffers,
// ports, telemetry, the policy from disk, workers. Destroyed in reverse.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "admin/handler.h"
#include "base/clock.h"
#include "dataplane_config.h"
#include "dpdk/eal.h"
#include "dpdk/eal_log.h"
#include "dpdk/mbuf_pool.h"
#include "dpdk/port_set.h"
#include "table/io_connections.h"
#include "table/operation_limits.h"
#include "telemetry/segment.h"
#include "worker.h"

namespace bulkhead::dataplane {

class Runtime {
 public:
  // `config` outlives the runtime. Errors: what of the machine or the configuration does not do.
  static Result<std::unique_ptr<Runtime>> start(const DataplaneConfig& config,
                                                const image::PublicKey& signer);
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  [[nodiscard]] AdminHandler& admin() noexcept { return *handler_; }
  [[nodiscard]] int telemetry_fd() const noexcept { return segment_->fd(); }
  // "ready: 2 ports, 1 worker (adaptive), policy generation 7 from disk"
  [[nodiscard]] std::string readiness() const;

 private:
  explicit Runtime(const DataplaneConfig& config);
  Status start_eal();
  Status open_devices();
  Status make_telemetry();
  Status start_admin(const image::PublicKey& signer);
  Status make_workers();
  Status launch_workers();
  Status build(const image::PublicKey& signer);
  [[nodiscard]] std::vector<WorkerPort> ports_of(uint16_t worker);
  [[nodiscard]] std::vector<Underlay> underlays() const;
  [[nodiscard]] std::vector<PortInfo> port_infos() const;

  const DataplaneConfig& config_;
  SystemClock clock_;
  EalLog eal_log_;
  std::unique_ptr<Eal> eal_;
  std::unique_ptr<MbufPool> pool_;
  PortSet ports_;
  std::optional<telemetry::Segment> segment_;
  sync::Published<Snapshot> published_;
  sync::Epochs epochs_;
  Publisher publisher_;
  std::unique_ptr<AdminHandler> handler_;
  std::unique_ptr<Handover> handover_;
  std::unique_ptr<OperationLimits> limits_;
  std::unique_ptr<IoConnections> io_;
  std::vector<std::unique_ptr<EventRing>> event_rings_;
  std::deque<std::optional<PacketRing>> packet_rings_;  // by worker; nothing: none is kept
  std::deque<std::optional<TraceRing>> trace_rings_;    // by worker
  std::vector<std::unique_ptr<Worker>> workers_;
  std::atomic<bool> stop_{false};
};

}  // namespace bulkhead::dataplane
