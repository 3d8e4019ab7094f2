// SPDX-License-Identifier: Apache-2.0
// What a second worker adds between one pair of gateways: encrypt direction, opaque UDP of 64 bytes
// over memory ports, one worker and two, each on a thread of its own that is pinned to a processor.
//
//   two_workers [--seconds S] [--rounds N] [--flows N] [--relationships N] [--cpus 1,0]
//
// The three take turns in every round:
//
//   1w             one worker
//   2w-own_queue   two; every frame comes to the queue of the worker that owns its flow
//   2w-rss         two; frames come to the queue that a NIC's RSS chooses, so about half of them
//                  are handed over to the other worker (docs/concurrency.md)
//
// Each worker has its own lane to each worker of the peer, which is only pretended. "ratio" is to
// one worker in the same round, by the clock; "ratio_by_cpu" by packets per second of processor
// time, which other work on the machine disturbs less; "of_linear" is ratio / 2. A worker makes its
// own frames and swallows what it sent: both cost the same with one worker and with two.
//
// Void unless every frame was decided, encrypted and sent, each flow is open at one worker and no
// more, and as many packets were handed over as the way of spreading asks for. The decrypt
// direction and what NIC queues cost are not in here.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "flow/key.h"
#include "gen/flow_frames.h"
#include "gen/rss.h"
#include "handover_rings.h"
#include "pipeline/one_way.h"
#include "rekey/wire.h"
#include "support/arguments.h"
#include "support/threads.h"

namespace {

using namespace bulkhead;
using namespace std::chrono_literals;
using bench::kMesh, bench::kZone;
using bench::Plant, bench::Report, bench::SharedPool;
using dataplane::ZonePipeline;

constexpr uint16_t kBytes = 64, kMostWorkers = 2;
constexpr uint32_t kHandoverPackets = 1024;  // as in dataplane/dpdk/runtime.cpp
constexpr uint32_t kBuffers = 768;           // of a worker: fewer than a hand-over ring has places
constexpr uint32_t kReserve = 128;           // left for what a gateway says itself
constexpr uint64_t kOwnWords = 1024;         // keepalives and questions for neighbours, at most

enum class Spread : uint8_t { kOwnQueue, kRss };

struct Shape {
  const char* name;
  uint16_t workers;
  Spread spread;
};
constexpr Shape kShapes[] = {{"1w", 1, Spread::kOwnQueue},
                             {"2w-own_queue", 2, Spread::kOwnQueue},
                             {"2w-rss", 2, Spread::kRss}};

// The clients whose frames come to one worker's queue, as fast as buffers come back.
class Clients final : public dataplane::PortQueue {
 public:
  Clients(const Plant& plant, std::vector<uint32_t> order, SharedPool& pool)
      : pool_(pool), frames_(plant, bench::FlowFrames::Kind::kUdp), order_(std::move(order)) {}
  size_t receive(std::span<dataplane::Packet*> slots) noexcept override {
    if (!open_.load(std::memory_order_relaxed) || order_.empty()) return 0;
    const size_t room = pool_.available();
    const size_t n = std::min(slots.size(), room > kReserve ? room - kReserve : 0);
    for (size_t i = 0; i < n; ++i) {
      slots[i] = pool_.copy_of(frames_.of(order_[at_], kBytes));
      at_ = at_ + 1 == order_.size() ? 0 : at_ + 1;
    }
    return n;
  }
  size_t transmit(std::span<dataplane::Packet* const> packets) noexcept override {
    pool_.free(packets);
    return packets.size();
  }
  void open(bool on) { open_.store(on, std::memory_order_relaxed); }

 private:
  SharedPool& pool_;
  bench::FlowFrames frames_;
  std::vector<uint32_t> order_;
  size_t at_ = 0;
  std::atomic<bool> open_{false};
};

class Underlay final : public dataplane::PortQueue {
 public:
  explicit Underlay(SharedPool& pool) : pool_(pool) {}
  size_t receive(std::span<dataplane::Packet*>) noexcept override { return 0; }
  size_t transmit(std::span<dataplane::Packet* const> packets) noexcept override {
    pool_.free(packets);
    return packets.size();
  }

 private:
  SharedPool& pool_;
};

uint32_t owner_of(const bench::PlantFlow& flow, uint16_t workers) {
  const flow::Tuple tuple{flow.client, flow.server, flow.client_port, bench::kOpaquePort,
                          wire::ip_protocol::kUdp};
  return flow::worker_of(flow::symmetric_hash(tuple), workers);
}

// Of the schedule, what comes to each queue.
std::vector<std::vector<uint32_t>> dealt(const Plant& plant, const Shape& shape) {
  std::vector<std::vector<uint32_t>> queues(shape.workers);
  for (const uint32_t f : plant.schedule(plant.size().flows)) {
    const bench::PlantFlow flow = plant.flow(f);
    const uint32_t queue = shape.spread == Spread::kRss
                               ? bench::rss_queue(flow, bench::kOpaquePort, shape.workers)
                               : owner_of(flow, shape.workers);
    queues[queue].push_back(f);
  }
  return queues;
}

// One worker and what only it touches.
struct Member {
  Member(const Plant& plant, std::vector<uint32_t> order)
      : clients(plant, std::move(order), pool), underlay(pool) {}
  SharedPool pool{kBuffers};
  Clients clients;
  Underlay underlay;
  telemetry::WorkerCounters counters;
  std::unique_ptr<dataplane::Worker> worker;
  std::thread thread;

