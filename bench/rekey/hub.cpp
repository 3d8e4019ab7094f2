// SPDX-License-Identifier: Apache-2.0
// A hub with a thousand peers, all of which get new keys while a station polls a device behind
// each.
//
// The hub: the product's worker (adaptive) on a thread of its own, AdminServer, unix socket,
// UnixDataplaneLink and KeyAgreement. Each peer: a dataplane (AdminHandler, MeshState, Worker) and
// a KeyAgreement. Each agreement is a full TLS 1.3 handshake with client certificate over TCP on
// loopback addresses. Half of the peers initiate, half are called.
//
//   rekey_hub [--peers 1000] [--rounds 2] [--polls 20000] [--at-once 16] [--bytes 64] [--drain 2]
//
// Exit status 1 unless every poll of every device was answered exactly once.
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <functional>
#include <map>

#include "admin/server.h"
#include "ipc/sealed_memfd.h"
#include "pki/authority.h"
#include "pki/key.h"
#include "push/unix_dataplane_link.h"
#include "rekey/hub_peers.h"
#include "rekey/hub_station.h"
#include "support/arguments.h"
#include "support/measure.h"
#include "worker_loop.h"

namespace {

using namespace bulkhead;
using namespace std::chrono_literals;
using bench::Core, bench::PacketRing, bench::SharedPool;
using Clock = std::chrono::steady_clock;

constexpr uint32_t kHubBuffers = 16384, kPeerBuffers = 8192;
constexpr uint16_t kHandshakePort = 14433;
constexpr uint32_t kIdlePauseUs = 50;

struct Wanted {
  uint32_t peers, rounds, polls, at_once, bytes, drain_s;
};

[[noreturn]] void end(const std::string& sentence) {
  std::fprintf(stderr, "rekey_hub: %s\n", sentence.c_str());
  std::exit(2);
}

template <typename T>
T must(Result<T> result) {
  if (!result.ok()) end(result.error().sentence);
  return std::move(result).value();
}
void must(const Status& status) {
  if (!status.ok()) end(status.error().sentence);
}

// One owner's PKI with a certificate for every gateway.
class Pki {
 public:
  explicit Pki(const std::string& directory)
      : directory_(directory),
        authority_(must(
            pki::Authority::open_or_create(directory + "/pki", "bulkhead", std::time(nullptr)))) {
    must(authority_.write_anchors(directory_ + "/anchors.pem"));
  }
  control::ControlConfig config(const std::string& gateway, uint32_t ip, uint32_t drain_s) {
    const std::time_t now = std::time(nullptr);
    const auto id = must(identity::gateway_id("bulkhead", gateway));
    const auto leaf =
        must(authority_.issue_leaf(pki::CertificateUse::kGateway, id, now - 3600, now + 86400));
    const std::string stem = directory_ + "/" + gateway;
    must(authority_.write_chain(stem + ".pem", leaf.certificate.get()));
    must(pki::write_private_key(stem + ".key", leaf.key.get()));
    control::ControlConfig config;
    config.gateway = gateway;
    config.certificate = stem + ".pem";
    config.private_key = stem + ".key";
    config.trust_anchors = directory_ + "/anchors.pem";
    config.store = stem + ".db";
    config.handshake_listen = {
        {Endpoint{IpAddress::v4(bench::control_of(ip)), kHandshakePort}, {}}};
    config.drain_s = drain_s;
    return config;
  }

