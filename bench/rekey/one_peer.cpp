// SPDX-License-Identifier: Apache-2.0
// Rekeys of one peer at the highest rate that one worker carries: gateway a seals on one thread,
// gateway b opens, binds, decides and delivers on another, and a third does to both what control
// does at each agreement, in control's order, with control's key schedule.
//
//   rekey_one [--seconds 10] [--rekeys 50] [--bytes 64] [--flows 256] [--drain-ms 20]
//
// --rekeys 0: one agreement; what changes the lane's keys is only its own count (ADR 4, every 2^26
// packets: --seconds 40 sees some).
//
// Exit status 1 unless every packet that was sent was delivered and no counter says otherwise.
#include <openssl/rand.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "mesh/key_schedule.h"
#include "rekey/core.h"
#include "rekey/poll_watch.h"
#include "rekey/wire.h"
#include "support/arguments.h"
#include "support/measure.h"
#include "support/plant.h"

namespace {

using namespace bulkhead;
using namespace std::chrono_literals;
using bench::Core, bench::PacketRing, bench::Plant, bench::PollWatch, bench::SharedPool;
using control::Direction;

constexpr uint32_t kBuffers = 4096;  // of either side; as many packets are on their way at most
constexpr uint32_t kReserve = 256;   // left for what a gateway says itself
constexpr uint16_t kFirstSourcePort = 49152;

// What clients send, for ever: the plant's frames from memory, as fast as buffers come back.
class Clients final : public dataplane::PortQueue {
 public:
  Clients(const Plant& plant, size_t bytes, SharedPool& pool)
      : pool_(pool), order_(plant.schedule(4096)) {
    for (uint32_t f = 0; f < plant.size().flows; ++f)
      frames_.push_back(plant.frame(f, bytes, bench::Transport::kUdp));
  }
  size_t receive(std::span<dataplane::Packet*> slots) noexcept override {
    if (!open_.load(std::memory_order_relaxed)) return 0;
    const size_t room = pool_.available();
    const size_t n = std::min(slots.size(), room > kReserve ? room - kReserve : 0);
    for (size_t i = 0; i < n; ++i) {
      slots[i] = pool_.copy_of(frames_[order_[at_]]);
      at_ = at_ + 1 == order_.size() ? 0 : at_ + 1;
    }
    sent_ += n;
    waits_ += n == 0 ? 1 : 0;
    return n;
  }
  size_t transmit(std::span<dataplane::Packet* const> packets) noexcept override {
    pool_.free(packets);
    return packets.size();
  }
  void open(bool on) { open_.store(on, std::memory_order_relaxed); }
  [[nodiscard]] uint64_t sent() const { return sent_; }    // after the thread ended
  [[nodiscard]] uint64_t waits() const { return waits_; }  // polls that found no buffer

 private:
  SharedPool& pool_;
  std::vector<uint32_t> order_;
  std::vector<test::Bytes> frames_;
  size_t at_ = 0;
  uint64_t sent_ = 0, waits_ = 0;
  std::atomic<bool> open_{false};
};

class Servers final : public dataplane::PortQueue {
 public:
  explicit Servers(SharedPool& pool) : pool_(pool) {}
  size_t receive(std::span<dataplane::Packet*>) noexcept override { return 0; }
  size_t transmit(std::span<dataplane::Packet* const> packets) noexcept override {
    delivered_.store(delivered_.load(std::memory_order_relaxed) + packets.size(),
                     std::memory_order_relaxed);
    pool_.free(packets);
    return packets.size();
  }
  [[nodiscard]] uint64_t delivered() const { return delivered_.load(std::memory_order_relaxed); }