  [[nodiscard]] uint64_t sent() const { return counters.ports[kMesh].tx_packets.load(); }
};

class Station {
 public:
  Station(const Plant& plant, const Shape& shape)
      : plant_(plant),
        shape_(shape),
        gateway_(plant, bench::kOwnGateway,
                 {bench::zone_port(bench::kZoneMac),
                  bench::mesh_port(bench::kOwnGateway, bench::kOwnMeshMac)},
                 shape.workers),
        epochs_(shape.workers),
        handover_(shape.workers, kHandoverPackets) {
    gateway_.send_to(nullptr, bench::kPeerGateway, bench::kPeerMeshMac);
    const auto none = published_.exchange(gateway_.snapshot());
    for (auto& order : dealt(plant, shape))
      members_.push_back(std::make_unique<Member>(plant, std::move(order)));
    for (uint16_t i = 0; i < shape.workers; ++i) make_worker(i);
  }

  // One round; the first one opens the flows.
  void round(double seconds, const std::vector<unsigned>& cpus) {
    run(cpus);
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    while (flows() < plant_.size().flows && std::chrono::steady_clock::now() < deadline)
      std::this_thread::sleep_for(1ms);
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds / 5));
    const uint64_t sent_before = sent(), cpu_before = cpu_ns();
    const auto start = std::chrono::steady_clock::now();
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    const uint64_t sent_now = sent() - sent_before, cpu_now = cpu_ns() - cpu_before;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    rest();
    packets_ += sent_now;
    seconds_ += took.count();
    cpu_seconds_ += static_cast<double>(cpu_now) / 1e9;
    rates.push_back(static_cast<double>(sent_now) / took.count());
    // Of a worker's second on the processor, times workers.
    cpu_rates.push_back(static_cast<double>(sent_now) * shape_.workers /
                        (static_cast<double>(cpu_now) / 1e9));
  }

  void report_to(Report& report) const {
    report.name =
        std::string("64B-") + shape_.name + "-encrypt-udp-" + name_of(plant_.size()) + "-memory";
    report.packets = packets_;
    report.seconds = seconds_;
    report.cpu_share = cpu_seconds_ / seconds_ / shape_.workers;
    const std::string wrong = broken();
    report.claim(wrong.empty(), wrong);
    report.claim(packets_ > 0, "no packets");
    report.extra.emplace_back("workers", shape_.workers);
    report.extra.emplace_back("handed_over_share",
                              static_cast<double>(handed_over()) / static_cast<double>(received()));
  }
  void claim(bool holds, const std::string& what) {
    if (!holds && pinned_.empty()) pinned_ = what;
  }

  std::vector<double> rates, cpu_rates;  // by round, packets a second

 private:
  void make_worker(uint16_t index) {
    Member& member = *members_[index];
    dataplane::WorkerSetup setup;
    setup.index = index;
    setup.workers = shape_.workers;
    setup.ports = {{bench::zone_port(bench::kZoneMac), &member.clients},
                   {bench::mesh_port(bench::kOwnGateway, bench::kOwnMeshMac), &member.underlay}};
    setup.pool = &member.pool;
    setup.clock = &clock_;
    setup.published = &published_;
    setup.epochs = &epochs_;
    setup.counters = &member.counters;
    setup.handover = &handover_;
    setup.flows = {.flows = 65536, .share_percent = 100};
    setup.inspected_flows = 64;
    setup.seed = 0x62656e6368;
    member.worker = std::make_unique<dataplane::Worker>(setup);
  }
  void run(const std::vector<unsigned>& cpus) {
    stop_.store(false, std::memory_order_relaxed);
    for (size_t i = 0; i < members_.size(); ++i) {
      Member& member = *members_[i];
      member.thread = std::thread([this, &member] {
        member.worker->online();
        while (!stop_.load(std::memory_order_relaxed)) member.worker->poll_once();
        member.worker->offline();
      });
      claim(bench::pin(member.thread, cpus[i]), "no such processor for a worker");
      member.clients.open(true);
    }
  }
  // Nothing new, and nothing on its way.
  void rest() {
    for (auto& member : members_) member->clients.open(false);
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    uint64_t last = ~uint64_t{0};
    while (std::exchange(last, sent()) != sent() && std::chrono::steady_clock::now() < deadline)
      std::this_thread::sleep_for(20ms);
    stop_.store(true, std::memory_order_relaxed);
    for (auto& member : members_) member->thread.join();
  }

  template <typename Of>
  [[nodiscard]] uint64_t sum(Of&& of) const {
    uint64_t all = 0;
    for (const auto& member : members_) all += of(*member);
    return all;
  }
  [[nodiscard]] uint64_t sent() const {
    return sum([](const Member& m) { return m.sent(); });
  }
  [[nodiscard]] uint64_t received() const {
    return sum([](const Member& m) { return m.counters.ports[kZone].rx_packets.load(); });
  }
  [[nodiscard]] uint64_t flows() const {
    return sum([](const Member& m) { return m.counters.flows_live.load(); });
  }
  [[nodiscard]] uint64_t handed_over() const {
    return sum([](const Member& m) { return m.counters.handover_sent.load(); });
  }
  [[nodiscard]] uint64_t cpu_ns() const {
    return sum(
        [](const Member& m) { return bench::cpu_time_ns(const_cast<std::thread&>(m.thread)); });
  }
  [[nodiscard]] std::string broken() const {
    if (!pinned_.empty()) return pinned_;
    const uint64_t drops = sum([](const Member& m) {
      uint64_t all = 0;
      for (const auto& drop : m.counters.drops) all += drop.load();
      return all;
    });
    const uint64_t encrypted = sum([](const Member& m) {
      return m.counters.zone_stages[ZonePipeline::index_of<dataplane::EncryptStage>()]
          .packets_out.load();
    });
    const uint64_t taken = sum([](const Member& m) { return m.counters.handover_received.load(); });
    if (drops != 0) return std::to_string(drops) + " packets were dropped";
    if (encrypted < received()) return "not every frame was encrypted";
    if (sent() < received() || sent() > received() + kOwnWords) return "not every frame was sent";
    if (flows() != plant_.size().flows) return std::to_string(flows()) + " flows are open";
    if (handed_over() != taken) return "not all that was handed over was taken";
    if ((handed_over() != 0) != (shape_.spread == Spread::kRss))
      return std::to_string(handed_over()) + " packets were handed over";
    for (const auto& member : members_)
      if (member->counters.flows_live.load() == 0) return "a worker has no flows";
    return {};
  }

  const Plant& plant_;
  Shape shape_;
  SystemClock clock_;
  bench::Gateway gateway_;
  sync::Published<dataplane::Snapshot> published_;
  sync::Epochs epochs_;
  dataplane::Handover handover_;
  std::vector<std::unique_ptr<Member>> members_;
  std::atomic<bool> stop_{false};
  std::string pinned_;
  uint64_t packets_ = 0;
  double seconds_ = 0, cpu_seconds_ = 0;
};

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