 private:
  std::string directory_;
  pki::Authority authority_;
};

control::PeerConfig peer_at(const std::string& name, uint32_t ip) {
  control::PeerConfig peer;
  peer.name = name;
  peer.paths = {{{IpAddress::v4(ip), esp::kUdpPort},
                 {IpAddress::v4(bench::control_of(ip)), kHandshakePort},
                 {}}};
  return peer;
}

bench::CoreSpec hub_spec(const std::string& directory) {
  bench::CoreSpec spec;
  spec.name = bench::kHub;
  spec.underlay = bench::underlay(bench::kHubIp);
  spec.mesh_mac = bench::kHubMac;
  spec.zone_mac = bench::kHubZoneMac;
  spec.directory = directory;
  spec.handshake_port = kHandshakePort;
  spec.flows = {.flows = 16384, .share_percent = 100};
  return spec;
}

// The hub with its four kinds of threads: worker, admin, link, key agreement.
class Hub {
 public:
  Hub(const Wanted& wanted, Pki& pki, const std::string& directory, PacketRing& in, PacketRing& out,
      SharedPool& pool)
      : station(wanted.peers, wanted.bytes, wanted.polls, pool),
        mesh_(in, out),
        core(hub_spec(directory), station, mesh_, pool),
        telemetry_(must(ipc::create_sealed("telemetry", std::vector<uint8_t>(64)))),
        stop_fd_(::eventfd(0, EFD_CLOEXEC)),
        server_(must(ipc::Listener::listen(directory + "/hub.sock")), core.handler(),
                telemetry_.get()),
        unix_link_(directory + "/hub.sock", bench::kHub),
        link(unix_link_) {
    core.enforce(bench::hub_policy(wanted.peers));
    control::ControlConfig config = pki.config(bench::kHub, bench::kHubIp, wanted.drain_s);
    for (uint32_t i = 0; i < wanted.peers; ++i)
      config.peers.push_back(peer_at(bench::peer_name(i), bench::kFirstPeerIp + i));
    keys = std::make_unique<control::KeyAgreement>(std::move(config), link, clock_);
  }
  void run() {
    worker_ = std::thread([this] {
      run_worker(core.worker(), dataplane::WorkerMode::kAdaptive, kIdlePauseUs, stop_);
    });
    admin_ = std::thread([this] { must(server_.run(stop_fd_.get())); });
    must(keys->start());
    unix_link_.start();
  }
  void end() {
    unix_link_.stop();
    keys->stop();
    const uint64_t one = 1;
    if (::write(stop_fd_.get(), &one, sizeof one) != sizeof one) std::abort();
    admin_.join();
    stop_.store(true);
    worker_.join();
  }
  // Of all peers, as the dataplane says it.
  std::vector<ipc::PeerStatus> status() {
    std::vector<ipc::PeerStatus> all;
    ipc::DataplaneStatus page;
    do {
      page = std::get<ipc::DataplaneStatus>(
          must(link.ask(ipc::GetStatus{all.empty() ? "" : all.back().name}, -1)));
      all.insert(all.end(), page.peers.begin(), page.peers.end());
    } while (page.more_peers);
    return all;
  }

  bench::Station station;

 private:
  bench::RingQueue mesh_;

 public:
  Core core;

 private:
  SystemClock clock_;
  UniqueFd telemetry_;
  UniqueFd stop_fd_;
  dataplane::AdminServer server_;
  control::UnixDataplaneLink unix_link_;

 public:
  bench::TimedLink link;
  std::unique_ptr<control::KeyAgreement> keys;

