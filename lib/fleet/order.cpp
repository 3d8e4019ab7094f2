// SPDX-License-Identifier: Apache-2.0
#include "fleet/order.h"

#include "fleet/version.h"

namespace bulkhead::fleet {
namespace {

Error wrong(const std::string& sentence) {
  return {ErrorCode::kInvalid, "fleet order: " + sentence};
}

// What a kind has no use for is empty, so that one order has one form.
Status check_kind(const Order& order) {
  switch (order.kind) {
    case OrderKind::kLock:
      if (order.scope == 0 || order.scope > kMaxOrderScope) return wrong("its scope is none");
      if (!order.detail.empty() || order.until_wall_ns != 0)
        return wrong("a lock has no such field");
      return {};
    case OrderKind::kIsland:
      if (order.scope == 0 || order.scope > kMaxOrderScope) return wrong("its scope is none");
      if (order.until_wall_ns != 0) return wrong("an island has no end");
      return {};
    case OrderKind::kPosture:
      if (order.scope != 0) return wrong("a fact has no scope");
      if (order.detail.empty()) return wrong("a fact has no attribute");
      return {};
  }
  return wrong("its kind is none");
}

}  // namespace

OrderKey key_of(const Order& order) {
  return {order.kind, order.kind == OrderKind::kLock ? order.scope : uint8_t{0}, order.name,
          order.kind == OrderKind::kPosture ? order.detail : std::string{}};
}

Status check(const Order& order) {
  if (order.sequence == 0 || order.sequence > kMaxNumber)
    return wrong("its sequence is out of range");
  if (order.name.empty()) return wrong("it names nothing");
  if (order.gateway.empty()) return wrong("it names no gateway");
  const struct {
    const char* name;
    const std::string& text;
    size_t most;
  } texts[] = {{"name", order.name, kMaxOrderName},
               {"detail", order.detail, kMaxOrderName},
               {"author", order.author, kMaxAuthor},
               {"reason", order.reason, kMaxOrderReason},
               {"gateway", order.gateway, kMaxGateway}};
  for (const auto& row : texts)
    if (Status ok = check_text(row.name, row.text, row.most); !ok)
      return std::move(ok).error().within("fleet order");
  return check_kind(order);
}

}  // namespace bulkhead::fleet
