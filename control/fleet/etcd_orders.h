// SPDX-License-Identifier: Apache-2.0
// The fleet's orders in etcd: orders/SHA-256 OF THE REGISTER under the prefix, each signed. An
// order that ended stays, as the mark that it did.
//
// Threads: one at a time.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "fleet/etcd_client.h"
#include "fleet/order.h"

namespace bulkhead::trust {
class Trust;
}

namespace bulkhead::control {

class EtcdOrders {
 public:
  static constexpr size_t kMost = 10'000;  // registers

  struct Names {
    std::string gateway;
    std::string trust_domain;
    std::string prefix;  // "/bulkhead/plant-1"
  };
  // `etcd` and `trust` outlive it.
  EtcdOrders(Names names, EtcdClient& etcd, trust::Trust& trust);

  struct Held {
    fleet::Order order;
    int64_t revision = 0;  // of its key
  };
  // All that are believed, by register; only those that changed are read. `problem`: of one that is
  // not believed. Errors: those of etcd.
  Result<std::map<fleet::OrderKey, Held>> all(std::string& problem);
  // In place of the one at that revision (0: none). False: another one was faster.
  Result<bool> put(fleet::Order order, int64_t revision);

 private:
  struct Known {
    int64_t revision = 0;
    std::optional<fleet::Order> order;  // nothing: not believed
    std::string problem;
  };
  Status read(const std::string& key, Known& out);

  const Names names_;
  const std::string prefix_;
  EtcdClient& etcd_;
  trust::Trust& trust_;
  std::map<std::string, Known> known_;  // by key
};

}  // namespace bulkhead::control
