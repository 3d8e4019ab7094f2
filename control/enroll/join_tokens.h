// SPDX-License-Identifier: Apache-2.0
// The issuer's memory in SQLite: join tokens, each used once at most, and what was issued to whom.
// May share its file with the other stores. Thread-safe.
#pragma once

#include <ctime>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "enroll/join_token.h"
#include "identity/digest.h"
#include "store/sqlite.h"

namespace bulkhead::enroll {

enum class TokenState : uint8_t { kOpen = 0, kUsed, kExpired, kCancelled };
std::string_view to_string(TokenState state) noexcept;

struct TokenRecord {
  mesh::TokenId id{};
  TokenVerifier verifier{};
  std::string gateway;
  std::string author;
  std::time_t made = 0;
  std::time_t expires = 0;
  std::time_t used = 0;  // 0: not
  std::string used_from;
  std::time_t cancelled = 0;  // 0: not

  [[nodiscard]] TokenState state(std::time_t now) const noexcept;
};

// One certificate that this issuer made.
struct IssuedRecord {
  std::string gateway;
  identity::SpkiDigest key;
  std::string serial;
  std::time_t issued = 0;
  std::time_t not_after = 0;
  std::string how;  // "token", "renewal"
};

class JoinTokens {
 public:
  static constexpr size_t kMaxOpen = 1000;
  static constexpr std::time_t kForgetAfter = 90 * 24 * 60 * 60;  // closed ones

  static Result<std::unique_ptr<JoinTokens>> open(const std::string& path);

  // kExhausted: too many are open.
  Status add(const TokenRecord& record);
  Result<std::optional<TokenRecord>> find(const mesh::TokenId& id);
  // Newest first.
  Result<std::vector<TokenRecord>> list();
  // kNotFound; kConflict: not open any more.
  Status cancel(const mesh::TokenId& id, std::time_t now);

  // In one transaction: the token becomes used, and `issued` is recorded. kConflict: it was not
  // open; of any number of callers with one token one succeeds.
  Status consume(const mesh::TokenId& id, const std::string& from, const IssuedRecord& issued);
  Status record(const IssuedRecord& issued);
  // True when this key was certified by us for that name.
  Result<bool> knows(const std::string& gateway, const identity::SpkiDigest& key);
  // The newest certificate of each gateway.
  Result<std::vector<IssuedRecord>> gateways();

 private:
  explicit JoinTokens(control::Database database) : database_(std::move(database)) {}
  Status prepare_schema();
  Status forget_old(std::time_t now);
  Status insert(const IssuedRecord& issued);
  Result<std::vector<TokenRecord>> select(const std::string& where,
                                          std::span<const uint8_t> parameter);

  std::mutex mutex_;
  control::Database database_;
};

}  // namespace bulkhead::enroll