 private:
  SharedPool& pool_;
  std::atomic<uint64_t> delivered_{0};
};

bench::CoreSpec spec(const char* name, uint8_t n, const std::string& directory) {
  bench::CoreSpec s;
  s.name = name;
  s.underlay = {IpAddress::v4(0xc000'0200u + n), 96 + 24};
  s.mesh_mac = MacAddress::unpacked(0x0200'0000'aa00 + n);
  s.zone_mac = bench::kZoneMac;
  s.directory = directory;
  return s;
}

// The two gateways, their cable and their threads.
struct Lab {
  Lab(const Plant& plant, size_t bytes, const std::string& directory)
      : clients(plant, bytes, a_pool),
        servers(b_pool),
        a(spec(bench::kOwnGateway, 1, directory), clients, a_mesh, a_pool),
        b(spec(bench::kPeerGateway, 2, directory), servers, b_mesh, b_pool) {
    for (Core* core : {&a, &b}) core->enforce(plant.policy());
    introduce(a, b);
    introduce(b, a);
  }
  static void introduce(Core& core, const Core& peer) {
    ipc::SetPeers set;
    set.peers.push_back(
        {peer.name(), {{{peer.spec().underlay.address, esp::kUdpPort}, {}}}, 4433, false, {}});
    set.own_handshake_port = 4433;
    (void)core.must<ipc::Ok>(set);
  }
  void run() {
    a_thread = std::thread([this] { poll(a, a_watch); });
    b_thread = std::thread([this] { poll(b, b_watch); });
    tick_thread = std::thread([this] {
      for (; !stop.load(std::memory_order_relaxed); std::this_thread::sleep_for(10ms)) {
        a.tick();
        b.tick();
      }
    });
  }
  void poll(Core& core, PollWatch& watch) {
    dataplane::Worker& worker = core.worker();
    worker.online();
    watch.begin();
    while (!stop.load(std::memory_order_relaxed)) {
      const size_t n = worker.poll_once();
      watch.polled(core.changing().load(std::memory_order_relaxed));
      if (n == 0) std::this_thread::yield();
    }
    worker.offline();
  }
  void end() {
    stop.store(true);
    a_thread.join();
    b_thread.join();
    tick_thread.join();
  }

  SharedPool a_pool{kBuffers}, b_pool{kBuffers};
  PacketRing to_b{2 * kBuffers}, to_a{2 * kBuffers};
  bench::RingQueue a_mesh{to_a, to_b}, b_mesh{to_b, to_a};
  Clients clients;
  Servers servers;
  Core a, b;
  PollWatch a_watch, b_watch;
  std::atomic<bool> stop{false};
  std::thread a_thread, b_thread, tick_thread;
};

// What control's exchange does at each agreement (control/mesh/exchange.cpp), both directions.
class Agreements {
 public:
  Agreements(Core& a, Core& b, std::chrono::milliseconds drain) : a_(a), b_(b), drain_(drain) {}

  void agree() {
    control::KeySchedule::Secret secret;
    if (RAND_bytes(secret.data(), static_cast<int>(secret.size())) != 1) std::abort();
    const control::KeySchedule keys(secret);
    const uint32_t at_a = allocate(a_), at_b = allocate(b_);
    install_inbound(b_, a_, at_b, keys, Direction::kFromInitiator);
    install_inbound(a_, b_, at_a, keys, Direction::kFromResponder);
    install_outbound(a_, b_, at_b, keys, Direction::kFromInitiator);
    install_outbound(b_, a_, at_a, keys, Direction::kFromResponder);
    ++agreements_;
    if (spi_a_ == 0) return remember(at_a, at_b);
    std::this_thread::sleep_for(drain_);
    (void)a_.must<ipc::Ok>(ipc::RemoveInbound{b_.name(), {spi_a_}});
    (void)b_.must<ipc::Ok>(ipc::RemoveInbound{a_.name(), {spi_b_}});
    remember(at_a, at_b);
  }
  [[nodiscard]] uint32_t agreements() const { return agreements_; }

 private:
  void remember(uint32_t at_a, uint32_t at_b) {
    spi_a_ = at_a;
    spi_b_ = at_b;
  }
  static uint32_t allocate(Core& core) {
    return core.must<ipc::Spis>(ipc::AllocateSpis{1}).spis.front();
  }
  static esp::KeyMaterial material(const control::KeySchedule& keys, Direction direction) {
    esp::KeyMaterial out;
    if (!keys.lane(direction, 0, out)) std::abort();
    return out;
  }
  static void install_inbound(Core& core, const Core& peer, uint32_t spi,
                              const control::KeySchedule& keys, Direction direction) {
    (void)core.must<ipc::Ok>(
        ipc::InstallInbound{peer.name(), {{spi, 0, material(keys, direction)}}});
  }
  static void install_outbound(Core& core, const Core& peer, uint32_t spi,
                               const control::KeySchedule& keys, Direction direction) {
    (void)core.must<ipc::Ok>(ipc::InstallOutbound{
        peer.name(), 1, {{spi, 0, 0, kFirstSourcePort, material(keys, direction)}}});
  }

  Core& a_;
  Core& b_;
  std::chrono::milliseconds drain_;
  uint32_t spi_a_ = 0, spi_b_ = 0, agreements_ = 0;
};

template <typename Condition>
bool eventually(std::chrono::seconds limit, Condition&& condition) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

bool resolved(Core& core, const Core& peer) {
  const auto paths = core.peer(peer.name()).paths;
  return !paths.empty() && paths.front().resolved;
}

// Of both gateways, since they were made.
Core::Losses losses_of(const Lab& lab) {
  Core::Losses losses{};
  lab.a.add_losses(losses);
  lab.b.add_losses(losses);
  return losses;
}

// Packets that left the stage on their way.
template <typename Pipeline, typename Stage>
uint64_t passed(std::span<const telemetry::StageCounters> stages) {
  return stages[Pipeline::template index_of<Stage>()].packets_out.load();
}

// `before`: losses when the clients began to send, of the gateways' own first ARP questions.
void claims(bench::Report& report, Lab& lab, const Core::Losses& before, uint32_t done,
            uint32_t wanted) {
  Core::Losses losses = losses_of(lab);
  for (size_t i = 0; i < losses.size(); ++i) losses[i] -= before[i];
  const uint64_t sent = lab.clients.sent(), delivered = lab.servers.delivered();
  const uint64_t sealed =
      passed<dataplane::ZonePipeline, dataplane::EncryptStage>(lab.a.counters().zone_stages);
  const uint64_t opened =
      passed<dataplane::MeshPipeline, dataplane::DecryptStage>(lab.b.counters().mesh_stages);
  report.claim(sent > 0, "nothing was sent");
  report.claim(bench::sum(losses) == 0, "dropped: " + bench::losses_text(losses));
  report.claim(sent == delivered, std::to_string(sent - delivered) + " packets did not arrive");
  report.claim(sealed >= sent && opened >= delivered, "not all were sealed and opened");
  report.claim(lab.to_b.lost() + lab.to_a.lost() == 0, "the cable was full");
  report.claim(done == wanted, "fewer rekeys than asked for");
  report.extra.emplace_back("sent", static_cast<double>(sent));
  report.extra.emplace_back("delivered", static_cast<double>(delivered));
  report.extra.emplace_back("lost", static_cast<double>(sent) - static_cast<double>(delivered));
  report.extra.emplace_back("drops", static_cast<double>(bench::sum(losses)));
  report.extra.emplace_back("rekeys", done);
  report.extra.emplace_back("sender_waited_polls", static_cast<double>(lab.clients.waits()));
}

struct Wanted {
  double seconds;
  uint32_t rekeys;
  std::chrono::milliseconds drain;
};

void measure(bench::Report& report, Lab& lab, const Wanted& wanted) {
  Agreements agreements(lab.a, lab.b, wanted.drain);
  agreements.agree();
  lab.run();
  const bool ready =
      eventually(20s, [&] { return resolved(lab.a, lab.b) && resolved(lab.b, lab.a); });
  report.claim(ready, "the gateways did not find each other");
  std::this_thread::sleep_for(50ms);
  const Core::Losses before = losses_of(lab);
  const auto start = std::chrono::steady_clock::now();
  lab.clients.open(true);
  for (uint32_t i = 0; i < wanted.rekeys && ready; ++i) {
    std::this_thread::sleep_until(
        start + std::chrono::duration<double>(wanted.seconds * i / wanted.rekeys));
    agreements.agree();
  }
  std::this_thread::sleep_until(start + std::chrono::duration<double>(wanted.seconds));
  lab.clients.open(false);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  uint64_t last = ~uint64_t{0};
  (void)eventually(10s, [&] {  // until nothing is on its way any more
    std::this_thread::sleep_for(50ms);
    return std::exchange(last, lab.servers.delivered()) == lab.servers.delivered();
  });
  lab.end();
  report.packets = lab.servers.delivered();
  report.seconds = took.count();
  report.mpps = static_cast<double>(report.packets) / report.seconds / 1e6;
  claims(report, lab, before, agreements.agreements() - 1, wanted.rekeys);
  const uint32_t epoch = lab.a.peer(lab.b.name()).outbound_epoch;
  report.extra.emplace_back("epoch_out", epoch);
  report.claim(wanted.rekeys != 0 || epoch >= lab.clients.sent() / esp::kEpochPackets,
               "the lane did not step its keys");
  auto times = lab.a.publications();
  const auto more = lab.b.publications();
  times.insert(times.end(), more.begin(), more.end());
  bench::report_times(report.extra, "publish", std::move(times));
  lab.a_watch.report_to(report.extra, "sender");
  lab.b_watch.report_to(report.extra, "receiver");
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments(
      argc, argv,
      {{"seconds", "10"}, {"rekeys", "50"}, {"bytes", "64"}, {"flows", "256"}, {"drain-ms", "20"}},
      "usage: rekey_one [--seconds S] [--rekeys N] [--bytes N] [--flows N] [--drain-ms MS]\n");
  const uint32_t bytes = arguments.number("bytes", 60, 1400);
  const Plant plant({.flows = arguments.number("flows", 1, 10'000), .relationships = 10});
  const Wanted wanted{arguments.real("seconds"), arguments.number("rekeys", 0, 10'000),
                      std::chrono::milliseconds(arguments.number("drain-ms", 0, 10'000))};
  char directory[] = "/tmp/bulkhead-rekey-XXXXXX";
  if (::mkdtemp(directory) == nullptr) arguments.fail("no temporary directory");
  bench::Report report;
  report.name = std::to_string(bytes) + "B-1w-rekey-" + std::to_string(wanted.rekeys) +
                "_times-1_peer-udp-" + bench::name_of(plant.size()) + "-memory";
  {
    const auto lab = std::make_unique<Lab>(plant, bytes, directory);
    measure(report, *lab, wanted);
  }
  std::filesystem::remove_all(directory);
  bench::print(report);
  return report.valid ? 0 : 1;
}
