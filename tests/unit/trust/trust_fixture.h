// SPDX-License-Identifier: Apache-2.0
// Real authorities, certificates and TLS 1.3 over socketpairs, under a clock that the test owns.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pki/certificate.h"
#include "pki/key.h"
#include "store/trust_store.h"
#include "trust/alarms.h"
#include "trust/deny_list.h"
#include "trust/peer_verifier.h"
#include "trust/trusted_clock.h"

namespace bulkhead::trust {

inline constexpr std::time_t kToday = 1'790'000'000;  // 2026-09-21
inline constexpr std::time_t kYear = 365 * kDay;

class FakeClock final : public Clock {
 public:
  explicit FakeClock(std::time_t at = kToday) : at_(at) {}
  void set(std::time_t at) { at_ = at; }
  Now now() const noexcept override { return {0, int64_t{at_} * 1'000'000'000}; }

 private:
  std::time_t at_;
};

class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

struct Span {
  std::time_t from = kToday - 30 * kDay;
  std::time_t to = kToday + 300 * kDay;
};

// A certificate, its key and its issuers.
struct Party {
  pki::CertificatePtr certificate;
  pki::KeyPtr key;
  std::vector<X509*> chain;  // leaf first; the root last, not always sent

  [[nodiscard]] X509* x() const { return certificate.get(); }
};

Party make_root(const std::string& name, Span span = {kToday - kYear, kToday + 20 * kYear});
Party make_issuer(const Party& root, const std::string& name,
                  Span span = {kToday - kYear, kToday + 15 * kYear});
Party make_gateway(const Party& issuer, const std::string& name, Span span = {},
                   EVP_PKEY* key = nullptr);

AnchorsPtr anchors_of(const std::vector<const Party*>& roots);

// One gateway's trust, and what it shows to others.
struct Node {
  explicit Node(const std::vector<const Party*>& roots,
                GracePolicy grace = GracePolicy::of_days(30), std::time_t now = kToday);
  // A new process over the same store.
  void restart();
  Result<AcceptedDeny> deny(const Party& signer, const DenyTarget& target, uint64_t number = 1,
                            const std::string& reason = "test");
  // "denied", "in_grace", ...: of a chain, as a TLS client's.
  [[nodiscard]] std::string judge(const Party& peer) const;

  TempDir directory;
  FakeClock clock;
  AnchorsPtr anchors;
  GracePolicy grace;
  std::unique_ptr<Alarms> alarms;
  std::unique_ptr<TrustStore> store;
  std::unique_ptr<TrustedClock> time;
  std::unique_ptr<DenyList> denied;
  std::unique_ptr<PeerVerifier> verifier;
};

struct Side {
  bool done = false;
  VerdictKind verdict = VerdictKind::kBadChain;
  std::string sentence;
  std::string subject;
  int alert_sent = -1;  // TLS AlertDescription
};
struct Meeting {
  Side client;
  Side server;
  [[nodiscard]] bool both() const { return client.done && server.done; }
};
// A handshake between two nodes, over a socketpair.
Meeting meet(Node& client, const Party& client_shows, Node& server, const Party& server_shows);

std::vector<uint8_t> record_bytes(const Party& signer, const DenyRecord& record);
bool alarmed(const Node& node, AlarmKind kind);

}  // namespace bulkhead::trust
