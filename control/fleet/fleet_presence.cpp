// SPDX-License-Identifier: Apache-2.0
// The part of EtcdFleet about who is there and what each says of itself. Nothing is decided by it.
#include <algorithm>
#include <set>

#include "fleet/etcd_fleet.h"

namespace bulkhead::control {

namespace {

constexpr uint32_t kPresentS = 15;
constexpr size_t kMaxGateways = 1000;

}  // namespace

Status EtcdFleet::report(const v1::FleetGateway& own) {
  return etcd_.put(key("/gateways/" + names_.gateway), own.SerializeAsString(), 0);
}

Status EtcdFleet::say_present() {
  const std::lock_guard lock(lease_mutex_);
  if (lease_ != 0) {
    const auto kept = etcd_.keep_alive(lease_);
    if (!kept) return kept.error();
    if (*kept) return {};
  }
  const auto lease = etcd_.lease(kPresentS);
  if (!lease) return lease.error();
  Status said = etcd_.put(key("/present/" + names_.gateway), "", *lease);
  if (said) lease_ = *lease;
  return said;
}

Result<std::vector<v1::FleetGateway>> EtcdFleet::gateways() {
  const auto reports = etcd_.list(key("/gateways/"), kMaxGateways, false);
  if (!reports) return reports.error();
  const auto present = etcd_.list(key("/present/"), kMaxGateways, true);
  if (!present) return present.error();
  std::set<std::string> heard;
  for (const EtcdValue& each : *present) heard.insert(each.key.substr(key("/present/").size()));
  std::vector<v1::FleetGateway> out;
  for (const EtcdValue& each : *reports) {
    v1::FleetGateway gateway;
    const std::string name = each.key.substr(key("/gateways/").size());
    // Whose it is says the key.
    if (!gateway.ParseFromString(each.value)) gateway.Clear();
    gateway.set_name(name);
    gateway.set_present(heard.contains(name));
    out.push_back(std::move(gateway));
  }
  return out;
}

}  // namespace bulkhead::control
