// SPDX-License-Identifier: Apache-2.0
#include "fleet/etcd_orders.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "fleet/document.h"
#include "image/verifier.h"
#include "trust/trust.h"

namespace bulkhead::control {

namespace {

// The register as bytes, no two alike: lengths before texts.
std::string key_bytes(const fleet::Order& order) {
  const auto [kind, scope, name, detail] = fleet::key_of(order);
  return fmt::format("{}.{}.{}.{}.{}.{}", static_cast<int>(kind), scope, name.size(), name,
                     detail.size(), detail);
}

}  // namespace

EtcdOrders::EtcdOrders(Names names, EtcdClient& etcd, trust::Trust& trust)
    : names_(std::move(names)), prefix_(names_.prefix + "/orders/"), etcd_(etcd), trust_(trust) {}

Status EtcdOrders::read(const std::string& key, Known& out) {
  const auto value = etcd_.get(key);
  if (!value) return value.error();
  if (!value->has_value()) return {};
  out.revision = (*value)->revision;
  auto order = unseal_order((*value)->value, trust_, names_.trust_domain);
  out.order.reset();
  out.problem.clear();
  if (order)
    out.order = std::move(*order);
  else
    out.problem = order.error().sentence;
  return {};
}

Result<std::map<fleet::OrderKey, EtcdOrders::Held>> EtcdOrders::all(std::string& problem) {
  const auto keys = etcd_.list(prefix_, kMost, true);
  if (!keys) return keys.error();
  std::map<fleet::OrderKey, Held> out;
  std::map<std::string, Known> now;
  for (const EtcdValue& each : *keys) {
    Known& known = now[each.key];
    if (const auto before = known_.find(each.key); before != known_.end()) known = before->second;
    if (known.revision != each.revision)
      if (Status done = read(each.key, known); !done) return std::move(done).error();
    if (known.order)
      out[fleet::key_of(*known.order)] = {*known.order, known.revision};
    else if (problem.empty())
      problem = known.problem;
  }
  known_ = std::move(now);
  return out;
}

Result<bool> EtcdOrders::put(fleet::Order order, int64_t revision) {
  order.gateway = names_.gateway;
  const auto document = seal(order, *trust_.credentials());
  if (!document) return document.error();
  const std::string bytes = key_bytes(order);
  const auto digest =
      image::digest_of({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
  const std::string key = fmt::format("{}{:02x}", prefix_, fmt::join(digest, ""));
  EtcdTransaction transaction;
  // One that is not believed is replaced, too.
  const auto there = known_.find(key);
  transaction.expected.push_back(
      {key, revision == 0 && there != known_.end() ? there->second.revision : revision});
  transaction.puts.emplace_back(key, *document);
  return etcd_.commit(transaction);
}

}  // namespace bulkhead::control