 private:
  std::atomic<bool> stop_{false};
  std::thread worker_, admin_;
};

bool eventually(std::chrono::seconds limit, const std::function<bool()>& condition) {
  const auto until = Clock::now() + limit;
  while (!condition()) {
    if (Clock::now() > until) return false;
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

using Sessions = std::map<std::string, uint64_t>;
Sessions sessions_of(const control::KeyAgreement& keys) {
  Sessions sessions;
  for (const auto& peer : keys.peers()) sessions[peer.name] = peer.sessions;
  return sessions;
}

// Asks for new keys with every peer, so many at once; returns seconds, or -1 after too long.
double rekey_all(const control::KeyAgreement& keys, const std::vector<std::string>& names,
                 size_t at_once, const std::function<Status(const std::string&)>& ask) {
  const auto start = Clock::now();
  const Sessions before = sessions_of(keys);
  size_t asked = 0, done = 0;
  while (done < names.size()) {
    if (Clock::now() - start > 300s) return -1;
    const Sessions now = sessions_of(keys);
    done = 0;
    for (size_t i = 0; i < asked; ++i) done += now.at(names[i]) > before.at(names[i]) ? 1 : 0;
    while (asked < names.size() && asked - done < at_once) must(ask(names[asked++]));
    std::this_thread::sleep_for(2ms);
  }
  return std::chrono::duration<double>(Clock::now() - start).count();
}

class Run {
 public:
  Run(const Wanted& wanted, const std::string& directory)
      : wanted_(wanted),
        pki_(directory),
        peers_(wanted.peers, directory, to_peers_, to_hub_, peer_pool_),
        hub_(wanted, pki_, directory, to_hub_, to_peers_, hub_pool_) {
    for (uint32_t i = 0; i < wanted.peers; ++i) {
      names_.push_back(bench::peer_name(i));
      bench::HubPeer& peer = peers_.at(i);
      control::ControlConfig config =
          pki_.config(names_.back(), bench::kFirstPeerIp + i, wanted.drain_s);
      config.peers = {peer_at(bench::kHub, bench::kHubIp)};
      peer.keys = std::make_unique<control::KeyAgreement>(std::move(config), peer.link, peer.clock);
    }
  }

  void measure(bench::Report& report) {
    start(report);
    const auto begin = Clock::now();
    hub_.station.open(true);
    std::this_thread::sleep_for(500ms);
    (void)hub_.link.take_times();
    for (uint32_t round = 1; round <= wanted_.rounds; ++round) one_round(report, round);
    bench::report_times(report.extra, "publish", hub_.link.take_times());
    settled(report);
    hub_.station.open(false);
    (void)eventually(10s, [&] { return hub_.station.answers() == hub_.station.polls(); });
    report.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    finish(report);
  }

 private:
  void start(bench::Report& report) {
    const auto begin = Clock::now();
    peers_.run();
    hub_.run();
    for (uint32_t i = 0; i < wanted_.peers; ++i) {
      must(peers_.at(i).keys->start());
      peers_.at(i).link.connect();
    }
    const bool up = eventually(300s, [&] {
      const auto states = hub_.keys->peers();
      return std::ranges::all_of(states,
                                 [](const auto& s) { return s.phase == control::PeerPhase::kUp; });
    });
    report.claim(up, "not all peers came up");
    report.extra.emplace_back("cold_start_s",
                              std::chrono::duration<double>(Clock::now() - begin).count());
    const bool found = eventually(60s, [&] {
      return std::ranges::all_of(hub_.status(),
                                 [](const ipc::PeerStatus& s) {
                                   return s.inbound_lanes != 0 && s.outbound_lanes != 0 &&
                                          !s.paths.empty() && s.paths.front().resolved;
                                 }) &&
             std::ranges::all_of(names_, [&, i = 0u](const auto&) mutable {
               const auto paths = peers_.at(i++).core.peer(bench::kHub).paths;
               return !paths.empty() && paths.front().resolved;
             });
    });
    report.claim(found, "not all gateways found each other on the underlay");
    before_ = losses();
  }
  void one_round(bench::Report& report, uint32_t round) {
    const uint64_t polls = hub_.station.polls();
    const double seconds =
        rekey_all(*hub_.keys, names_, wanted_.at_once,
                  [&](const std::string& name) { return hub_.keys->rekey(name); });
    const std::string which = "round" + std::to_string(round);
    report.claim(seconds > 0, which + ": not all peers were rekeyed in time");
    report.extra.emplace_back(which + "_s", seconds);
    report.extra.emplace_back(which + "_handshakes_per_s", wanted_.peers / seconds);
    report.extra.emplace_back(which + "_polls_per_s",
                              static_cast<double>(hub_.station.polls() - polls) / seconds);
  }
  // When everything has drained there is one lane each way with each peer.
  void settled(bench::Report& report) {
    const bool one_each = eventually(std::chrono::seconds(wanted_.drain_s + 20), [&] {
      return std::ranges::all_of(hub_.status(), [](const ipc::PeerStatus& s) {
        return s.inbound_lanes == 1 && s.outbound_lanes == 1;
      });
    });
    report.claim(one_each, "old lanes were left");
  }
  Core::Losses losses() {
    Core::Losses sums{};
    hub_.core.add_losses(sums);
    for (uint32_t i = 0; i < wanted_.peers; ++i) peers_.at(i).core.add_losses(sums);
    return sums;
  }
  void finish(bench::Report& report) {
    for (uint32_t i = 0; i < wanted_.peers; ++i) peers_.at(i).keys->stop();
    hub_.end();
    peers_.end();
    const uint64_t polls = hub_.station.polls(), answers = hub_.station.answers();
    Core::Losses lost = losses();
    for (size_t i = 0; i < lost.size(); ++i) lost[i] -= before_[i];
    report.claim(bench::sum(lost) == 0, "dropped: " + bench::losses_text(lost));
    report.claim(polls > 0 && answers == polls,
                 std::to_string(polls - answers) + " polls were not answered");
    report.claim(hub_.station.short_devices() == 0,
                 "a device lost one poll and answered another twice");
    report.claim(hub_.station.fewest_polls() > 0, "a device was never polled");
    report.packets = polls + answers;
    report.mpps = static_cast<double>(report.packets) / report.seconds / 1e6;
    report.extra.emplace_back("peers", wanted_.peers);
    report.extra.emplace_back("polls", static_cast<double>(polls));
    report.extra.emplace_back("answers", static_cast<double>(answers));
    report.extra.emplace_back("lost", static_cast<double>(polls) - static_cast<double>(answers));
    report.extra.emplace_back("drops", static_cast<double>(bench::sum(lost)));
  }

  const Wanted wanted_;
  SharedPool hub_pool_{kHubBuffers}, peer_pool_{kPeerBuffers};
  PacketRing to_peers_{2 * kHubBuffers}, to_hub_{2 * kHubBuffers};
  Pki pki_;
  bench::HubPeers peers_;
  Hub hub_;
  std::vector<std::string> names_;
  Core::Losses before_{};
};

// A descriptor or five per peer and side.
void raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    (void)::setrlimit(RLIMIT_NOFILE, &limit);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv,
                                   {{"peers", "1000"},
                                    {"rounds", "2"},
                                    {"polls", "20000"},
                                    {"at-once", "16"},
                                    {"bytes", "64"},
                                    {"drain", "2"}},
                                   "usage: rekey_hub [--peers N] [--rounds N] [--polls PER-SECOND] "
                                   "[--at-once N] [--bytes N] [--drain S]\n");
  const Wanted wanted{arguments.number("peers", 1, 1000),      arguments.number("rounds", 1, 100),
                      arguments.number("polls", 1, 5'000'000), arguments.number("at-once", 1, 1000),
                      arguments.number("bytes", 60, 1400),     arguments.number("drain", 0, 60)};
  raise_file_limit();
  char directory[] = "/tmp/bulkhead-rekey-XXXXXX";
  if (::mkdtemp(directory) == nullptr) arguments.fail("no temporary directory");
  bench::Report report;
  report.name = std::to_string(wanted.bytes) + "B-1w-rekey-" + std::to_string(wanted.rounds) +
                "_times-" + std::to_string(wanted.peers) + "_peers-" +
                std::to_string(wanted.polls) + "_polls_per_s-memory";
  {
    const auto run = std::make_unique<Run>(wanted, directory);
    run->measure(report);
  }
  std::filesystem::remove_all(directory);
  bench::print(report);
  return report.valid ? 0 : 1;
}
