// SPDX-License-Identifier: Apache-2.0
// Locks, islands and posture of one gateway, and those of the fleet, made the same:
//
//   here              in the store     then
//   changed           as it was        the store gets it
//   changed: a lock   changed, too     the store gets it, one above: a lock is never lost
//   changed: an end   changed, too     we take what is there
//   as it was         newer            we take what is there
//   as it was         older, or gone   the store gets it again: it was restored, or lies
//
// Orders act here first and are told then: an emergency waits for no store.
//
// Threads: one at a time.
#pragma once

#include <string>

#include "fleet/etcd_orders.h"
#include "pdp/overlay_administrator.h"
#include "store/audit_log.h"

namespace bulkhead::control {

class OrderExchange {
 public:
  // All outlive it.
  OrderExchange(EtcdOrders& orders, OverlayAdministrator& overlays, AuditLog& audit,
                const Clock& clock);

  // Once. `problem`: an order of the store that is not believed. Errors: those of etcd and stores.
  Status exchange(std::string& problem);

 private:
  Status tell(const fleet::Order& order, int64_t revision);
  Status take(const fleet::Order& order);

  EtcdOrders& orders_;
  OverlayAdministrator& overlays_;
  AuditLog& audit_;
  const Clock& clock_;
};

}  // namespace bulkhead::control
