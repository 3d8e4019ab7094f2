// SPDX-License-Identifier: Apache-2.0
// Gateways in one process for the key agreement's tests: real TLS over loopback, real certificates,
// a dataplane that only records.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "mesh/key_agreement.h"
#include "pki/authority.h"

namespace bulkhead::control {

// What happened in all dataplanes of a test, in order: "gw-a inbound", "gw-b outbound", ...
class EventLog {
 public:
  void add(const std::string& event);
  [[nodiscard]] std::vector<std::string> events() const;
  void clear();

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> events_;
};

class RecordingDataplane final : public DataplaneLink {
 public:
  RecordingDataplane(std::string gateway, EventLog& log)
      : gateway_(std::move(gateway)), log_(log) {}

  // A dataplane starts: fresh nonce, no lanes.
  void start(uint32_t workers);
  void disconnect();
  void forget_listeners() { listeners_.clear(); }
  // Same dataplane, new connection.
  void reconnect();
  // Questions of that name ("inbound", "outbound") fail while set.
  void refuse(std::string question);

  void add_listener(Listener listener) override { listeners_.push_back(std::move(listener)); }
  Result<ipc::Body> ask(ipc::Body question, int fd) override;
  [[nodiscard]] std::optional<ipc::Hello> connected() const override;

  // Of one peer; without a name: of all.
  [[nodiscard]] std::map<uint32_t, ipc::InboundLane> inbound(const std::string& peer = {}) const;
  [[nodiscard]] std::vector<ipc::OutboundLane> outbound(const std::string& peer = {}) const;
  [[nodiscard]] ipc::SetPeers set_peers() const;
  [[nodiscard]] std::vector<std::string> known_peers() const;
  [[nodiscard]] uint32_t sweeps() const { return sweeps_; }

 private:
  ipc::Body answer(ipc::SetPeers& m);
  ipc::Body answer(ipc::AllocateSpis& m);
  ipc::Body answer(ipc::InstallInbound& m);
  ipc::Body answer(ipc::InstallOutbound& m);
  ipc::Body answer(ipc::RemoveInbound& m);
  ipc::Body answer(ipc::DropLanes& m);
  ipc::Body answer(ipc::GetStatus& m);
  template <typename T>
  ipc::Body answer(T&) {
    return ipc::Failure{{ErrorCode::kUnsupported, "not for this double"}};
  }
  bool refused(const std::string& question);
  void call_listeners();

  const std::string gateway_;
  EventLog& log_;
  std::vector<Listener> listeners_;
  mutable std::mutex mutex_;
  std::optional<ipc::Hello> hello_;
  ipc::Hello last_hello_;
  std::string refuse_;
  uint32_t next_spi_ = 1000;
  std::map<std::string, std::map<uint32_t, ipc::InboundLane>> inbound_;
  std::map<std::string, std::vector<ipc::OutboundLane>> outbound_;
  ipc::SetPeers peers_;
  std::atomic<uint32_t> sweeps_{0};
};

// An owner's PKI in a directory of its own.
class TestPki {
 public:
  explicit TestPki(const std::string& trust_domain = "bulkhead");
  ~TestPki();
  TestPki(const TestPki&) = delete;
  TestPki& operator=(const TestPki&) = delete;

  // Paths without suffix: STEM.pem, STEM.key. Times are seconds from now.
  std::string issue(const identity::SpiffeId& id, pki::CertificateUse use, int64_t from = -3600,
                    int64_t to = 86400);
  std::string gateway(const std::string& name) {
    return issue(*identity::gateway_id("bulkhead", name), pki::CertificateUse::kGateway);
  }
  [[nodiscard]] std::string anchors() const { return directory_ + "/anchors.pem"; }
  [[nodiscard]] std::string directory() const { return directory_; }
  // A signed deny record for a certificate file, by the issuing CA: issuer and serial, or the key.
  std::vector<uint8_t> deny(const std::string& stem, uint64_t number, bool by_key = true);
  // The issuing CA itself, by the root.
  std::vector<uint8_t> deny_authority(uint64_t number);

 private:
  std::string directory_;
  std::unique_ptr<pki::Authority> authority_;
  int issued_ = 0;
};

MeshTuning fast_tuning();

// Loopback address number n: 127.0.0.n.
IpAddress loopback(uint32_t n);

struct GatewaySpec {
  std::string name;
  uint32_t address = 1;     // 127.0.0.n
  std::string credentials;  // stem
  std::string anchors;
  std::vector<PeerConfig> peers;
  uint32_t rekey_interval_s = 3600;
  uint32_t drain_s = 0;
  MeshTuning tuning = fast_tuning();
  bool behind_nat = false;
  std::vector<uint32_t> more_addresses = {};  // further own listeners, 127.0.0.n
  trust::GracePolicy grace = trust::GracePolicy::none();
};

struct Gateway {
  Gateway(const GatewaySpec& spec, EventLog& log);
  ~Gateway();
  // A new control process beside the same dataplane.
  void restart_control();
  // After keys was reset, at that port.
  void start_control(uint16_t port);
  [[nodiscard]] PeerState peer(size_t n = 0) const { return keys->peers().at(n); }
  [[nodiscard]] PeerState peer(const std::string& name) const;
  [[nodiscard]] uint64_t sessions() const { return peer().sessions; }

  GatewaySpec spec;
  SystemClock clock;
  RecordingDataplane dataplane;
  std::unique_ptr<KeyAgreement> keys;
  Status started;
};

// gw-b (responder, 127.0.0.2) and gw-a (initiator, 127.0.0.1), started, dataplanes not yet.
struct Pair {
  explicit Pair(MeshTuning tuning = fast_tuning(), uint32_t rekey_interval_s = 3600);
  void start_dataplanes(uint32_t workers_a = 1, uint32_t workers_b = 1);
  // Both agreed on n sessions or more, the same newest one, and old lanes are gone.
  [[nodiscard]] bool settled(uint64_t sessions) const;

  EventLog log;
  TestPki pki;
  std::unique_ptr<Gateway> b;
  std::unique_ptr<Gateway> a;
};

PeerConfig peer_at(const std::string& name, uint32_t address, uint16_t port);

// True as soon as the condition holds; false after ten seconds.
bool eventually(const std::function<bool()>& condition);

// Every outbound lane of `from` has the same keys at its SPI in `to`, for the right worker.
bool lanes_match(const Gateway& from, const Gateway& to);

}  // namespace bulkhead::control
