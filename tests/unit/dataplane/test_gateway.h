// SPDX-License-Identifier: Apache-2.0
// A gateway in a test: real workers over memory ports, a clock the test owns, a policy in YAML.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "overlay/model.h"
#include "packet_builder.h"
#include "port/memory_port.h"
#include "table/io_connections.h"
#include "table/mesh_state.h"
#include "table/operation_limits.h"
#include "worker.h"

namespace bulkhead::test {

class FakeClock final : public Clock {
 public:
  Now now() const noexcept override { return now_; }
  void advance_ms(uint64_t ms) {
    now_.steady_ns += ms * 1'000'000;
    now_.wall_ns += static_cast<int64_t>(ms) * 1'000'000;
  }
  void set_wall(int64_t wall_ns) { now_.wall_ns = wall_ns; }

 private:
  Now now_{1'000'000'000'000, 1'800'000'000'000'000'000};  // 2027-01-15T08:00Z
};

struct GatewayOptions {
  std::string name = "gw-a";
  uint8_t number = 1;  // last byte of its underlay address and of its MACs
  uint16_t workers = 1;
  dataplane::ZoneMode mode = dataplane::ZoneMode::kSegment;
  uint32_t flows = 256;
  uint32_t share_percent = 100;
  uint32_t inspected = 16;
  uint32_t scanned = 256;
  uint32_t handover_ring = 64;
  size_t buffers = 512;
  bool mesh = true;
  uint32_t rate_limits = 64;
  dataplane::FailurePolicy failure_policy;
  bool limits = true;  // false: the workers have no memory for rates and steps
};

class TestGateway {
 public:
  static constexpr uint16_t kZone0 = 0, kZone1 = 1, kMesh = 2;
  static constexpr uint32_t kEventRing = 256, kPacketRing = 16, kTraceRing = 256;

  explicit TestGateway(const GatewayOptions& options);
  TestGateway(const TestGateway&) = delete;

  // Compiles and publishes; generations count up from 1. Fails the test when the YAML is wrong.
  void apply(const std::string& yaml);
  // Publishes an image that the caller made.
  void install(std::vector<uint8_t> image);
  // Puts locks, islands and facts into force; they stay when the policy changes.
  void obey(overlay::Overlay overlay);
  void withdraw_policy();

  // Polls all workers until none finds work.
  void poll();
  // Puts the frame on `worker`'s queue of the port and polls.
  void receive(uint16_t port, const Bytes& frame, uint16_t worker = 0);
  // Without polling: for bursts.
  void put(uint16_t port, const Bytes& frame, uint16_t worker = 0);
  // What left through a port since the last call, over all workers.
  std::vector<Bytes> sent(uint16_t port);

  // receive(), and why the frame was dropped: kNone when nothing was counted.
  DropReason fate(uint16_t port, const Bytes& frame, uint16_t worker = 0);
  [[nodiscard]] uint64_t drops(DropReason reason) const;
  [[nodiscard]] uint64_t all_drops() const;
  std::vector<telemetry::EventRecord> events();
  std::vector<telemetry::PacketRecord> packets();  // that were kept with events
  [[nodiscard]] uint64_t packets_lost() const;
  // Packets that match are followed from now on, for a minute; the steps of all workers.
  void follow(const IpAddress& from, const IpAddress& to, uint8_t most, bool both = false);
  std::vector<telemetry::TraceRecord> steps();

  static std::string mac(const GatewayOptions& options, uint16_t port);
  [[nodiscard]] std::string mac(uint16_t port) const { return mac(options, port); }
  [[nodiscard]] Endpoint underlay() const;

  GatewayOptions options;
  FakeClock clock;
  dataplane::MeshState mesh;
  std::deque<telemetry::WorkerCounters> counters;
  std::deque<dataplane::Worker> workers;
  std::vector<std::vector<std::unique_ptr<dataplane::MemoryQueue>>> queues;  // [worker][port]
  dataplane::MemoryPool pool;
  dataplane::OperationLimits limits{options.rate_limits, 256, 42};
  dataplane::IoConnections io{64, 42};

  void publish();  // after changes of `mesh`

 private:
  template <typename Record>
  struct Ring {
    explicit Ring(uint32_t capacity);

    std::unique_ptr<std::byte[]> memory;
    sync::RingProducer<Record> producer;
    sync::RingConsumer<Record> consumer;
  };
  [[nodiscard]] dataplane::Underlay own_underlay() const;
  void make_worker(uint16_t index);

  std::vector<dataplane::PortInfo> ports_;
  std::vector<std::string> port_names_{"zone0", "zone1", "mesh0"};
  sync::Published<dataplane::Snapshot> published_;
  sync::Epochs epochs_;
  std::unique_ptr<dataplane::Handover> handover_;
  std::deque<Ring<telemetry::EventRecord>> rings_;
  std::deque<Ring<telemetry::PacketRecord>> packet_rings_;
  std::deque<Ring<telemetry::TraceRecord>> trace_rings_;
  std::shared_ptr<const dataplane::TraceOrder> trace_;
  void decide_anew();

  std::shared_ptr<const std::vector<uint8_t>> image_;
  overlay::Overlay overlay_;
  std::shared_ptr<const image::Conditions> conditions_;
  std::shared_ptr<const dataplane::Matcher> matcher_;
  uint64_t decisions_ = 0;
  uint64_t generation_ = 0;
};

// Lanes both ways, peers known, link-layer addresses resolved.
void connect(TestGateway& a, TestGateway& b);
// Carries what waits on the mesh ports across until neither has any left.
void exchange(TestGateway& a, TestGateway& b);

}  // namespace bulkhead::test
