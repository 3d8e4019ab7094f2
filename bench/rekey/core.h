// SPDX-License-Identifier: Apache-2.0
// A gateway's dataplane without EAL: the product's AdminHandler, Publisher and Worker over whatever
// queues the benchmark gives it. Questions take the way of the socket: encoded, decoded, answered,
// encoded, decoded.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "admin/handler.h"
#include "policy/model.h"
#include "port/port.h"
#include "worker.h"

namespace bulkhead::bench {

inline constexpr uint16_t kCoreZone = 0, kCoreMesh = 1, kCoreException = 2;  // port indices

// Control's kernel: handshakes go elsewhere here, so it hears what neighbours answer and no more.
class Silence final : public dataplane::PortQueue {
 public:
  explicit Silence(dataplane::PacketPool& pool) noexcept : pool_(pool) {}
  size_t receive(std::span<dataplane::Packet*>) noexcept override { return 0; }
  size_t transmit(std::span<dataplane::Packet* const> packets) noexcept override {
    pool_.free(packets);
    return packets.size();
  }

 private:
  dataplane::PacketPool& pool_;
};

struct CoreSpec {
  std::string name;
  IpPrefix underlay;
  MacAddress mesh_mac;
  MacAddress zone_mac;
  std::string directory;  // for the last good image
  uint16_t handshake_port = 4433;
  dataplane::FlowTableSize flows;
};

class Core {
 public:
  Core(const CoreSpec& spec, dataplane::PortQueue& zone, dataplane::PortQueue& mesh,
       dataplane::PacketPool& pool);

  // Compiles, signs, seals and installs. Before the worker runs.
  void enforce(const policy::Policy& policy);

  // From any thread, one question at a time.
  Result<ipc::Body> ask(ipc::Body question, int fd = -1);
  [[nodiscard]] ipc::Hello hello();
  // What the admin thread does every 10 ms.
  void tick();
  // The message or the end of the program with the answer's sentence.
  template <typename T>
  T must(ipc::Body question, int fd = -1) {
    return std::get<T>(expect(ask(std::move(question), fd)));
  }

  [[nodiscard]] const std::string& name() const noexcept { return spec_.name; }
  [[nodiscard]] const CoreSpec& spec() const noexcept { return spec_; }
  [[nodiscard]] dataplane::Worker& worker() noexcept { return *worker_; }
  [[nodiscard]] dataplane::AdminHandler& handler() noexcept { return *handler_; }
  [[nodiscard]] const telemetry::WorkerCounters& counters() const noexcept { return *counters_; }
  [[nodiscard]] ipc::PeerStatus peer(const std::string& name);
  // How long each change of lanes took until every worker obeyed it, nanoseconds.
  [[nodiscard]] std::vector<uint64_t> publications();
  // True while a change is being made: for telling a worker's polls apart.
  [[nodiscard]] const std::atomic<bool>& changing() const noexcept { return changing_; }

  // Packets lost by reason; what the gateway takes in itself (ARP, keepalives) is none.
  using Losses = std::array<uint64_t, kDropReasonCount>;
  void add_losses(Losses& sums) const;

 private:
  static ipc::Body expect(Result<ipc::Body> answer);
  Result<ipc::Body> exchange(ipc::Body question, const UniqueFd& fd);
  void make_handler();
  void make_worker(dataplane::PortQueue& zone, dataplane::PortQueue& mesh,
                   dataplane::PacketPool& pool);

  CoreSpec spec_;
  SystemClock clock_;
  std::vector<dataplane::PortInfo> ports_;
  Silence exception_;
  sync::Published<dataplane::Snapshot> published_;
  sync::Epochs epochs_{1};
  dataplane::Publisher publisher_{published_, epochs_};
  std::unique_ptr<telemetry::WorkerCounters> counters_;
  std::unique_ptr<dataplane::AdminHandler> handler_;
  std::unique_ptr<dataplane::Worker> worker_;
  std::atomic<bool> changing_{false};

  std::mutex mutex_;
  std::vector<uint64_t> publications_;  // under mutex_
};

bool changes_lanes(const ipc::Body& question) noexcept;
// "no_sa 12, mtu 3"; empty: none.
std::string losses_text(const Core::Losses& losses);
uint64_t sum(const Core::Losses& losses);
// Median and tail of `values` (in nanoseconds) as "NAME_p50_us", "NAME_p99_us", "NAME_max_us".
void report_times(std::vector<std::pair<std::string, double>>& extra, const std::string& name,
                  std::vector<uint64_t> values);

}  // namespace bulkhead::bench
