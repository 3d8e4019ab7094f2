// SPDX-License-Identifier: Apache-2.0
#include "fleet/order_exchange.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace bulkhead::control {

namespace {

using fleet::Order;

std::string text_of(const Order& order) {
  constexpr const char* kKinds[] = {"", "lock of ", "island ", "posture of "};
  return (order.ended ? "end of the " : "") + std::string(kKinds[static_cast<size_t>(order.kind)]) +
         order.name + (order.kind == fleet::OrderKind::kPosture ? ", " + order.detail : "");
}

}  // namespace

OrderExchange::OrderExchange(EtcdOrders& orders, OverlayAdministrator& overlays, AuditLog& audit,
                             const Clock& clock)
    : orders_(orders), overlays_(overlays), audit_(audit), clock_(clock) {}

// What somebody changed meanwhile is looked at the next time.
Status OrderExchange::tell(const Order& order, int64_t revision) {
  const auto told = orders_.put(order, revision);
  if (!told) return told.error();
  return *told ? overlays_.store().mark_shared(order) : Status{};
}

Status OrderExchange::take(const Order& order) {
  const OrderOutcome outcome = overlays_.adopt(order);
  if (outcome.error) return *outcome.error;
  spdlog::info("fleet: {} by {} at {}", text_of(order), order.author, order.gateway);
  return audit_.append({.wall_ns = clock_.now().wall_ns,
                        .actor = order.author,
                        .authentication = "gateway " + order.gateway,
                        .action = "fleet.adopt_order",
                        .object = text_of(order),
                        .outcome = outcome.obeyed ? "obeyed" : "stored",
                        .details = order.reason});
}

Status OrderExchange::exchange(std::string& problem) {
  auto there = orders_.all(problem);
  if (!there) return std::move(there).error();
  const auto own = overlays_.store().changes();
  if (!own) return own.error();
  for (const auto& [order, shared] : *own) {
    const auto found = there->find(fleet::key_of(order));
    const bool known = found != there->end();
    const uint64_t sequence = known ? found->second.order.sequence : 0;
    const int64_t revision = known ? found->second.revision : 0;
    Status done;
    if (sequence < order.sequence) {
      done = tell(order, revision);
    } else if (!shared && !order.ended) {
      Order above = order;
      above.sequence = sequence + 1;
      done = tell(above, revision);
    } else if (!shared || sequence > order.sequence) {
      done = take(found->second.order);
    }
    if (!done) return done;
    if (known) there->erase(found);
  }
  for (const auto& [key, held] : *there)
    if (Status done = take(held.order); !done) return done;
  return {};
}

}  // namespace bulkhead::control
