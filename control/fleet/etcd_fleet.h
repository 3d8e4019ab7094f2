// SPDX-License-Identifier: Apache-2.0
// The fleet's store in etcd. Under the prefix:
//
//   head                the newest version, signed (document.h)
//   versions/NUMBER     the same of the last versions, and of the one that a trial leads back to
//   texts/DIGEST/PIECE  the policies that these versions mean (policy_text.h)
//   gateways/NAME       what each gateway says of itself: v1.FleetGateway, not signed
//   present/NAME        there as long as its control is heard: a lease
//
// A writer replaces the head in one transaction, only if it is still the one it has seen and the
// text is there: of two writers one is told that the other was faster.
//
// Threads: any.
#pragma once

#include <functional>
#include <mutex>

#include "base/clock.h"
#include "bulkhead/v1/fleet.pb.h"
#include "fleet/etcd_client.h"
#include "fleet/policy_text.h"
#include "pdp/fleet_publisher.h"

namespace bulkhead::trust {
class Trust;
}

namespace bulkhead::control {

class EtcdFleet final : public FleetPublisher {
 public:
  static constexpr uint64_t kKept = 16;  // versions

  struct Names {
    std::string gateway;
    std::string trust_domain;
    std::string prefix;
  };
  // `etcd`, `trust` and `clock` outlive it.
  EtcdFleet(Names names, EtcdClient& etcd, trust::Trust& trust, const Clock& clock);

  Result<uint64_t> publish(const FleetPlace& place, fleet::Version version,
                           const std::string& yaml) override;
  Status confirm(const FleetPlace& place, const std::string& author,
                 const std::string& authentication) override;

  // Nothing: none was published yet. Errors: those of etcd and of unseal().
  Result<std::optional<fleet::Version>> head();
  // kNotFound: not kept.
  Result<fleet::Version> version(uint64_t number);
  Result<std::string> text(const fleet::Version& version);

  Status report(const v1::FleetGateway& own);
  // Keeps the sign of presence; makes it anew when it is gone.
  Status say_present();
  // All that ever reported, by name, at most 1000.
  Result<std::vector<v1::FleetGateway>> gateways();

  [[nodiscard]] std::string key(const std::string& rest) const { return names_.prefix + rest; }
  [[nodiscard]] std::string head_key() const { return key("/head"); }
  // "https://10.0.0.5:2379 /bulkhead/plant-1"
  [[nodiscard]] std::string place() const { return etcd_.endpoint() + " " + names_.prefix; }

 private:
  struct Head {
    std::optional<fleet::Version> version;
    int64_t revision = 0;  // of the key; 0: it is not there
  };
  Result<Head> read_head();
  Result<Head> head_for(const FleetPlace& place);
  Status replace(const Head& head, const fleet::Version& version);
  [[nodiscard]] std::string version_key(uint64_t number) const;
  void tidy(const fleet::Version& newest);

  const Names names_;
  EtcdClient& etcd_;
  trust::Trust& trust_;
  const Clock& clock_;
  PolicyTexts texts_;
  std::mutex lease_mutex_;
  int64_t lease_ = 0;  // with lease_mutex_
};

}  // namespace bulkhead::control