double ratio(const std::vector<double>& values, const std::vector<double>& to) {
  std::vector<double> ratios;
  for (size_t i = 0; i < values.size(); ++i) ratios.push_back(values[i] / to[i]);
  return median(ratios);
}

bool print(const Station& station, const Station& one, uint16_t workers) {
  Report report;
  station.report_to(report);
  report.mpps = median(station.rates) / 1e6;
  const double clock = ratio(station.rates, one.rates);
  const double cpu = ratio(station.cpu_rates, one.cpu_rates);
  report.extra.emplace_back("mpps_by_cpu", median(station.cpu_rates) / 1e6);
  report.extra.emplace_back("ratio", clock);
  report.extra.emplace_back("of_linear", clock / workers);
  report.extra.emplace_back("ratio_by_cpu", cpu);
  report.extra.emplace_back("of_linear_by_cpu", cpu / workers);
  bench::print(report);
  return report.valid;
}

std::vector<unsigned> cpus_of(const bench::Arguments& arguments) {
  std::vector<unsigned> cpus;
  const std::string& list = arguments.text("cpus");
  for (const char* at = list.data(); at < list.data() + list.size(); ++at) {
    unsigned cpu = 0;
    const auto [end, error] = std::from_chars(at, list.data() + list.size(), cpu);
    if (error != std::errc{}) arguments.fail("--cpus is a list of processors");
    at = end;
    cpus.push_back(cpu);
  }
  if (cpus.size() < kMostWorkers) arguments.fail("--cpus has one for each worker");
  return cpus;
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments(
      argc, argv,
      {{"seconds", "1"},
       {"rounds", "5"},
       {"flows", "10000"},
       {"relationships", "1000"},
       {"cpus", "1,0"}},
      "usage: two_workers [--seconds S] [--rounds N] [--flows N] [--relationships N]\n"
      "                   [--cpus FIRST,SECOND]\n");
  const Plant plant(
      {arguments.number("flows", 64, 60'000), arguments.number("relationships", 1, 30'000)});
  const std::vector<unsigned> cpus = cpus_of(arguments);
  std::vector<std::unique_ptr<Station>> stations;
  for (const Shape& shape : kShapes) stations.push_back(std::make_unique<Station>(plant, shape));
  for (uint32_t round = 0; round < arguments.number("rounds", 1, 100); ++round)
    for (auto& station : stations) station->round(arguments.real("seconds"), cpus);
  bool valid = true;
  for (size_t i = 0; i < stations.size(); ++i)
    valid &= print(*stations[i], *stations.front(), kShapes[i].workers);
  return valid ? 0 : 1;
}
